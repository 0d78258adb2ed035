"""One table of cells from a text file as people have it: CSV of any dialect."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

from livingreview.cohort.files import read_file
from livingreview.cohort.problems import Problem
from livingreview.cohort.tables import refuse_large
from livingreview.intake.read.encodings import UnreadableText, decoded
from livingreview.intake.read.sheet import OLE, ZIP, Sheet, refused, table_of

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
READ_WITH = {";": "read-with-semicolons", "\t": "read-with-tabs"}


def read(path: Path, _sheet: str | None = None) -> Sheet:
    """The table of a text file, whatever stands between its cells."""
    text, encoding = _text_of(path)
    delimiter, skipped = _delimiter(path.name, text)
    try:
        lines = io.StringIO(text.rstrip("\r\n"), newline="")  # a spreadsheet may end in a million blank lines
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise refused(path.name, "csv-invalid", detail=str(error)) from None
    numbered = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, start=1)][skipped:]
    found = table_of(path.name, numbered, decimal_comma=delimiter == ";")
    notes = [_encoding_note(found, encoding)] if encoding else []
    if delimiter != ",":
        notes.append(Problem(path.name, READ_WITH[delimiter], note=True))
    return replace(found, notes=notes + found.notes)


def _text_of(path: Path) -> tuple[str, str]:
    """The text of a file, and its encoding if that is not UTF-8."""
    content = read_file(path)
    refuse_large(path.name, content.count(b"\n"), 1)
    if not content.strip():
        raise refused(path.name, "file-empty")
    if content.startswith((ZIP, OLE)):
        raise refused(path.name, "text-is-workbook")
    try:
        return decoded(content)
    except UnreadableText as error:
        raise refused(path.name, error.code, error.row, **error.facts) from None


def _encoding_note(found: Sheet, encoding: str) -> Problem:
    """Which encoding was assumed, and where its first letter beyond ASCII stands."""
    places = [
        (row, name)
        for row, record in zip(found.rows, found.cells.itertuples(index=False, name=None), strict=True)
        for name, cell in zip(found.cells.columns, record, strict=True)
        if not cell.isascii()
    ]
    row, column = places[0] if places else (None, "")
    facts = {"encoding": encoding, "count": len(places)}
    return Problem(found.label, "read-in-encoding", facts, row, column, note=True)


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
        raise refused(label, "header-with-two-signs", 1, signs=[DELIMITERS[mark] for mark in likely])
    return likely[0], 0
