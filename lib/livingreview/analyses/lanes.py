"""Single patients as lanes of time, without identifiers: what a swimmer plot draws, where it may be drawn."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livingreview.cohort.key import keyed
from livingreview.results.curves import Lanes

if TYPE_CHECKING:
    from livingreview.cohort.cohort import Cohort

MOST_LANES = 60
SHORTEST_NAME = 4


def lanes(cohort: Cohort) -> Lanes:
    """At most sixty patients, evenly from all of them in order of follow-up, the longest first.

    Who may see them is for disclosure to say. A treatment without an end is taken as going on when the
    patient was last seen, unless the patient died.
    """
    patients = cohort.table("patients")
    ongoing = _ongoing(patients)
    order = np.lexsort((-_treated_to(patients), -patients["os_months"].to_numpy(float)))
    chosen = np.unique(np.linspace(0, len(order) - 1, min(len(order), MOST_LANES)).round().astype(int))
    picked = patients.iloc[order[chosen]]
    ends = pd.Series(_treated_to(patients), index=patients.index)
    names = lane_names(picked["patient_id"].tolist(), cohort.key)
    rows = [
        _lane(name, row, bool(ongoing[index]), float(ends[index]))
        for name, (index, row) in zip(names, picked.iterrows(), strict=True)
    ]
    return Lanes(rows, len(patients), int(ongoing.sum()))


def lane_names(patients: list[str], key: bytes) -> list[str]:
    """A name for each patient, made from the identifier with the folder's key: four letters and digits, more only
    where two would be called the same.

    It stays when other patients come or go, and nobody without the key can try identifiers until one fits.
    """
    whole = [base64.b32encode(bytes.fromhex(keyed(key, "lane", patient))).decode() for patient in patients]
    length = next(n for n in range(SHORTEST_NAME, len(whole[0]) + 1) if len({name[:n] for name in whole}) == len(whole))
    return [name[:length] for name in whole]


def _ongoing(patients: pd.DataFrame) -> pd.Series:
    started, ended = patients["maintenance_start_months"].notna(), patients["maintenance_end_months"].notna()
    return started & ~ended & (patients["os_event"] != "death")


def _treated_to(patients: pd.DataFrame) -> np.ndarray:
    """The end of treatment; the end of follow-up where none is recorded, nothing without a start."""
    last = patients["os_months"].astype(float)
    ends = patients["maintenance_end_months"].astype(float).fillna(last).clip(upper=last)
    started: NDArray[Any] = ends.where(patients["maintenance_start_months"].notna()).to_numpy(float)
    return started


def _lane(name: str, row: pd.Series, ongoing: bool, treated_to: float) -> dict[str, Any]:
    treated = not np.isnan(treated_to)
    stopped = treated and not pd.isna(row["maintenance_end_months"])
    progressed = float(row["pfs_months"]) if row["pfs_event"] == "progression" else None
    died = row["os_event"] == "death"
    why = row["off_treatment_reason"]
    return {
        "lane": name,
        "treated_from": float(row["maintenance_start_months"]) if treated else None,
        "treated_to": treated_to if treated else None,
        "followed_to": float(row["os_months"]),
        "progressed": progressed,
        "died": died,
        "stopped": treated_to if stopped else None,
        "why": None if pd.isna(why) else str(why),
        "ongoing": ongoing,
    }
