from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livingreview.cohort.check import check_cohort
from livingreview.cohort.columns import TABLES
from livingreview.cohort.schema import schema_problems
from livingreview.words.problem_words import as_dict

TYPE = "Correct the cell, or leave it empty if it is not known."
MONTHS = "0 or more is expected (months from the time origin). Correct the cell."
NUMBER = f"a number is expected, with a point before decimals. {TYPE}"
RESPONSE = "one of sCR, CR, VGPR, PR, MR, SD, PD, NE is expected. Correct the cell."


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "words"),
    [
        ("patients", 3, "pfs_months", "-9.1", MONTHS),
        ("patients", 3, "pfs_months", "nine", NUMBER),
        ("patients", 3, "pfs_months", "9,1", NUMBER),
        ("patients", 3, "pfs_event", "Censored", "one of progression, death, censored is expected. Correct the cell."),
        ("patients", 3, "os_event", "alive", "one of death, censored is expected. Correct the cell."),
        ("patients", 29, "age_years", "120.5", "120 or less is expected (years). Correct the cell."),
        ("patients", 29, "age_years", "-0.5", "0 or more is expected (years). Correct the cell."),
        ("patients", 2, "sex", "f", "one of female, male is expected. Correct the cell."),
        ("patients", 2, "iss_stage", "2", "one of I, II, III is expected. Correct the cell."),
        ("patients", 2, "r_iss_stage", "IV", "one of I, II, III is expected. Correct the cell."),
        ("patients", 2, "msmart_risk", "low", "one of standard, high is expected. Correct the cell."),
        ("patients", 2, "n_asct", "4", "3 or less is expected (count). Correct the cell."),
        ("patients", 2, "n_asct", "1.5", f"a whole number is expected. {TYPE}"),
        ("responses", 85, "response", "cr", RESPONSE),
        (
            "responses",
            2,
            "basis",
            "worst",
            "one of best, at_visit, last_before_progression is expected. Correct the cell.",
        ),
        ("mrd", 40, "status", "neg", "one of negative, positive, not_evaluable is expected. Correct the cell."),
        ("mrd", 2, "sensitivity_reached", "1.5", "1 or less is expected (fraction of cells). Correct the cell."),
        ("mrd", 2, "response_at_sample", "XX", RESPONSE),
        ("mrd", 2, "months", "-3.5", MONTHS),
        ("adverse_events", 2, "grade", "3.5", f"a whole number is expected. {TYPE}"),
        ("adverse_events", 2, "serious", "true", "one of yes, no is expected. Correct the cell."),
        ("flow", 2, "n", "many", f"a whole number is expected. {TYPE}"),
    ],
)
def test_a_wrong_cell_is_one_problem(edit, table: str, row: int, column: str, value: str, words: str) -> None:
    edit.cell(table, row, column, value)
    if table == "mrd" and row == 40:  # the reference has 39 samples in rows 2 to 40
        assert len((edit.folder / "mrd.csv").read_text(encoding="utf-8").splitlines()) == 40
    assert edit.found() == [f"{table}.csv, row {row}, {column}: found “{value}”; {words}"]


@pytest.mark.parametrize(
    ("table", "row", "column", "meaning"),
    [
        ("patients", 3, "pfs_months", "time to progression, death or the last assessment without either"),
        ("patients", 3, "pfs_event", "what ended the progression-free time"),
        ("responses", 2, "timepoint", "one of the timepoints of study.yml"),
        ("responses", 2, "response", "IMWG response category"),
        ("mrd", 2, "patient_id", "pseudonym of the patient, the same in every table"),
        ("adverse_events", 2, "grade", "CTCAE grade; version in study.yml"),
        ("flow", 2, "step", "which patients remain"),
        ("flow", 3, "n", "how many"),
    ],
)
def test_an_empty_required_cell_is_one_problem(edit, table: str, row: int, column: str, meaning: str) -> None:
    edit.cell(table, row, column, "")
    assert edit.found() == [f"{table}.csv, row {row}, {column}: the cell is empty. Fill it in: {meaning}."]


def test_a_problem_has_its_parts(edit) -> None:
    (problem,) = check_cohort(edit.cell("patients", 3, "pfs_months", "-9.1").folder)
    assert as_dict(problem) == {
        "file": "patients.csv",
        "row": 3,
        "column": "pfs_months",
        "value": "-9.1",
        "code": "cell-too-small",
        "facts": {"minimum": 0, "unit": "months from the time origin"},
        "rule": "0 or more is expected (months from the time origin)",
        "fix": "Correct the cell.",
        "note": False,
    }


@pytest.mark.parametrize(
    ("table", "row", "column", "value"),
    [
        ("patients", 2, "age_years", "0"),
        ("patients", 2, "age_years", "120"),
        ("patients", 2, "n_asct", "3"),
        ("patients", 2, "n_asct", "1.0"),
        ("patients", 2, "pfs_months", "0"),
        ("mrd", 2, "months", "0"),
        ("mrd", 2, "sensitivity_reached", "1e-6"),
        ("mrd", 2, "sensitivity_reached", "1"),
        ("mrd", 2, "status", "not_evaluable"),
        ("responses", 2, "response", " NE "),
        ("adverse_events", 2, "grade", "4"),
    ],
)
def test_a_cell_at_its_limit_is_right(edit, table: str, row: int, column: str, value: str) -> None:
    assert edit.cell(table, row, column, value).found() == []


def test_a_grade_above_five_has_no_empty_brackets(edit) -> None:
    (said,) = edit.cell("adverse_events", 2, "grade", "6").found()
    assert said.startswith("adverse_events.csv, row 2, grade: found “6”; 5 or less is expected")
    assert "()" not in said


