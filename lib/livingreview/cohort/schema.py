"""Pandera schemas made from the column list, and their failures in plain words."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from livingreview.cohort.columns import Column, Table
from livingreview.cohort.problems import Problem

DTYPES = {"number": float, "integer": "Int64", "text": object, "category": object}


@cache
def pandera_schema(table: Table) -> pa.DataFrameSchema:
    """The schema of one table; every column carries its meaning and unit. Its key is checked by `_duplicates`."""
    return pa.DataFrameSchema(
        {column.name: _pandera_column(column) for column in table.columns},
        name=table.name,
        description=table.meaning,
        strict=False,  # what is not known was left out, but for the subgroups of study.yml
    )


def _pandera_column(column: Column) -> pa.Column:
    checks = []
    if column.values:
        checks.append(pa.Check.isin(column.values, error=f"one of {', '.join(column.values)} is expected"))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error=f"{column.minimum:g} or more is expected ({column.unit})"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, error=f"{column.maximum:g} or less is expected ({column.unit})"))
    return pa.Column(
        DTYPES[column.kind],
        checks,
        nullable=not column.required,
        required=column.required,
        description=column.meaning,
        metadata={"unit": column.unit},
    )


def schema_problems(frame: pd.DataFrame, table: Table, file: str, skip: set[tuple[str, int]]) -> list[Problem]:
    """Everything wrong with the cells and keys of a typed table; `skip` names (column, row) already reported."""
    return _wrong_cells(frame, table, file, skip) + _duplicates(frame, table, file)


def _wrong_cells(frame: pd.DataFrame, table: Table, file: str, skip: set[tuple[str, int]]) -> list[Problem]:
    """What pandera finds, in the order of columns and rows."""
    try:
        pandera_schema(table).validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as errors:
        found = errors.failure_cases
    else:
        return []
    problems = []
    for case in found.itertuples():
        if pd.isna(case.index):
            continue  # a missing column: already said with a better hint
        row = int(case.index) + 2
        if (str(case.column), row) in skip:
            continue
        if case.check == "not_nullable":
            problems.append(
                Problem(
                    file,
                    "the cell is empty",
                    f"Fill it in: {table.column(case.column).meaning}.",
                    row,
                    str(case.column),
                )
            )
        else:
            problems.append(
                Problem(file, str(case.check), "Correct the cell.", row, str(case.column), str(case.failure_case))
            )
    order = list(frame.columns)
    problems.sort(key=lambda problem: (order.index(problem.column), problem.row))
    return problems


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
            f"the same {' and '.join(keys)} as in row {first[position] + 2}",
            "Keep one row, or correct the identifier.",
            position + 2,
            keys[0],
            " / ".join(str(cell) for cell in cells),
        )
        for position, *cells in again.itertuples()
    ]
