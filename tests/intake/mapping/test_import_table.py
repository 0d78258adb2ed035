from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml

from livingreview.cli.ask import seen
from livingreview.cli.proposal_text import text
from livingreview.cohort.check import check_cohort
from livingreview.cohort.problems import CohortError
from livingreview.intake.mapping.import_table import import_table
from livingreview.intake.mapping.mapping import checked
from livingreview.intake.mapping.propose import propose
from livingreview.intake.mapping.source_files import source_files
from livingreview.words.problem_words import sentence

STUDY = {
    "title": "t",
    "short_title": "s",
    "contact": "c",
    "edition": {"date": dt.date(2026, 1, 2)},
    "time_origin": {"event": "transplantation"},
}
REGISTRY = """\
MRN;Date of ASCT;Age;Sex;PFS (days);PFS status;OS date;Vital status;Risk class;Notes
884421;03.01.2020;61,5;F;365;1;14.05.2021;alive;A;calls back
884422;13.02.2020;55;m;100;2;23.05.2020;dead;B;
884423;25.03.2020;70;f;200;0;25.03.2021;Alive;A;
"""
COLUMNS = {
    "patient_id": {"from": "MRN", "pseudonym": True},
    "pfs_months": {"from": "PFS (days)", "unit": "days"},
    "pfs_event": {"from": "PFS status", "values": {"1": "progression", "2": "death", "0": "censored"}},
    "os_months": {"from": "OS date", "unit": "date"},
    "os_event": {"from": "Vital status", "values": {"alive": "censored", "dead": "death"}},
    "age_years": "Age",
    "sex": {"from": "Sex", "values": {"F": "female", "M": "male"}},
}
PATIENTS = {"columns": COLUMNS, "origin_date": "Date of ASCT", "keep": ["Risk class"]}
EXPORT = """\
record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,age,sex,pfs_months,pfs_status,os_months,vital,ae_term,ae_grade,ae_related,drugs___1
1,base_arm_1,,,61,1,12.5,1,20,0,,,,1
1,base_arm_1,adverse_events,1,,,,,,,Nausea,1,1,
1,base_arm_1,adverse_events,2,,,,,,,Rash,3,0,
2,base_arm_1,,,55,2,8,0,8,0,,,,0
3,base_arm_1,,,70,2,5,2,5,1,,,,1
3,base_arm_1,adverse_events,1,,,,,,,Sepsis,5,0,
"""
DICTIONARY = """\
Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels"
sex,base,radio,Sex,"1, Female | 2, Male"
pfs_status,base,dropdown,PFS,"0, Censored | 1, Progression | 2, Death"
vital,base,radio,Vital,"0, Alive | 1, Dead"
ae_related,adverse_events,yesno,Related,
drugs,base,checkbox,Drugs,"1, Ixazomib | 2, Other"
"""
RED_PATIENTS = {
    "file": "export.csv",
    "where": {"redcap_repeat_instrument": ""},
    "columns": {
        "patient_id": "record_id",
        "pfs_months": "pfs_months",
        "pfs_event": "pfs_status",
        "os_months": "os_months",
        "os_event": {"from": "vital", "values": {"Alive": "censored", "Dead": "death"}},
        "sex": "sex",
    },
}
RED_EVENTS = {
    "file": "export.csv",
    "where": {"redcap_repeat_instrument": ["adverse_events"]},
    "columns": {"patient_id": "record_id", "grade": "ae_grade", "term": "ae_term", "related": "ae_related"},
}


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = tmp_path / "registry.csv"
    path.write_text(REGISTRY, encoding="utf-8")
    return path


@pytest.fixture
def redcap(tmp_path: Path) -> Path:
    folder = tmp_path / "redcap"
    folder.mkdir()
    (folder / "export.csv").write_text(EXPORT, encoding="utf-8")
    (folder / "dictionary.csv").write_text(DICTIONARY, encoding="utf-8")
    return folder


def imported(source: Path, tables: dict, study: dict = STUDY, **entries: object) -> Path:
    """The folder that was written."""
    mapping = checked({"tables": tables, "study": study, **entries}, "mapping.yml")
    folder = source.parent / "cohort"
    import_table(source, folder, mapping, "mapping.yml", {})
    return folder


