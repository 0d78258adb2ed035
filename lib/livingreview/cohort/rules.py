"""Rules between columns and between tables, each a function from tables to problems."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from livingreview.cohort.patient_rules import stages_agree, survival_order, treatment_order
from livingreview.cohort.problems import Problem
from livingreview.cohort.rows import problems_where
from livingreview.cohort.study import Study

Tables = Mapping[str, pd.DataFrame]


def cross_problems(tables: Tables, study: Study | None, files: Mapping[str, str]) -> list[Problem]:
    """Every contradiction between columns, tables and study.yml, if that can be read."""
    problems: list[Problem] = []
    patients = tables.get("patients")
    if patients is not None:
        problems += survival_order(patients, files["patients"])
        problems += treatment_order(patients, files["patients"], study)
        problems += stages_agree(patients, files["patients"])
        for name, table in tables.items():
            if name not in ("patients", "flow"):
                problems += known_patients(table, patients, files[name], files["patients"])
                problems += within_follow_up(table, patients, files[name])
        if "adverse_events" in tables:
            problems += adverse_event_order(tables["adverse_events"], patients, files["adverse_events"])
        if "flow" in tables:
            problems += flow_ends_at_cohort(tables["flow"], _different(patients), files["flow"])
    if study is None:
        return problems
    if "responses" in tables:
        problems += known_timepoints(tables["responses"], study, files["responses"])
    if "adverse_events" in tables:
        problems += recorded_grades(tables["adverse_events"], study, files["adverse_events"])
    return problems


def _different(patients: pd.DataFrame) -> int:
    """How many patients there are; a repeated row, reported elsewhere, is no further patient."""
    if "patient_id" not in patients.columns:
        return len(patients)
    return int((patients["patient_id"].isna() | ~patients["patient_id"].duplicated()).sum())


def known_patients(table: pd.DataFrame, patients: pd.DataFrame, file: str, patients_file: str) -> list[Problem]:
    """Every patient_id of a table is a patient."""
    if "patient_id" not in table.columns or "patient_id" not in patients.columns:
        return []
    unknown = table["patient_id"].notna() & ~table["patient_id"].isin(patients["patient_id"])
    return problems_where(unknown, table, file, "patient-unknown", "patient_id", patients=patients_file)


def within_follow_up(table: pd.DataFrame, patients: pd.DataFrame, file: str) -> list[Problem]:
    """Nothing is recorded after a patient's follow-up ended."""
    column = next((name for name in ("months", "start_months") if name in table.columns), None)
    if column is None or not {"patient_id", "os_months"} <= set(patients.columns) or "patient_id" not in table.columns:
        return []
    last = table["patient_id"].map(patients.drop_duplicates("patient_id").set_index("patient_id")["os_months"])
    return problems_where(table[column] > last, table, file, "after-follow-up", column, months=last)


def adverse_event_order(events: pd.DataFrame, patients: pd.DataFrame, file: str) -> list[Problem]:
    """Adverse events end after they began; grade 5 is a death."""
    problems: list[Problem] = []
    if {"start_months", "end_months"} <= set(events.columns):
        ends, both = events["end_months"] < events["start_months"], ("start_months", "end_months")
        problems += problems_where(ends, events, file, "event-ends-before-it-begins", both, column="end_months")
    if {"grade", "patient_id"} <= set(events.columns) and {"patient_id", "os_event"} <= set(patients.columns):
        alive = patients.loc[patients["os_event"] == "censored", "patient_id"].dropna()
        fatal = events["patient_id"].where(events["grade"].eq(5).fillna(False))
        problems += problems_where(fatal.isin(alive), events, file, "grade-5-of-the-living", "grade")
    return problems


def recorded_grades(events: pd.DataFrame, study: Study, file: str) -> list[Problem]:
    """No grade below the one study.yml says is recorded."""
    lowest = study.adverse_events.recorded_from_grade
    if "grade" not in events.columns:
        return []
    return problems_where(events["grade"] < lowest, events, file, "grade-not-recorded", "grade", lowest=lowest)


def known_timepoints(responses: pd.DataFrame, study: Study, file: str) -> list[Problem]:
    """Every timepoint is one of study.yml."""
    if "timepoint" not in responses.columns:
        return []
    names = [timepoint.name for timepoint in study.vocabulary.timepoints]
    unknown = responses["timepoint"].notna() & ~responses["timepoint"].isin(names)
    if not names:
        return problems_where(unknown, responses, file, "timepoints-not-declared", "timepoint")
    return problems_where(unknown, responses, file, "timepoint-unknown", "timepoint", allowed=names)


def flow_ends_at_cohort(flow: pd.DataFrame, patients: int, file: str) -> list[Problem]:
    """The flow never grows and ends at the patients table."""
    if "n" not in flow.columns or flow["n"].isna().any() or flow.empty:
        return []
    before = flow["n"].shift()
    problems = problems_where(flow["n"] > before, flow, file, "flow-grows", "n", before=before)
    if (last := int(flow["n"].iloc[-1])) != patients:
        problems.append(Problem(file, "flow-ends-elsewhere", {"count": patients}, len(flow) + 1, "n", str(last)))
    return problems
