"""What each member settles of what print leaves open: first the corners of what is possible, then by lot."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter

from livingreview.audit.histories import RiskSets
from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.joint import Joint, all_joint, left_after
from livingreview.reconstruction.member_responses import targets
from livingreview.statistics.beta_product import beta_product_limits

TIMINGS = ("random", "split", "even", "early", "late")


@dataclass(frozen=True, slots=True)
class Plan:
    """What one member settles of what print leaves open; `None` leaves it to chance.

    `followed` patients, or as many as are left, pass the horizon without an event; of those followed for survival alone
    the `fewest` or the `most` do. After the horizon `none` or `most` of them die. `sustained` is the wanted size of the group with
    sustained MRD negativity.
    """

    joint: Joint
    timing: str = "random"
    followed: int | None = None
    kept: str = "some"
    later: str = "some"
    sustained: int | None = None
    response: int = 0
    grade: int = 3
    ages: str = "random"


def plans(printed: Constraints, seed: int) -> Iterator[Plan]:
    """Plans without end: first the corners of what is possible, then joint histories in a seeded order.

    The order does not depend on how many are taken. After the corners no joint history comes twice before all have
    come, and those that bring a new history of a curve, a new pair of them or a new order of deaths come first.
    """
    histories = all_joint(printed)
    draw = random.Random(f"plans {seed}")
    draw.shuffle(histories)
    corners = _corners(histories, printed.n)
    rest = _spread_out(histories, [corner.joint for corner in corners])
    sizes = range(2, printed.n + 1)
    kinds = len(targets(printed.responses))
    for number, plan in enumerate(chain(corners, _by_lot(rest, printed.n, draw))):
        yield replace(
            plan,
            sustained=plan.sustained or sizes[number % len(sizes)],
            response=number % kinds if number < 2 * kinds else kinds,
            grade=3 + number % 3,
            ages=("random", "extreme", "middle")[number % 3],
        )


def _by_lot(histories: Iterator[Joint], n: int, draw: random.Random) -> Iterator[Plan]:
    ends = ("fewest", "some", "most")
    for joint in histories:
        followed = draw.randint(1, left_after(joint.pfs, n))
        yield Plan(joint, draw.choice(TIMINGS), followed, draw.choice(ends), draw.choice(("none", "some", "most")))


def _corners(histories: Sequence[Joint], n: int) -> list[Plan]:
    """Members at the ends of what is possible: of S, of its exact limits, of times, of follow-up and of later deaths."""
    found = []
    for history_of in (attrgetter("pfs"), attrgetter("os")):
        different = list({history_of(joint).at_risk: joint for joint in reversed(histories)}.values())
        by_survival = sorted(different, key=lambda joint, of=history_of: of(joint).survival)
        fewest = min(different, key=lambda joint, of=history_of: _lowest(of(joint), 1))
        most = max(different, key=lambda joint, of=history_of: _lowest(of(joint), left_after(of(joint), n)))
        found += [Plan(fewest, "late", 1, "fewest", "none"), Plan(most, "even", n, "most", "none")]
        found += [
            Plan(joint, timing, n, "most", "none")
            for joint in (by_survival[0], by_survival[-1])
            for timing in ("early", "late")
        ]
    longest = max(histories, key=lambda joint: (left_after(joint.os, n), left_after(joint.pfs, n)))
    everyone = max(histories, key=lambda joint: (left_after(joint.pfs, n), left_after(joint.os, n)))
    for joint in (longest, everyone):
        found.append(Plan(joint, "late", n, "most", "most", sustained=2))
        found.append(Plan(joint, "late", n, "most", "none", sustained=n - len(joint.pfs.at_risk)))
    return found


def _lowest(history: RiskSets, followed: int) -> float:
    """The lower limit of the beta product interval, with this many followed past the last event."""
    return beta_product_limits(history.at_risk, followed)[0]


def _spread_out(histories: Sequence[Joint], taken: Sequence[Joint]) -> Iterator[Joint]:
    """Histories without replacement, each time one that brings most that is new; then all over again."""
    seen = {part for joint in taken for part in _parts(joint)}
    left = [joint for joint in histories if joint not in taken]
    while left:
        best = max(left, key=lambda joint: sum(part not in seen for part in _parts(joint)))
        if seen.issuperset(_parts(best)):
            break
        left.remove(best)
        seen.update(_parts(best))
        yield best
    yield from left
    while True:
        yield from histories


def _parts(joint: Joint) -> tuple:
    return (
        ("pfs", joint.pfs.at_risk),
        ("os", joint.os.at_risk),
        ("deaths", joint.deaths),
        (joint.pfs.at_risk, joint.os.at_risk),
    )
