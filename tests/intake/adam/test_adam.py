from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from intake.adam.adam_source import Source, adae, adrs, adsl, adtte
from livingreview.cohort.check import check_cohort
from livingreview.cohort.problems import CohortError
from livingreview.intake.adam.adam import AdamOptions, import_adam, read_values
from livingreview.intake.adam.adtte import pfs_event
from livingreview.words.problem_words import sentence

STUDY = {
    "title": "t",
    "short_title": "s",
    "contact": "c",
    "edition": {"date": dt.date(2026, 1, 2)},
}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path / "adam")


def imported(source: Source, tmp_path: Path, **options: object) -> Path:
    """The folder that was written."""
    folder = tmp_path / f"cohort{source.suffix}"
    import_adam(source.folder, folder, AdamOptions(**({"study": STUDY} | options)))
    return folder


def refused(source: Source, tmp_path: Path, **options: object) -> list[str]:
    """What is said of datasets that cannot be imported; nothing is written then."""
    with pytest.raises(CohortError) as raised:
        imported(source, tmp_path, **options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["adam"]
    return [sentence(problem) for problem in raised.value.problems]


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def test_patients(source: Source, tmp_path: Path) -> None:
    found = table(imported(source, tmp_path), "patients")
    assert found.to_dict("list") == {
        "patient_id": ["P001", "P002", "P003", "P004"],
        "pfs_months": ["5.027", "12.057", "12.025", "12.025"],  # 153, 367, 366, 366 days / 30.4375
        "pfs_event": ["progression", "death", "censored", "censored"],
        "os_months": ["17.018", "12.057", "12.025", "12.025"],
        "os_event": ["censored", "death", "censored", "censored"],
        "age_years": ["60", "55", "70", "66"],
        "sex": ["female", "male", "female", "male"],
        "iss_stage": ["I", "II", "III", ""],
        "maintenance_start_months": ["0", "0", "0", "0"],
        "maintenance_end_months": ["4.994", "12.025", "9.035", ""],
        "maintenance_regimen": ["Ixazomib"] * 4,
    }


def test_the_other_tables(source: Source, tmp_path: Path) -> None:
    folder = imported(source, tmp_path)
    assert (folder / "responses.csv").read_text().splitlines() == [
        "patient_id,timepoint,response,months,basis",
        "P001,cycle_3,CR,2.99,at_visit",
        "P001,cycle_1_day_1,PR,1.018,at_visit",
        "P002,best,VGPR,6.998,best",
    ]
    assert (folder / "mrd.csv").read_text().splitlines() == ["patient_id,months,status", "P001,2.99,negative"]
    events = table(folder, "adverse_events")
    assert events.drop(columns=["soc", "action"]).to_numpy().tolist() == [
        ["P001", "1", "Nausea", "no", "yes", "0.131", "0.263", "yes"],
        ["P002", "3", "Rash", "yes", "no", "0.131", "", "yes"],
    ]


def test_study(source: Source, tmp_path: Path) -> None:
    text = (imported(source, tmp_path) / "study.yml").read_text()
    assert "kind: observed\n  date: 2026-01-02\n" in text
    assert "event: first day of treatment" in text
    order = [text.index(words) for words in ("label: Cycle 1 Day 1", "label: Cycle 3", "label: Best response")]
    assert order == sorted(order)


def test_the_folder_is_sound(source: Source, tmp_path: Path) -> None:
    assert [problem for problem in check_cohort(imported(source, tmp_path)) if not problem.note] == []


def test_without_a_date_the_check_names_what_is_to_be_filled_in(source: Source, tmp_path: Path) -> None:
    found = check_cohort(imported(source, tmp_path, study={}))
    assert {problem.column for problem in found} == {"title", "short_title", "edition.date", "contact"}


def test_xpt_and_csv_give_the_same_bytes(source: Source, tmp_path: Path) -> None:
    first = imported(source, tmp_path)
    second = imported(Source(tmp_path / "xpt", ".xpt"), tmp_path)
    for name in ("patients.csv", "responses.csv", "mrd.csv", "adverse_events.csv", "study.yml"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_cnsr_is_turned_round_once(source: Source, tmp_path: Path) -> None:
    """The Kaplan-Meier estimates of source and result are the same, months apart by 30.4375."""
    found, given = table(imported(source, tmp_path), "patients"), adtte()
    assert found["pfs_event"].eq("censored").tolist() == [cnsr > 0 for cnsr in given["CNSR"][:4]]
    for code, stem in (("PFS", "pfs"), ("OS", "os")):
        rows = given[given["PARAMCD"] == code]
        there = KaplanMeierFitter().fit(rows["AVAL"], rows["CNSR"] == 0).survival_function_
        here = KaplanMeierFitter().fit(found[f"{stem}_months"].astype(float), found[f"{stem}_event"] != "censored")
        assert here.survival_function_.to_numpy().tolist() == there.to_numpy().tolist()
        assert here.survival_function_.index.to_numpy() == pytest.approx(there.index.to_numpy() / 30.4375, abs=5e-4)


def test_months_are_kept_as_given(source: Source, tmp_path: Path) -> None:
    frame = adtte().assign(PARAM="Time (Months)")
    frame["AVAL"] = (frame["AVAL"] / 30.4375).round(1)
    found = table(imported(source.write("adtte", frame), tmp_path), "patients")
    assert found["pfs_months"].tolist() == ["5", "12.1", "12", "12"]


@pytest.mark.parametrize("stated", [{"AVALU": "DAYS", "PARAM": "x"}, {"PARAM": "x"}, {"PARAM": "x (Days)"}])
def test_the_unit_is_stated_or_shown_by_dates(source: Source, tmp_path: Path, stated: dict) -> None:
    found = table(imported(source.write("adtte", adtte().assign(**stated)), tmp_path), "patients")
    assert found["pfs_months"].tolist()[0] == "5.027"


def without_dates() -> pd.DataFrame:
    return adtte().drop(columns=["ADT", "STARTDT"]).assign(PARAM="Survival")


def test_an_unknown_unit_is_asked_for(source: Source, tmp_path: Path) -> None:
    source.write("adtte", without_dates())
    rule = "the unit of {} cannot be known: no AVALU, no unit in PARAM, no dates that show it"
    fix = "Say it with --unit days or --unit months."
    assert refused(source, tmp_path) == [f"adtte.csv, AVAL: {rule.format(code)}. {fix}" for code in ("PFS", "OS")]
    assert table(imported(source, tmp_path, unit="days"), "patients")["pfs_months"].tolist()[0] == "5.027"


def test_a_unit_that_dates_contradict_is_refused(source: Source, tmp_path: Path) -> None:
    first, *_ = refused(source.write("adtte", adtte().assign(AVALU="MONTHS", PARAM="x")), tmp_path)
    assert "the unit of PFS is not the same everywhere (ADT - STARTDT: days, AVALU: months)" in first


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "adtte.csv, row 4, CNSR: the cell is empty. CNSR is 0 for an event and 1 or more if censored."),
        (-1, "adtte.csv, row 4, CNSR: found “-1”; CNSR is 0 or a whole number above. Correct the source."),
        (0.5, "adtte.csv, row 4, CNSR: found “0.5”; CNSR is 0 or a whole number above. Correct the source."),
    ],
)
def test_cnsr_must_be_a_count(source: Source, tmp_path: Path, value: object, said: str) -> None:
    assert refused(source.adtte(4, "CNSR", value), tmp_path) == [said]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("PD", "progression"),
        ("Relapse from CR", "progression"),
        ("DISEASE PROGRESSION", "progression"),
        ("Death", "death"),
        ("Subject died", "death"),
        ("Progression or death", None),
        ("Event", None),
        ("", None),
        ("UPDATED", None),
    ],
)
def test_event_words(text: str, event: str | None) -> None:
    assert pfs_event(text) == event


