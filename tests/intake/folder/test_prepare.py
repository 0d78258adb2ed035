"""A folder as people have it becomes a strict one; what is ambiguous is refused at its place in the source."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from livingreview.cohort.problems import CohortError
from livingreview.intake.folder.prepare import Prepared, prepare, readable
from livingreview.words.problem_words import rule_and_fix, sentence
from support import REFERENCE, ROOT, run

STUDY = """\
title: Maintenance at our centre
short_title: Our centre
edition: {kind: observed, date: 2026-11-22}
time_origin: {event: start of maintenance}
data_cutoff: 2024-06
vocabulary:
  timepoints:
    - {name: before, label: Before maintenance}
    - {name: best, label: Best response}
subgroups: [bmi]
contact: the registry
"""
PATIENTS = """\
patient_id;origin_date;birth_date;progression_date;death_date;last_assessment_date;last_contact_date;Sex;Name;Zentrum;bmi
p1;03/04/2020;01/01/1960;;;13/04/2021;01/05/2021;Female ;Müller;Köln;22,5
p2;05/04/2020;02/02/1961;10/10/2020;N/A;10/10/2020;01/02/2022;male;Huber;Bonn;23,1
;;;;;;;;;;
p3;06/04/2020;;;07/04/2022;01/04/2022;01/04/2022;n.a.;Q;NA;24
"""
RESPONSES = "patient_id;timepoint;response;response_date\np1;Best;cr;03.05.2020\np2;best;NE;\n"
MRD = "patient_id;date;status;sensitivity_reached\np1;03.05.2020;Negative;1,0E-05\np2;44000;POSITIVE;0,00001\n"
EVENTS = "patient_id;grade;serious;start_months\np1;3;TRUE;1,5\np2;2;no;not done\n"
CANONICAL = {
    "patients.csv": "patient_id,pfs_months,pfs_event,os_months,os_event,age_years,sex,last_assessment_months,bmi\n"
    "p1,12.32,censored,12.912,censored,60,female,12.32,22.5\n"
    "p2,6.177,progression,21.914,censored,59,male,6.177,23.1\n"
    "p3,24.016,death,24.016,death,,,23.819,24\n",
    "responses.csv": "patient_id,timepoint,response,months\np1,best,CR,0.986\np2,best,NE,\n",
    "mrd.csv": "patient_id,months,status,sensitivity_reached\np1,0.986,negative,1e-05\np2,2.431,positive,1e-05\n",
    "adverse_events.csv": "patient_id,grade,serious,start_months\np1,3,yes,1.5\np2,2,no,\n",
}
TYPED = {"patients": PATIENTS, "responses": RESPONSES, "mrd": MRD, "adverse_events": EVENTS}


class Source:
    """A folder typed by hand, free to change."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.into = folder / "centre", folder / "hidden" / "centre"
        self.folder.mkdir()
        self.write("study.yml", STUDY)
        for name, content in TYPED.items():
            self.write(f"{name}.csv", content.encode("cp1252"))

    def write(self, name: str, content: str | bytes) -> Source:
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def edit(self, name: str, old: str, new: str) -> Source:
        content = (self.folder / name).read_bytes().decode("cp1252")
        assert old in content
        return self.write(name, content.replace(old, new, 1).encode("cp1252"))

    def notes(self) -> list[str]:
        return [sentence(note) for note in prepare(self.folder, self.into).notes]

    def refused(self) -> list[str]:
        with pytest.raises(CohortError) as refusal:
            prepare(self.folder, self.into)
        return [sentence(problem) for problem in refusal.value.problems]

    def written(self) -> dict[str, bytes]:
        return tree(self.into)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


def typed(cell: str) -> object:
    """A cell as a spreadsheet program would hold it."""
    for read in (lambda: dt.datetime.strptime(cell, "%d/%m/%Y"), lambda: dt.datetime.strptime(cell, "%d.%m.%Y")):
        try:
            return read()
        except ValueError:
            continue
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return {"TRUE": True}.get(cell, cell or None)


