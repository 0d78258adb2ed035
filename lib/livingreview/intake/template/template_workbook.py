"""The workbook of a new cohort folder: a sheet a table, drop-down lists, a dictionary of the columns."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from livingreview.cohort.columns import TABLES, Column, Table
from livingreview.intake.cell.names import ORIGIN, date_names
from livingreview.intake.read.sheet import letter

MADE = dt.datetime(2000, 1, 1)  # never the clock: the same bytes every time
LAST_ROW = 5000  # down to here the lists drop down
BOLD = Font(bold=True)
DICTIONARY = ("table", "column", "type", "unit", "allowed values", "required", "meaning")
HINTS = (
    "Fill in one sheet a table; leave out what you do not have.",
    "One row a patient in the sheet patients; patient_id is a pseudonym, the same in every sheet.",
    "Columns whose name is bold and underlined are needed; the note on each name says what it holds.",
    "The sheet dictionary lists every column with unit and allowed values.",
    f"Dates instead of months: add the column {ORIGIN} to patients, and write pfs_date for pfs_months, and so on.",
    "Dates are turned into months when the folder is read; they are never shown.",
    "No names, no hospital numbers, no dates of birth.",
    "Beside this workbook lies study.yml; fill it in as well.",
    "“livingreview check FOLDER” then names everything that is missing or cannot be read.",
)


def workbook_bytes() -> bytes:
    """The workbook; the same bytes every time."""
    book = Workbook()
    book.active.title = "read me"
    for row in HINTS:
        book.active.append([row])
    book.active.column_dimensions["A"].width = 110
    lists = book.create_sheet("lists")
    lists.sheet_state = "hidden"
    for table in TABLES.values():
        _table_sheet(book.create_sheet(table.name), table, lists)
    _dictionary(book.create_sheet("dictionary"))
    book.move_sheet("lists", len(book.sheetnames))
    return _without_clock(book)


def _table_sheet(sheet: Worksheet, table: Table, lists: Worksheet) -> None:
    for position, column in enumerate(table.columns):
        cell = sheet.cell(1, position + 1, column.name)
        cell.font = Font(bold=True, underline="single" if column.required else None)
        cell.comment = Comment(_about(table, column), "livingreview", height=120, width=260)
        dimension = sheet.column_dimensions[letter(position)]
        dimension.width = max(12, len(column.name) + 3)
        if column.kind in ("text", "category"):
            dimension.number_format = "@"  # 007 stays 007
        if column.values:
            _drop_down(sheet, position, column, lists)
    sheet.freeze_panes = "B2"


def _about(table: Table, column: Column) -> str:
    words = [column.meaning, f"Unit: {column.unit}." if column.unit else ""]
    words.append(f"One of: {', '.join(column.values)}." if column.values else "")
    dates = date_names(table, column.name)
    words.append(f"Or a date in a column {dates[0]}." if dates else "")
    words.append("Needed in every row." if column.required else "May stay empty.")
    return "\n".join(word for word in words if word)


def _drop_down(sheet: Worksheet, position: int, column: Column, lists: Worksheet) -> None:
    """A list kept in the hidden sheet: it may be long, and no program's separator matters."""
    place = 1 if lists.cell(1, 1).value is None else lists.max_column + 1
    for row, value in enumerate((f"{sheet.title}.{column.name}", *column.values), start=1):
        lists.cell(row, place, value)
    at = letter(place - 1)
    chosen = DataValidation(
        type="list",
        formula1=f"lists!${at}$2:${at}${len(column.values) + 1}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=column.name,
        error=f"One of: {', '.join(column.values)}"[:250],
    )
    chosen.add(f"{letter(position)}2:{letter(position)}{LAST_ROW}")
    sheet.add_data_validation(chosen)


def _dictionary(sheet: Worksheet) -> None:
    sheet.append(DICTIONARY)
    for table in TABLES.values():
        for column in table.columns:
            allowed = ", ".join(column.values) or _range(column)
            needed = "yes" if column.required else "no"
            sheet.append([table.name, column.name, column.kind, column.unit, allowed, needed, column.meaning])
    for cell in sheet[1]:
        cell.font = BOLD
    for at, width in zip("ABCDEFG", (16, 26, 10, 26, 44, 10, 70), strict=True):
        sheet.column_dimensions[at].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _range(column: Column) -> str:
    if column.minimum is None:
        return ""
    return f"{column.minimum:g} to {column.maximum:g}" if column.maximum is not None else f"{column.minimum:g} or more"


def _without_clock(book: Workbook) -> bytes:
    """openpyxl writes the time of saving into the properties and into every part's entry."""
    book.properties.creator = "livingreview"
    book.properties.created = MADE
    saved, clean = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":
                stamp = f"{MADE.isoformat()}Z".encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            target.writestr(zipfile.ZipInfo(part.filename, MADE.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return clean.getvalue()