def test_an_undecidable_event_is_refused_with_its_row(source: Source, tmp_path: Path) -> None:
    source.adtte(3, "EVNTDESC", "Progression or death")
    rule = "neither only progression nor only death can be read from it (1 row)"
    fix = 'Say what it means: --values FILE, a YAML file with “pfs_event: {"Progression or death": progression}”.'
    found = refused(source, tmp_path)
    assert found == [f"adtte.csv, row 3, EVNTDESC: found “Progression or death”; {rule}. {fix}"]


def test_values_say_what_words_mean(source: Source, tmp_path: Path) -> None:
    source.adtte(3, "EVNTDESC", "Progression or death")
    path = tmp_path / "adam" / "values.yml"
    path.write_text("pfs_event: {progression or death: death}\n")
    folder = imported(source, tmp_path, values=read_values(path))
    assert table(folder, "patients")["pfs_event"].tolist()[1] == "death"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "pfs_event: {New therapy: censored}",
            "values.yml, pfs_event: found “censored”; one of progression, death is expected",
        ),
        ("pfs: {}", "values.yml, pfs: one section each for pfs_event, response, mrd, related is expected"),
        ("response: CR", "values.yml, response: one section each for"),
        ("- a", "values.yml: one section each for"),
        ("a: [", "values.yml, row 1: the file is no valid YAML"),
    ],
)
def test_values_that_make_no_sense(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "values.yml").write_text(content)
    with pytest.raises(CohortError) as raised:
        read_values(tmp_path / "values.yml")
    assert sentence(raised.value.problems[0]).startswith(said)


