from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from livingreview.cohort.identifying import names_person
from livingreview.cohort.problems import CohortError
from livingreview.intake.cell.identifiers import may_identify
from livingreview.intake.mapping.mapping import Mapping, read_mapping
from livingreview.words.problem_words import sentence
from support import refuses

SMALLEST = """\
tables:
  patients:
    columns:
      patient_id: record_id
      pfs_months: {from: pfs, unit: days}
      pfs_event: {from: pfs_status, values: {"1": progression, 2: Death, 0: censored}}
      os_months: os
      os_event: vital
"""
AT = "mapping.yml, tables.patients"


def read(folder: Path, text: str) -> Mapping:
    path = folder / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(CohortError) as raised:
        read(folder, text)
    return [sentence(problem) for problem in raised.value.problems]


def test_a_name_alone_is_the_source(tmp_path: Path) -> None:
    (block,) = read(tmp_path, SMALLEST).tables["patients"]
    assert block.columns["os_months"].source == "os"
    assert block.columns["pfs_months"].unit == "days"


def test_codes_and_words_stay_as_written(tmp_path: Path) -> None:
    """YAML reads 1 as a number and yes as a truth value; a cell holds neither."""
    text = SMALLEST.replace("os_event: vital", "os_event: {from: vital, values: {yes: death, 007: censored}}")
    (block,) = read(tmp_path, text).tables["patients"]
    assert block.columns["pfs_event"].values == {"1": "progression", "2": "Death", "0": "censored"}
    assert block.columns["os_event"].values == {"yes": "death", "007": "censored"}


def test_study_entries_keep_their_types(tmp_path: Path) -> None:
    found = read(
        tmp_path, SMALLEST + "study: {title: A, edition: {date: 2026-01-02}, parameters: {landmark_months: [12]}}"
    )
    assert found.study["edition"]["date"] == dt.date(2026, 1, 2)
    assert found.study["parameters"] == {"landmark_months": [12]}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("patient_id: record_id", "patientid: record_id", f"{AT}.columns.patientid: the column is not known. Is “patient_id” meant?"),
        ("unit: days", "unit: hours", f"{AT}.columns.pfs_months.unit: found “hours”; one of months, days, weeks, years, date is expected. Correct the entry."),
        ("unit: days", "units: days", f"{AT}.columns.pfs_months.units: the entry is not known. Is “unit” meant?"),
        ("    columns:", "    colums: {}\n    columns:", f"{AT}.colums: the entry is not known. Is “columns” meant?"),
        ("2: Death", "2: dead", f"{AT}.columns.pfs_event.values: found “dead”; one of progression, death, censored is expected. Correct the entry."),
        ("      os_months: os\n", "", f"{AT}.columns.os_months: the column is missing. Add it: time to death or the last day known alive."),
        ("os_months: os\n", "os_months: os_days\n", f"{AT}.columns.os_months: found “os_days”; the name speaks of days. Say “unit: days”, or “unit: months” if the name is wrong."),
        ("os_event: vital", "os_event: CNSR", f"{AT}.columns.os_event: found “CNSR”; a column of censoring codes needs its values in words. Add “values:”, a word for each code; in CDISC data CNSR 1 means censored, the reverse of an event."),
        ("os_event: vital", "os_event: \"?\"", f"{AT}.columns.os_event: found “?”; the column is still to be chosen. Name the column: whether the patient died."),
        ("patient_id: record_id", "patient_id: MRN", f"{AT}.columns.patient_id: found “MRN”; the name speaks of what names a person. Add “pseudonym: true”."),
        ("patient_id: record_id", "patient_id: {value: P1}", f"{AT}.columns.patient_id: found “P1”; a column of identifiers is expected. Write “from: a column”."),
        ("os_event: vital", "os_event: {unit: days}", f"{AT}.columns.os_event: either “from: a column” or “value: a word for every row” is expected. Correct the entry."),
        ("os_event: vital", "os_event: {from: vital, unit: days}", f"{AT}.columns.os_event.unit: found “days”; only columns of months have a unit. Delete the entry."),
        ("    columns:", "    keep: [Date of birth]\n    columns:", f"{AT}.keep: found “Date of birth”; the name speaks of what names a person: it is not kept. Take it out."),
        ("    columns:", "    keep: [Visit date]\n    columns:", f"{AT}.keep: found “Visit date”; the name speaks of a date: it is not kept. Take it out."),
        ("    columns:", "    keep: [sex]\n    columns:", f"{AT}.keep: found “sex”; a column of this name is known. Map it under columns."),
        ("os_event: vital", "os_event: vital\n      induction: Patient name", f"{AT}.columns.induction: found “Patient name”; the name speaks of what names a person: it is not kept. Take it out."),
        ("tables:", "study: {titel: A}\ntables:", "mapping.yml, study.titel: the entry is not known. Is “title” meant?"),
        ("tables:", "study: {edition: {date: soon}}\ntables:", "mapping.yml, study.edition.date: found “soon”; a day such as 2026-11-22 is expected. Correct the entry."),
        ("  patients:", "  patient:", "mapping.yml, tables.patients: the entry is missing. Every cohort needs patients."),
        ("tables:", "tabels:", "mapping.yml, tables: the entry is missing. Add it."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SMALLEST
    assert said in refused(tmp_path, SMALLEST.replace(old, new))


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = SMALLEST.replace("os_event: vital", "os_evnt: vital").replace("2: Death", "2: gone")
    assert len(refused(tmp_path, text)) == 3  # unknown, missing, no term


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"tables: [", "mapping.yml, row 1: the file is no valid YAML"),
        (b"- a", "mapping.yml: a list of “name: value” lines is expected"),
        (b"\xff", "mapping.yml, row 1: the byte 0xff is not UTF-8"),
    ],
)
def test_files_that_are_no_mapping(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "mapping.yml"
    path.write_bytes(content)
    with pytest.raises(CohortError) as raised:
        read_mapping(path)
    assert sentence(raised.value.problems[0]).startswith(said)


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with refuses("there is no such file"):
        read_mapping(tmp_path / "mapping.yml")


@pytest.mark.parametrize(
    "name",
    ["Name", "patient_name", "MRN", "Date of birth", "DOB", "BRTHDT", "e-mail", "Phone no", "home address", "Zip code"],
)
def test_names_of_direct_identifiers(name: str) -> None:
    assert names_person(name) and may_identify(name)


@pytest.mark.parametrize("name", ["age", "centre", "drug_name", "sex", "induction", "pfs_months", "regimen name"])
def test_names_that_identify_nobody(name: str) -> None:
    assert not names_person(name) and not may_identify(name)