@pytest.mark.parametrize(
    ("table", "cells", "words"),
    [
        (
            "responses",
            ("R02", "pre_asct", "CR"),
            "row 86, patient_id: found “R02 / pre_asct”; the same patient_id and timepoint as in row 3",
        ),
        (
            "mrd",
            ("R18", "16", "positive"),
            "row 41, patient_id: found “R18 / 16.0”; the same patient_id and months as in row 20",
        ),
    ],
)
def test_a_repeated_key_names_both_rows(edit, table: str, cells: tuple[str, ...], words: str) -> None:
    assert edit.append(table, *cells).found() == [f"{table}.csv, {words}. Keep one row, or correct the identifier."]


def test_a_repeated_flow_step(edit) -> None:
    edit.cell("flow", 3, "step", "Autologous transplantation")
    assert edit.found() == [
        "flow.csv, row 3, step: found “Autologous transplantation”; the same step as in row 2. Keep one row, or correct the identifier."
    ]


def test_adverse_events_may_repeat(edit) -> None:
    assert edit.append("adverse_events", "R01", "3").found() == []


def test_many_repeated_keys_are_found_as_by_a_plain_loop() -> None:
    rng = np.random.default_rng(3)
    keys = ["patient_id", "timepoint"]
    frame = pd.DataFrame({key: rng.choice(["a", "b", "c", None], 60) for key in keys}, dtype=object)
    frame["response"] = "CR"
    expected, first = [], {}
    for row, cells in enumerate(frame[keys].itertuples(index=False, name=None), start=2):
        if None not in cells and cells in first:
            expected.append((row, {"keys": keys, "row": first[cells]}, " / ".join(cells)))
        first.setdefault(cells, row)
    found = schema_problems(frame, TABLES["responses"], "responses.csv", set())
    assert [(one.row, one.facts, one.value) for one in found if one.code == "key-twice"] == expected
    assert len(expected) > 20


def test_a_third_row_refers_to_the_first(edit) -> None:
    edit.append("mrd", "R02", "3.0", "positive").append("mrd", "R02", "3.00", "positive")
    assert [said.partition(";")[2] for said in edit.found()] == [
        " the same patient_id and months as in row 3. Keep one row, or correct the identifier."
    ] * 2


def test_six_mistakes_are_six_problems_at_once(edit) -> None:
    edit.cell("patients", 3, "pfs_months", "-9.1").cell("patients", 29, "age_years", "69 years")
    edit.cell("responses", 5, "response", "complete").append("responses", "R01", "pre_asct", "VGPR")
    edit.cell("mrd", 2, "status", "")
    edit.cell("adverse_events", 2, "grade", "3.5")
    assert sorted(edit.found()) == sorted(
        [
            f"patients.csv, row 29, age_years: found “69 years”; {NUMBER}",
            f"patients.csv, row 3, pfs_months: found “-9.1”; {MONTHS}",
            f"responses.csv, row 5, response: found “complete”; {RESPONSE}",
            "responses.csv, row 86, patient_id: found “R01 / pre_asct”; the same patient_id and timepoint as in row 2. "
            "Keep one row, or correct the identifier.",
            "mrd.csv, row 2, status: the cell is empty. Fill it in: result of the sample.",
            f"adverse_events.csv, row 2, grade: found “3.5”; a whole number is expected. {TYPE}",
        ]
    )


def test_wrong_cells_of_a_column_come_in_the_order_of_rows(edit) -> None:
    for row in range(2, 30):
        edit.cell("patients", row, "sex", "f")
    assert [said.split(":")[0] for said in edit.found()] == [f"patients.csv, row {row}, sex" for row in range(2, 30)]


# One mistake must not be said twice: a cell that is already refused is no ground for a contradiction.


def test_a_misspelt_death_is_one_problem(edit) -> None:
    edit.cell("patients", 4, "os_event", "dead")
    assert edit.found() == [
        "patients.csv, row 4, os_event: found “dead”; one of death, censored is expected. Correct the cell."
    ]


def test_an_empty_os_event_is_one_problem(edit) -> None:
    edit.cell("patients", 4, "os_event", "")
    assert edit.found() == ["patients.csv, row 4, os_event: the cell is empty. Fill it in: whether the patient died."]


def test_a_misspelt_progression_with_its_type_is_one_problem(edit) -> None:
    edit.cell("patients", 2, "pfs_event", "Progression").cell("patients", 2, "progression_type", "clinical")
    assert edit.found() == [
        "patients.csv, row 2, pfs_event: found “Progression”; one of progression, death, censored is expected. Correct the cell."
    ]


def test_a_negative_survival_time_is_one_problem(edit) -> None:
    edit.cell("patients", 3, "os_months", "-9.1")
    assert edit.found() == [f"patients.csv, row 3, os_months: found “-9.1”; {MONTHS}"]


def test_a_grade_below_one_is_one_problem(edit) -> None:
    (said,) = edit.cell("adverse_events", 2, "grade", "0").found()
    assert said.startswith("adverse_events.csv, row 2, grade: found “0”; 1 or more is expected")


def test_a_negative_count_is_one_problem(edit) -> None:
    edit.cell("flow", 3, "n", "-28")
    assert edit.found() == ["flow.csv, row 3, n: found “-28”; 0 or more is expected (patients). Correct the cell."]


def test_a_repeated_patient_is_one_problem(edit) -> None:
    edit.append("patients", "R28", "56.0", "censored", "56.0", "censored", "69")
    assert edit.found() == [
        "patients.csv, row 30, patient_id: found “R28”; the same patient_id as in row 29. Keep one row, or correct the identifier."
    ]