def test_a_response_may_be_left_out_by_values(source: Source, tmp_path: Path) -> None:
    source.write("adrs", adrs().replace({"AVALC": {"VGPR": "ND"}}))
    folder = imported(source, tmp_path, values={"response": {"nd": ""}})
    assert table(folder, "responses")["response"].tolist() == ["CR", "PR"]
    assert "| adrs.csv: 1 row | response left empty by --values |" in (folder / "IMPORT.md").read_text()


def test_every_patient_needs_both_endpoints_once(source: Source, tmp_path: Path) -> None:
    frame = adtte()
    frame = pd.concat([frame.drop(index=[7]), frame.iloc[[0]]])
    stranger = frame.iloc[[1]].assign(USUBJID="S-99")
    found = refused(source.write("adtte", pd.concat([frame, stranger])), tmp_path)
    assert found == [
        "adtte.csv, row 10, USUBJID: found “S-99”; the patient is not in adsl.csv (1 row). "
        "Correct the identifier, or add the patient.",
        "adtte.csv, row 9, USUBJID: found “S-01-9”; the patient has PFS already in row 2. "
        "Keep one, or flag it in ANL01FL.",
        "adsl.csv, row 5, USUBJID: found “S-02-1”; the patient has no row of OS in adtte.csv. "
        "Add it to ADTTE, or choose an analysis population with --population.",
    ]


def test_a_patient_twice_in_adsl_is_refused(source: Source, tmp_path: Path) -> None:
    found = refused(source.write("adsl", pd.concat([adsl(), adsl().iloc[[0]]])), tmp_path)
    assert (
        found[0]
        == "adsl.csv, row 6, USUBJID: found “S-01-9”; the patient is there twice. ADSL has one row per patient."
    )


def test_population(source: Source, tmp_path: Path) -> None:
    folder = imported(source, tmp_path, population="saffl")
    assert len(table(folder, "patients")) == 3
    assert "SAFFL is Y for 3 of 4 patients" in (folder / "IMPORT.md").read_text()


