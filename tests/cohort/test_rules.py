"""Rules between columns and tables, each just inside and just outside its edge.

Rows of the reference patients: R01 row 2 (progression 7.1, alive 37.1), R02 row 3 (both censored 9.1),
R03 row 4 (died 11.2).
"""

from __future__ import annotations

import pytest

DATES = "Compare the two dates with the notes."
FIVE = "study.yml admits only patients with at least 5 months of maintenance"


# Progression-free and overall survival


def test_pfs_as_long_as_os(edit) -> None:
    assert edit.cell("patients", 3, "pfs_months", "9.1").cell("patients", 3, "os_months", "9.1").found() == []


def test_pfs_longer_than_os(edit) -> None:
    assert edit.cell("patients", 3, "pfs_months", "9.2").found() == [
        "patients.csv, row 3, pfs_months: found “pfs_months 9.2, os_months 9.1”; "
        f"progression-free survival cannot be longer than overall survival. {DATES}"
    ]


def test_progression_in_the_month_of_death(edit) -> None:
    assert edit.cell("patients", 4, "pfs_event", "progression").found() == []


def test_death_in_pfs_of_a_patient_alive(edit) -> None:
    assert edit.cell("patients", 4, "os_event", "censored").found() == [
        "patients.csv, row 4, pfs_event: found “pfs_event death, os_event censored”; "
        "death as the PFS event needs os_event death in the same month. Correct the event or the month."
    ]


def test_death_in_pfs_before_the_death(edit) -> None:
    assert edit.cell("patients", 4, "pfs_months", "11.1").found() == [
        "patients.csv, row 4, pfs_event: found “pfs_event death, os_event death”; "
        "death as the PFS event needs os_event death in the same month. Correct the event or the month."
    ]


def test_pfs_censored_in_the_month_of_death(edit) -> None:
    assert edit.cell("patients", 4, "pfs_event", "censored").found() == [
        "patients.csv, row 4, pfs_event: found “censored”; a patient who died when progression-free follow-up ended had a PFS event. "
        "Write death (or progression) instead of censored."
    ]


def test_pfs_censored_before_the_death_is_only_noted(edit) -> None:
    assert edit.cell("patients", 4, "pfs_event", "censored").cell("patients", 4, "pfs_months", "11.1").found() == [
        "note: patients.csv, row 4, pfs_event: found “pfs_months 11.1, os_months 11.2”; PFS was censored before the patient died. "
        "Right if assessments stopped early; otherwise the death is a PFS event."
    ]


# Treatment


@pytest.mark.parametrize("column", ["maintenance_end_months", "last_assessment_months", "next_therapy_months"])
def test_nothing_after_the_end_of_follow_up(edit, column: str) -> None:
    assert edit.cell("patients", 3, column, "9.1").found() == []
    assert edit.cell("patients", 3, column, "9.2").found() == [
        f"patients.csv, row 3, {column}: found “{column} 9.2, os_months 9.1”; {column} cannot be after os_months. {DATES}"
    ]


def test_maintenance_begins_before_it_ends(edit) -> None:
    edit.study("inclusion", ...).cell("patients", 2, "maintenance_start_months", "3").cell(
        "patients", 2, "maintenance_end_months", "3"
    )
    assert edit.found() == []
    assert edit.cell("patients", 2, "maintenance_end_months", "2.9").found() == [
        "patients.csv, row 2, maintenance_start_months: found “maintenance_start_months 3.0, maintenance_end_months 2.9”; "
        f"maintenance_start_months cannot be after maintenance_end_months. {DATES}"
    ]


def test_exchanged_maintenance_months_are_one_problem(edit) -> None:
    edit.cell("patients", 2, "maintenance_start_months", "9").cell("patients", 2, "maintenance_end_months", "3")
    assert edit.found() == [
        "patients.csv, row 2, maintenance_start_months: found “maintenance_start_months 9.0, maintenance_end_months 3.0”; "
        f"maintenance_start_months cannot be after maintenance_end_months. {DATES}"
    ]


def test_type_of_progression_only_after_progression(edit) -> None:
    assert edit.cell("patients", 2, "progression_type", "clinical").found() == []
    assert edit.cell("patients", 3, "progression_type", "clinical").found() == [
        "patients.csv, row 3, progression_type: found “clinical”; progression_type is filled in although pfs_event is not progression. "
        "Empty the cell or correct the event."
    ]


