from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from livingreview.cohort.check import check_cohort
from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import Problem
from livingreview.words.problem_words import rule_and_fix, sentence, shown

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "chen-2026"


def livingreview(*arguments: str | Path) -> subprocess.CompletedProcess:
    """The command, as a user runs it."""
    command = [sys.executable, "-c", "from livingreview.cli.main import main; main()", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert "Traceback" not in done.stdout + done.stderr
    return done


# From Python


def test_the_reference_folder_is_sound() -> None:
    assert check_cohort(REFERENCE) == []


@pytest.mark.parametrize("name", [name for name in TABLES if name != "patients"])
def test_a_table_may_be_absent(edit, name: str) -> None:
    (edit.folder / f"{name}.csv").unlink()
    assert edit.found() == []


@pytest.mark.parametrize("name", [name for name in TABLES if name != "patients"])
def test_a_table_may_have_no_rows(edit, name: str) -> None:
    header = (edit.folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert edit.text(f"{name}.csv", header + "\n").found() == []


def test_patients_may_not_be_absent(edit) -> None:
    (edit.folder / "patients.csv").unlink()
    assert edit.found() == ["patients.csv: the file is missing. Every cohort folder needs one."]


def test_patients_may_not_be_none(edit) -> None:
    for name in ("responses", "mrd", "adverse_events", "flow"):
        (edit.folder / f"{name}.csv").unlink()
    edit.text("patients.csv", "patient_id,pfs_months,pfs_event,os_months,os_event\n")
    assert edit.found() == ["patients.csv: the table has a header but no patients. Add a row per patient."]


def test_a_table_there_twice_is_one_problem(edit) -> None:
    shutil.copy(edit.folder / "mrd.csv", edit.folder / "mrd.parquet")
    assert edit.found() == ["mrd.csv: the table is there twice, here and in mrd.parquet. Keep one of the two files."]


def test_study_and_tables_are_told_together(edit) -> None:
    edit.study("title", ...).cell("patients", 3, "pfs_months", "-9.1").text("mrd.csv", "").text("flow.csv", b"\xff")
    assert [said.split(":")[0] for said in edit.found()] == [
        "study.yml, title",
        "patients.csv, row 3, pfs_months",
        "mrd.csv",
        "flow.csv, row 1",
    ]


def test_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "nowhere"
    assert check_cohort(path) == [Problem(str(path), "folder-missing")]


def test_a_long_cell_is_shown_cut_and_its_control_characters_visible() -> None:
    assert shown("a\tb\x1b[31m") == "“a\\tb\\x1b[31m”"
    assert shown("x" * 60) == f"“{'x' * 60}”"
    assert shown("x" * 61) == f"“{'x' * 60}…”"


# From the command line


CHAPTERS = """\
study: partly (sex is empty; iss_stage is empty; r_iss_stage is empty; msmart_risk is empty; induction is empty)
responses: yes
progression-free-survival: yes
overall-survival: yes
time-to-next-treatment: no (next_therapy_months is empty)
minimal-residual-disease: partly (method is empty; sensitivity_reached is empty)
safety: partly (only grade 3 and above is recorded; term is empty; serious is empty; related is empty)
reproduction: yes
audit: yes
"""


def test_sound_folder_exits_0_and_names_the_chapters_it_supports() -> None:
    done = livingreview("check", REFERENCE)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{REFERENCE}: sound\n{CHAPTERS}", "")


def test_a_note_alone_exits_0(edit) -> None:
    done = livingreview("check", edit.cell("patients", 2, "iss_stages", "II").folder)
    assert (done.returncode, done.stdout) == (0, f"{edit.folder}: sound\n{CHAPTERS}")
    assert done.stderr.startswith("note: patients.csv, row 1, iss_stages: the column is not known: it is left out. ")


def test_no_folder_exits_1(tmp_path: Path) -> None:
    done = livingreview("check", tmp_path / "nowhere")
    assert done.returncode == 1
    assert (
        done.stderr
        == f"error: {tmp_path / 'nowhere'}: there is no such folder. Name a folder that holds study.yml and patients.csv.\n"
    )


def test_json(edit) -> None:
    done = livingreview(
        "check", edit.cell("patients", 3, "sex", "weiblich").cell("patients", 2, "iss_stages", "II").folder, "--json"
    )
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)["problems"]
    assert [(entry["row"], entry["column"], entry["value"], entry["note"]) for entry in found] == [
        (1, "iss_stages", "", True),
        (3, "sex", "weiblich", False),
    ]


def test_json_of_a_sound_folder_has_no_problems_and_names_every_chapter() -> None:
    done = livingreview("check", REFERENCE, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, list(found), found["problems"]) == (0, ["problems", "chapters"], [])
    assert found["chapters"][1] == {"chapter": "responses", "supported": "yes", "missing": []}
    assert [chapter["chapter"] for chapter in found["chapters"]] == [
        line.partition(":")[0] for line in CHAPTERS.splitlines()
    ]


BROKEN: dict[str, tuple[Callable, str]] = {
    "wrong header": (
        lambda edit: edit.header("patients", "os_months", "os_month"),
        "patients.csv, row 1, os_months: the column is missing. Is it the column “os_month”? Rename it.",
    ),
    "negative time": (
        lambda edit: edit.cell("patients", 3, "pfs_months", "-9.1"),
        "patients.csv, row 3, pfs_months: found “-9.1”; 0 or more is expected (months from the time origin). Correct the cell.",
    ),
    "unknown response": (
        lambda edit: edit.cell("responses", 2, "response", "nCR"),
        "responses.csv, row 2, response: found “nCR”; one of sCR, CR, VGPR, PR, MR, SD, PD, NE is expected. Correct the cell.",
    ),
    "duplicated id": (
        lambda edit: edit.append("patients", "R28", "56.0", "censored", "56.0", "censored", "69"),
        "patients.csv, row 30, patient_id: found “R28”; the same patient_id as in row 29. Keep one row, or correct the identifier.",
    ),
    "neither UTF-8 nor Windows-1252": (
        lambda edit: edit.text("adverse_events.csv", b"patient_id,grade,term\nR01,3,\x81belkeit\n"),
        "adverse_events.csv, row 2: the byte 0x81 is neither UTF-8 nor Windows-1252. Save the sheet as “CSV UTF-8” and try again.",
    ),
    "empty file": (
        lambda edit: edit.text("mrd.csv", ""),
        "mrd.csv: the file is empty. Give it a header row, or delete the file.",
    ),
    "bad study.yml": (
        lambda edit: edit.text("study.yml", "title: A\nshort_title: 'B\n"),
        "study.yml, row 3: the file is no valid YAML: found unexpected end of stream. Check colons, quotes and indentation near this line.",
    ),
}


@pytest.mark.parametrize(
    ("name", "content", "row", "byte"),
    [
        ("adverse_events", "patient_id,grade,term\nR01,3,Übelkeit\n".encode("cp1252"), 2, "0xdc"),
        ("mrd", "patient_id,months,status\n".encode("utf-16"), 1, "0xff"),
    ],
)
def test_the_strict_reading_is_of_utf_8(edit, name: str, content: bytes, row: int, byte: str) -> None:
    assert edit.text(f"{name}.csv", content).found() == [
        f"{name}.csv, row {row}: the byte {byte} is not UTF-8. Save the sheet as “CSV UTF-8” and try again."
    ]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_folder_exits_1_with_one_clear_message(edit, name: str) -> None:
    change, said = BROKEN[name]
    done = livingreview("check", change(edit).folder)
    assert done.stderr.splitlines() == [f"error: {said}"]
    assert done.returncode == 1
    assert done.stdout.startswith(f"{edit.folder}: 1 problem")


# Any text in any cell

CELLS = {
    name: list(csv.reader(io.StringIO((REFERENCE / f"{name}.csv").read_text(encoding="utf-8"), newline="")))
    for name in TABLES
}
SPECIAL = [
    "",
    " ",
    "-1",
    "0",
    "5",
    "1e19",
    "1e400",
    "nan",
    "inf",
    "True",
    "death",
    "R01",
    '"',
    ",",
    "\n",
    "\r",
    "\x00",
    "\ufeff",
    "'",
    "=1+1",
]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    table=st.sampled_from(sorted(TABLES)),
    place=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
    words=st.sampled_from(SPECIAL) | st.text(max_size=12) | st.floats().map(str) | st.integers().map(str),
    quoted=st.booleans(),
)
@example(table="adverse_events", place=(1, 1), words="1e19", quoted=True)
@example(table="patients", place=(0, 0), words="", quoted=True)
@example(table="flow", place=(2, 1), words="-" + "9" * 40, quoted=True)
def test_any_text_in_any_cell_is_answered_in_words(
    table: str, place: tuple[int, int], words: str, quoted: bool
) -> None:
    rows = [list(cells) for cells in CELLS[table]]
    row = place[0] % len(rows)
    rows[row][place[1] % len(rows[row])] = words
    content = io.StringIO(newline="")
    if quoted:
        csv.writer(content).writerows(rows)
    else:
        content.write("\n".join(",".join(cells) for cells in rows))
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(shutil.copytree(REFERENCE, Path(parent) / "cohort"))
        (folder / f"{table}.csv").write_bytes(content.getvalue().encode())
        problems = check_cohort(folder)
    assert all(
        isinstance(problem, Problem) and problem.file.endswith(".csv") and all(rule_and_fix(problem))
        for problem in problems
    )
    assert all(problem.row is None or problem.row >= 1 for problem in problems)


def test_a_file_whose_name_is_nearly_that_of_a_table_is_noted(folder):
    (folder / "response.csv").write_text("patient_id\n", encoding="utf-8")
    (note,) = check_cohort(folder)
    assert note.note and sentence(note) == (
        "response.csv: the name is close to that of a table. "
        "Rename it to responses.csv if that is meant; as it is, it is not read."
    )


def test_commentary_that_is_no_utf_8_is_named(folder):
    (folder / "commentary" / "safety.md").write_bytes("Übelkeit".encode("cp1252"))
    assert [sentence(problem) for problem in check_cohort(folder)] == [
        "commentary/safety.md, line 1: the byte 0xdc is not UTF-8. Save the file as UTF-8."
    ]
