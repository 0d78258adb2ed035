"""What the chapter on rebuilding tells people to type, typed."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shlex
import subprocess
import urllib.request
from pathlib import Path

import openpyxl
import pytest

from intake.adam.adam_source import Source
from support import COMMAND, ROOT, copy_book, run

pytestmark = pytest.mark.build

CHAPTER = (ROOT / "chapters" / "rebuild.md").read_text(encoding="utf-8")
STATEMENT = "computed from patient records; only aggregates are shown"
REGISTRY = """\
Record ID;Name;Transplant;Progression or last visit;Status;Last contact;Alive;Age
H-100;Müller;03.04.2019;17.08.2021;1;02.02.2023;yes;57,5
H-101;Özdemir;21.05.2019;30.01.2023;0;30.01.2023;yes;61
H-102;Huber;11.06.2019;05.05.2020;2;05.05.2020;no;66
H-103;Weiß;15.07.2019;12.12.2022;0;12.12.2022;yes;48
H-104;Lang;01.09.2019;20.10.2022;0;20.10.2022;yes;N/A
"""
FILLED_IN = {
    "title: # TO FILL IN: ": "title: Maintenance at our centre # ",
    "short_title: # TO FILL IN: ": "short_title: Our centre # ",
    "date: # TO FILL IN: ": "date: 2026-11-22 # ",
    "event: # TO FILL IN: ": "event: start of maintenance # ",
    "contact: # TO FILL IN: ": "contact: the registry # ",
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", CHAPTER, flags=re.MULTILINE | re.DOTALL)


TYPED = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]


class Typed:
    """What every command of the chapter answered, in order, in one copy of the book."""

    def __init__(self, book: Path) -> None:
        self.book = book
        self.answers: dict[str, subprocess.CompletedProcess] = {}
        self.page = ""
        for line in TYPED:
            program, *arguments = shlex.split(line)
            assert program == "livingreview"
            if arguments[0] == "serve":
                self.page = self.served(arguments)
            else:
                self.answers[line] = run(*arguments, cwd=book)

    def served(self, arguments: list[str]) -> str:
        """The page behind the printed address; on any free port, because other tests serve too."""
        serving = subprocess.Popen(
            [*COMMAND, *arguments, "--port", "0"], cwd=self.book, stdout=subprocess.PIPE, text=True
        )
        try:
            said = serving.stdout.readline()
            address = re.fullmatch(r"(http://127\.0\.0\.1:\d+/) \(Ctrl-C ends\)\n", said)
            assert address, said
            with urllib.request.urlopen(address[1], timeout=10) as answer:
                return answer.read().decode()
        finally:
            serving.terminate()
            serving.wait(10)
            serving.stdout.close()


@pytest.fixture(scope="module")
def typed(tmp_path_factory) -> Typed:
    book = copy_book(tmp_path_factory.mktemp("rebuild") / "book")
    (book / "registry.csv").write_bytes(REGISTRY.encode("cp1252"))
    (mapping,) = blocks("yaml")
    (book / "mapping.yml").write_text(mapping, encoding="utf-8")
    Source(book / "adam-datasets", ".xpt")
    return Typed(book)


def test_these_are_the_commands_of_the_chapter():
    assert TYPED == [
        "livingreview simulate practice --patients 60 --seed 7",
        "livingreview build practice",
        "livingreview serve practice",
        "livingreview new my-cohort",
        "livingreview import table registry.csv my-registry --mapping mapping.yml",
        "livingreview import adam adam-datasets my-trial --date 2026-11-01",
        "livingreview check my-registry",
        "livingreview build my-registry",
        "livingreview plan my-registry",
    ]


@pytest.mark.parametrize("line", [line for line in TYPED if " serve " not in line])
def test_a_command_ends_well(typed, line):
    done = typed.answers[line]
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "error:" not in done.stderr


def test_practice_is_served(typed):
    assert "simulated patients, not patient records" in typed.page
    assert typed.page == (typed.book / "_build" / "practice" / "html" / "index.html").read_text(encoding="utf-8")


def test_the_registry_becomes_months_under_pseudonyms(typed):
    """867, 1350, 329, 1246 and 1145 days to the end of progression-free time; 1401 to the first last contact."""
    written = (typed.book / "my-registry" / "patients.csv").read_text(encoding="utf-8")
    assert written == (
        "patient_id,pfs_months,pfs_event,os_months,os_event,age_years\n"
        "P001,28.485,progression,46.029,censored,57.5\n"
        "P002,44.353,censored,44.353,censored,61\n"
        "P003,10.809,death,10.809,death,66\n"
        "P004,40.936,censored,40.936,censored,48\n"
        "P005,37.618,censored,37.618,censored,\n"
    )
    for name in ("my-registry", "my-trial"):
        assert (typed.book / name / "IMPORT.md").is_file()
    for path in (typed.book / "my-registry").iterdir():
        text = path.read_text(encoding="utf-8")
        assert [word for word in ("Müller", "Özdemir", "H-100", "03.04.2019", "2019-04-03") if word in text] == [], path


def test_sources_are_never_changed(typed):
    assert (typed.book / "registry.csv").read_bytes() == REGISTRY.encode("cp1252")
    assert (typed.book / "mapping.yml").read_text(encoding="utf-8") == blocks("yaml")[0]


def test_check_says_what_the_registry_supports_and_plan_that_nothing_is_left(typed):
    checked = typed.answers["livingreview check my-registry"].stdout.splitlines()
    assert checked[0] == "my-registry: sound"
    assert "progression-free-survival: yes" in checked and "safety: no (no table adverse_events)" in checked
    assert typed.answers["livingreview plan my-registry"].stdout == "nothing to execute\n"


def test_the_site_of_the_registry_shows_aggregates(typed):
    index = (typed.book / "_build" / "my-registry" / "html" / "index.html").read_text(encoding="utf-8")
    assert STATEMENT in index and "Maintenance after transplantation at our centre" in index


def test_the_template_is_refused_until_it_is_filled_in(typed):
    folder = typed.book / "my-cohort"
    assert sorted(path.name for path in folder.iterdir()) == [
        ".gitignore", "adverse_events.csv", "cohort.xlsx", "flow.csv", "mrd.csv", "patients.csv", "responses.csv", "study.yml",
    ]  # fmt: skip
    done = run("check", "my-cohort", cwd=typed.book)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    for entry in ("title", "short_title", "edition.date", "time_origin.event", "contact"):
        assert f"error: study.yml, {entry}: the entry is empty. Fill it in: " in done.stderr
    assert "no patients" in done.stderr

    study = (folder / "study.yml").read_text(encoding="utf-8")
    for empty, filled in FILLED_IN.items():
        assert study.count(f"\n{empty}") + study.count(f" {empty}") == 1, empty
        study = re.sub(rf"(?m)^( *){re.escape(empty)}", rf"\g<1>{filled}", study)
    (folder / "study.yml").write_text(study, encoding="utf-8")
    book = openpyxl.load_workbook(folder / "cohort.xlsx")
    sheet = book["patients"]
    header = {cell.value: cell.column for cell in sheet[1]}
    for row, (name, months, event) in enumerate([("c1", 12.5, "censored"), ("c2", 3, "progression")], start=2):
        filled = {"patient_id": name, "pfs_months": months, "pfs_event": event}
        filled |= {"os_months": 14, "os_event": "censored"}
        for column, value in filled.items():
            sheet.cell(row, header[column], value)
    sheet.cell(4, header["patient_id"], "c3")
    book.save(folder / "cohort.xlsx")
    done = run("check", "my-cohort", cwd=typed.book)
    assert done.returncode == 1
    for column in ("pfs_months", "pfs_event", "os_months", "os_event"):
        assert f"error: cohort.xlsx, sheet patients, row 4, {column}: the cell is empty." in done.stderr
    sheet.cell(4, header["patient_id"]).value = None
    book.save(folder / "cohort.xlsx")
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    done = run("check", "my-cohort", cwd=typed.book)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "my-cohort: sound"
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()} == before


def test_the_months_of_the_registry_by_hand():
    days = [(dt.date(2021, 8, 17) - dt.date(2019, 4, 3)).days, (dt.date(2020, 5, 5) - dt.date(2019, 6, 11)).days]
    assert days == [867, 329]
    assert [round(day / 30.4375, 3) for day in days] == [28.485, 10.809]
