"""One story a patient: deaths and progressions that fit both printed survival curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from livingreview.audit.histories import PrintedSurvival, RiskSets, risk_sets
from livingreview.cohort.problems import CohortError, Problem
from livingreview.published.printed import FILE
from livingreview.reconstruction.constraints import Constraints


@dataclass(frozen=True, slots=True)
class Joint:
    """A PFS and an OS history that can belong to the same patients.

    `deaths` are the positions (from 0) of the PFS events that are deaths; the others are
    progressions. Nobody who progressed died by the last of these deaths.
    """

    pfs: RiskSets
    os: RiskSets
    deaths: tuple[int, ...]


def joint_histories(pfs: list[RiskSets], os: list[RiskSets], *, same_follow_up: bool = True) -> Iterator[Joint]:
    """Every pair of histories, with every choice of the PFS events that are the deaths.

    Parameters
    ----------
    pfs, os : histories that print the two estimates
    same_follow_up : everyone is followed equally long for both, and whoever progressed stays: at a death the
        number at risk for OS is the number at risk for PFS plus those who progressed before. Otherwise a
        patient may be lost after progressing, or known alive after the last assessment: at least as many are
        then at risk for OS as for PFS. (At most as many as have not died: OS histories fall strictly.)
    """
    for progression_free in pfs:
        for overall in os:
            deaths = len(overall.at_risk)
            for chosen in combinations(range(len(progression_free.at_risk)), deaths):
                surplus = [
                    overall.at_risk[order] - progression_free.at_risk[position] - (position - order) * same_follow_up
                    for order, position in enumerate(chosen)
                ]
                if not any(surplus) if same_follow_up else min(surplus, default=0) >= 0:
                    yield Joint(progression_free, overall, chosen)


def all_joint(printed: Constraints, *, same_follow_up: bool = False) -> list[Joint]:
    """Every joint history of the printed curves in which the printed progressions lie within the horizon.

    Raises CohortError where there is none: the printed numbers contradict each other.
    """
    pfs, os = PrintedSurvival.of(printed.pfs), PrintedSurvival.of(printed.os)
    joint: list[Joint] = []
    for deaths in range(printed.n - printed.progressions + 1):
        if overall := risk_sets(os, printed.n, deaths):
            events = risk_sets(pfs, printed.n, deaths + printed.progressions)
            joint += joint_histories(events, overall, same_follow_up=same_follow_up)
    if not joint:
        raise no_cohort(printed)
    return joint


def no_cohort(printed: Constraints) -> CohortError:
    """The printed numbers contradict each other."""
    return CohortError([Problem(FILE, "no-cohort", {"pfs": printed.pfs.id, "os": printed.os.id})])


def left_after(history: RiskSets, n: int) -> int:
    """How many are left after the last event, at most to be followed past the horizon."""
    return history.at_risk[-1] - 1 if history.at_risk else n