def refused(source: Path, tables: dict, **entries: object) -> list[str]:
    """What is said; nothing is written then."""
    before = sorted(path.name for path in source.parent.iterdir())
    with pytest.raises(CohortError) as raised:
        imported(source, tables, **entries)
    assert sorted(path.name for path in source.parent.iterdir()) == before
    return [sentence(problem) for problem in raised.value.problems]


def changed(**columns: object) -> dict:
    """The mapping of the registry with other columns; None takes one out."""
    new = {name: value for name, value in (COLUMNS | columns).items() if value is not None}
    return {"patients": PATIENTS | {"columns": new}}


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def test_a_registry_with_days_dates_and_decimal_commas(registry: Path) -> None:
    folder = imported(registry, {"patients": PATIENTS})
    assert (folder / "patients.csv").read_text().splitlines() == [
        "patient_id,pfs_months,pfs_event,os_months,os_event,age_years,sex,Risk class",
        "P001,11.992,progression,16.329,censored,61.5,female,A",  # 365 and 497 days / 30.4375
        "P002,3.285,death,3.285,death,55,male,B",
        "P003,6.571,censored,11.992,censored,70,female,A",
    ]
    assert [problem for problem in check_cohort(folder) if not problem.note] == []


def test_report(registry: Path) -> None:
    report = (imported(registry, {"patients": PATIENTS}) / "IMPORT.md").read_text()
    for line in (
        "| patients | pfs_months | registry.csv, PFS (days) | 3 numbers, days / 30.4375 |",
        "| patients | pfs_event | registry.csv, PFS status | “0” → censored (1), “1” → progression (1), “2” → death (1) |",
        "| patients | os_months | registry.csv, OS date | 3 dates, days from the origin date / 30.4375 |",
        "| patients | os_event | registry.csv, Vital status | “Alive” → censored (1), “alive” → censored (1), “dead” → death (1) |",
        "| patients | Risk class | registry.csv, Risk class | kept as a subgroup |",
        "| all tables | patient_id | MRN | 3 pseudonyms; the key is not written |",
        "| registry.csv: Notes | not in the mapping |",
    ):
        assert line in report
    assert not any(word in report for word in ("8844", "calls back", str(registry.parent)))


def test_without_a_date_the_check_names_it(registry: Path) -> None:
    found = check_cohort(imported(registry, {"patients": PATIENTS}, study={"title": "t"}))
    assert {problem.column for problem in found} == {"short_title", "edition.date", "time_origin.event", "contact"}


def test_values_that_the_mapping_does_not_name(registry: Path) -> None:
    found = refused(registry, changed(sex={"from": "Sex", "values": {"F": "female"}}, pfs_event="PFS status"))
    rule = "the mapping does not say what the value means (1 row)"
    fix = "Add it to “values” of patients, {}: {}."
    events, sexes = "progression, death, censored", "female, male"
    assert found == [
        *(
            f"registry.csv, row {row}, PFS status: found “{code}”; {rule}. {fix.format('pfs_event', events)}"
            for row, code in ((2, 1), (3, 2), (4, 0))
        ),
        f"registry.csv, row 3, Sex: found “m”; {rule}. {fix.format('sex', sexes)}",
    ]


def test_cells_left_empty_on_purpose(registry: Path) -> None:
    folder = imported(registry, changed(sex={"from": "Sex", "values": {"F": "female", "m": ""}}))
    assert table(folder, "patients")["sex"].tolist() == ["female", "", "female"]


def test_columns_and_files_that_are_not_there(registry: Path) -> None:
    fix = "Is “{}” meant?"
    rule = "registry.csv, row 1, {}: the mapping names a column that is not there. "
    assert refused(registry, changed(age_years="Agee", sex="Sexx")) == [
        rule.format("Agee") + fix.format("Age"),
        rule.format("Sexx") + fix.format("Sex"),
    ]
    (found,) = refused(registry, {"patients": PATIENTS | {"file": "register.csv"}})
    assert (
        found
        == "mapping.yml, tables.patients.file: found “register.csv”; there is no such file. Is “registry.csv” meant?"
    )


