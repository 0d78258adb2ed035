"""A simulated cohort: every table filled, one story a patient, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livingreview.simulation.baseline import baseline
from livingreview.simulation.course import ONGOING, REASONS, SHORTEST, response, rhythms, survival
from livingreview.simulation.records import adverse_events, responses, samples
from livingreview.simulation.registry import REGISTRY


def simulate(patients: int, seed: int) -> dict[str, pd.DataFrame]:
    """Tables of a cohort by name.

    Parameters
    ----------
    patients : how many, at least 1
    seed : the same seed gives the same cohort, whatever the machine

    Notes
    -----
    Planted edge cases, as far as there are patients for them: two with the same event time, one censored at that
    very time, one censored at the milestone of 36 months, one whose fatal event is the only one recorded, one never
    sampled for residual disease, one never evaluable before transplantation.
    """
    if patients < 1:
        raise ValueError("a cohort needs at least one patient")
    rng = np.random.default_rng(seed)
    base, rhythm = baseline(patients, rng), rhythms(patients, rng)
    course = response(base, rhythm, rng)
    endings, again = survival(base, course, rhythm, rng)
    table = pd.concat([base.frame, endings], axis=1)
    _plant_ties(table)
    columns = ["patient_id", "pfs_months", "pfs_event", "os_months", "os_event"]
    table = table[[*columns, *(name for name in table.columns if name not in columns)]]
    return {
        "patients": table,
        "responses": responses(table, course),
        "mrd": samples(table, course, again, rng),
        "adverse_events": adverse_events(table, rng),
        "flow": _flow(patients),
    }


def _plant_ties(table: pd.DataFrame) -> None:
    """Two events and a censoring in the same month; a censoring at the milestone itself."""
    events = table.index[(table["pfs_event"] == "progression") & (table["pfs_months"] >= 12)]
    censored = table.index[(table["pfs_event"] == "censored") & (table["pfs_months"] > 36)]
    censored = censored[table.loc[censored, "os_event"] == "censored"]
    if len(events) >= 2 and len(censored) >= 2:
        time = min(table.loc[events[0], "pfs_months"], table.loc[events[1], "pfs_months"])
        for row in events[:2]:
            _progress_at(table, row, time)
        for row, months in zip(censored[:2], (time, 36.0), strict=True):
            _lose_at(table, row, months)


def _progress_at(table: pd.DataFrame, row: int, months: float) -> None:
    """The progression was seen earlier; treatment ended with it at the latest."""
    table.loc[row, ["pfs_months", "last_assessment_months"]] = months
    if table.loc[row, "maintenance_end_months"] > months:
        table.loc[row, "maintenance_end_months"] = months


def _lose_at(table: pd.DataFrame, row: int, months: float) -> None:
    """Nothing is known after this month; a treatment that went on then has no end."""
    table.loc[row, ["pfs_months", "last_assessment_months", "os_months"]] = months
    if table.loc[row, "maintenance_end_months"] > months:
        table.loc[row, "maintenance_end_months"] = np.nan
        table.loc[row, "off_treatment_reason"] = REASONS[ONGOING]


def _flow(patients: int) -> pd.DataFrame:
    steps = REGISTRY["flow"]
    return pd.DataFrame(
        {
            "step": [step.format(shortest=SHORTEST) for step, _ in steps],
            "n": [round(patients * 1.6), round(patients * 1.12), patients],
            "reason": [reason for _, reason in steps],
        }
    )
