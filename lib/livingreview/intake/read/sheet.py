"""One table of cells as it stands in a file: a header, rows with their numbers, and what was read into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.tables import MAX_CELL, header_problems, refuse_large
from livingreview.words.import_words import letter_label

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

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self.cells.columns)


def refused(label: str, code: str, row: int | None = None, column: str = "", **facts: Any) -> CohortError:
    """One problem, to be raised."""
    return CohortError([Problem(label, code, facts, row, column)])


def table_of(label: str, numbered: Sequence[tuple[int, list[Any]]], *, decimal_comma: bool = False) -> Sheet:
    """A table from numbered rows: the first that is not blank is the header; blank rows are left out with a note.

    Raises CohortError for a header that names a column twice or not at all, and for rows of another length.
    """
    filled = [(number, row) for number, row in numbered if any(cell != "" for cell in row)]
    if not filled:
        raise refused(label, "file-empty")
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
    notes = [Problem(label, "header-below", {"top": top}, top, note=True)] if below else []
    if between:
        notes.append(Problem(label, "blank-rows", {"count": len(between)}, between[0], note=True))
    return notes


def _named_columns(label: str, top: int, header: list[str], body: list[tuple[int, list[Any]]]) -> list[str]:
    """The header without the blank columns at its end; CohortError for cells under no name."""
    for position, name in enumerate(header):
        if name:
            continue
        for number, row in body:
            if position < len(row) and row[position] != "":
                where = letter_label(letter(position))
                raise refused(label, "cell-without-column", number, where, letter=letter(position), top=top)
    while header and not header[-1]:
        header = header[:-1]
    return header


def _refuse_wrong_rows(label: str, width: int, body: list[tuple[int, list[Any]]]) -> None:
    problems = [
        Problem(label, "row-of-other-length", {"cells": len(row), "header": width}, number)
        for number, row in body
        if len(row) < width or any(cell != "" for cell in row[width:])
    ]
    problems += [
        Problem(label, "cell-too-long", {"count": len(cell), "most": MAX_CELL}, number)
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
