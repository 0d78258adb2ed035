"""Reading a table of cells: every dialect is understood and named, everything else refused with its place."""

from __future__ import annotations

import datetime as dt
import sys
import types
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from livingreview.cli.arguments import cohort_folder
from livingreview.cohort.problems import CohortError
from livingreview.intake.folder.prepare import prepare
from livingreview.intake.mapping.propose import propose
from livingreview.intake.mapping.source_files import source_files
from livingreview.intake.read import formats
from livingreview.intake.read.formats import read_sheet, sheets_of
from livingreview.intake.read.sheet import Sheet, letter
from livingreview.words.problem_words import rule_and_fix, sentence


def text(folder: Path, content: str | bytes, name: str = "patients.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(folder: Path, *rows: list, edit=lambda sheet: None, name: str = "cohort.xlsx") -> Path:
    book = Workbook()
    book.active.title = "patients"
    for row in rows:
        book.active.append(row)
    edit(book.active)
    book.save(folder / name)
    return folder / name


def refusal(path: Path, sheet: str | None = None) -> list[str]:
    with pytest.raises(CohortError) as refused:
        read_sheet(path, sheet)
    return [sentence(problem) for problem in refused.value.problems]


def notes(path: Path) -> list[str]:
    return [sentence(note) for note in read_sheet(path).notes]


@pytest.mark.parametrize(
    ("content", "comma", "said"),
    [
        ("a,b\n1,2\n", False, []),
        ("\ufeffa,b\r\n1,2\r\n", False, []),
        ("a;b\n1;2\n", True, ["semicolons"]),
        ("a\tb\n1\t2\n", False, ["tabs"]),
        ("sep=;\na;b\n1;2\n", True, ["semicolons"]),
        ('"a;x",b\n1,2\n', False, []),
    ],
)
def test_what_stands_between_the_cells_is_seen_in_the_header(tmp_path, content, comma, said):
    sheet = read_sheet(text(tmp_path, content))
    assert sheet.cells.to_numpy().tolist() == [["1", "2"]]
    assert sheet.decimal_comma is comma
    assert [sentence(note) for note in sheet.notes] == [
        f"patients.csv: {mark} stand between the cells. Nothing to do: the table is read so." for mark in said
    ]


def test_rows_keep_the_numbers_of_the_spreadsheet(tmp_path):
    sheet = read_sheet(text(tmp_path, "a,b, \n 1 ,2,\n,,\n,,\n3,4,\n,,\n"))
    assert (list(sheet.cells.columns), sheet.cells.to_numpy().tolist()) == (["a", "b"], [["1", "2"], ["3", "4"]])
    assert sheet.rows == [2, 5]
    assert [sentence(note) for note in sheet.notes] == [
        "patients.csv, row 3: 2 blank rows left out. Nothing to do: rows are counted as the spreadsheet counts them."
    ]


def test_windows_1252_is_named_with_the_first_cell_that_depends_on_it(tmp_path):
    assert notes(text(tmp_path, "id,drug\n1,x\n2,Köln\n3,é\n".encode("cp1252"))) == [
        "patients.csv, row 3, drug: the file is not UTF-8: read as Windows-1252 (2 cells beyond plain ASCII). "
        "Look whether accents are right; “CSV UTF-8” leaves no doubt."
    ]
    assert read_sheet(tmp_path / "patients.csv").cells["drug"].tolist() == ["x", "Köln", "é"]


def test_utf_16_with_its_mark_is_read(tmp_path):
    sheet = read_sheet(text(tmp_path, "a;b\nü;2\n".encode("utf-16")))
    assert sheet.cells.to_numpy().tolist() == [["ü", "2"]]
    assert rule_and_fix(sheet.notes[0])[0] == "the file is not UTF-8: read as UTF-16 (1 cell beyond plain ASCII)"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "patients.csv: the file is empty. Give it a header row, or delete the file."),
        (b"a,b\n", "patients.csv: the table has a header but no rows. Add the rows, or delete the table."),
        (
            b"a,b\n1,\x81\n",
            "patients.csv, row 2: the byte 0x81 is neither UTF-8 nor Windows-1252. Save the sheet as “CSV UTF-8” and try again.",
        ),
        (
            b"a,b\n1,\x00\n",
            "patients.csv: the file holds zero bytes: it is no CSV text. Save the sheet as “CSV UTF-8” and try again.",
        ),
        (
            b"PK\x03\x04rest",
            "patients.csv: the file is a workbook, no CSV text. Give it the ending .xlsx, or save it as CSV.",
        ),
        (b"a;b,c\n1;2,3\n", "patients.csv, row 1: commas and semicolons stand between the names of the header. Use one of them throughout."),
        (b"a,b,a\n1,2,3\n", "patients.csv, row 1, a: the column is there twice. Rename or delete one of them."),
        (b"a,,b\n1,2,3\n", "patients.csv, row 2, column B: the cell stands under no column name. Name column B in row 1, or empty it."),
        (
            b"a,b\n1,2\n3\n",
            "patients.csv, row 3: the row has 1 cells, the header has 2. "
            "Quote cells that hold the separator, and give every row as many cells as the header.",
        ),
        (b"a,b\n1," + b"x" * 10_001 + b"\n", "patients.csv, row 2: a cell holds 10,001 characters, more than 10,000. Shorten it."),
        (b'a,b\n1,"2\n', "patients.csv: the file is no valid CSV (unexpected end of data). Check the quotes near its end."),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_its_place(tmp_path, content, said):
    assert refusal(text(tmp_path, content)) == [said]