def test_cells_that_are_no_numbers_or_dates(registry: Path) -> None:
    registry.write_text(REGISTRY.replace(";365;", ";a year;").replace("23.05.2020", "31.02.2020"), encoding="utf-8")
    assert [line.partition(". ")[0] for line in refused(registry, {"patients": PATIENTS})] == [
        "registry.csv, row 2, PFS (days): found “a year”; a number is expected, with a point before decimals",
        "registry.csv, row 3, OS date: found “31.02.2020”; there is no such day",
    ]


def test_a_date_where_a_number_is_expected(tmp_path: Path) -> None:
    path = tmp_path / "registry.xlsx"
    book = openpyxl.Workbook()
    for row in (list(COLUMNS), ["a", 3, "1", dt.date(2020, 1, 1), "alive", 50, "F"]):
        book.active.append(row)
    book.save(path)
    columns = {name: name for name in COLUMNS} | {
        "pfs_event": {"from": "pfs_event", "values": {"1": "progression"}},
        "os_event": {"from": "os_event", "values": {"alive": "censored"}},
        "sex": {"from": "sex", "values": {"F": "female"}},
    }
    found = refused(path, {"patients": {"columns": columns}})
    fix = "Write a number, or say “unit: date” in the mapping."
    assert [line.endswith(f"a date stands where a number is expected. {fix}") for line in found] == [True]


def test_dates_need_an_origin(registry: Path) -> None:
    (found,) = refused(registry, {"patients": {"columns": COLUMNS}})
    assert (
        found
        == "registry.csv, row 1, OS date: dates need a day to count from. Add “origin_date” to patients in the mapping."
    )


def test_days_and_months_that_may_change_places(registry: Path) -> None:
    """Without a day above 12 the order is not known; the mapping may say it."""
    text = (
        REGISTRY.replace("03.01.2020", "03/01/2020")
        .replace("13.02.2020", "02/01/2020")
        .replace("23.05.2020", "2020-04-11")
    )
    registry.write_text(text.replace("25.03.2020;70", "04/05/2020;70"), encoding="utf-8")
    found = refused(registry, {"patients": PATIENTS})
    assert "this may be 3 January or 1 March" in found[0] and "under study in the mapping" in found[0]
    folder = imported(registry, {"patients": PATIENTS}, study=STUDY | {"dates": "day-first"})
    assert table(folder, "patients")["os_months"].tolist()[0] == "16.329"


def test_a_contradiction_is_said_of_the_source(registry: Path) -> None:
    registry.write_text(REGISTRY.replace(";200;", ";2000;"), encoding="utf-8")
    (found,) = refused(registry, {"patients": PATIENTS})
    assert found.startswith("registry.csv, row 4, PFS (days): found “pfs_months 65.708, os_months 11.992”")


def test_a_redcap_export(redcap: Path) -> None:
    tables = {"patients": RED_PATIENTS, "adverse_events": RED_EVENTS}
    folder = imported(redcap, tables, redcap_dictionary="dictionary.csv")
    assert (folder / "patients.csv").read_text().splitlines() == [
        "patient_id,pfs_months,pfs_event,os_months,os_event,sex",
        "1,12.5,progression,20,censored,female",
        "2,8,censored,8,censored,male",
        "3,5,death,5,death,male",
    ]
    assert (folder / "adverse_events.csv").read_text().splitlines() == [
        "patient_id,grade,term,related",
        "1,1,Nausea,yes",
        "1,3,Rash,no",
        "3,5,Sepsis,no",
    ]
    report = (folder / "IMPORT.md").read_text()
    assert "- adverse_events: 3 of 6 rows of export.csv, where redcap_repeat_instrument is adverse_events." in report
    assert "| export.csv: redcap_event_name, redcap_repeat_instance, age, drugs___1 | not in the mapping |" in report


def test_labels_of_the_dictionary_must_be_terms(redcap: Path) -> None:
    columns = RED_PATIENTS["columns"] | {"os_event": "vital"}
    found = refused(redcap, {"patients": RED_PATIENTS | {"columns": columns}}, redcap_dictionary="dictionary.csv")
    rule = "the mapping does not say what the value means ({}, {} in the dictionary)"
    fix = "Add it to “values” of patients, os_event: death, censored."
    assert found == [
        f"export.csv, row 2, vital: found “0”; {rule.format('2 rows', 'Alive')}. {fix}",
        f"export.csv, row 6, vital: found “1”; {rule.format('1 row', 'Dead')}. {fix}",
    ]


