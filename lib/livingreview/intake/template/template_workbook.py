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
from livingreview.words.intake_messages import fact_words
from livingreview.words.translate import gettext

MADE = dt.datetime(2000, 1, 1)  # never the clock: the same bytes every time
LAST_ROW = 5000  # down to here the lists drop down
BOLD = Font(bold=True)
DICTIONARY = "table column type unit allowed required meaning".split()
HINTS = "sheets rows bold dictionary dates dates-turned identifiers study check".split()


def workbook_bytes() -> bytes:
    """The workbook; the same bytes every time."""
    book = Workbook()
    book.active.title = "read me"
    for hint in HINTS:
        book.active.append([fact_words(f"hint-{hint}", origin=ORIGIN)])
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
    words = [gettext(column.meaning)]
    words += [fact_words("note-unit", unit=gettext(column.unit))] if column.unit else []
    words += [fact_words("note-values", allowed=", ".join(column.values))] if column.values else []
    words += [fact_words("note-date", name=dates[0]) for dates in [date_names(table, column.name)] if dates]
    words.append(fact_words("note-needed" if column.required else "note-optional"))
    return "\n".join(words)


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
        error=fact_words("note-values", allowed=", ".join(column.values))[:250],
    )
    chosen.add(f"{letter(position)}2:{letter(position)}{LAST_ROW}")
    sheet.add_data_validation(chosen)


def _dictionary(sheet: Worksheet) -> None:
    sheet.append([fact_words(f"head-{name}") for name in DICTIONARY])
    for table in TABLES.values():
        for column in table.columns:
            allowed = ", ".join(column.values) or _range(column)
            needed = "yes" if column.required else "no"
            unit, meaning = (gettext(words) if words else "" for words in (column.unit, column.meaning))
            sheet.append([table.name, column.name, column.kind, unit, allowed, needed, meaning])
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
    bounds = {"low": f"{column.minimum:g}", "high": f"{column.maximum or 0:g}"}
    return fact_words("range-from" if column.maximum is None else "range", **bounds)


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