def test_a_workbook_keeps_the_types_of_its_cells(tmp_path):
    day = dt.datetime(2020, 4, 3)
    path = workbook(tmp_path, [" id ", "when", "n", "x", None], [" p1 ", day, 2, 1.5, None], [], ["p2", None, 3, True])
    sheet = read_sheet(path)
    assert sheet.label == "cohort.xlsx, sheet patients"
    assert list(sheet.cells.columns) == ["id", "when", "n", "x"]
    assert sheet.cells.to_numpy().tolist() == [["p1", day, 2, 1.5], ["p2", "", 3, True]]
    assert (sheet.rows, sheet.decimal_comma) == ([2, 4], False)
    assert sheets_of(path) == (["patients"], [])


def test_not_available_is_empty_and_other_errors_are_refused(tmp_path):
    assert notes(workbook(tmp_path, ["id", "x"], ["p1", "#N/A"])) == [
        "cohort.xlsx, sheet patients, row 2, column B: 1 cell holds #N/A: read as empty. Nothing to do if that is right."
    ]
    assert refusal(workbook(tmp_path, ["id", "x"], ["p1", "#REF!"])) == [
        "cohort.xlsx, sheet patients, row 2, column B: found “#REF!”; the cell is in error. "
        "Correct the formula, or replace it by its value."
    ]


def test_a_formula_without_its_value_is_refused(tmp_path):
    assert refusal(workbook(tmp_path, ["id", "x"], ["p1", "=1+1"])) == [
        "cohort.xlsx, sheet patients, row 2, column B: the value of the formula is not in the file. "
        "Open the workbook in a spreadsheet program and save it, or replace the formula by its value."
    ]


def test_merged_cells_are_refused(tmp_path):
    path = workbook(tmp_path, ["id", "x"], ["p1", 1], ["p2", None], edit=lambda sheet: sheet.merge_cells("B2:B3"))
    assert refusal(path) == [
        "cohort.xlsx, sheet patients, row 2, column B: the cells B2:B3 are merged. "
        "Unmerge them, and write the value into every row it holds for."
    ]


def test_hidden_rows_and_sheets_are_named(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.parent.create_sheet("old").sheet_state = "hidden"

    assert notes(workbook(tmp_path, ["id"], ["p1"], ["p2"], edit=hide)) == [
        "cohort.xlsx, sheet patients, row 3: 1 row is hidden, by a filter perhaps, and read all the same. "
        "Delete what is not meant.",
        "cohort.xlsx: the hidden sheet “old” is not read. Show it if it is meant.",
    ]


def test_one_of_several_sheets_must_be_named(tmp_path):
    path = workbook(tmp_path, ["id"], ["p1"], edit=lambda sheet: sheet.parent.create_sheet("mrd"))
    assert refusal(path) == ["cohort.xlsx: the workbook has 2 sheets (patients, mrd). Say which one is meant."]
    assert refusal(path, "flow") == ["cohort.xlsx: there is no sheet “flow”. Sheets: patients, mrd."]
    assert read_sheet(path, "patients").rows == [2]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"", "a.xlsx: the file is no XLSX workbook (BadZipFile). Save it again as .xlsx."),
        ("a.xlsx", b"\xd0\xcf\x11\xe0", "a.xlsx: an old workbook (.xls) or one with a password is not read. Save it as .xlsx without a password."),
        ("a.xls", b"x", "a.xls: an old workbook (.xls) or one with a password is not read. Save it as .xlsx without a password."),
        ("a.ods", b"x", "a.ods: the file is neither CSV nor XLSX. Save it as .xlsx or as CSV UTF-8."),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(tmp_path, name, content, said):
    assert refusal(text(tmp_path, content, name)) == [said]


def test_letters_of_columns():
    assert [letter(position) for position in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@given(st.one_of(st.binary(max_size=60), st.text(alphabet='ab;,\t"\n\r\x00é', max_size=40).map(str.encode)))
def test_any_bytes_are_a_table_or_a_refusal(tmp_path_factory, content):
    for ending in ("csv", "xlsx"):
        path = tmp_path_factory.mktemp("any") / f"a.{ending}"
        path.write_bytes(content)
        try:
            assert len(read_sheet(path).rows) == len(read_sheet(path).cells) > 0
        except CohortError as refused:
            assert all(problem.file.startswith("a.") and rule_and_fix(problem)[1] for problem in refused.problems)


def test_another_format_is_a_line_and_a_module(tmp_path, monkeypatch):
    """A folder, an import by mapping and the command take it at once: nobody else names an ending."""
    module = types.ModuleType("livingreview.intake.read.rows")
    cells = {"patient_id": ["a"], "pfs_date": ["2021-04-03"], "pfs_event": ["Censored"]}
    cells |= {"os_months": [12], "os_event": ["censored"], "origin_date": ["2020-04-03"]}
    module.read = lambda path, sheet: Sheet(f"{path.name}, {sheet}", pd.DataFrame(cells, dtype=object), [2])
    module.sheets = lambda path: (["patients"], [])
    monkeypatch.setitem(sys.modules, module.__name__, module)
    new = formats.Format((".rows",), "rows", ("folder", "import table"), several=True)
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, new))
    folder = tmp_path / "centre"
    folder.mkdir()
    (folder / "book.rows").write_text("anything", encoding="utf-8")
    (folder / "study.yml").write_text(
        "title: A\nshort_title: A\nedition: {kind: observed, date: 2026-11-22}\ncontact: c\n"
        "time_origin: {event: start of maintenance}\n",
        encoding="utf-8",
    )
    prepare(folder, tmp_path / "strict")
    written = (tmp_path / "strict" / "patients.csv").read_text(encoding="utf-8")
    assert written.splitlines()[1] == "a,11.992,censored,12,censored"
    assert cohort_folder(folder / "book.rows") == folder
    assert [block.table for block in propose(source_files(folder / "book.rows")).blocks] == ["patients"]