def test_a_checkbox_is_yes_or_no(redcap: Path) -> None:
    columns = RED_EVENTS["columns"] | {"serious": "drugs___1"}
    events = {"adverse_events": RED_EVENTS | {"columns": columns, "where": {}}}
    found = refused(redcap, {"patients": RED_PATIENTS} | events, redcap_dictionary="dictionary.csv")
    assert not any("drugs___1" in line for line in found)  # 1 and 0 are understood; other rows have no grade


FLAGGED = DICTIONARY.replace('Labels"\n', 'Labels",Identifier?\n').replace("sex,base,radio,Sex,", "sex,base,radio,Sex,")
FLAGGED = "\n".join(
    line if number == 0 else f"{line},{'y' if line.startswith(('sex', 'drugs')) else ''}"
    for number, line in enumerate(FLAGGED.splitlines())
)
MARKED = "the REDCap dictionary marks the field as an identifier: it is not kept. Take it out."


@pytest.mark.parametrize("named", [{"redcap_dictionary": "dictionary.csv"}, {}])
def test_what_the_project_marks_as_an_identifier_is_not_kept(redcap: Path, named: dict) -> None:
    (redcap / "dictionary.csv").write_text(FLAGGED, encoding="utf-8")
    sex = {"from": "sex", "values": {"1": "female", "2": "male"}}
    patients = RED_PATIENTS | {
        "file": "export.csv", "keep": ["drugs___1"], "columns": RED_PATIENTS["columns"] | {"sex": sex}
    }  # fmt: skip
    found = refused(redcap, {"patients": patients}, **named)
    assert f"mapping.yml, tables.patients.columns.sex: found “sex”; {MARKED}" in found
    assert f"mapping.yml, tables.patients.keep, drugs___1: found “drugs___1”; {MARKED}" in found


def test_a_marked_identifier_becomes_a_pseudonym(redcap: Path) -> None:
    flagged = FLAGGED.replace("sex,base,radio", "record_id,base,text,Id,,y\nsexx,base,radio")
    (redcap / "dictionary.csv").write_text(flagged, encoding="utf-8")
    found = refused(redcap, {"patients": RED_PATIENTS}, redcap_dictionary="dictionary.csv")
    rule = "the REDCap dictionary marks the field as an identifier: it is not kept. Add “pseudonym: true”."
    assert found[0] == f"mapping.yml, tables.patients.columns.patient_id: found “record_id”; {rule}"


def test_events_of_strangers_are_refused(redcap: Path) -> None:
    (redcap / "export.csv").write_text(EXPORT.replace("\n3,base_arm_1,adv", "\n9,base_arm_1,adv"), encoding="utf-8")
    pseudonym = RED_PATIENTS | {
        "columns": RED_PATIENTS["columns"] | {"patient_id": {"from": "record_id", "pseudonym": True}}
    }
    found = refused(redcap, {"patients": pseudonym, "adverse_events": RED_EVENTS}, redcap_dictionary="dictionary.csv")
    said = "export.csv, row 7, record_id: found “9”; the patient is not in the patients table. Correct the identifier."
    assert said in found


