"""Stories of patients that fit both printed curves: all that there are, and no other."""

from __future__ import annotations

from itertools import combinations, product

from livingreview.audit.histories import RiskSets
from livingreview.cohort.study import read_study
from livingreview.published.printed import read_published
from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.joint import all_joint, joint_histories
from support import REFERENCE

PRINTED = Constraints.of(read_published(REFERENCE), read_study(REFERENCE))


def every_story(n: int) -> set[tuple]:
    """(PFS history, OS history, place of the death) of every cohort of n with one death and one progression.

    Patients end follow-up for PFS at different moments, and for survival then or right after a later one.
    """
    found = set()
    for ends in product(range(1, n + 3), repeat=n):
        if len(set(ends)) < n:
            continue
        later = [[end + 0.0, *(at + 0.5 for at in range(end, n + 3))] for end in ends[1:]]
        for survival in product([float(ends[0])], *later):  # the first dies, the second progresses
            at_risk = [sum(other >= end for other in ends) for end in ends[:2]]
            order = sorted(range(2), key=lambda who: ends[who])
            pfs = tuple(at_risk[who] for who in order)
            os = (sum(other >= survival[0] for other in survival),)
            found.add((pfs, os, order.index(0)))
    return found


def test_joint_histories_are_those_of_all_cohorts_that_there_are():
    n = 4
    pfs = [RiskSets(pair[::-1], 0, 0) for pair in combinations(range(1, n + 1), 2)]
    os = [RiskSets((one,), 0, 0) for one in range(1, n + 1)]
    found = {(one.pfs.at_risk, one.os.at_risk, one.deaths[0]) for one in joint_histories(pfs, os, same_follow_up=False)}
    assert found == every_story(n)
    strict = {(one.pfs.at_risk, one.os.at_risk, one.deaths[0]) for one in joint_histories(pfs, os)}
    assert strict < found


def test_how_many_joint_histories_the_reference_has():
    found = all_joint(PRINTED)
    assert len(found) == len(set(found)) == 5227
    assert len({one.pfs.at_risk for one in found}) == 59 and len({one.os.at_risk for one in found}) == 5
    # Follow-up that ends together for both curves would leave 36 of the 59 histories of PFS.
    strict = all_joint(PRINTED, same_follow_up=True)
    assert (len(strict), len({one.pfs for one in strict})) == (95, 36) and set(strict) < set(found)
