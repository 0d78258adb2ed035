"""Rules between columns and between tables, each a function from tables to problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from livingreview.cohort.problems import Problem
from livingreview.cohort.study import Study

Tables = Mapping[str, pd.DataFrame]

# Months are decimals: 8.2 - 3.2 is a little less than 5 in binary.
ROUNDING = 1e-6


def cross_problems(tables: Tables, study: Study | None, files: Mapping[str, str]) -> list[Problem]:
    """Every contradiction between columns, tables and study.yml, if that can be read."""
    problems: list[Problem] = []
    patients = tables.get("patients")
    if patients is not None:
        problems += survival_order(patients, files["patients"])
        problems += treatment_order(patients, files["patients"], study)
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


def _rows(mask: pd.Series) -> Iterable[int]:
    return mask.fillna(False).to_numpy(dtype=bool).nonzero()[0]


def _different(patients: pd.DataFrame) -> int:
    """How many patients there are; a repeated row, reported elsewhere, is no further patient."""
    if "patient_id" not in patients.columns:
        return len(patients)
    return int((patients["patient_id"].isna() | ~patients["patient_id"].duplicated()).sum())


def _pair(frame: pd.DataFrame, row: int, first: str, second: str) -> str:
    return f"{first} {frame[first].iloc[row]}, {second} {frame[second].iloc[row]}"


def survival_order(patients: pd.DataFrame, file: str) -> list[Problem]:
    """PFS ends no later than OS, and the two tell one story about a death."""
    needed = {"pfs_months", "pfs_event", "os_months", "os_event"}
    if not needed <= set(patients.columns):
        return []
    pfs, os_ = patients["pfs_months"], patients["os_months"]
    pfs_event, os_event = patients["pfs_event"], patients["os_event"]
    problems = [
        Problem(
            file,
            "progression-free survival cannot be longer than overall survival",
            "Compare the two dates with the notes.",
            row + 2,
            "pfs_months",
            _pair(patients, row, "pfs_months", "os_months"),
        )
        for row in _rows(pfs > os_)
    ]
    problems += [
        Problem(
            file,
            "death as the PFS event needs os_event death in the same month",
            "Correct the event or the month.",
            row + 2,
            "pfs_event",
            _pair(patients, row, "pfs_event", "os_event"),
        )
        for row in _rows((pfs_event == "death") & ((os_event == "censored") | (pfs < os_)))
    ]
    problems += [
        Problem(
            file,
            "a patient who died when progression-free follow-up ended had a PFS event",
            "Write death (or progression) instead of censored.",
            row + 2,
            "pfs_event",
            str(pfs_event.iloc[row]),
        )
        for row in _rows((os_event == "death") & (pfs == os_) & (pfs_event == "censored"))
    ]
    problems += [
        Problem(
            file,
            "PFS was censored before the patient died",
            "Right if assessments stopped early; otherwise the death is a PFS event.",
            row + 2,
            "pfs_event",
            _pair(patients, row, "pfs_months", "os_months"),
            note=True,
        )
        for row in _rows((os_event == "death") & (pfs < os_) & (pfs_event == "censored"))
    ]
    return problems


def treatment_order(patients: pd.DataFrame, file: str, study: Study | None) -> list[Problem]:
    """Treatment begins before it ends, inside follow-up, and meets the inclusion rule."""
    problems = []
    columns = set(patients.columns)
    for early, late in (
        ("maintenance_start_months", "maintenance_end_months"),
        ("maintenance_end_months", "os_months"),
        ("last_assessment_months", "os_months"),
        ("next_therapy_months", "os_months"),
    ):
        if {early, late} <= columns:
            problems += [
                Problem(
                    file,
                    f"{early} cannot be after {late}",
                    "Compare the two dates with the notes.",
                    row + 2,
                    early,
                    _pair(patients, row, early, late),
                )
                for row in _rows(patients[early] > patients[late])
            ]
    for detail, event, wanted in (
        ("progression_type", "pfs_event", "progression"),
        ("death_cause", "os_event", "death"),
    ):
        if {detail, event} <= columns:
            problems += [
                Problem(
                    file,
                    f"{detail} is filled in although {event} is not {wanted}",
                    "Empty the cell or correct the event.",
                    row + 2,
                    detail,
                    str(patients[detail].iloc[row]),
                )
                for row in _rows(patients[detail].notna() & patients[event].notna() & (patients[event] != wanted))
            ]
    shortest = study.inclusion.minimum_maintenance_months if study and study.inclusion else None
    if shortest and "os_months" in columns:
        problems += [
            Problem(
                file,
                f"study.yml admits only patients with at least {shortest:g} months of maintenance",
                "Correct os_months, leave the patient out, or correct inclusion in study.yml.",
                row + 2,
                "os_months",
                str(patients["os_months"].iloc[row]),
            )
            for row in _rows(patients["os_months"] < shortest)
        ]
    if shortest and {"maintenance_start_months", "maintenance_end_months"} <= columns:
        lasted = patients["maintenance_end_months"] - patients["maintenance_start_months"]
        problems += [
            Problem(
                file,
                f"study.yml admits only patients with at least {shortest:g} months of maintenance",
                "Correct the months, or leave the patient out.",
                row + 2,
                "maintenance_end_months",
                _pair(patients, row, "maintenance_start_months", "maintenance_end_months"),
            )
            for row in _rows((lasted >= 0) & (lasted < shortest - ROUNDING))
        ]
    return problems


def known_patients(table: pd.DataFrame, patients: pd.DataFrame, file: str, patients_file: str) -> list[Problem]:
    """Every patient_id of a table is a patient."""
    if "patient_id" not in table.columns or "patient_id" not in patients.columns:
        return []
    unknown = table["patient_id"].notna() & ~table["patient_id"].isin(patients["patient_id"])
    return [
        Problem(
            file,
            f"the patient is not in {patients_file}",
            "Correct the identifier, or add the patient.",
            row + 2,
            "patient_id",
            str(table["patient_id"].iloc[row]),
        )
        for row in _rows(unknown)
    ]


def within_follow_up(table: pd.DataFrame, patients: pd.DataFrame, file: str) -> list[Problem]:
    """Nothing is recorded after a patient's follow-up ended."""
    column = next((name for name in ("months", "start_months") if name in table.columns), None)
    if column is None or not {"patient_id", "os_months"} <= set(patients.columns) or "patient_id" not in table.columns:
        return []
    last = patients.drop_duplicates("patient_id").set_index("patient_id")["os_months"]
    late = table[column] > table["patient_id"].map(last)
    return [
        Problem(
            file,
            f"the patient's follow-up ended at {last[table['patient_id'].iloc[row]]:g} months",
            "Correct this month, or os_months of the patient.",
            row + 2,
            column,
            str(table[column].iloc[row]),
        )
        for row in _rows(late)
    ]


