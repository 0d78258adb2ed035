"""One table of cells from a file as people have it: CSV of any dialect, or a sheet of a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from livingreview.cohort.files import read_file
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.tables import EMPTY, MAX_CELL, header_problems, refuse_large
from livingreview.intake.read.encodings import UnreadableText, decoded

TEXT = (".csv", ".txt", ".tsv")
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # an XLSX workbook; an XLS one, or one with a password


@dataclass(frozen=True)
class Sheet:
    """Cells as they were found; nothing is interpreted but blanks at their ends.

    `cells` holds objects: text, stripped, "" where empty; from a workbook also numbers, truth values and
    dates. `rows` gives each frame row its number in the spreadsheet. `decimal_comma` says that commas
    stand before decimals, because semicolons stand between the cells.
    """

    label: str
    cells: pd.DataFrame
    rows: list[int]
    notes: list[Problem] = field(default_factory=list)
    decimal_comma: bool = False


def read_sheet(path: Path, sheet: str | None = None, *, lone_header: bool = False) -> Sheet:
    """The table of a .csv, .txt, .tsv or .xlsx file; `sheet` names one of several sheets.

    Raises CohortError for whatever is no table with one header row, with its place; for a header without
    rows unless `lone_header`.
    """
    if path.suffix.lower() in TEXT:
        found = _read_text(path)
    else:
        from livingreview.intake.read.workbook import read_workbook_sheet

        found = read_workbook_sheet(path, sheet)
    if found.cells.empty and not lone_header:
        raise refused(found.label, "the table has a header but no rows", "Add the rows, or delete the table.")
    return found


def sheet_names(path: Path) -> list[str]:
    """Names of the visible sheets of a workbook, in order; none for a text file."""
    if path.suffix.lower() in TEXT:
        return []
    from livingreview.intake.read.workbook import visible_sheets

    return visible_sheets(path)


def refused(label: str, rule: str, fix: str, row: int | None = None, column: str = "", value: str = "") -> CohortError:
    """One problem, to be raised."""
    return CohortError([Problem(label, rule, fix, row, column, value)])


def _read_text(path: Path) -> Sheet:
    text, encoding = _text_of(path)
    delimiter, skipped = _delimiter(path.name, text)
    try:
        lines = io.StringIO(text.rstrip("\r\n"), newline="")  # a spreadsheet may end in a million blank lines
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise refused(path.name, f"the file is no valid CSV ({error})", "Check the quotes near its end.") from None
    numbered = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, start=1)][skipped:]
    found = table_of(path.name, numbered, decimal_comma=delimiter == ";")
    notes = [_encoding_note(found, encoding)] if encoding else []
    if delimiter != ",":
        rule = f"{DELIMITERS[delimiter]} stand between the cells"
        notes.append(Problem(path.name, rule, "Nothing to do: the table is read so.", note=True))
    return replace(found, notes=notes + found.notes)


def _text_of(path: Path) -> tuple[str, str]:
    """The text of a file, and its encoding if that is not UTF-8."""
    content = read_file(path)
    refuse_large(path.name, content.count(b"\n"), 1)
    if not content.strip():
        raise refused(path.name, *EMPTY)
    if content.startswith((ZIP, OLE)):
        raise refused(path.name, "the file is a workbook, no CSV text", "Give it the ending .xlsx, or save it as CSV.")
    try:
        return decoded(content)
    except UnreadableText as error:
        raise refused(path.name, error.rule, error.fix, error.row) from None


def _encoding_note(found: Sheet, encoding: str) -> Problem:
    """Which encoding was assumed, and where its first letter beyond ASCII stands."""
    places = [
        (row, name)
        for row, record in zip(found.rows, found.cells.itertuples(index=False, name=None), strict=True)
        for name, cell in zip(found.cells.columns, record, strict=True)
        if not cell.isascii()
    ]
    row, column = places[0] if places else (None, "")
    rule = f"the file is not UTF-8: read as {encoding} ({_counted(len(places), 'cell')} beyond plain ASCII)"
    return Problem(
        found.label, rule, "Look whether accents are right; “CSV UTF-8” leaves no doubt.", row, column, note=True
    )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _delimiter(label: str, text: str) -> tuple[str, int]:
    """What stands between the cells, from the header outside quotes, and how many rows come before it."""
    said = re.match(r"\s*\"?sep=([,;\t])\"?[,;\t]*\r?\n", text, re.IGNORECASE)  # a line only Excel reads
    if said:
        return said[1], 1
    header = re.sub(r'"[^"]*"', "", text.lstrip("\r\n \ufeff"))
    header = re.split(r"\r\n|\r|\n", header, maxsplit=1)[0]
    counts = {mark: header.count(mark) for mark in DELIMITERS}
    most = max(counts.values())
    likely = [mark for mark, count in counts.items() if count == most]
    if most == 0:
        return ",", 0
    if len(likely) > 1:
        both = " and ".join(DELIMITERS[mark] for mark in likely)
        raise refused(label, f"{both} stand between the names of the header", "Use one of them throughout.", 1)
    return likely[0], 0


def table_of(label: str, numbered: Sequence[tuple[int, list[Any]]], *, decimal_comma: bool = False) -> Sheet:
    """A table from numbered rows: the first that is not blank is the header; blank rows are left out with a note.

    Raises CohortError for a header that names a column twice or not at all, and for rows of another length.
    """
    filled = [(number, row) for number, row in numbered if any(cell != "" for cell in row)]
    if not filled:
        raise refused(label, *EMPTY)
    (top, names), body = filled[0], filled[1:]
    header = [str(name).strip() for name in names]
    refuse_large(label, len(body), len(header))
    last = body[-1][0] if body else top
    between = [number for number, row in numbered if top < number < last and all(cell == "" for cell in row)]
    header = _named_columns(label, top, header, body)
    _refuse_wrong_rows(label, len(header), body)
    frame = pd.DataFrame([row[: len(header)] for _, row in body], columns=range(len(header)), dtype=object)
    kept = [position for position, name in enumerate(header) if name]
    frame = frame[kept].set_axis([header[position] for position in kept], axis=1)
    if wrong := header_problems(label, top, list(frame.columns)):
        raise CohortError(wrong)
    return Sheet(
        label,
        frame,
        [number for number, _ in body],
        _blank_notes(label, top, top > numbered[0][0], between),
        decimal_comma,
    )


def _blank_notes(label: str, top: int, below: bool, between: list[int]) -> list[Problem]:
    notes = []
    if below:
        notes.append(
            Problem(label, f"the header is read from row {top}", "Nothing to do if that is right.", top, note=True)
        )
    if between:
        fix = "Nothing to do: rows are counted as the spreadsheet counts them."
        notes.append(Problem(label, f"{_counted(len(between), 'blank row')} left out", fix, between[0], note=True))
    return notes


def _named_columns(label: str, top: int, header: list[str], body: list[tuple[int, list[Any]]]) -> list[str]:
    """The header without the blank columns at its end; CohortError for cells under no name."""
    for position, name in enumerate(header):
        if name:
            continue
        for number, row in body:
            if position < len(row) and row[position] != "":
                where = f"column {letter(position)}"
                raise refused(
                    label,
                    "the cell stands under no column name",
                    f"Name {where} in row {top}, or empty it.",
                    number,
                    where,
                )
    while header and not header[-1]:
        header = header[:-1]
    return header


def _refuse_wrong_rows(label: str, width: int, body: list[tuple[int, list[Any]]]) -> None:
    fix = "Quote cells that hold the separator, and give every row as many cells as the header."
    problems = [
        Problem(label, f"the row has {len(row)} cells, the header has {width}", fix, number)
        for number, row in body
        if len(row) < width or any(cell != "" for cell in row[width:])
    ]
    problems += [
        Problem(label, f"a cell holds {len(cell):,} characters, more than {MAX_CELL:,}", "Shorten it.", number)
        for number, row in body
        for cell in row
        if isinstance(cell, str) and len(cell) > MAX_CELL
    ]
    if problems:
        raise CohortError(problems)


def letter(position: int) -> str:
    """The letters of a spreadsheet column, counted from 0: A, B, …, Z, AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
