"""Rules between the columns of the patients table: survival, treatment, stages."""

from __future__ import annotations

import pandas as pd

from livingreview.cohort.problems import Problem
from livingreview.cohort.rows import problems_where
from livingreview.cohort.study import Study

# Months are decimals: 8.2 - 3.2 is a little less than 5 in binary.
ROUNDING = 1e-6
IN_ORDER = (
    ("maintenance_start_months", "maintenance_end_months"),
    ("maintenance_end_months", "os_months"),
    ("last_assessment_months", "os_months"),
    ("next_therapy_months", "os_months"),
)
ONLY_AFTER = (("progression_type", "pfs_event", "progression"), ("death_cause", "os_event", "death"))


def survival_order(patients: pd.DataFrame, file: str) -> list[Problem]:
    """PFS ends no later than OS, and the two tell one story about a death."""
    if not {"pfs_months", "pfs_event", "os_months", "os_event"} <= set(patients.columns):
        return []
    pfs, os_ = patients["pfs_months"], patients["os_months"]
    pfs_event, os_event = patients["pfs_event"], patients["os_event"]
    months, events = ("pfs_months", "os_months"), ("pfs_event", "os_event")
    early = (pfs_event == "death") & ((os_event == "censored") | (pfs < os_))
    unseen = (os_event == "death") & (pfs_event == "censored")
    return [
        *problems_where(pfs > os_, patients, file, "pfs-after-os", months),
        *problems_where(early, patients, file, "pfs-death-not-os-death", events),
        *problems_where(unseen & (pfs == os_), patients, file, "death-censored-in-pfs", "pfs_event"),
        *problems_where(
            unseen & (pfs < os_), patients, file, "pfs-censored-before-death", months, column="pfs_event", note=True
        ),
    ]


def treatment_order(patients: pd.DataFrame, file: str, study: Study | None) -> list[Problem]:
    """Treatment begins before it ends, inside follow-up, and meets the inclusion rule."""
    problems: list[Problem] = []
    columns = set(patients.columns)
    for early, late in IN_ORDER:
        if {early, late} <= columns:
            after = patients[early] > patients[late]
            problems += problems_where(after, patients, file, "months-after", (early, late), early=early, late=late)
    for detail, event, wanted in ONLY_AFTER:
        if {detail, event} <= columns:
            other = patients[detail].notna() & patients[event].notna() & (patients[event] != wanted)
            facts = {"detail": detail, "event": event, "wanted": wanted}
            problems += problems_where(other, patients, file, "detail-without-event", detail, **facts)
    shortest = study.inclusion.minimum_maintenance_months if study and study.inclusion else None
    if shortest and "os_months" in columns:
        short = patients["os_months"] < shortest
        problems += problems_where(short, patients, file, "follow-up-too-short", "os_months", shortest=shortest)
    start, end = "maintenance_start_months", "maintenance_end_months"
    if shortest and {start, end} <= columns:
        lasted = patients[end] - patients[start]
        short = (lasted >= 0) & (lasted < shortest - ROUNDING)
        code = "maintenance-too-short"
        problems += problems_where(short, patients, file, code, (start, end), column=end, shortest=shortest)
    return problems


def stages_agree(patients: pd.DataFrame, file: str) -> list[Problem]:
    """R-ISS I needs ISS I and R-ISS III needs ISS III (Palumbo et al., J Clin Oncol 2015;33:2863-2869)."""
    if not {"iss_stage", "r_iss_stage"} <= set(patients.columns):
        return []
    stage, revised = patients["iss_stage"], patients["r_iss_stage"]
    apart = revised.isin(["I", "III"]) & stage.notna() & (stage != revised)
    both = ("iss_stage", "r_iss_stage")
    return problems_where(apart, patients, file, "stages-disagree", both, column="r_iss_stage", stage=revised)