def test_patients_from_two_sheets_and_responses_from_a_wide_one(tmp_path: Path) -> None:
    path = tmp_path / "study.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Baseline"
    for row in (
        ["id", "asct", "before", "best"],
        ["a", dt.date(2020, 1, 1), "PR", "CR"],
        ["b", dt.date(2020, 2, 1), "", "VGPR"],
    ):
        sheet.append(row)
    outcome = book.create_sheet("Outcome")
    for row in (["id", "pfs", "event", "last seen", "dead"], ["b", 5, "Progression", dt.date(2021, 2, 1), False], ["a", 3.5, "progression", dt.date(2020, 4, 17), True]):  # fmt: skip
        outcome.append(row)
    book.create_sheet("Codes").append(["x"])
    book.save(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    first = {"sheet": "Baseline", "origin_date": "asct", "columns": {"patient_id": "id"}}
    second = {
        "sheet": "Outcome",
        "columns": {
            "patient_id": "id",
            "pfs_months": "pfs",
            "pfs_event": "event",
            "os_months": {"from": "last seen", "unit": "date"},
            "os_event": {"from": "dead", "values": {"TRUE": "death", "FALSE": "censored"}},
        },
    }
    responses = [
        {"sheet": "Baseline", "columns": {"patient_id": "id", "timepoint": {"value": when}, "response": column}}
        for when, column in (("Before transplantation", "before"), ("Best response", "best"))
    ]
    folder = imported(path, {"patients": [first, second], "responses": responses})
    assert table(folder, "patients").to_numpy().tolist() == [
        ["a", "3.5", "progression", "3.515", "death"],
        ["b", "5", "progression", "12.025", "censored"],
    ]
    assert table(folder, "responses").to_numpy().tolist() == [
        ["a", "before_transplantation", "PR"],
        ["a", "best_response", "CR"],
        ["b", "best_response", "VGPR"],
    ]
    timepoints = yaml.safe_load((folder / "study.yml").read_text())["vocabulary"]["timepoints"]
    assert timepoints[0] == {"name": "before_transplantation", "label": "Before transplantation"}
    assert "| study.xlsx: the sheets Codes | not in the mapping |" in (folder / "IMPORT.md").read_text()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def proposed(source: Path) -> dict:
    return yaml.safe_load(text(propose(source_files(source))))


def test_a_proposal_for_a_registry(registry: Path) -> None:
    found = proposed(registry)["tables"]["patients"]
    assert found["origin_date"] == {"from": "Date of ASCT"}
    assert found["columns"] == {
        "patient_id": {"from": "MRN", "pseudonym": True},
        "pfs_months": {"from": "PFS (days)", "unit": "days"},
        "pfs_event": {"from": "PFS status", "values": {"0": "?", "1": "?", "2": "?"}},
        "os_months": {"from": "OS date", "unit": "date"},
        "os_event": {"from": "Vital status", "values": {"Alive": "censored", "alive": "censored", "dead": "death"}},
        "age_years": {"from": "Age"},
        "sex": {"from": "Sex", "values": {"F": "female", "f": "female", "m": "male"}},
    }


def test_a_best_response_among_the_patients_is_proposed_as_a_table(registry: Path) -> None:
    lines = REGISTRY.splitlines()
    words = ("Best response", "CR", "very good partial response", "")
    registry.write_text("".join(f"{line};{word}\n" for line, word in zip(lines, words, strict=True)), encoding="utf-8")
    found = proposed(registry)["tables"]
    found["patients"]["columns"]["pfs_event"] = COLUMNS["pfs_event"]
    assert found["responses"]["columns"]["timepoint"] == {"value": "Best response"}
    assert (imported(registry, found) / "responses.csv").read_text().splitlines() == [
        "patient_id,timepoint,response,basis",
        "P001,best_response,CR,best",
        "P002,best_response,VGPR,best",
    ]


def test_a_proposal_for_a_redcap_export_can_be_used(redcap: Path) -> None:
    found = proposed(redcap)
    assert found["redcap_dictionary"] == "dictionary.csv"
    assert found["tables"]["patients"]["where"] == {"redcap_repeat_instrument": ""}
    assert found["tables"]["adverse_events"]["where"] == {"redcap_repeat_instrument": "adverse_events"}
    assert (
        table(imported(redcap, found["tables"], redcap_dictionary="dictionary.csv"), "patients")["patient_id"][0]
        == "P001"
    )


def test_a_proposal_shows_few_values_and_no_identifiers(registry: Path) -> None:
    (block,) = propose(source_files(registry)).blocks
    assert seen(block, "MRN") == "3 different values, not shown"
    assert seen(block, "Age") == "61,5, 55, 70"
    registry.write_text("MRN,Age,Sex\n" + "".join(f"{n},{n},F\n" for n in range(20, 29)))
    (block,) = propose(source_files(registry)).blocks
    assert seen(block, "Age") == "20, 21, 22, 23, 24 and 4 more"


def test_what_was_not_found_is_marked(registry: Path) -> None:
    registry.write_text("MRN,Age,Sex\n1,20,F\n")
    written = text(propose(source_files(registry)))
    assert 'pfs_months: {from: "?"}   # look this over: no column was found: time to progression' in written
