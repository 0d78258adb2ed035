"""Responses between printed totals: nothing that print leaves open is out of reach."""

from __future__ import annotations

import random
from itertools import product

import pytest

from livingreview.reconstruction.member_responses import change, changed, frechet, targets
from livingreview.statistics.paired import paired_bounds


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
