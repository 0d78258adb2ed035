"""Whether a folder can be read strictly as it is. Needs no pandas: it is asked before every build of new data."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from pathlib import Path

from livingreview.cohort.columns import TABLES, Column, Table
from livingreview.cohort.files import read_file, refuse_unfit
from livingreview.intake.cell.names import EMAIL, is_date_name, table_files, workbooks


def is_canonical(folder: Path) -> bool:
    """Whether every table is a strict CSV or Parquet file, in months and in the terms of the vocabulary."""
    files = table_files(folder)
    if workbooks(folder) or any(len(paths) != 1 for paths in files.values()):
        return False
    for name, (path,) in files.items():
        if path.stem != name or path.suffix not in (".csv", ".parquet"):
            return False
        if not (parquet_fits(path) if path.suffix == ".parquet" else _csv_fits(path, TABLES[name])):
            return False
    return True


def parquet_columns(path: Path) -> dict[str, str]:
    """Names and types of a Parquet file's columns, read from its end; none for a file that is no Parquet table."""
    from pyarrow import ArrowException
    from pyarrow.parquet import read_schema

    refuse_unfit(path)
    try:
        return {field.name: str(field.type) for field in read_schema(path)}
    except (ArrowException, OSError, UnicodeDecodeError):  # the last for names that are no text
        return {}


def parquet_fits(path: Path) -> bool:
    """Whether a Parquet table holds no dates."""
    return not any(
        is_date_name(name) or kind.startswith(("date", "timestamp")) for name, kind in parquet_columns(path).items()
    )


def _csv_fits(path: Path, table: Table) -> bool:
    try:
        text = read_file(path).decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        return False
    if len(header) == 1 and any(other in header[0] for other in ";\t"):
        return False  # something else stands between the cells
    if not rows or any(len(row) != len(header) for row in rows):
        return table.name == "patients" and not rows  # the strict reading says best that there is nobody
    return all(
        _column_fits(name.strip(), {cell.strip() for cell in cells} - {""}, table)
        for name, cells in zip(header, zip(*rows, strict=True), strict=True)
    ) and not any(not any(cell.strip() for cell in row) for row in rows)


def _column_fits(name: str, words: set[str], table: Table) -> bool:
    if is_date_name(name):
        return False
    column = table.column(name)
    if name == "patient_id":
        return not any(EMAIL.fullmatch(word) for word in words)
    return column is None or column.kind == "text" or _cells_fit(column, words)


def _cells_fit(column: Column, words: Iterable[str]) -> bool:
    if column.kind == "category":
        return set(words) <= set(column.values)
    try:
        return all(math.isfinite(float(word)) for word in words)
    except ValueError:
        return False