def as_workbook(source: Source) -> Source:
    """The same tables as sheets of one workbook."""
    book = Workbook()
    for name, content in TYPED.items():
        sheet = book.create_sheet(name.upper().replace("_", " "))
        header, *rows = csv.reader(io.StringIO(content), delimiter=";")
        sheet.append(header)
        for row in rows:
            sheet.append([typed(cell) for cell in row])
        (source.folder / f"{name}.csv").unlink()
    book.save(source.folder / "export 2024.xlsx")
    return source


def test_a_folder_typed_by_hand_gives_exact_tables_in_months(source):
    prepared = prepare(source.folder, source.into)
    assert prepared.folder == source.into
    assert {name: source.written()[name].decode() for name in CANONICAL} == CANONICAL


def test_a_workbook_gives_the_same_bytes(source):
    prepare(as_workbook(source).folder, source.into)
    found = source.written()
    assert {name: found[name].decode() for name in CANONICAL} == CANONICAL
    assert sorted(found) == sorted([*CANONICAL, "study.yml"])


def test_everything_that_was_read_into_the_tables_is_said(source):
    assert source.notes() == [
        "patients.csv, row 2, Name: the file is not UTF-8: read as Windows-1252 (2 cells beyond plain ASCII). "
        "Look whether accents are right; “CSV UTF-8” leaves no doubt.",
        "patients.csv: semicolons stand between the cells. Nothing to do: the table is read so.",
        "patients.csv, row 4: 1 blank row left out. Nothing to do: rows are counted as the spreadsheet counts them.",
        "patients.csv, Sex: the column is read as sex. Nothing to do if that is right.",
        "patients.csv, row 2, last_assessment_date: days come first in dates such as 03/04/2020, as this row shows. "
        "Nothing to do if that is right.",
        "patients.csv, row 2, Sex: 1 cell in another spelling of the term. Nothing to do if that is right.",
        "patients.csv, row 5, Sex: 1 cell with a word for “not known”, read as empty. Nothing to do if that is right.",
        "patients.csv, last_assessment_date: turned into last_assessment_months: months of 30.4375 days since origin_date. "
        "Nothing to do if that is right.",
        "patients.csv: pfs_months and pfs_event are made from dates for 3 patients: the first of progression_date and "
        "death_date, otherwise censored at last_assessment_date. Give the columns pfs_months and pfs_event if another rule holds.",
        "patients.csv: os_months and os_event are made from dates for 3 patients: death_date, otherwise censored at the "
        "later of last_contact_date and last_assessment_date. Give the columns os_months and os_event if another rule holds.",
        "patients.csv, row 2, bmi: 2 cells with a comma before decimals. Nothing to do if that is right.",
        "patients.csv, row 1, Name: left out: what names a person never enters the cohort. Nothing to do if that is right.",
        "patients.csv, row 1, Zentrum: the column is not known: it is left out. Nothing to do if that is right.",
        "patients.csv, birth_date: left out: dates of birth never enter the cohort, only age_years does. "
        "Nothing to do if that is right.",
        "responses.csv: semicolons stand between the cells. Nothing to do: the table is read so.",
        "responses.csv, row 2, timepoint: 1 cell in another spelling of the term. Nothing to do if that is right.",
        "responses.csv, row 2, response: 1 cell in another spelling of the term. Nothing to do if that is right.",
        "responses.csv, response_date: turned into months: months of 30.4375 days since origin_date. "
        "Nothing to do if that is right.",
        "mrd.csv: semicolons stand between the cells. Nothing to do: the table is read so.",
        "mrd.csv, date: 1 of the dates are days counted from 1900, as Excel does: read so. Nothing to do if that is right.",
        "mrd.csv, date: turned into months: months of 30.4375 days since origin_date. Nothing to do if that is right.",
        "mrd.csv, row 2, status: 2 cells in another spelling of the term. Nothing to do if that is right.",
        "mrd.csv, row 2, sensitivity_reached: 2 cells with a comma before decimals. Nothing to do if that is right.",
        "adverse_events.csv: semicolons stand between the cells. Nothing to do: the table is read so.",
        "adverse_events.csv, row 2, serious: 1 cell with a truth value, read as yes or no. Nothing to do if that is right.",
        "adverse_events.csv, row 2, start_months: 1 cell with a comma before decimals. Nothing to do if that is right.",
        "adverse_events.csv, row 3, start_months: 1 cell with a word for “not known”, read as empty. "
        "Nothing to do if that is right.",
    ]  # fmt: skip