def test_months_in_contradiction_are_said_of_the_source(source: Source, tmp_path: Path) -> None:
    source.adtte(9, "AVAL", 300.0)
    (found,) = refused(source, tmp_path)
    assert found.startswith(
        "adtte.csv, row 5, AVAL of PFS: found “pfs_months 12.025, os_months 9.856”; progression-free"
    )


def test_other_codes(source: Source, tmp_path: Path) -> None:
    frame = adtte().replace({"PARAMCD": {"PFS": "PFSINV"}})
    source.write("adtte", frame)
    assert (
        "there are no rows of PFS. PARAMCD there are: OS, PFSINV; name one with --pfs." in refused(source, tmp_path)[0]
    )
    assert len(table(imported(source, tmp_path, pfs="pfsinv"), "patients")) == 4


def test_unknown_responses_are_said_once_with_their_count(source: Source, tmp_path: Path) -> None:
    frame = pd.concat([adrs(), adrs().assign(AVISIT="Cycle 9")]).replace({"AVALC": {"CR": "Great"}})
    found = refused(source.write("adrs", frame[frame["PARAMCD"] == "OVRLRESP"]), tmp_path)
    assert found == [
        "adrs.csv, row 2, AVALC: found “Great”; the word is not known (2 rows). "
        "Say what it means: --values FILE, a YAML file with a “response” of words and terms.",
        *found[1:],
    ]


def test_two_responses_at_a_visit_are_refused(source: Source, tmp_path: Path) -> None:
    found = refused(source.write("adrs", pd.concat([adrs(), adrs().iloc[[0]]])), tmp_path)
    assert found[0] == (
        "adrs.csv, row 6, AVISIT: found “S-01-9”; the patient has a response at cycle_3 already. "
        "Flag one in ANL01FL, or correct AVISIT."
    )


def test_flagged_rows_are_read(source: Source, tmp_path: Path) -> None:
    twice = pd.concat([adrs(), adrs().iloc[[0]].assign(AVALC="PR")])
    twice["ANL01FL"] = ["Y", "Y", "Y", "Y", ""]
    found = table(imported(source.write("adrs", twice), tmp_path), "responses")
    assert found["response"].tolist() == ["CR", "PR", "VGPR"]


def test_study_days_count_from_treatment_without_a_day_0(source: Source, tmp_path: Path) -> None:
    frame = adae().drop(columns=["ASTDT", "AENDT"]).assign(ASTDY=[1.0, 15.0, -1.0])
    found = table(imported(source.write("adae", frame), tmp_path), "adverse_events")
    assert found["start_months"].tolist() == ["0", "0.46"]  # 0 and 14 days; the day before treatment is left out


def test_grades_and_relations_that_are_not_known(source: Source, tmp_path: Path) -> None:
    frame = adae().assign(AETOXGR=["1", "", "6"], AREL=["MAYBE", "N", "Y"])
    frame["ASTDT"] = dt.date(2020, 4, 5)
    assert refused(source.write("adae", frame), tmp_path) == [
        "adae.csv, row 3, AETOXGR: the cell is empty. Correct it in the source: every event needs a grade.",
        "adae.csv, row 4, AETOXGR: found “6”; a CTCAE grade from 1 to 5 is expected. "
        "Correct it in the source: every event needs a grade.",
        "adae.csv, row 2, AREL: found “MAYBE”; the word is not known (1 row). "
        "Say what it means: --values FILE, a YAML file with a “related” of words and terms.",
    ]


def test_sas_days_without_a_format(tmp_path: Path) -> None:
    source = Source(tmp_path / "adam", ".xpt")
    frame = adtte()
    for name in ("ADT", "STARTDT"):
        frame[name] = [float((day - dt.date(1960, 1, 1)).days) for day in frame[name]]
    folder = imported(source.write("adtte", frame), tmp_path)
    words = "adtte.xpt, STARTDT: 4 numbers without a date format read as SAS days since 1960-01-01."
    assert words in (folder / "IMPORT.md").read_text()
    assert table(folder, "responses")["months"].tolist() == ["2.99", "1.018", "6.998"]


