"""Workbooks of a few kilobytes that would be millions of cells are refused before they are opened."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from livingreview.cohort.problems import CohortError
from livingreview.intake.read.formats import read_sheet
from livingreview.intake.read.workbook_size import MAX_PARTS
from livingreview.words.problem_words import sentence


def book(tmp_path: Path, change=lambda sheet: None, edit=lambda xml: xml) -> Path:
    """A workbook of one table; `edit` changes the XML of its sheet, as only a hostile hand does."""
    written = Workbook()
    written.active.append(["patient_id", "months", "status"])
    written.active.append(["A", 1, "negative"])
    change(written.active)
    content = io.BytesIO()
    written.save(content)
    path = tmp_path / "mrd.xlsx"
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, edit(text) if "worksheets/sheet1.xml" in part.filename else text)
    return path


def said(path: Path) -> str:
    began = time.perf_counter()
    with pytest.raises(CohortError) as raised:
        read_sheet(path)
    assert time.perf_counter() - began < 5
    (problem,) = raised.value.problems
    return sentence(problem)


def test_a_sound_workbook_is_read(tmp_path: Path) -> None:
    assert list(read_sheet(book(tmp_path)).cells.columns) == ["patient_id", "months", "status"]


def test_a_cell_in_the_last_column_is_refused(tmp_path: Path) -> None:
    far = book(tmp_path, lambda sheet: sheet.cell(20_000, 16_384, "x"))
    assert said(far).startswith("mrd.xlsx: a sheet has a cell at XFD20000, beyond column 5,000.")


def test_a_cell_in_the_last_row_is_refused_where_the_sheet_is_wide(tmp_path: Path) -> None:
    far = book(tmp_path, lambda sheet: sheet.cell(1_048_576, 3, "x"))
    assert "a sheet reaches to row 1,048,576 and column 3: more than 2,000,000 cells" in said(far)


@pytest.mark.parametrize("tag", ["mergeCells><mergeCell", "hyperlinks><hyperlink"])
def test_an_area_of_the_whole_sheet_is_refused(tmp_path: Path, tag: str) -> None:
    outer = tag.partition(">")[0]
    area = f'<{tag} ref="A1:XFD1048576"/></{outer}></worksheet>'.encode()
    far = book(tmp_path, edit=lambda xml: xml.replace(b"</worksheet>", area))
    assert "a sheet joins the 17,179,869,184 cells A1:XFD1048576" in said(far)


def test_a_bomb_is_refused_unopened(tmp_path: Path) -> None:
    far = book(tmp_path, edit=lambda xml: xml + b" " * (2**27 + 1))
    assert "the workbook unpacks to more than 128 MB" in said(far)
    assert far.stat().st_size < 2**20


def test_many_parts_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path)
    with zipfile.ZipFile(path, "a") as packed:
        for number in range(MAX_PARTS):
            packed.writestr(f"xl/media/{number}.txt", "")
    assert "more than 2,000 parts" in said(path)


def test_a_cell_in_a_row_that_no_sheet_has_is_refused(tmp_path: Path) -> None:
    row = b'<row r="1000000000"><c r="A1000000000"><v>1</v></c></row></sheetData>'
    far = book(tmp_path, edit=lambda xml: xml.replace(b"</sheetData>", row))
    assert "a sheet reaches to row 1,000,000,000 and column 3: more than 2,000,000 cells" in said(far)