def test_other_files_come_along_and_workbooks_do_not(source):
    source.write("published.csv", "id\n").write("commentary/study.md", "Ours.\n").write("~$export.xlsx", "lock")
    Workbook().save(source.folder / "calendar.xlsx")
    assert source.notes()[0] == (
        "calendar.xlsx: no sheet is named like a table: the workbook is not read. "
        "Name its sheets patients, responses, mrd, adverse_events, flow."
    )
    found = source.written()
    assert found["commentary/study.md"] == b"Ours.\n" and found["published.csv"] == b"id\n"
    assert [name for name in found if "xls" in name] == []


def test_sources_are_never_changed_and_two_conversions_give_the_same_bytes(source, tmp_path):
    before = tree(source.folder)
    prepare(source.folder, source.into)
    prepare(source.folder, tmp_path / "again" / "centre")
    assert tree(source.folder) == before
    assert tree(tmp_path / "again" / "centre") == source.written()


def test_a_broken_folder_leaves_nothing_and_what_is_gone_goes(source):
    prepare(source.folder, source.into)
    before = source.written()
    source.edit("mrd.csv", "03.05.2020", "2020-05")
    source.refused()
    assert not source.into.exists()
    (source.folder / "mrd.csv").unlink()
    prepare(source.folder, source.into)
    assert sorted(source.written()) == sorted({*before} - {"mrd.csv"})


@pytest.mark.parametrize("folder", [REFERENCE, REFERENCE.parent / "demo"])
def test_a_strict_folder_is_used_as_it_is(folder, tmp_path):
    into = tmp_path / "hidden" / folder.name
    assert prepare(folder, into) == Prepared(folder, [])
    assert not into.exists()


@pytest.mark.parametrize(("old", "new"), [("p1,best", "p1,Best"), ("p2,best", ",,,\np2,best")])
def test_what_the_strict_reading_refuses_is_read_as_people_write_it(source, old, new):
    for name in TYPED:
        source.write(f"{name}.csv", CANONICAL[f"{name}.csv"])
    assert prepare(source.folder, source.into).folder == source.folder
    source.edit("responses.csv", old, new)
    assert prepare(source.folder, source.into).folder == source.into
    assert source.written()["responses.csv"].decode() == CANONICAL["responses.csv"]


def test_an_address_among_strict_tables_is_refused(source):
    for name in TYPED:
        source.write(f"{name}.csv", CANONICAL[f"{name}.csv"].replace("p1,", "jo@x.org,"))
    assert source.refused() == [
        f"{name}.csv, row 2, patient_id: an e-mail address names a person. Use a pseudonym, the same in every table."
        for name in TYPED
    ]


def test_a_typing_mistake_in_a_strict_folder_is_left_to_the_strict_reading(source):
    for name in TYPED:
        source.write(f"{name}.csv", CANONICAL[f"{name}.csv"])
    source.edit("patients.csv", "female", "weiblich")
    assert source.refused() == [
        "patients.csv, row 2, sex: found “weiblich”; one of female, male is expected. Correct the cell."
    ]
    with readable(source.folder) as (strict, _):
        assert strict == source.folder


