"""Rules between the columns of the patients table: survival, treatment, stages."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from livingreview.cohort.problems import Problem
from livingreview.cohort.study import Study

# Months are decimals: 8.2 - 3.2 is a little less than 5 in binary.
ROUNDING = 1e-6


def rows_where(mask: pd.Series) -> Iterable[int]:
    """Positions of the rows in which something is true; unknown is not."""
    return mask.fillna(False).to_numpy(dtype=bool).nonzero()[0]


def pair(frame: pd.DataFrame, row: int, first: str, second: str) -> str:
    """Two cells of one row, named."""
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
            pair(patients, row, "pfs_months", "os_months"),
        )
        for row in rows_where(pfs > os_)
    ]
    problems += [
        Problem(
            file,
            "death as the PFS event needs os_event death in the same month",
            "Correct the event or the month.",
            row + 2,
            "pfs_event",
            pair(patients, row, "pfs_event", "os_event"),
        )
        for row in rows_where((pfs_event == "death") & ((os_event == "censored") | (pfs < os_)))
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
        for row in rows_where((os_event == "death") & (pfs == os_) & (pfs_event == "censored"))
    ]
    problems += [
        Problem(
            file,
            "PFS was censored before the patient died",
            "Right if assessments stopped early; otherwise the death is a PFS event.",
            row + 2,
            "pfs_event",
            pair(patients, row, "pfs_months", "os_months"),
            note=True,
        )
        for row in rows_where((os_event == "death") & (pfs < os_) & (pfs_event == "censored"))
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
                    pair(patients, row, early, late),
                )
                for row in rows_where(patients[early] > patients[late])
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
                for row in rows_where(patients[detail].notna() & patients[event].notna() & (patients[event] != wanted))
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
            for row in rows_where(patients["os_months"] < shortest)
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
                pair(patients, row, "maintenance_start_months", "maintenance_end_months"),
            )
            for row in rows_where((lasted >= 0) & (lasted < shortest - ROUNDING))
        ]
    return problems


def stages_agree(patients: pd.DataFrame, file: str) -> list[Problem]:
    """R-ISS I needs ISS I and R-ISS III needs ISS III (Palumbo et al., J Clin Oncol 2015;33:2863-2869)."""
    if not {"iss_stage", "r_iss_stage"} <= set(patients.columns):
        return []
    stage, revised = patients["iss_stage"], patients["r_iss_stage"]
    return [
        Problem(
            file,
            f"R-ISS {revised.iloc[row]} is only possible with ISS {revised.iloc[row]}",
            "Correct one of the two stages; both are those at diagnosis.",
            row + 2,
            "r_iss_stage",
            pair(patients, row, "iss_stage", "r_iss_stage"),
        )
        for row in rows_where(revised.isin(["I", "III"]) & stage.notna() & (stage != revised))
    ]
