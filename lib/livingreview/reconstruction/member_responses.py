"""Responses between printed totals: every table of change that the totals allow can be drawn."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

Margins = Mapping[str, Mapping[str, int]]  # timepoint -> category -> patients, the deepest first
MANY = 100
Cells = list[list[int]]


def frechet(before: Sequence[int], after: Sequence[int]) -> list[list[tuple[int, int]]]:
    """Fewest and most patients of every path: (max(0, r + c - n), min(r, c)). Source: Fréchet 1951."""
    n = sum(before)
    return [[(max(0, r + c - n), min(r, c)) for c in after] for r in before]


def changed(words: str, row: int, column: int) -> bool:
    """Whether a path is of this kind; categories stand deepest first."""
    return {"same": row == column, "deeper": column < row, "shallower": column > row}[words]


def targets(responses: Margins) -> list[tuple]:
    """What the first members go for: the fewest and the most of every kind of change, then of every path."""
    depth = max((len(counts) for counts in responses.values()), default=0)
    cells = [(row, column) for row in range(depth) for column in range(depth)]
    kinds = [(end, words) for words in ("same", "deeper", "shallower") for end in ("most", "fewest")]
    return [*kinds, *((end, *cell) for cell in cells for end in ("fewest", "most"))]


def change(before: Sequence[int], after: Sequence[int], target: tuple | None, draw: random.Random) -> Cells:
    """A table with these margins: one that reaches the target or, without one, any.

    Row by row in a random order, every cell within what the rest can still take: each table with these margins
    has a positive probability.
    """
    match target:
        case (end, str() as words):
            return _with_kind(before, after, words, end == "most", draw)
        case ("most", row, column):
            return _with_cell(before, after, row, column, min(before[row], after[column]), draw)
        case ("fewest", row, column):
            fewest = max(0, before[row] + after[column] - sum(before))
            return _with_cell(before, after, row, column, fewest, draw)
    return _any(before, after, draw)


def _with_kind(before: Sequence[int], after: Sequence[int], words: str, most: bool, draw: random.Random) -> Cells:
    """A table with most, or fewest, of one kind of change: the best of many that fill such paths first, or last."""

    def filled() -> Cells:
        rows, columns = list(before), list(after)
        table = [[0] * len(after) for _ in before]
        cells = [(row, column) for row in range(len(before)) for column in range(len(after))]
        draw.shuffle(cells)
        for row, column in sorted(cells, key=lambda cell: changed(words, *cell) != most):
            table[row][column] = taken = min(rows[row], columns[column])
            rows[row] -= taken
            columns[column] -= taken
        return table

    def count(table: Cells) -> int:
        return sum(
            cell for row, line in enumerate(table) for column, cell in enumerate(line) if changed(words, row, column)
        )

    tried = [filled() for _ in range(MANY)]
    return max(tried, key=count) if most else min(tried, key=count)


def _with_cell(
    before: Sequence[int], after: Sequence[int], row: int, column: int, value: int, draw: random.Random
) -> Cells:
    """A table with `value` in one cell: first the rest of its row and column, then anything."""
    cells = [[0] * len(after) for _ in before]
    rows, columns = list(before), list(after)

    def put(i: int, j: int, count: int) -> None:
        cells[i][j] += count
        rows[i] -= count
        columns[j] -= count

    put(row, column, value)
    for other in draw.sample(range(len(columns)), len(columns)):
        if other != column:
            put(row, other, min(rows[row], columns[other]))
    for other in draw.sample(range(len(rows)), len(rows)):
        if other != row:
            put(other, column, min(rows[other], columns[column]))
    rest = _any(rows, columns, draw)
    return [[one + two for one, two in zip(*pair, strict=True)] for pair in zip(cells, rest, strict=True)]


def _any(before: Sequence[int], after: Sequence[int], draw: random.Random) -> Cells:
    left = list(after)
    cells = [[0] * len(after) for _ in before]
    order = draw.sample(range(len(before)), len(before))
    for row in order:
        patients = before[row]
        columns = draw.sample(range(len(after)), len(after))
        later = sum(left)  # places in the columns not yet filled in this row
        for column in columns:
            later -= left[column]
            fewest, most = max(0, patients - later), min(patients, left[column])
            cells[row][column] = taken = draw.randint(fewest, most)
            patients -= taken
            left[column] -= taken
    return cells


def response_rows(
    names: Sequence[str], responses: Margins, number: int, draw: random.Random
) -> list[dict[str, object]]:
    """Rows of responses.csv; `number` picks the target of every change, beyond the last there is none."""
    goals = targets(responses)
    goal = goals[number] if number < len(goals) else None
    points = list(responses)
    if not points:
        return []
    shuffled = draw.sample(list(names), len(names))
    categories = [category for category, count in responses[points[0]].items() for _ in range(count)]
    now = dict(zip(shuffled, categories, strict=True))
    steps = {points[0]: now}
    for earlier, later in pairwise(points):
        cells = change(list(responses[earlier].values()), list(responses[later].values()), goal, draw)
        now = _moved(now, list(responses[earlier]), list(responses[later]), cells, draw)
        steps[later] = now
    return [
        {"patient_id": name, "timepoint": point, "response": categories[name]}
        for point, categories in steps.items()
        for name in sorted(categories)
    ]


def _moved(
    now: Mapping[str, str], starts: Sequence[str], ends: Sequence[str], cells: Cells, draw: random.Random
) -> dict[str, str]:
    """Who goes where, by lot, as many as the table says."""
    found: dict[str, str] = {}
    for start, row in zip(starts, cells, strict=True):
        here = [name for name, category in now.items() if category == start]
        draw.shuffle(here)
        goes = [end for end, count in zip(ends, row, strict=True) for _ in range(count)]
        found |= dict(zip(here, goes, strict=True))
    return found