def test_columns_of_declared_endpoints_are_converted_as_those_of_the_model(source):
    declared = (
        "endpoints: [{key: efs, name: event-free survival, short: EFS, "
        "events: [{words: relapse, months: efs_months, column: efs_event, code: relapse}], "
        "censoring: [{words: when last known to be alive, months: os_months}]}]\n"
    )
    header, first, *rest = PATIENTS.replace("bmi\n", "bmi;efs_date;efs_event\n").splitlines()
    rows = [f"{first};13/04/2021;relapse", *(f"{row};;" for row in rest)]
    source.write("study.yml", STUDY + declared).write("patients.csv", "\n".join([header, *rows, ""]).encode("cp1252"))
    prepare(source.folder, source.into)
    written = list(csv.DictReader(io.StringIO(source.written()["patients.csv"].decode())))
    found = [(row["efs_months"], row["efs_event"]) for row in written]
    assert found == [("12.32", "relapse"), ("", ""), ("", "")]


# What is refused

NO_ORDER = "or add “dates: day-first” or “dates: month-first” to study.yml."


def test_ambiguous_dates_are_refused_a_cell_at_a_time(source):
    source.edit("patients.csv", "13/04/2021", "12/04/2021")
    assert source.refused()[:3] == [
        f"patients.csv, row 2, origin_date: found “03/04/2020”; this may be 3 April or 4 March. Write it as 2020-04-03, {NO_ORDER}",
        f"patients.csv, row 3, origin_date: found “05/04/2020”; this may be 5 April or 4 May. Write it as 2020-04-03, {NO_ORDER}",
        f"patients.csv, row 5, origin_date: found “06/04/2020”; this may be 6 April or 4 June. Write it as 2020-04-03, {NO_ORDER}",
    ]
    assert len(source.refused()) == 9  # the other columns that are needed, and no consequence of them
    source.write("study.yml", STUDY + "dates: day-first\n")
    prepare(source.folder, source.into)
    assert source.written()["patients.csv"].decode().splitlines()[2] == CANONICAL["patients.csv"].splitlines()[2]


def test_columns_that_contradict_each_other_are_refused(source):
    source.edit("patients.csv", "01/05/2021", "05/13/2021")
    assert source.refused()[0] == (
        "patients.csv, row 2, last_contact_date: found “05/13/2021”; here months come first, in row 2 of "
        "last_assessment_date days do. Write all dates as 2020-04-03."
    )


