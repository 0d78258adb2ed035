"""How much a workbook would be once it is unpacked: asked before it is, because a few kilobytes can be any amount."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from livingreview.cohort.problems import Problem
from livingreview.cohort.tables import MAX_COLUMNS

MAX_UNPACKED = 2**27  # bytes of XML; as cells it is some fifteen times that
MAX_CELLS = 2_000_000  # of the rectangle that holds all cells of a sheet, empty ones too
MAX_PARTS = 2_000
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
CELL = re.compile(rb'<(?:\w+:)?(?:c|row)\s[^>]*?\br="([A-Za-z]{0,9})(\d{0,20})"')
AREA = re.compile(rb'<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?\bref="\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)"')
CSV_FIX = "Delete the rows and columns beyond the table, or save the table as CSV UTF-8."


def too_large(path: Path) -> Problem | None:
    """What of a workbook is too large to be opened. BadZipFile and its kin for what is no workbook."""
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            rule = f"the workbook unpacks to more than {MAX_UNPACKED // 2**20} MB, or to more than {MAX_PARTS:,} parts"
            return Problem(path.name, rule, "Save each table as CSV UTF-8.")
        sheets = (part for part in parts if SHEET.fullmatch(part.filename))
        return next((problem for part in sheets for problem in _of_sheet(path.name, packed.read(part))), None)


def _of_sheet(file: str, xml: bytes) -> Iterator[Problem]:
    last_row, last_column, at = 0, 0, ""
    for column, row in CELL.findall(xml):
        last_row = max(last_row, int(row or 0))
        if (position := _number(column)) > last_column:
            last_column, at = position, f"{column.decode()}{row.decode()}".upper()
    if last_column > MAX_COLUMNS:
        yield Problem(file, f"a sheet has a cell at {at}, beyond column {MAX_COLUMNS:,}", CSV_FIX)
    elif last_row * last_column > MAX_CELLS:
        rule = f"a sheet reaches to row {last_row:,} and column {last_column:,}: more than {MAX_CELLS:,} cells"
        yield Problem(file, rule, CSV_FIX)
    for left, top, right, bottom in AREA.findall(xml):
        cells = (abs(_number(right) - _number(left)) + 1) * (abs(int(bottom) - int(top)) + 1)
        if cells > MAX_COLUMNS:
            area = f"{left.decode()}{top.decode()}:{right.decode()}{bottom.decode()}"
            yield Problem(file, f"a sheet joins the {cells:,} cells {area}", "Unmerge them, or take the link away.")


def _number(letters: bytes) -> int:
    """The position of a column by its letters: A is 1, XFD 16,384."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
