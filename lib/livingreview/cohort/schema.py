"""Pandera schemas made from the column list, and their failures in plain words."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from livingreview.cohort.columns import Column, Table
from livingreview.cohort.problems import Problem

DTYPES = {"number": float, "integer": "Int64", "text": object, "category": object}


def pandera_schema(table: Table) -> pa.DataFrameSchema:
    """The schema of one table; every column carries its meaning and unit."""
    return pa.DataFrameSchema(
        {column.name: _pandera_column(column) for column in table.columns},
        name=table.name,
        description=table.meaning,
        unique=list(table.key) or None,
        strict=not table.open_columns,
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
    """Everything pandera finds in a typed table; `skip` names (column, row) already reported."""
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
        if case.check == "multiple_fields_uniqueness":
            continue  # reported a row at a time below
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
    return problems + _duplicates(frame, table, file)


def _duplicates(frame: pd.DataFrame, table: Table, file: str) -> list[Problem]:
    keys = [name for name in table.key if name in frame.columns]
    if len(keys) < len(table.key) or not keys:
        return []
    filled = frame.reset_index(drop=True).dropna(subset=keys)
    again = filled[filled.duplicated(keys, keep="first")]
    problems = []
    for position, row in again.iterrows():
        same = (filled[keys] == row[keys]).all(axis=1)
        first = int(filled.index[same][0]) + 2
        problems.append(
            Problem(
                file,
                f"the same {' and '.join(keys)} as in row {first}",
                "Keep one row, or correct the identifier.",
                int(position) + 2,
                keys[0],
                " / ".join(str(row[key]) for key in keys),
            )
        )
    return problems