def test_cause_of_death_only_of_the_dead(edit) -> None:
    assert edit.cell("patients", 4, "death_cause", "infection").found() == []
    assert edit.cell("patients", 2, "death_cause", "myeloma").found() == [
        "patients.csv, row 2, death_cause: found “myeloma”; death_cause is filled in although os_event is not death. "
        "Empty the cell or correct the event."
    ]


# The inclusion rule: at least 5 months of maintenance


def test_follow_up_of_five_months(edit) -> None:
    edit.cell("patients", 3, "pfs_months", "4").cell("patients", 3, "os_months", "5")
    assert edit.found() == []
    assert edit.cell("patients", 3, "os_months", "4.9").found() == [
        f"patients.csv, row 3, os_months: found “4.9”; {FIVE}. "
        "Correct os_months, leave the patient out, or correct inclusion in study.yml."
    ]


@pytest.mark.parametrize(
    "inclusion", [..., {"words": "all patients"}, {"words": "all patients", "minimum_maintenance_months": 0}]
)
def test_no_inclusion_rule(edit, inclusion: object) -> None:
    edit.cell("patients", 3, "pfs_months", "4").cell("patients", 3, "os_months", "4.9")
    assert edit.study("inclusion", inclusion).found() == []


@pytest.mark.parametrize(("start", "end"), [("0", "5"), ("1", "6"), ("3.2", "8.2"), ("", "3"), ("3", "")])
def test_maintenance_of_five_months_or_of_unknown_length(edit, start: str, end: str) -> None:
    edit.cell("patients", 3, "maintenance_start_months", start).cell("patients", 3, "maintenance_end_months", end)
    assert edit.found() == []


def test_maintenance_of_less_than_five_months(edit) -> None:
    edit.cell("patients", 3, "maintenance_start_months", "1").cell("patients", 3, "maintenance_end_months", "5.9")
    assert edit.found() == [
        "patients.csv, row 3, maintenance_end_months: found “maintenance_start_months 1.0, maintenance_end_months 5.9”; "
        f"{FIVE}. Correct the months, or leave the patient out."
    ]


# Patients of the other tables


@pytest.mark.parametrize(("table", "row"), [("responses", 85), ("mrd", 40), ("adverse_events", 2)])
def test_every_patient_is_known(edit, table: str, row: int) -> None:
    assert edit.cell(table, row, "patient_id", "r28").found() == [
        f"{table}.csv, row {row}, patient_id: found “r28”; the patient is not in patients.csv. Correct the identifier, or add the patient."
    ]


def test_the_patients_file_is_named_as_it_is(edit) -> None:
    from livingreview.cohort.tables import read_cells

    path = edit.folder / "patients.csv"
    read_cells(path).to_parquet(edit.folder / "patients.parquet")
    path.unlink()
    assert edit.cell("adverse_events", 2, "patient_id", "R99").found() == [
        "adverse_events.csv, row 2, patient_id: found “R99”; the patient is not in patients.parquet. Correct the identifier, or add the patient."
    ]


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [("mrd", 3, "months"), ("responses", 3, "months"), ("adverse_events", 2, "start_months")],
)
def test_nothing_is_recorded_after_follow_up(edit, table: str, row: int, column: str) -> None:
    edit.cell(table, row, "patient_id", "R02")
    assert edit.cell(table, row, column, "9.1").found() == []
    assert edit.cell(table, row, column, "9.2").found() == [
        f"{table}.csv, row {row}, {column}: found “9.2”; the patient's follow-up ended at 9.1 months. "
        "Correct this month, or os_months of the patient."
    ]


def test_a_sample_of_nobody_after_the_follow_up_of_nobody_is_said(edit) -> None:
    edit.cell("patients", 29, "patient_id", "").append("mrd", "", "99", "negative")
    assert (
        "mrd.csv, row 41, patient_id: the cell is empty. Fill it in: pseudonym of the patient, the same in every table."
        in edit.found()
    )


def test_timepoints_are_those_of_the_study(edit) -> None:
    assert edit.cell("responses", 2, "timepoint", "day_100").found() == [
        "responses.csv, row 2, timepoint: found “day_100”; one of the timepoints of study.yml is expected "
        "(pre_asct, post_asct, maintenance). Correct the cell, or add the timepoint to study.yml."
    ]
    names = ("day_100", "pre_asct", "post_asct", "maintenance")
    assert edit.study("vocabulary.timepoints", [{"name": name, "label": name} for name in names]).found() == []


