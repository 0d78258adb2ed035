"""Cells and keys of a typed table against the column list: empty, not allowed, out of range, there twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from livingreview.cohort.columns import Column, Table
from livingreview.cohort.problems import Problem


def schema_problems(frame: pd.DataFrame, table: Table, file: str, skip: set[tuple[str, int]]) -> list[Problem]:
    """Everything wrong with the cells and keys of a typed table, in the order of columns and rows.

    `skip` names (column, row) already reported. A column that is missing was reported with its header.
    """
    problems = []
    for name in frame.columns:
        if column := table.column(name):
            cells = frame[name].reset_index(drop=True)
            found = sorted(_wrong_cells(cells, column), key=lambda one: one[0])
            problems += [
                Problem(file, code, facts, position + 2, name, "" if pd.isna(cells[position]) else str(cells[position]))
                for position, code, facts in found
                if (name, position + 2) not in skip
            ]
    return problems + _duplicates(frame, table, file)


def _wrong_cells(cells: pd.Series, column: Column) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Position, code and facts of every cell that the column does not allow."""
    given = cells.dropna()
    wrong = []
    if column.required:
        wrong.append((cells[cells.isna()], "cell-empty", {"meaning": column.meaning}))
    if column.values:
        wrong.append((given[~given.isin(column.values)], "cell-not-allowed", {"allowed": list(column.values)}))
    if column.minimum is not None:
        limit = {"minimum": column.minimum, "unit": column.unit}
        wrong.append((given[given < column.minimum], "cell-too-small", limit))
    if column.maximum is not None:
        limit = {"maximum": column.maximum, "unit": column.unit}
        wrong.append((given[given > column.maximum], "cell-too-large", limit))
    for refused, code, facts in wrong:
        yield from ((int(position), code, facts) for position in refused.index)


def _duplicates(frame: pd.DataFrame, table: Table, file: str) -> list[Problem]:
    keys = [name for name in table.key if name in frame.columns]
    if len(keys) < len(table.key) or not keys:
        return []
    filled = frame[keys].reset_index(drop=True).dropna()
    again = filled[filled.duplicated(keep="first")]
    if again.empty:
        return []
    positions = filled.index.to_series()
    first = positions.groupby([filled[key] for key in keys], sort=False).transform("first")
    return [
        Problem(
            file,
            "key-twice",
            {"keys": keys, "row": int(first[position]) + 2},
            position + 2,
            keys[0],
            " / ".join(str(cell) for cell in cells),
        )
        for position, *cells in again.itertuples()
    ]
