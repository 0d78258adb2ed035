"""Sheets of an XLSX workbook as cells: values, never formulas, and nothing hidden taken for data unsaid."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livingreview.cohort.files import refuse_unfit
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.read.sheet import OLE, Sheet, letter, refused, table_of
from livingreview.intake.read.workbook_size import too_large

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
        raise refused(path.name, f"there is no sheet “{name}”", f"Sheets: {', '.join(book.sheetnames)}.")
    label = f"{path.name}, sheet {name}"
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
        raise refused(
            path.name,
            "an old workbook (.xls) or one with a password is not read",
            "Save it as .xlsx without a password.",
        )
    try:
        if problem := too_large(path):
            raise CohortError([problem])
        with warnings.catch_warnings(), path.open("rb") as opened:  # openpyxl leaves a broken file open
            warnings.simplefilter("ignore")  # of drawings and styles that openpyxl leaves out
            return openpyxl.load_workbook(opened, data_only=values)
    except CohortError:
        raise
    except Exception as error:  # openpyxl raises many types for a broken file
        raise refused(
            path.name, f"the file is no XLSX workbook ({type(error).__name__})", "Save it again as .xlsx."
        ) from None


def _only(path: Path, book: Workbook) -> str:
    names = _by_state(book)[0]
    if len(names) != 1:
        raise refused(
            path.name, f"the workbook has {len(names)} sheets ({', '.join(names)})", "Say which one is meant."
        )
    return names[0]


def _refuse_merged(label: str, sheet: Worksheet) -> None:
    fix = "Unmerge them, and write the value into every row it holds for."
    merged = sorted(sheet.merged_cells.ranges, key=lambda area: area.bounds[1::-1])
    problems = [
        Problem(label, f"the cells {area.coord} are merged", fix, area.min_row, f"column {letter(area.min_col - 1)}")
        for area in merged
    ]
    if problems:
        raise CohortError(problems)


def _value(cell: Any, label: str, formulas: set[str], wrong: list[Problem], unavailable: list[tuple[int, str]]) -> Any:
    """What a cell holds; "" where nothing. Adds to `wrong` what cannot be known, to `unavailable` every #N/A."""
    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    place = f"column {letter(cell.column - 1)}"
    if value == NOT_AVAILABLE:
        unavailable.append((cell.row, place))
        return ""
    if cell.data_type == "e":
        fix = "Correct the formula, or replace it by its value."
        wrong.append(Problem(label, "the cell is in error", fix, cell.row, place, str(value)))
    elif value is None and cell.coordinate in formulas:
        fix = "Open the workbook in a spreadsheet program and save it, or replace the formula by its value."
        wrong.append(Problem(label, "the value of the formula is not in the file", fix, cell.row, place))
    return "" if value is None else value


def _notes(label: str, sheet: Worksheet, unavailable: list[tuple[int, str]]) -> list[Problem]:
    notes = []
    if unavailable:
        many = "1 cell holds" if len(unavailable) == 1 else f"{len(unavailable)} cells hold"
        row, place = unavailable[0]
        notes.append(
            Problem(label, f"{many} #N/A: read as empty", "Nothing to do if that is right.", row, place, note=True)
        )
    hidden = sorted(number for number, row in sheet.row_dimensions.items() if row.hidden)
    if hidden:
        many = "1 row is" if len(hidden) == 1 else f"{len(hidden)} rows are"
        fix = "Delete what is not meant."
        notes.append(
            Problem(label, f"{many} hidden, by a filter perhaps, and read all the same", fix, hidden[0], note=True)
        )
    return notes


def _hidden_note(path: Path, book: Workbook) -> list[Problem]:
    return [
        Problem(path.name, f"the hidden sheet “{name}” is not read", "Show it if it is meant.", note=True)
        for name in _by_state(book)[1]
    ]
