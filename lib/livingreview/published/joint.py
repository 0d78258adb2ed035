"""One story a patient: deaths and progressions that fit both printed survival curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from livingreview.published.feasibility import RiskSets


@dataclass(frozen=True, slots=True)
class Joint:
    """A PFS and an OS history that can belong to the same patients.

    `deaths` are the positions (from 0) of the PFS events that are deaths; the others are
    progressions. Nobody who progressed died or was lost by the last of these deaths.
    """

    pfs: RiskSets
    os: RiskSets
    deaths: tuple[int, ...]


def joint_histories(pfs: list[RiskSets], os: list[RiskSets]) -> Iterator[Joint]:
    """Every pair of histories in which everyone who progressed stays in follow-up for survival.

    At a death the number at risk for OS is the number at risk for PFS plus those who progressed
    before: the same patients are followed for both, progression apart.
    """
    for progression_free in pfs:
        for overall in os:
            deaths = len(overall.at_risk)
            for chosen in combinations(range(len(progression_free.at_risk)), deaths):
                if all(
                    overall.at_risk[order] == progression_free.at_risk[position] + position - order
                    for order, position in enumerate(chosen)
                ):
                    yield Joint(progression_free, overall, chosen)
