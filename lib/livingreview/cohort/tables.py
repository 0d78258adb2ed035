"""Files to tables: finding, reading and typing one table, with what could not be read."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import infer_dtype, is_bool_dtype, is_numeric_dtype

from livingreview.cohort.columns import Column, Table
from livingreview.cohort.files import MAX_TABLE, not_utf8, read_file, refuse_unfit
from livingreview.cohort.problems import UNSHOWABLE, CohortError, Problem
from livingreview.cohort.unknown_columns import CNSR, notes

SUFFIXES = (".csv", ".parquet")
MAX_CELL = 10_000
MAX_NAME = 200  # letters of a column's name
MAX_COLUMNS = 5_000  # a REDCap export with every checkbox has some thousand
MAX_ROWS = 20_000_000
MAX_WHOLE = 2**53
# What a cell of a column's kind is not, as code and facts.
CELL_CODES: dict[str, tuple[str, dict[str, int]]] = {
    "number": ("cell-no-number", {}),
    "integer": ("cell-no-whole-number", {}),
    "text": ("cell-unshowable", {"most": MAX_CELL}),
    "category": ("cell-unshowable", {"most": MAX_CELL}),
}
csv.field_size_limit(2**31 - 1)  # a longer cell is refused by its row, not by the reader


def table_file(folder: Path, name: str) -> Path | None:
    """The file that holds a table; None where the folder has none."""
    found = [folder / (name + suffix) for suffix in SUFFIXES if (folder / (name + suffix)).is_file()]
    if len(found) > 1:
        raise CohortError([Problem(found[0].name, "table-twice", {"other": found[1].name})])
    return found[0] if found else None


def read_cells(path: Path) -> pd.DataFrame:
    """All cells as stripped strings, nothing guessed; an empty cell is "".

    Raises CohortError for a file that is no UTF-8 CSV with one header row.
    """
    if path.suffix == ".parquet":
        return _read_parquet(path)
    content = read_file(path)
    if not content.strip():
        raise CohortError([Problem(path.name, "file-empty")])
    refuse_large(path.name, content.count(b"\n"), 1)
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CohortError([not_utf8(path.name, "table-not-utf8", error)]) from None
    if "\x00" in decoded:
        raise CohortError([Problem(path.name, "csv-zero-bytes")])
    try:
        rows = list(csv.reader(io.StringIO(decoded, newline=""), strict=True))
    except csv.Error as error:
        raise CohortError([Problem(path.name, "csv-invalid", {"detail": str(error)})]) from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise CohortError([Problem(path.name, "file-empty")])
    header = [name.strip() for name in rows[0]]
    refuse_large(path.name, len(rows), len(header))
    if len(header) == 1 and ";" in header[0]:
        raise CohortError([Problem(path.name, "csv-semicolons", row=1)])
    problems = [
        Problem(path.name, "row-ragged", {"cells": len(row), "header": len(header)}, number)
        for number, row in enumerate(rows[1:], start=2)
        if len(row) != len(header)
    ]
    problems += [
        Problem(path.name, "cell-too-long", {"count": len(cell), "most": MAX_CELL}, number)
        for number, row in enumerate(rows[1:], start=2)
        for cell in row
        if len(cell) > MAX_CELL
    ]
    if problems:
        raise CohortError(problems)
    return pd.DataFrame([[cell.strip() for cell in row] for row in rows[1:]], columns=_unique(path, header), dtype=str)


def _read_parquet(path: Path) -> pd.DataFrame:
    frame = parquet_frame(path)
    return frame.set_axis(_unique(path, [str(name) for name in frame.columns]), axis=1)


def parquet_frame(path: Path) -> pd.DataFrame:
    """A Parquet table with the types it has; CohortError for a file that is none, or that unpacks to too much."""
    import pyarrow
    from pyarrow.parquet import read_metadata

    refuse_unfit(path, MAX_TABLE)
    try:
        about = read_metadata(path)
        refuse_large(path.name, about.num_rows, about.num_columns)
        frame = pd.read_parquet(path)
    except CohortError:
        raise
    except Exception as error:  # pyarrow raises many types for a broken file
        raise CohortError([Problem(path.name, "parquet-invalid", {"detail": type(error).__name__})]) from None
    pyarrow.default_memory_pool().release_unused()  # it would keep as much as the frame itself
    return frame


def refuse_large(label: str, rows: int, columns: int) -> None:
    """CohortError for more rows or columns than any table of a cohort has."""
    for count, most, code in ((rows, MAX_ROWS, "too-many-rows"), (columns, MAX_COLUMNS, "too-many-columns")):
        if count > most:
            raise CohortError([Problem(label, code, {"count": count, "most": most})])


def _unique(path: Path, header: list[str]) -> list[str]:
    if wrong := header_problems(path.name, 1, header):
        raise CohortError(wrong)
    return header


def header_problems(label: str, row: int, header: list[str]) -> list[Problem]:
    """Names of columns that are there twice, or that are no names."""
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    problems = [Problem(label, "column-twice", {}, row, name[:MAX_NAME]) for name in twice]
    return problems + [
        Problem(label, "column-name-too-long", {"count": len(name)}, row, f"{name[:20]}…")
        for name in header
        if len(name) > MAX_NAME
    ]


def typed(
    cells: pd.DataFrame, table: Table, file: str, kept: Collection[str] = ()
) -> tuple[pd.DataFrame, list[Problem]]:
    """Columns in their types, missing as NA, with the headers and cells that do not fit.

    Columns that the schema does not know are left out with a note, but for those `kept`: the subgroups of study.yml.
    A column whose name is nearly that of a missing one is read as that one, so that what is wrong inside
    it is found in the same run.
    """
    problems = _header_problems(cells, table, file, kept)
    cells = cells.rename(columns=misspelt(cells.columns, table))
    cells = cells[[name for name in cells.columns if table.column(name) or name in kept]]
    columns = {}
    for name in cells.columns:
        column = table.column(name)
        columns[name], wrong = _typed_column(cells[name], column or Column(name, "text", ""))
        code, facts = CELL_CODES[column.kind if column else "text"]
        problems += [
            Problem(file, code, facts, int(position) + 2, name, str(cells[name].iloc[position])) for position in wrong
        ]
    return pd.DataFrame(columns, index=cells.index, copy=False), problems


def missing_column(column: Column, index: pd.Index) -> pd.Series:
    """A column that a file lacks: of its type, and missing throughout."""
    return _typed_column(pd.Series(None, index=index, dtype=object), column)[0]


def _typed_column(cells: pd.Series, column: Column) -> tuple[pd.Series, list[int]]:
    """The typed column and the positions of cells that are not of its type."""
    if column.kind not in ("number", "integer"):
        words = _words(cells)
        unfit = words.map(_unfit, na_action="ignore").eq(True)
        return words.where(~unfit, None), list(unfit.to_numpy().nonzero()[0])
    counted = is_numeric_dtype(cells) and not is_bool_dtype(cells)  # dates of a Parquet file are no numbers
    given = cells if counted else _words(cells)
    empty = given.isna()
    numbers = pd.to_numeric(given.where(~empty, None), errors="coerce").astype(float)
    finite = numbers.abs() < float("inf")
    wrong = ~empty & ~finite
    if column.kind == "integer":
        wrong |= ~empty & finite & ((numbers % 1 != 0) | (numbers.abs() > MAX_WHOLE))
        return numbers.where(~wrong).astype("Int64"), list(wrong.to_numpy().nonzero()[0])
    return numbers.where(~wrong), list(wrong.to_numpy().nonzero()[0])


def _words(cells: pd.Series) -> pd.Series:
    """Every cell as a stripped string, None where it is empty; what stands in many rows is stripped once."""
    if infer_dtype(cells, skipna=True) not in ("string", "empty"):
        cells = cells.map(_text, na_action="ignore").where(cells.notna(), None)
    codes, different = pd.factorize(cells)
    words = np.array([*(word.strip() or None for word in different), None], dtype=object)
    return pd.Series(words[codes], index=cells.index, name=cells.name)  # the code -1 of a missing cell is the last


def _text(cell: object) -> str:
    """A cell of any type as text; bytes become what no text may hold."""
    return "\x00" if isinstance(cell, bytes) else str(cell)


def _unfit(words: str) -> bool:
    """Whether no page can show this text as it stands."""
    return len(words) > MAX_CELL or UNSHOWABLE.search(words) is not None


def misspelt(header: Iterable[str], table: Table) -> dict[str, str]:
    """Columns of a file that are probably required ones under another name."""
    known, header = {column.name for column in table.columns}, list(header)
    unknown = [name for name in header if name not in known]
    found: dict[str, str] = {}
    for name in table.required:
        free = [other for other in unknown if other not in found]
        if name not in header and (near := get_close_matches(name, free, 1, 0.6)):
            found[near[0]] = name
    return found


def _header_problems(cells: pd.DataFrame, table: Table, file: str, kept: Collection[str]) -> list[Problem]:
    meant = misspelt(cells.columns, table)
    under = {name: other for other, name in meant.items()}
    problems = []
    for name in table.required:
        if name not in cells.columns:
            there = under.get(name)
            code = "column-misspelt" if there else "column-missing"
            facts = {"there": there} if there else {"meaning": table.column(name).meaning}
            problems.append(Problem(file, code, facts, 1, name))
    kept = {name for name in kept if name.upper() != CNSR}  # also where study.yml cannot be read and every column stays
    unknown = [name for name in cells.columns if not table.column(name) and name not in kept and name not in meant]
    for name in (one for one in unknown if not one or one.upper() == CNSR):
        problems.append(Problem(file, "column-cnsr" if name else "column-without-name", {}, 1, name))
    others = (name for name in unknown if name and name.upper() != CNSR)
    return problems + notes(others, table, file, 1, {*cells.columns, *meant.values()})
