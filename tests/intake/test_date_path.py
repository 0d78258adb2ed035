"""The way of a new data manager: a folder of dates made by hand, mended after its messages, built, and right."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
import yaml

from support import ROOT, copy_book, run

STUDY = """\
title: Erhaltungstherapie in Köln
short_title: Köln
edition: {kind: observed, date: 2026-11-22}
time_origin: {event: transplantation}
data_cutoff: 2024-06
vocabulary:
  timepoints:
    - {name: before, label: Before maintenance}
    - {name: best, label: Best response}
smallest_count: 0
contact: the registry
"""
PATIENTS = """\
patient_id;origin_date;progression_date;death_date;last_assessment_date;last_contact_date;age_years;sex;induction;Zentrum
A;01.01.2020;01.07.2020;;01.07.2020;01.01.2022;57,5;female;VRd;Köln
B;01.03.2020;;01.03.2021;01.02.2021;01.02.2021;61,0;male;VRd;Düsseldorf
C;15.01.2020;;;15.01.2022;15.07.2022;48,5;female;D-VRd;Köln
D;01.02.2020;01.08.2021;N/A;01.08.2021;01.02.2024;66,0;N/A;VRd;Köln
E;01.01.2020;;;01.01.2021;01.01.2021;70,0;male;VRd;Köln
F;05.05.2020;;05.05.2019;01.05.2023;01.05.2023;59,0;female;VRd;Köln
B;01.03.2020;;01.03.2021;01.02.2021;01.02.2021;61,0;male;VRd;Düsseldorf
"""
RESPONSES = """\
patient_id;timepoint;response;response_date
A;best;VGPR;01.03.2020
B;best;sehr gut;01.06.2020
C;best;CR;03/04/2020
D;best;sCR;01.06.2020
E;best;PR;01.03.2020
F;best;CR;01.09.2020
"""
MRD = """\
patient_id;date;status;sensitivity_reached
C;15.07.2020;negative;0,00001
D;01.08.2020;N/A;0,00001
"""
MRD = MRD.replace("N/A", "positive")
EVENTS = "patient_id;grade;term;start_date\nA;3;Übelkeit;01.02.2020\nB;1;Müdigkeit;N/A\nF;4;Neutropenie;05.06.2020\n"
TABLES = {"patients": PATIENTS, "responses": RESPONSES, "mrd": MRD, "adverse_events": EVENTS}

# A mistake as `check` says it, with the file, what stands there and what should.
MISTAKES = [
    (
        "error: patients.csv, row 7, death_date: found “2019-05-05”; the date is before the patient's origin_date, 2020-05-05. "
        "Correct one of them; months count from transplantation.",
        "patients.csv",
        "05.05.2019",
        "05.05.2023",
    ),
    (
        "error: patients.csv, row 8, patient_id: found “B”; the same patient_id as in row 3. "
        "Keep one row, or correct the identifier.",
        "patients.csv",
        "B;01.03.2020;;01.03.2021;01.02.2021;01.02.2021;61,0;male;VRd;Düsseldorf\n",
        "",
    ),
    (
        "error: responses.csv, row 3, response: found “sehr gut”; one of sCR, CR, VGPR, PR, MR, SD, PD, NE is expected. "
        "Correct the cell.",
        "responses.csv",
        "sehr gut",
        "VGPR",
    ),
    (
        "error: responses.csv, row 4, response_date: found “03/04/2020”; this may be 3 April or 4 March. "
        "Write it as 2020-04-03, or add “dates: day-first” or “dates: month-first” to study.yml.",
        "responses.csv",
        "03/04/2020",
        "2020-04-03",
    ),
]  # fmt: skip

# Days by hand, divided by 30.4375:
# A 182 (Jan to Jun of a leap year), B 365, C 731, D 366 + 181 = 547, E 366, F 3 * 365 = 1095; to the last contact
# A 731, C 731 + 181 = 912, D 4 * 365 + 1 = 1461.
MONTHS = {
    "A": ("5.979", "progression", "24.016", "censored"),
    "B": ("11.992", "death", "11.992", "death"),
    "C": ("24.016", "censored", "29.963", "censored"),
    "D": ("17.971", "progression", "48", "censored"),
    "E": ("12.025", "censored", "12.025", "censored"),
    "F": ("35.975", "death", "35.975", "death"),
}


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")  # the key of the folder, and what keeps it out of git
    }


def mend(path: Path, old: str, new: str) -> None:
    """What a person does in an editor that keeps the encoding; the last such text, for a row that is there twice."""
    before, found, after = path.read_bytes().decode("cp1252").rpartition(old)
    assert found
    path.write_bytes((before + new + after).encode("cp1252"))


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    book = copy_book(tmp_path_factory.mktemp("dates") / "book")
    folder = book / "centre"
    folder.mkdir()
    (folder / "study.yml").write_text(STUDY, encoding="utf-8")
    for name, content in TABLES.items():
        (folder / f"{name}.csv").write_bytes(content.encode("cp1252"))
    return book


def errors(book: Path) -> list[str]:
    """What `check` refuses, and that it changes nothing."""
    before = tree(book)
    done = run("check", "centre", cwd=book)
    assert tree(book) == before
    found = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode == (1 if found else 0), done.stderr
    many = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    assert done.stdout.splitlines()[0] == (f"centre: {many}" if found else "centre: sound")
    return found


@pytest.fixture(scope="module")
def said(book) -> list[list[str]]:
    """The errors before each mistake is mended and after the last; every mistake by its own message alone."""
    found = [errors(book)]
    refused = run("build", "centre", cwd=book)
    assert refused.returncode == 1 and not (book / "_build" / "centre").exists()
    assert [line for line in refused.stderr.splitlines() if line.startswith("error: ")] == found[0]
    for _, file, old, new in MISTAKES:
        mend(book / "centre" / file, old, new)
        found.append(errors(book))
    return found


def test_every_mistake_is_named_with_file_row_and_column(said):
    assert set(said[0]) == {message for message, *_ in MISTAKES}


def test_one_mistake_is_said_once(said):
    assert [message for message in said[0] if said[0].count(message) > 1] == []


def test_a_message_goes_with_its_mistake_until_none_is_left(said):
    for mended, found in enumerate(said):
        assert set(found) == {message for message, *_ in MISTAKES[mended:]}


@pytest.fixture(scope="module")
def site(book, said) -> Path:
    before = tree(book / "centre")
    done = run("build", "centre", cwd=book)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(book / "centre") == before
    return book / "_build" / "centre"


def results(site: Path) -> dict[str, dict[str, str]]:
    with (site / "results.csv").open(encoding="utf-8", newline="") as opened:
        return {row["key"]: row for row in csv.DictReader(opened)}


@pytest.mark.build
def test_the_sources_are_those_that_were_typed_and_mended(book, site):
    for name, content in TABLES.items():
        expected = content
        for _, file, old, new in MISTAKES:
            if file == f"{name}.csv":
                before, _, after = expected.rpartition(old)
                expected = before + new + after
        assert (book / "centre" / f"{name}.csv").read_bytes() == expected.encode("cp1252")
    assert (book / "centre" / "study.yml").read_text(encoding="utf-8") == STUDY


@pytest.mark.build
def test_survival_is_that_worked_by_hand(site):
    """Events at 5.979, 11.992, 17.971 and 35.975 months; censored at 12.025 and 24.016."""
    found = results(site)
    assert float(found["pfs.survival.24"]["value"]) == pytest.approx(5 / 6 * 4 / 5 * 2 / 3, rel=1e-12)
    assert (found["pfs.survival.24"]["n"], found["pfs.survival.24"]["events"]) == ("6", "3")
    assert float(found["pfs.survival.12"]["value"]) == pytest.approx(5 / 6 * 4 / 5, rel=1e-12)
    assert found["pfs.median"]["value"] == "17.971"
    # deaths at 11.992 of six patients, and at 35.975 of the two still followed
    assert float(found["os.survival.24"]["value"]) == pytest.approx(5 / 6, rel=1e-12)
    assert float(found["os.survival.36"]["value"]) == pytest.approx(5 / 6 * 1 / 2, rel=1e-12)


@pytest.mark.build
def test_counts_are_those_worked_by_hand(site):
    found = results(site)
    assert found["cohort.age_median"]["value"] == "60.0"  # of 48.5, 57.5, 59, 61, 66 and 70
    assert (found["baseline.sex.female"]["events"], found["baseline.sex.female"]["n"]) == ("3", "5")
    assert found["baseline.sex.missing"]["value"] == "1.0"
    assert (found["safety.grade3plus"]["events"], found["safety.grade3plus"]["n"]) == ("2", "6")
    assert found["safety.term._belkeit"]["group"] == "Übelkeit"
    assert (found["response.best.cr_or_better"]["events"], found["response.best.cr_or_better"]["n"]) == ("3", "6")


@pytest.mark.build
def test_no_date_reaches_the_site(site):
    days = {
        cell for content in TABLES.values() for cell in content.replace("\n", ";").split(";") if cell.count(".") == 2
    }
    assert len(days) > 20
    written = {day: "-".join(reversed(day.split("."))) for day in days}
    for path in site.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".csv", ".json", ".ipynb"):
            text = path.read_text(encoding="utf-8")
            assert [day for day in days if day in text or written[day] in text] == [], path


@pytest.mark.build
def test_the_page_says_the_number_and_the_accent(site):
    assert "Köln" in (site / "html" / "index.html").read_text(encoding="utf-8")
    safety = (site / "html" / "chapters" / "safety.html").read_text(encoding="utf-8")
    assert "Übelkeit" in safety and "Ãœ" not in safety


# The same patients as one registry export, by the mapping of the chapter

REGISTRY = """\
Record ID;Name;Transplant;Progression or last visit;Status;Last contact;Alive;Age
H-1;Müller;01.01.2020;01.07.2020;1;01.01.2022;yes;57,5
H-2;Özdemir;01.03.2020;01.03.2021;2;01.03.2021;no;61,0
H-3;Schäfer;15.01.2020;15.01.2022;0;15.07.2022;yes;48,5
H-4;Groß;01.02.2020;01.08.2021;1;01.02.2024;yes;66,0
H-5;Lévy;01.01.2020;01.01.2021;0;01.01.2021;yes;N/A
H-6;Núñez;05.05.2020;05.05.2023;2;05.05.2023;no;59,0
"""


def chapter_mapping() -> str:
    chapter = (ROOT / "chapters" / "rebuild.md").read_text(encoding="utf-8")
    return chapter.split("```yaml\n")[1].split("```")[0]


def imported(folder: Path) -> tuple[int, str]:
    done = run("import", "table", "registry.csv", "registry", "--mapping", "mapping.yml", cwd=folder)
    return done.returncode, done.stderr


def test_a_registry_export_is_mended_and_gives_the_same_months(tmp_path):
    (tmp_path / "mapping.yml").write_text(chapter_mapping(), encoding="utf-8")
    assert yaml.safe_load(chapter_mapping())["tables"].keys() == {"patients"}
    registry = tmp_path / "registry.csv"
    wrong = REGISTRY.replace("H-6;Núñez;05.05.2020", "H-6;Núñez;05.05.2024").replace(
        "01.02.2024;yes", "01/02/2024;alive"
    )
    registry.write_bytes(wrong.encode("cp1252"))
    code, said = imported(tmp_path)
    assert code == 1 and not (tmp_path / "registry").exists() and registry.read_bytes() == wrong.encode("cp1252")
    places = {
        line.partition(":")[2].partition(":")[0].strip() for line in said.splitlines() if line.startswith("error")
    }
    assert {
        "registry.csv, row 5, Last contact",
        "registry.csv, row 5, Alive",
        "registry.csv, row 7, Last contact",
    } <= places
    registry.write_bytes(REGISTRY.encode("cp1252"))
    assert imported(tmp_path)[0] == 0
    assert registry.read_bytes() == REGISTRY.encode("cp1252")
    written = (tmp_path / "registry" / "patients.csv").read_text(encoding="utf-8")
    ages = ["57.5", "61", "48.5", "66", "", "59"]
    assert written.splitlines() == [
        "patient_id,pfs_months,pfs_event,os_months,os_event,age_years",
        *(
            ",".join((f"P{number:03d}", *months, age))
            for number, (months, age) in enumerate(zip(MONTHS.values(), ages, strict=True), start=1)
        ),
    ]
    for path in (tmp_path / "registry").iterdir():
        text = path.read_text(encoding="utf-8")
        assert [name for name in ("Müller", "Özdemir", "H-1", "01.01.2020", "2020-01-01") if name in text] == [], path
    assert run("check", "registry", cwd=tmp_path).returncode == 0