def test_a_study_without_timepoints_admits_none(edit) -> None:
    said = edit.study("vocabulary.timepoints", ...).found()
    assert len(said) == 84
    assert said[0] == (
        "responses.csv, row 2, timepoint: found “pre_asct”; one of the timepoints of study.yml is expected (none). "
        "Correct the cell, or add the timepoint to study.yml."
    )


# Adverse events


def test_grade_5_is_a_death(edit) -> None:
    edit.cell("adverse_events", 2, "patient_id", "R03")
    assert edit.cell("adverse_events", 2, "grade", "5").found() == []
    assert edit.cell("adverse_events", 2, "patient_id", "R01").found() == [
        "adverse_events.csv, row 2, grade: found “5”; grade 5 is a death, but os_event of the patient is not death. "
        "Correct the grade, or os_event."
    ]
    assert edit.cell("adverse_events", 2, "grade", "4").found() == []


def test_grade_5_of_an_unknown_patient_is_one_problem(edit) -> None:
    edit.cell("adverse_events", 2, "grade", "5").cell("adverse_events", 2, "patient_id", "R99")
    assert edit.found() == [
        "adverse_events.csv, row 2, patient_id: found “R99”; the patient is not in patients.csv. Correct the identifier, or add the patient."
    ]


def test_grades_below_those_recorded(edit) -> None:
    assert edit.cell("adverse_events", 2, "grade", "2").found() == [
        "adverse_events.csv, row 2, grade: found “2”; study.yml says that only grade 3 and above is recorded. "
        "Correct the grade, or recorded_from_grade in study.yml."
    ]
    assert edit.study("adverse_events.recorded_from_grade", 2).found() == []


def test_an_adverse_event_ends_after_it_began(edit) -> None:
    edit.cell("adverse_events", 2, "start_months", "4").cell("adverse_events", 2, "end_months", "4")
    assert edit.found() == []
    assert edit.cell("adverse_events", 2, "end_months", "3.9").found() == [
        "adverse_events.csv, row 2, end_months: found “start_months 4.0, end_months 3.9”; "
        f"the event ends before it begins. {DATES}"
    ]


# Flow


def test_the_flow_ends_at_the_patients(edit) -> None:
    assert edit.cell("flow", 3, "n", "29").found() == [
        "flow.csv, row 3, n: found “29”; the last step must be the 28 patients of the patients table. "
        "Correct the count, or add the step that is missing."
    ]


def test_the_flow_does_not_grow(edit) -> None:
    assert edit.cell("flow", 2, "n", "28").found() == []
    assert edit.cell("flow", 2, "n", "27").found() == [
        "flow.csv, row 3, n: found “28”; more patients than the step before (27). Correct the count or the order of the steps."
    ]


def test_a_patient_fewer_is_seen_in_the_flow(edit) -> None:
    for name in ("responses", "mrd", "adverse_events"):
        (edit.folder / f"{name}.csv").unlink()
    cells = (edit.folder / "patients.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    assert edit.text("patients.csv", "".join(cells[:-1])).found() == [
        "flow.csv, row 3, n: found “28”; the last step must be the 27 patients of the patients table. "
        "Correct the count, or add the step that is missing."
    ]


def test_a_flow_without_rows_says_nothing(edit) -> None:
    assert edit.text("flow.csv", "step,n,reason\n").found() == []


# Stages


@pytest.mark.parametrize("stage", ["I", "II", "III", ""])
@pytest.mark.parametrize("revised", ["I", "II", "III", ""])
def test_the_two_stages_of_a_patient(edit, stage, revised) -> None:
    """R-ISS I is ISS I without other risk, R-ISS III is ISS III with some; R-ISS II goes with every ISS."""
    edit.cell("patients", 3, "iss_stage", stage).cell("patients", 3, "r_iss_stage", revised)
    wrong = revised in ("I", "III") and stage not in ("", revised)
    assert edit.found() == (
        [
            f"patients.csv, row 3, r_iss_stage: found “iss_stage {stage}, r_iss_stage {revised}”; "
            f"R-ISS {revised} is only possible with ISS {revised}. Correct one of the two stages; both are those at diagnosis."
        ]
        if wrong
        else []
    )