def case(table: str, old: str, new: str, *said: str):
    return pytest.param(table, old, new, list(said), id=said[0][:60])


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        case("patients", "10/10/2020", "10/2020", "patients.csv, row 3, progression_date: found “10/2020”; the date is not complete. Write it as 2020-04-03; no day is invented: leave the cell empty if it is not known."),
        case("patients", "07/04/2022", "31/04/2022", "patients.csv, row 5, death_date: found “31/04/2022”; there is no such day. Compare it with the notes."),
        case("patients", "10/10/2020", "10/10/2019", "patients.csv, row 3, progression_date: found “2019-10-10”; the date is before the patient's origin_date, 2020-04-05. Correct one of them; months count from start of maintenance."),
        case("patients", ";10/10/2020;N/A;", ";10/10/2020;09/10/2020;", "patients.csv, row 3, progression_date: found “2020-10-10”; the patient died before, on 2020-10-09. Compare the two dates with the notes.",
             "patients.csv, row 3, pfs_months (made from progression_date, death_date, last_assessment_date): found “pfs_months 6.177, os_months 6.144”; progression-free survival cannot be longer than overall survival. Compare the two dates with the notes.",
             "patients.csv, row 3, last_assessment_date (as last_assessment_months): found “last_assessment_months 6.177, os_months 6.144”; last_assessment_months cannot be after os_months. Compare the two dates with the notes."),
        case("patients", ";07/04/2022;01/04/2022;01/04/2022", ";;;", "patients.csv, row 5, last_assessment_date: pfs_months cannot be known: progression_date, death_date, last_assessment_date are all empty. Fill in one of them.",
             "patients.csv, row 5, last_assessment_date: os_months cannot be known: death_date, last_contact_date, last_assessment_date are all empty. Fill in one of them."),
        case("patients", "p2;05/04/2020", "p2;", "patients.csv, row 3, origin_date: the cell is empty, but the patient has dates. Fill in the date of: start of maintenance."),
        case("patients", "p2;", "jo@x.org;", "patients.csv, row 3, patient_id: an e-mail address names a person. Use a pseudonym, the same in every table.",
             "responses.csv, row 3, patient_id: found “p2”; the patient is not in patients.csv. Correct the identifier, or add the patient.",
             "mrd.csv, row 3, patient_id: found “p2”; the patient is not in patients.csv. Correct the identifier, or add the patient.",
             "adverse_events.csv, row 3, patient_id: found “p2”; the patient is not in patients.csv. Correct the identifier, or add the patient."),
        case("patients", "p3;", "p2;", "patients.csv, row 5, patient_id: found “p2”; the same patient_id as in row 3. Keep one row, or correct the identifier."),
        case("mrd", "03.05.2020", "03.05.20", "mrd.csv, row 2, date: found “03.05.20”; the year has two digits. Write it as 2020-04-03, with the century."),
        case("mrd", "Negative", "neg", "mrd.csv, row 2, status: found “neg”; one of negative, positive, not_evaluable is expected. Correct the cell."),
        case("mrd", "Negative", "-", "mrd.csv, row 2, status: found “-”; one of negative, positive, not_evaluable is expected. Correct the cell."),
        case("mrd", "03.05.2020", "03.06.2023", "mrd.csv, row 2, date (as months): found “37.979”; the patient's follow-up ended at 12.912 months. Correct this month, or os_months of the patient."),
        case("mrd", "1,0E-05", "1,0e-5%", "mrd.csv, row 2, sensitivity_reached: found “1,0e-5%”; a percentage stands where a number is expected. Write it as a fraction of 1."),
        case("adverse_events", "p1;3", "p1;three", "adverse_events.csv, row 2, grade: found “three”; a whole number is expected. Correct the cell, or leave it empty if it is not known."),
        case("adverse_events", "1,5", "1.234,5", "adverse_events.csv, row 2, start_months: found “1.234,5”; signs between thousands are not read. Write the number without them, with a point before decimals."),
        case("adverse_events", "patient_id;grade", "patient_id;grad", "adverse_events.csv, row 1, grade: the column is missing. Is it the column “grad”? Rename it."),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_refused_at_its_place(source, table, old, new, said):
    assert source.edit(f"{table}.csv", old, new).refused() == said


def test_dates_need_an_origin(source):
    source.edit("patients.csv", "origin_date", "Zeitpunkt")
    assert source.refused()[0] == (
        "patients.csv, row 1, origin_date: the column is missing, and without it the dates in last_assessment_date of "
        "patients.csv cannot be turned into months. Add the date of each patient's time origin (start of maintenance)."
    )
    assert len(source.refused()) == 1


def test_a_missing_endpoint_says_from_which_dates_it_can_be_made(source):
    source.edit("patients.csv", "progression_date", "PD am")
    assert source.refused() == [
        "patients.csv, row 1, pfs_months: the column is missing. Add it: time to progression, death or the last assessment "
        "without either; or give progression_date, death_date and last_assessment_date, from which it is made.",
        "patients.csv, row 1, pfs_event: the column is missing. Add it: what ended the progression-free time; "
        "or give progression_date, death_date and last_assessment_date, from which it is made.",
    ]


def test_months_and_dates_of_one_thing_must_agree(source):
    mrd = "patient_id;date;months;status\np1;03.05.2020;1,0;negative\np2;18.06.2020;{};positive\n"
    source.write("mrd.csv", mrd.format("2,4"))
    assert "mrd.csv, date: months is given as well and used: the two agree within 0.1 months. Nothing to do if that is right." in source.notes()  # fmt: skip
    assert source.written()["mrd.csv"].decode().splitlines()[2] == "p2,2.4,positive"
    source.write("mrd.csv", mrd.format("3"))
    assert source.refused() == [
        "mrd.csv, row 3, months: found “3”; date is 2.431 months after the origin. Correct months or date, or leave one out."
    ]


