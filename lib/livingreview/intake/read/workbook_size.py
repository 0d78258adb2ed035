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


def too_large(path: Path) -> Problem | None:
    """What of a workbook is too large to be opened. BadZipFile and its kin for what is no workbook."""
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            return Problem(path.name, "workbook-unpacks", {"bytes": MAX_UNPACKED, "parts": MAX_PARTS})
        sheets = (part for part in parts if SHEET.fullmatch(part.filename))
        return next((problem for part in sheets for problem in _of_sheet(path.name, packed.read(part))), None)


def _of_sheet(file: str, xml: bytes) -> Iterator[Problem]:
    last_row, last_column, at = 0, 0, ""
    for column, row in CELL.findall(xml):
        last_row = max(last_row, int(row or 0))
        if (position := _number(column)) > last_column:
            last_column, at = position, f"{column.decode()}{row.decode()}".upper()
    if last_column > MAX_COLUMNS:
        yield Problem(file, "sheet-too-wide", {"at": at, "most": MAX_COLUMNS})
    elif last_row * last_column > MAX_CELLS:
        yield Problem(file, "sheet-too-large", {"last": last_row, "wide": last_column, "most": MAX_CELLS})
    for left, top, right, bottom in AREA.findall(xml):
        cells = (abs(_number(right) - _number(left)) + 1) * (abs(int(bottom) - int(top)) + 1)
        if cells > MAX_COLUMNS:
            area = f"{left.decode()}{top.decode()}:{right.decode()}{bottom.decode()}"
            yield Problem(file, "sheet-joins-cells", {"count": cells, "area": area})


def _number(letters: bytes) -> int:
    """The position of a column by its letters: A is 1, XFD 16,384."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
