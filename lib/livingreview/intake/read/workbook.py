"""Sheets of an XLSX workbook as cells: values, never formulas, and nothing hidden taken for data unsaid."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livingreview.cohort.files import refuse_unfit
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.read.sheet import OLE, Sheet, letter, refused, table_of
from livingreview.intake.read.workbook_size import too_large
from livingreview.words.import_words import letter_label, sheet_label

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NOT_AVAILABLE = "#N/A"


def sheets(path: Path) -> tuple[list[str], list[str]]:
    """Names of the sheets that a person sees and of those that are hidden; CohortError for what is no workbook."""
    return _by_state(_loaded(path, values=True))


def _by_state(book: Workbook) -> tuple[list[str], list[str]]:
    seen = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return seen, [sheet.title for sheet in book.worksheets if sheet.title not in seen]


def read(path: Path, sheet: str | None) -> Sheet:
    """One sheet; without a name the only visible one.

    Raises CohortError for merged cells, for formulas whose value the file does not hold, and for cells in error.
    """
    book = _loaded(path, values=False)
    name = sheet if sheet is not None else _only(path, book)
    if name not in book.sheetnames:
        raise refused(path.name, "sheet-missing", name=name, sheets=book.sheetnames)
    label = sheet_label(path.name, name)
    written = book[name]
    _refuse_merged(label, written)
    formulas = {cell.coordinate for row in written.iter_rows() for cell in row if cell.data_type == "f"}
    found = _loaded(path, values=True)[name] if formulas else written
    wrong: list[Problem] = []
    unavailable: list[tuple[int, str]] = []
    numbered = [
        (row[0].row, [_value(cell, label, formulas, wrong, unavailable) for cell in row])
        for row in found.iter_rows()
        if row
    ]
    if wrong:
        raise CohortError(wrong)
    table = table_of(label, numbered)
    notes = _notes(label, written, unavailable) + (_hidden_note(path, book) if sheet is None else [])
    return Sheet(label, table.cells, table.rows, notes + table.notes)


def _loaded(path: Path, *, values: bool) -> Workbook:
    import openpyxl

    refuse_unfit(path)
    with path.open("rb") as opened:
        start = opened.read(4)
    if start.startswith(OLE) or path.suffix.lower() == ".xls":
        raise refused(path.name, "workbook-old")
    try:
        if problem := too_large(path):
            raise CohortError([problem])
        with warnings.catch_warnings(), path.open("rb") as opened:  # openpyxl leaves a broken file open
            warnings.simplefilter("ignore")  # of drawings and styles that openpyxl leaves out
            return openpyxl.load_workbook(opened, data_only=values)
    except CohortError:
        raise
    except Exception as error:  # openpyxl raises many types for a broken file
        raise refused(path.name, "workbook-broken", detail=type(error).__name__) from None


def _only(path: Path, book: Workbook) -> str:
    names = _by_state(book)[0]
    if len(names) != 1:
        raise refused(path.name, "sheets-several", count=len(names), sheets=names)
    return names[0]


def _refuse_merged(label: str, sheet: Worksheet) -> None:
    merged = sorted(sheet.merged_cells.ranges, key=lambda area: area.bounds[1::-1])
    if merged:
        places = ((area, letter_label(letter(area.min_col - 1))) for area in merged)
        raise CohortError(
            [Problem(label, "cells-merged", {"area": area.coord}, area.min_row, place) for area, place in places]
        )


def _value(cell: Any, label: str, formulas: set[str], wrong: list[Problem], unavailable: list[tuple[int, str]]) -> Any:
    """What a cell holds; "" where nothing. Adds to `wrong` what cannot be known, to `unavailable` every #N/A."""
    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    place = letter_label(letter(cell.column - 1))
    if value == NOT_AVAILABLE:
        unavailable.append((cell.row, place))
        return ""
    if cell.data_type == "e":
        wrong.append(Problem(label, "cell-in-error", {}, cell.row, place, str(value)))
    elif value is None and cell.coordinate in formulas:
        wrong.append(Problem(label, "formula-without-value", {}, cell.row, place))
    return "" if value is None else value


def _notes(label: str, sheet: Worksheet, unavailable: list[tuple[int, str]]) -> list[Problem]:
    notes = []
    if unavailable:
        row, place = unavailable[0]
        notes.append(Problem(label, "cells-not-available", {"count": len(unavailable)}, row, place, note=True))
    hidden = sorted(number for number, row in sheet.row_dimensions.items() if row.hidden)
    if hidden:
        notes.append(Problem(label, "rows-hidden", {"count": len(hidden)}, hidden[0], note=True))
    return notes


def _hidden_note(path: Path, book: Workbook) -> list[Problem]:
    return [Problem(path.name, "sheet-hidden", {"name": name}, note=True) for name in _by_state(book)[1]]