def test_dates_after_the_cutoff_are_noted(source):
    source.edit("patients.csv", "01/02/2022", "01/07/2024")
    assert (
        "patients.csv, row 3, last_contact_date: 1 cell after the data cut-off of study.yml, 2024-06-30. "
        "Correct the date or data_cutoff, if one is wrong."
    ) in source.notes()


def test_a_comma_in_a_sheet_with_points_is_refused_if_it_may_be_thousands(source):
    source.write("adverse_events.csv", 'patient_id,grade,start_months\np1,3,"1,234"\np2,2,"1,5"\n')
    assert source.refused() == [
        "adverse_events.csv, row 2, start_months: found “1,234”; the comma may stand before decimals or after thousands: "
        "1.234 or 1234. Write 1.234 or 1234."
    ]


# Where the tables are


def test_a_table_that_is_there_twice_is_refused(source):
    text = MRD.encode()
    as_workbook(source).write("mrd.csv", text)
    assert source.refused() == [
        "mrd.csv and export 2024.xlsx, sheet MRD: the table mrd is there twice. Keep its rows in one of them."
    ]
    source.write("mrd.csv", "patient_id,months,status\n")  # a header alone is no table
    prepare(source.folder, source.into)
    assert source.written()["mrd.csv"].decode() == CANONICAL["mrd.csv"]


def test_two_workbooks_with_tables_are_refused(source):
    as_workbook(source)
    (source.folder / "old.xlsx").write_bytes((source.folder / "export 2024.xlsx").read_bytes())
    assert source.refused() == [
        "export 2024.xlsx and old.xlsx: there are two workbooks with tables. Keep one of them in the folder."
    ]


def test_problems_of_a_workbook_name_sheet_row_and_column(source):
    as_workbook(source).write("study.yml", STUDY.replace("best", "deepest"))
    assert source.refused() == [
        f"export 2024.xlsx, sheet RESPONSES, row {row}, timepoint: found “{found}”; one of the timepoints of study.yml is "
        "expected (before, deepest). Correct the cell, or add the timepoint to study.yml."
        for row, found in ((2, "Best"), (3, "best"))
    ]


def test_a_header_alone_counts_as_absent(source):
    source.write("flow.csv", "step,n\n")
    assert source.notes()[0] == (
        "flow.csv: the table has a header but no rows: it counts as absent. Fill it in, if the cohort has such data."
    )
    assert "flow.csv" not in source.written()


def test_a_table_that_cannot_be_read_does_not_hide_the_others(source):
    source.write("patients.csv", "patient_id;sex\np1\n").edit("adverse_events.csv", "p1;3", "p1;7")
    assert source.refused() == [
        "patients.csv, row 2: the row has 1 cells, the header has 2. "
        "Quote cells that hold the separator, and give every row as many cells as the header.",
        "adverse_events.csv, row 2, grade: found “7”; 5 or less is expected (CTCAE grade). Correct the cell.",
    ]


def test_parquet_is_left_alone_unless_it_holds_dates(source):
    for name in TYPED:
        (source.folder / f"{name}.csv").unlink()
    source.write("study.yml", STUDY.replace("subgroups: [bmi]\n", ""))
    months = {"patient_id": ["p1"], "pfs_months": [5.5], "pfs_event": ["censored"], "os_months": [6.0], "os_event": ["censored"]}  # fmt: skip
    pd.DataFrame(months).to_parquet(source.folder / "patients.parquet")
    assert prepare(source.folder, source.into).folder == source.folder
    days = pd.DataFrame(months | {"origin_date": pd.to_datetime(["2020-04-03"])}).drop(columns=["pfs_months"])
    days.assign(pfs_date=pd.to_datetime(["2021-04-03"]), os_months=[12.0]).to_parquet(
        source.folder / "patients.parquet"
    )
    assert source.notes() == [
        "patients.parquet, pfs_date: turned into pfs_months: months of 30.4375 days since origin_date. "
        "Nothing to do if that is right."
    ]
    assert source.written()["patients.csv"].decode() == (
        "patient_id,pfs_months,pfs_event,os_months,os_event\np1,11.992,censored,12,censored\n"
    )


