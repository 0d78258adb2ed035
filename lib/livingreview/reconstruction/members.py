"""Cohorts that agree with every printed number, drawn so that together they reach what print leaves open."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter

from livingreview.audit.histories import PrintedSurvival, RiskSets, risk_sets
from livingreview.reconstruction.documented import HORIZON, Printed, no_cohort
from livingreview.reconstruction.joint import Joint, joint_histories
from livingreview.reconstruction.member_mrd import samples
from livingreview.reconstruction.member_responses import response_rows, targets
from livingreview.statistics.beta_product import beta_product_limits

TIMINGS = ("random", "split", "even", "early", "late")
STEP = 0.003  # months between two neighbours where a corner crowds them
TRIES = 40

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one member settles of what print leaves open; `None` leaves it to chance.

    `followed` patients, or as many as are left, pass month 36 without an event; of those followed for survival alone
    the `fewest` or the `most` do. After month 36 `none` or `most` of them die. `sustained` is the wanted size of the group with
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


def all_joint(printed: Printed) -> list[Joint]:
    """Every joint history of the printed curves; CohortError where there is none.

    The deaths of the OS history are PFS events; the other PFS events are the printed progressions.
    """
    pfs, os = PrintedSurvival.of(printed.pfs), PrintedSurvival.of(printed.os)
    found: list[Joint] = []
    for deaths in range(printed.n - printed.progressions + 1):
        overall = risk_sets(os, printed.n, deaths)
        if overall:
            events = risk_sets(pfs, printed.n, deaths + printed.progressions)
            found += joint_histories(events, overall, same_follow_up=False)
    if not found:
        raise no_cohort()
    return found


def plans(printed: Printed, seed: int) -> Iterator[Plan]:
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


def left_after(history: RiskSets, n: int) -> int:
    """How many are left after the last event, at most to be followed past month 36."""
    return history.at_risk[-1] - 1 if history.at_risk else n


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


def member(plan: Plan, printed: Printed, draw: random.Random) -> dict[str, list[Row]]:
    """The rows of the tables of one member, by table; flow.csv is the same in all.

    Where a plan leaves no significant group with sustained MRD negativity it is loosened: other times, and
    everyone followed.
    """
    for attempt in range(TRIES):
        tried = plan
        if attempt >= 8:
            tried = replace(plan, timing=draw.choice(("random", "even", "late")))
        if attempt >= 16:
            tried = replace(tried, followed=None)
        patients = _patients(tried, printed, draw)
        sampled = samples(patients, plan.sustained, draw)
        if sampled is not None:
            ages = _ages(printed, plan.ages, draw)
            for row, age in zip(patients, ages, strict=True):
                row["age_years"] = age
            names = [str(row["patient_id"]) for row in patients]
            return {
                "patients": patients,
                "responses": response_rows(names, printed.responses, plan.response, draw),
                "mrd": sampled,
                "adverse_events": _severe(patients, printed.severe, plan.grade, draw),
            }
    raise no_cohort()


@dataclass(slots=True)
class _Patient:
    """One patient while the order is laid out; ends are places in the order, or None for after month 36."""

    kind: str = "censored"
    pfs: int | None = None
    os: int | None = None


def _patients(plan: Plan, printed: Printed, draw: random.Random) -> list[Row]:
    people, moments = _order(plan, printed, draw)
    within = _times(moments, printed.shortest, HORIZON, plan.timing, draw)
    after = _after(len(people), printed, plan.timing, draw)
    dying = {"none": 0.0, "some": draw.random(), "most": 1.0}[plan.later]
    rows: list[Row] = []
    for person in people:
        late = after.pop()
        pfs = late if person.pfs is None else within[person.pfs]
        os = late if person.os is None else within[person.os]
        died = person.kind == "death" or (person.os is None and draw.random() < dying)
        event = person.kind
        if person.pfs is None:
            event = "death" if died else "censored"
        rows.append(
            {"pfs_months": pfs, "pfs_event": event, "os_months": os, "os_event": "death" if died else "censored"}
        )
    draw.shuffle(rows)
    return [{"patient_id": f"R{number:02d}", **row} for number, row in enumerate(rows, start=1)]


def _order(plan: Plan, printed: Printed, draw: random.Random) -> tuple[list[_Patient], int]:
    """Everybody with the places of both ends in one order of moments up to month 36, and how many those are."""
    joint = plan.joint
    people: list[_Patient] = []
    apart: list[_Patient] = []  # followed for survival alone
    moments, remaining, died, last = 0, printed.n, 0, -1
    for position, at_risk in enumerate(joint.pfs.at_risk):
        for _ in range(remaining - at_risk):
            people.append(_Patient(pfs=moments))
            apart.append(people[-1])
            moments += 1
        if position in joint.deaths:
            moments = _let_go(apart, joint.os.at_risk[died] - at_risk, last, moments, draw)
            people.append(_Patient("death", moments, moments))
            last = moments
            died += 1
        else:
            apart.append(_Patient("progression", moments))
            people.append(apart[-1])
        moments += 1
        remaining = at_risk - 1
    followed = remaining if plan.followed is None else min(plan.followed, remaining)
    for _ in range(remaining - followed):
        apart.append(_Patient(pfs=moments))
        people.append(apart[-1])
        moments += 1
    keep = {"fewest": 0, "most": len(apart), "some": draw.randint(0, len(apart))}[plan.kept]
    moments = _let_go(apart, keep, last, moments, draw)
    people += [_Patient() for _ in range(followed)]
    return people, moments


def _let_go(apart: list[_Patient], keep: int, death: int, moment: int, draw: random.Random) -> int:
    """End the follow-up of all but `keep` of those followed for survival alone; the next moment.

    Whoever came to be so after the last `death` may end where assessments did; the others were at risk at that
    death, and end at a moment of their own.
    """
    for person in draw.sample(apart, len(apart) - keep):
        if person.pfs is not None and person.pfs > death and draw.random() < 0.5:
            person.os = person.pfs
        else:
            person.os = moment
            moment += 1
    apart[:] = [person for person in apart if person.os is None]
    return moment


def _times(count: int, low: float, high: float, timing: str, draw: random.Random) -> list[float]:
    """`count` different times strictly between the two, in order, to a thousandth of a month."""
    early = [round(low + STEP * (place + 1), 3) for place in range(count)]
    late = [round(high - STEP * (count - place), 3) for place in range(count)]
    if timing == "early":
        return early
    if timing == "late":
        return late
    if timing == "split":
        cut = draw.randint(0, count)
        return early[:cut] + late[cut:]
    if timing == "even":
        return [round(low + (high - low) * place / (count + 1), 2) for place in range(1, count + 1)]
    return [step / 100 for step in sorted(draw.sample(range(int(low * 100) + 1, int(high * 100)), count))]


def _after(count: int, printed: Printed, timing: str, draw: random.Random) -> list[float]:
    """Different times after month 36, in no order. The longest is that of the first patient included if the last
    one, included when accrual ended, was followed to month 36: no cut-off is printed."""
    times = _times(count, HORIZON, HORIZON + printed.accrual_months - 1, timing, draw)
    draw.shuffle(times)
    return times


def _ages(printed: Printed, kind: str, draw: random.Random) -> list[int]:
    """Ages with the printed median and range; the others at random, at the ends or in the middle."""
    low, median, high = (round(value) for value in printed.age)
    half = (printed.n - 2) // 2
    inner = half - 1
    below = {"random": [draw.randint(low, median) for _ in range(inner)], "extreme": [low] * inner}
    above = {"random": [draw.randint(median, high) for _ in range(inner)], "extreme": [high] * inner}
    ages = [low, *below.get(kind, [median] * inner), *above.get(kind, [median] * inner), high]
    ages += [median] * (printed.n - len(ages))
    draw.shuffle(ages)
    return ages


def _severe(patients: Sequence[Row], count: int, grade: int, draw: random.Random) -> list[Row]:
    """One row per patient with a severe event, of this grade where it can be: grade 5 needs a death."""
    dead = [row["patient_id"] for row in patients if row["os_event"] == "death"]
    everyone = [row["patient_id"] for row in patients]
    fatal = draw.sample(dead, min(count, len(dead))) if grade == 5 else []
    others = draw.sample([name for name in everyone if name not in fatal], count - len(fatal))
    return [{"patient_id": name, "grade": 5} for name in fatal] + [
        {"patient_id": name, "grade": min(grade, 4)} for name in others
    ]
