"""What `livingreview new` writes: empty places that are named, a workbook that can be filled in, the same bytes."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from livingreview.cohort.columns import TABLES
from livingreview.cohort.study import Study
from livingreview.intake.folder.prepare import readable
from livingreview.intake.template.template import study_text, write_template
from livingreview.intake.template.template_workbook import workbook_bytes
from support import refuses, run

FILLED = {
    "title": "Maintenance at our centre",
    "short_title": "Our centre",
    "date": "2026-11-22",
    "event": "start of maintenance",
    "contact": "the registry",
}
PATIENTS = [
    {"patient_id": f"{number:03}", "pfs_months": 3.5 * number, "pfs_event": event, "os_months": 4.0 * number + 2,
     "os_event": "death" if number % 3 == 0 else "censored", "age_years": 50 + number, "sex": ("female", "male")[number % 2]}
    for number, event in enumerate(["progression", "censored", "progression", "censored"] * 5, start=1)
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "centre")
    return tmp_path / "centre"


def fill_in_study(folder: Path) -> None:
    text = (folder / "study.yml").read_text(encoding="utf-8")
    for name, value in FILLED.items():
        text, done = re.subn(rf"^(\s*{name}:) # TO FILL IN: .*$", rf"\1 {value}", text, flags=re.MULTILINE)
        assert done == 1, name
    (folder / "study.yml").write_text(text, encoding="utf-8")


def test_the_tables_have_the_columns_of_the_model_and_no_rows(folder):
    for name, table in TABLES.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
            assert list(csv.reader(opened)) == [[column.name for column in table.columns]]


def test_the_workbook_holds_a_sheet_a_table_with_lists_for_every_category(folder):
    book = load_workbook(folder / "cohort.xlsx")
    assert book.sheetnames == ["read me", *TABLES, "dictionary", "lists"]
    assert book["lists"].sheet_state == "hidden"
    for name, table in TABLES.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == [column.name for column in table.columns]
        assert all(cell.font.bold and cell.comment.text.startswith(column.meaning) for cell, column in zip(sheet[1], table.columns, strict=True))  # fmt: skip
        assert (sheet.freeze_panes, sheet.max_row) == ("B2", 1)
        lists = {
            book[name].cell(1, area.bounds[0]).value: [
                cell.value for (cell,) in book["lists"][rule.formula1.removeprefix("lists!").replace("$", "")]
            ]
            for rule in sheet.data_validations.dataValidation
            for area in rule.sqref.ranges
        }
        assert lists == {column.name: list(column.values) for column in table.columns if column.values}


def test_the_dictionary_lists_every_column(folder):
    rows = list(load_workbook(folder / "cohort.xlsx")["dictionary"].iter_rows(values_only=True))
    assert rows[0] == ("table", "column", "type", "unit", "allowed values", "required", "meaning")
    assert [row[:2] for row in rows[1:]] == [
        (name, column.name) for name, table in TABLES.items() for column in table.columns
    ]
    assert (
        "adverse_events",
        "grade",
        "integer",
        "CTCAE grade",
        "1 to 5",
        "yes",
        "CTCAE grade; version in study.yml",
    ) in rows


def test_the_same_bytes_every_time(tmp_path, folder):
    write_template(tmp_path / "again")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()
    }
    assert workbook_bytes() == (folder / "cohort.xlsx").read_bytes()


def test_study_yml_names_every_entry_and_is_valid_with_all_of_them(folder):
    fill_in_study(folder)
    text = (folder / "study.yml").read_text(encoding="utf-8")
    every = [re.sub(r"^# ", "", line) for line in text.splitlines()[2:]]
    record = yaml.safe_load("\n".join(every))
    assert list(record) == list(Study.model_fields)
    assert Study.model_validate(record).vocabulary.timepoints[0].label == "Best response"
    assert Study.model_validate(yaml.safe_load(text)).title == FILLED["title"]
    assert study_text().count("# TO FILL IN: ") == len(FILLED)


def test_check_says_exactly_what_is_still_to_be_filled_in(folder):
    done = run("check", folder)
    assert done.returncode == 1 and done.stdout == f"{folder}: 6 problems\n"
    assert [line for line in done.stderr.splitlines() if line.startswith("error")] == [
        "error: study.yml, title: the entry is empty. Fill it in: the title of the review.",
        "error: study.yml, short_title: the entry is empty. Fill it in: a few words for the top of each page.",
        "error: study.yml, edition.date: the entry is empty. "
        "Fill it in: a day such as 2026-11-22, shown on every page; never the clock.",
        "error: study.yml, time_origin.event: the entry is empty. "
        "Fill it in: what months are counted from, such as start of maintenance.",
        "error: study.yml, contact: the entry is empty. Fill it in: name and address for corrections.",
        "error: patients.csv: the table has a header but no patients. Add a row per patient.",
    ]


def test_a_folder_that_holds_something_is_refused(folder, tmp_path):
    before = (folder / "study.yml").read_bytes()
    with refuses("the folder holds something already. Name a new folder."):
        write_template(folder)
    assert (folder / "study.yml").read_bytes() == before
    (tmp_path / "file").write_text("")
    with refuses("a file of this name is there"):
        write_template(tmp_path / "file")


def fill_in_workbook(folder: Path) -> None:
    book = load_workbook(folder / "cohort.xlsx")
    for row, patient in enumerate(PATIENTS, start=2):
        for position, name in enumerate(cell.value for cell in book["patients"][1]):
            book["patients"].cell(row, position + 1, patient.get(name))
    book["adverse_events"].append(["001", 3, "Rash", None, "yes"])
    book.save(folder / "cohort.xlsx")


@pytest.mark.build
def test_the_workbook_filled_in_is_sound_and_builds(folder, tmp_path):
    fill_in_study(folder)
    fill_in_workbook(folder)
    with readable(folder) as (strict, problems):
        assert [problem for problem in problems if not problem.note] == []
        assert (strict / "patients.csv").read_text(encoding="utf-8").splitlines()[1] == (
            "001,3.5,progression,6,censored,51,male" + "," * 14
        )
    before = (folder / "cohort.xlsx").read_bytes()
    out = tmp_path / "out" / "centre"
    done = run("build", folder, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "note: mrd.csv: the table has a header but no rows: it counts as absent." in done.stdout
    assert "Maintenance at our centre" in (out / "html" / "index.html").read_text(encoding="utf-8")
    assert (folder / "cohort.xlsx").read_bytes() == before
    again = run("build", folder, "--out", out)
    assert "nothing to execute" in again.stdout and "counts as absent" in again.stdout
    assert run("plan", folder, "--out", out).stdout == "nothing to execute\n"
    names = [path.name for path in out.rglob("*")]
    assert [name for name in names if name.endswith(".xlsx") or name == "patients.csv"] == []


def test_patients_stay_out_of_the_repository(tmp_path):
    """As git itself sees the folder once it is filled in."""
    folder = tmp_path / "repository" / "cohort"
    write_template(folder)
    (folder / "commentary").mkdir()
    for name in ("published.csv", "commentary/safety.md", "commentary/patients.csv", ".livingreview-key", "mrd.parquet",
                 "export.xlsx", "mapping.yml", "IMPORT.md", "import.json", "notes/patient.txt", "patients.csv.bak"):  # fmt: skip
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    subprocess.run(["git", "init", "-q", folder.parent], check=True)
    added = subprocess.run(["git", "-C", folder.parent, "add", "-A", "-n"], check=True, capture_output=True, text=True)
    kept = [".gitignore", "commentary/safety.md", "published.csv", "study.yml"]
    assert added.stdout.splitlines() == [f"add 'cohort/{name}'" for name in kept]