@pytest.mark.parametrize("cell", ["9" * 400, "\x1b[31m", "03/04/2020"])
def test_any_text_in_any_cell_is_a_problem_or_a_value_never_a_traceback(source, cell):
    for table, content in TYPED.items():
        header, first, *rest = content.splitlines()
        for position in range(header.count(";") + 1):
            cells = first.split(";")
            cells[position] = cell
            source.write(f"{table}.csv", "\n".join([header, ";".join(cells), *rest]) + "\n")
            with readable(source.folder) as (_, problems):
                assert all(all(rule_and_fix(problem)) for problem in problems)
        source.write(f"{table}.csv", content)


# From the command line


def test_check_says_the_problems_and_the_chapters(source):
    source.edit("mrd.csv", "Negative", "neg")
    done = run("check", source.folder, "--json")
    found = json.loads(done.stdout)
    serious = [problem for problem in found["problems"] if not problem["note"]]
    assert [(one["file"], one["row"], one["column"], one["value"]) for one in serious] == [
        ("mrd.csv", 2, "status", "neg")
    ]
    assert [(one["chapter"], one["supported"]) for one in found["chapters"]] == [
        ("study", "partly"),
        ("responses", "partly"),
        ("progression-free-survival", "yes"),
        ("overall-survival", "yes"),
        ("time-to-next-treatment", "no"),
        ("minimal-residual-disease", "partly"),
        ("safety", "partly"),
        ("reproduction", "no"),
        ("audit", "no"),
    ]
    assert done.returncode == 1 and not source.into.exists()


def test_a_workbook_may_be_named_if_study_yml_lies_beside_it(source, tmp_path):
    as_workbook(source)
    book = source.folder / "export 2024.xlsx"
    assert run("check", book).stdout.startswith(f"{source.folder}: sound\n")
    alone = tmp_path / "alone.xlsx"
    alone.write_bytes(book.read_bytes())
    assert run("build", alone).stderr == (
        f"error: {alone}: a file is no cohort folder. Put it into a folder with study.yml, which “livingreview new DIR” "
        "writes, and name the folder.\n1 problem; nothing was changed.\n"
    )


def test_sources_and_their_hashes_are_as_before_after_a_check(source):
    before = {name: hashlib.sha256(content).hexdigest() for name, content in tree(source.folder).items()}
    run("check", source.folder)
    run("plan", source.folder)
    assert {name: hashlib.sha256(content).hexdigest() for name, content in tree(source.folder).items()} == before


@pytest.mark.parametrize(("between", "words"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_without_any_comma_is_no_table_of_one_column(tmp_path, between, words):
    folder = tmp_path / "demo"
    shutil.copytree(ROOT / "data" / "demo", folder)
    events = folder / "adverse_events.csv"
    before = events.read_bytes()
    events.write_bytes(before.replace(b",", between.encode()))
    with readable(folder) as (strict, problems):
        assert [(problem.note, problem.file) for problem in problems] == [(True, "adverse_events.csv")]
        assert words in rule_and_fix(problems[0])[0]
        read = pd.read_csv(strict / "adverse_events.csv")
        pd.testing.assert_frame_equal(read, pd.read_csv(io.BytesIO(before)))


def test_a_file_in_the_place_of_the_strict_tables_gives_way(source):
    source.into.parent.mkdir()
    source.into.write_text("x", encoding="utf-8")
    assert prepare(source.folder, source.into).folder == source.into
