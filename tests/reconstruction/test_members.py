"""Cohorts drawn between the printed numbers: nothing that print leaves open is out of reach."""

from __future__ import annotations

import random
from itertools import combinations, islice, product

import pytest

from livingreview.audit.histories import RiskSets
from livingreview.cohort.study import read_study
from livingreview.published.printed import read_published
from livingreview.reconstruction.documented import Printed
from livingreview.reconstruction.joint import joint_histories
from livingreview.reconstruction.member_mrd import samples, significant, smallest_significant
from livingreview.reconstruction.member_responses import change, changed, frechet, targets
from livingreview.reconstruction.members import all_joint, member, plans
from livingreview.statistics.groups import logrank
from livingreview.statistics.paired import paired_bounds
from support import REFERENCE

PRINTED = Printed.of(read_published(REFERENCE), read_study(REFERENCE))


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
    strict = list(joint_histories([*{one.pfs for one in found}], [*{one.os for one in found}]))
    assert (len(strict), len({one.pfs for one in strict})) == (95, 36) and set(strict) < set(found)


def test_plans_do_not_depend_on_how_many_are_taken_and_bring_what_is_new_first():
    few, many = list(islice(plans(PRINTED, 1), 20)), list(islice(plans(PRINTED, 1), 80))
    assert many[:20] == few and list(islice(plans(PRINTED, 2), 20)) != few
    assert len({plan.joint.pfs.at_risk for plan in many}) == 59


@pytest.mark.parametrize("timing", ["random", "split", "even", "early", "late"])
def test_a_member_has_the_history_of_its_plan(timing):
    for number, plan in enumerate(islice(plans(PRINTED, 1), 25)):
        rows = member(plan, PRINTED, random.Random(number))["patients"]
        assert len(rows) == PRINTED.n
        pfs = [row for row in rows if row["pfs_event"] != "censored" and row["pfs_months"] <= 36]
        times = sorted(row["pfs_months"] for row in pfs)
        assert tuple(sum(row["pfs_months"] >= time for row in rows) for time in times) == plan.joint.pfs.at_risk
        dead = sorted(row["os_months"] for row in rows if row["os_event"] == "death" and row["os_months"] <= 36)
        assert tuple(sum(row["os_months"] >= time for row in rows) for time in dead) == plan.joint.os.at_risk
        kinds = [row["pfs_event"] for row in sorted(pfs, key=lambda row: row["pfs_months"])]
        assert tuple(place for place, kind in enumerate(kinds) if kind == "death") == plan.joint.deaths
        assert all(row["pfs_months"] <= row["os_months"] for row in rows)
        assert min(row["pfs_months"] for row in rows) > 5


def tables(before: list[int], after: list[int]) -> set[tuple]:
    """All tables with these margins, by trying every one."""
    cells = product(*(range(min(r, c) + 1) for r in before for c in after))
    k = len(after)
    return {
        table
        for table in cells
        if all(sum(table[i * k : (i + 1) * k]) == r for i, r in enumerate(before))
        and all(sum(table[j::k]) == c for j, c in enumerate(after))
    }


def test_every_table_of_change_is_drawn():
    before, after = [2, 1, 2], [3, 1, 1]
    draw = random.Random(1)
    drawn = {tuple(cell for row in change(before, after, None, draw) for cell in row) for _ in range(2000)}
    assert drawn == tables(before, after)


@pytest.mark.parametrize(
    ("before", "after"), [([9, 7, 12], [17, 6, 5]), ([17, 6, 5], [15, 8, 5]), ([2, 1, 2], [0, 4, 1])]
)
def test_every_path_reaches_its_fewest_and_its_most(before, after):
    bounds = frechet(before, after)
    for goal in targets({"a": dict(enumerate(before)), "b": dict(enumerate(after))}):
        table = change(before, after, goal, random.Random(1))
        assert [sum(row) for row in table] == before and [sum(column) for column in zip(*table, strict=True)] == after
        assert min(cell for row in table for cell in row) >= 0
        if len(goal) == 3:
            end, row, column = goal
            assert table[row][column] == bounds[row][column][end == "most"], goal


def test_frechet_bounds_are_those_of_all_tables():
    before, after = [2, 1, 2], [3, 1, 1]
    every = tables(before, after)
    flat = [pair for row in frechet(before, after) for pair in row]
    assert flat == [(min(cells), max(cells)) for cells in zip(*every, strict=True)]


@pytest.mark.parametrize(("before", "after"), [([9, 7, 12], [17, 6, 5]), ([17, 6, 5], [15, 8, 5])])
@pytest.mark.parametrize("words", ["same", "deeper", "shallower"])
def test_every_kind_of_change_reaches_its_fewest_and_its_most(before, after, words):
    cells = [[changed(words, row, column) for column in range(3)] for row in range(3)]
    reached = []
    for end in ("fewest", "most"):
        table = change(before, after, (end, words), random.Random(1))
        reached.append(sum(table[i][j] for i in range(3) for j in range(3) if cells[i][j]))
    assert tuple(reached) == paired_bounds(before, after, cells)


def test_one_patient_can_never_be_significantly_better_and_two_can():
    assert smallest_significant(28) == 2
    p = [
        logrank(
            [*range(1, others + 1), *[99] * size], [True] * others + [False] * size, [False] * others + [True] * size
        ).p
        for others, size in ((27, 1), (26, 2))
    ]
    assert p[0] > 0.05 > p[1]


def test_the_quick_test_is_the_log_rank_test():
    draw = random.Random(3)
    for _ in range(60):
        rows = [
            {
                "patient_id": name,
                "pfs_months": float(draw.randint(1, 12)),
                "pfs_event": draw.choice(["death", "censored", "progression"]),
            }
            for name in "abcdefghijkl"
        ]
        group = set(draw.sample("abcdefghijkl", 5))
        test = logrank(
            [row["pfs_months"] for row in rows],
            [row["pfs_event"] != "censored" for row in rows],
            [row["patient_id"] in group for row in rows],
        )
        expected = getattr(test, "p", 1) < 0.05
        assert significant(rows, group, set("abcdefghijkl") - group) == expected


def test_nobody_followed_to_the_horizon_leaves_no_group():
    rows = [{"patient_id": name, "pfs_months": 30.0, "pfs_event": "censored"} for name in "ab"]
    assert samples(rows, 1, random.Random(1)) is None