def adverse_event_order(events: pd.DataFrame, patients: pd.DataFrame, file: str) -> list[Problem]:
    """Adverse events end after they began; grade 5 is a death."""
    problems = []
    if {"start_months", "end_months"} <= set(events.columns):
        problems += [
            Problem(
                file,
                "the event ends before it begins",
                "Compare the two dates with the notes.",
                row + 2,
                "end_months",
                _pair(events, row, "start_months", "end_months"),
            )
            for row in _rows(events["end_months"] < events["start_months"])
        ]
    if {"grade", "patient_id"} <= set(events.columns) and {"patient_id", "os_event"} <= set(patients.columns):
        alive = patients.loc[patients["os_event"] == "censored", "patient_id"].dropna()
        fatal = events["patient_id"].where(events["grade"].eq(5).fillna(False))
        problems += [
            Problem(
                file,
                "grade 5 is a death, but os_event of the patient is not death",
                "Correct the grade, or os_event.",
                row + 2,
                "grade",
                "5",
            )
            for row in _rows(fatal.isin(alive))
        ]
    return problems


def recorded_grades(events: pd.DataFrame, study: Study, file: str) -> list[Problem]:
    """No grade below the one study.yml says is recorded."""
    lowest = study.adverse_events.recorded_from_grade
    if "grade" not in events.columns:
        return []
    return [
        Problem(
            file,
            f"study.yml says that only grade {lowest} and above is recorded",
            "Correct the grade, or recorded_from_grade in study.yml.",
            row + 2,
            "grade",
            str(events["grade"].iloc[row]),
        )
        for row in _rows(events["grade"] < lowest)
    ]


def known_timepoints(responses: pd.DataFrame, study: Study, file: str) -> list[Problem]:
    """Every timepoint is one of study.yml."""
    if "timepoint" not in responses.columns:
        return []
    names = [timepoint.name for timepoint in study.vocabulary.timepoints]
    unknown = responses["timepoint"].notna() & ~responses["timepoint"].isin(names)
    listed = ", ".join(names) or "none"
    return [
        Problem(
            file,
            f"one of the timepoints of study.yml is expected ({listed})",
            "Correct the cell, or add the timepoint to study.yml.",
            row + 2,
            "timepoint",
            str(responses["timepoint"].iloc[row]),
        )
        for row in _rows(unknown)
    ]


def flow_ends_at_cohort(flow: pd.DataFrame, patients: int, file: str) -> list[Problem]:
    """The flow never grows and ends at the patients table."""
    if "n" not in flow.columns or flow["n"].isna().any() or flow.empty:
        return []
    counts = [int(n) for n in flow["n"]]
    problems = [
        Problem(
            file,
            f"more patients than the step before ({counts[row - 1]})",
            "Correct the count or the order of the steps.",
            row + 2,
            "n",
            str(counts[row]),
        )
        for row in range(1, len(counts))
        if counts[row] > counts[row - 1]
    ]
    if counts[-1] != patients:
        problems.append(
            Problem(
                file,
                f"the last step must be the {patients} patients of the patients table",
                "Correct the count, or add the step that is missing.",
                len(counts) + 1,
                "n",
                str(counts[-1]),
            )
        )
    return problems