def test_without_start_dates_an_origin_may_be_named(source: Source, tmp_path: Path) -> None:
    source.write("adtte", without_dates().assign(AVALU="DAYS"))
    folder = imported(source, tmp_path, study=STUDY | {"time_origin": {"event": "x"}})
    assert "months" not in table(folder, "responses").columns
    assert "--origin names no column of ADSL" in (folder / "IMPORT.md").read_text()
    named = import_adam(source.folder, tmp_path / "named", AdamOptions(origin="trtsdt", study=STUDY))
    assert named and table(tmp_path / "named", "responses")["months"].tolist() == ["2.99", "1.018", "6.998"]


def test_names_of_files_in_capitals_and_other_files(source: Source, tmp_path: Path) -> None:
    (source.folder / "adsl.csv").rename(source.folder / "ADSL.CSV")
    (source.folder / "adlb.csv").write_text("USUBJID\n1\n")
    report = (imported(source, tmp_path) / "IMPORT.md").read_text()
    assert "| adlb.csv | not one of the datasets that are read |" in report


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("adsl.xpt", b"no SAS file", "adsl.xpt: the file is no SAS dataset that can be read"),
        ("adtte.csv", b"USUBJID,PARAMCD,AVAL\n1,PFS,3\n", "adtte.csv, row 1, CNSR: the column is missing."),
    ],
)
def test_files_that_cannot_be_read(source: Source, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (source.folder / f"{Path(name).stem}.csv").unlink()
    (source.folder / name).write_bytes(content)
    assert refused(source, tmp_path)[0].startswith(said)


def test_a_folder_without_the_datasets(tmp_path: Path) -> None:
    (tmp_path / "adam").mkdir()
    with pytest.raises(CohortError) as raised:
        import_adam(tmp_path / "adam", tmp_path / "cohort", AdamOptions())
    assert [problem.file for problem in raised.value.problems] == ["adsl", "adtte"]


def test_columns_are_kept_by_name_but_no_identifiers(source: Source, tmp_path: Path) -> None:
    assert refused(source, tmp_path, keep=["usubjid"]) == [
        "adsl.csv, row 1, USUBJID: the name speaks of what names a person: it is not kept. Take it out of --keep."
    ]
    assert table(imported(source, tmp_path, keep=["studyid"]), "patients")["studyid"].nunique() == 1


def test_the_report_speaks_of_columns_and_counts_not_of_patients(source: Source, tmp_path: Path) -> None:
    folder = imported(source, tmp_path)
    report = (folder / "IMPORT.md").read_text()
    assert "| patients | pfs_event | adtte.csv, CNSR of PFS | CNSR 0 → event (2), above 0 → censored (2) |" in report
    assert "| adsl.csv: STUDYID, ITTFL, SAFFL, REGION | no column of the cohort folder; name it with --keep |" in report
    assert "| adae.csv: 1 event | began before the origin |" in report
    assert "- PFS: reasons for censoring (CNSDTDSC): “Alive at cut-off” (1), “Lost to follow-up” (1)." in report
    assert "- PFS: AVAL is ADT - STARTDT + 1 in 4 rows, ADT - STARTDT in 0; AVAL is kept as given." in report
    written = "".join(path.read_text() for path in folder.iterdir())
    assert str(tmp_path) not in written
    assert not any(patient in written for patient in adsl()["USUBJID"])


def test_identifiers_stay_if_asked_for(source: Source, tmp_path: Path) -> None:
    found = table(imported(source, tmp_path, pseudonyms=False), "patients")
    assert found["patient_id"].tolist() == adsl()["USUBJID"].tolist()


def test_sources_are_not_changed(source: Source, tmp_path: Path) -> None:
    def hashes() -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in source.folder.iterdir()}

    before = hashes()
    imported(source, tmp_path)
    assert hashes() == before
