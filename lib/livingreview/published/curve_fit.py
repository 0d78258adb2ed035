"""How well reconstructed patients fit the curve they came from: `patients_from_curve.csv` and `FIT.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from livingreview.cohort.problems import CohortError, Problem
from livingreview.published.guyot import Reconstruction
from livingreview.statistics.risk_table import risk_table

PATIENTS_FILE, FIT_FILE = "patients_from_curve.csv", "FIT.md"
SOURCE = "reconstructed"
HEAD = """\
# Fit of the reconstructed patients

**Reconstructed from a printed curve, not patient records.**
The rows of `patients_from_curve.csv` (source: reconstructed) are one of many groups with this curve and this risk table. They may not be pooled with observed patients, nor analysed as if they had been observed.

Method: Guyot et al., BMC Med Res Methodol 2012;12:9, with censorings placed where the heights of the drops ask for them, or at the printed ticks. Survival is a fraction of 1; times are in the unit of `curve.csv`. Errors are those of the reconstructed curve at the digitised points.
"""


@dataclass(frozen=True, slots=True)
class Fit:
    """Reconstructed against digitised, one arm.

    `rmse` and `largest` are fractions of 1 over the `points` digitised times; `largest_at` is in the unit of
    the curve. `at_risk` are the reconstructed numbers at the times of the printed risk table.
    """

    points: int
    rmse: float
    largest: float
    largest_at: float
    at_risk: list[int]
    events: int


def fit(found: Reconstruction) -> Fit:
    """How far the reconstructed curve and numbers at risk are from what was digitised.

    At several points of one time the lowest is compared: the curve after its drop.
    """
    table, arm = found.life_table(), found.arm
    before = np.searchsorted(table.times, arm.clicked_times, side="right")
    errors = np.abs(np.concatenate(([1.0], table.survival))[before] - arm.clicked)
    worst = int(errors.argmax())
    return Fit(
        points=len(errors),
        rmse=float(np.sqrt(np.mean(errors**2))),
        largest=float(errors[worst]),
        largest_at=float(arm.clicked_times[worst]),
        at_risk=risk_table(found.times, found.events, arm.risk_times.tolist()).at_risk,
        events=int(found.events.sum()),
    )


def patient_table(found: Sequence[Reconstruction]) -> pd.DataFrame:
    """One row per reconstructed patient: arm, time, event (1 = event), source."""
    return pd.concat(
        [
            pd.DataFrame({"arm": one.arm.arm, "time": one.times, "event": one.events.astype(int), "source": SOURCE})
            for one in found
        ],
        ignore_index=True,
    )


def refuse_pooled(patients: pd.DataFrame, file: str) -> None:
    """CohortError if any patient is reconstructed: an analysis of observed patients asks this first."""
    marked = patients["source"].eq(SOURCE).to_numpy() if "source" in patients else np.zeros(len(patients), dtype=bool)
    if marked.any():
        rule = "patients reconstructed from a printed curve may not be pooled as if they had been observed"
        fix = "Pool the published hazard ratio of the study, or leave the study out."
        raise CohortError([Problem(file, rule, fix, int(np.flatnonzero(marked)[0]) + 2, "source", SOURCE)])


def fit_report(found: Sequence[Reconstruction]) -> str:
    """The text of FIT.md."""
    return "\n".join([HEAD, *(_section(one) for one in found)])


def _section(found: Reconstruction) -> str:
    arm, how = found.arm, fit(found)
    total = "total not given" if arm.total_events is None else f"printed: {arm.total_events}"
    lines = [
        f"## Arm {arm.arm.replace('|', '/')}",
        "",
        f"- patients: {len(found.times)}",
        f"- events: {how.events} ({total})",
        f"- digitised times: {how.points}",
        f"- root mean square error of survival: {how.rmse:.4f}",
        f"- largest error of survival: {how.largest:.4f}, at {how.largest_at:g}",
        "",
        "| time | at risk, printed | at risk, reconstructed |",
        "|---:|---:|---:|",
        *(
            f"| {time:g} | {printed} | {ours} |"
            for time, printed, ours in zip(arm.risk_times, arm.at_risk, how.at_risk, strict=True)
        ),
        "",
        *(["Notes:", "", *(f"- {note}." for note in found.notes), ""] if found.notes else []),
    ]
    return "\n".join(lines)
