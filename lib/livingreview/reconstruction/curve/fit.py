"""How well reconstructed patients fit the curve they came from: `patients_from_curve.csv` and `FIT.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from livingreview.cohort.problems import CohortError, Problem
from livingreview.reconstruction.curve.digitised import DigitisedArm
from livingreview.reconstruction.curve.guyot import Reconstruction
from livingreview.statistics.life_table import LifeTable
from livingreview.statistics.risk_table import risk_table

PATIENTS_FILE, FIT_FILE = "patients_from_curve.csv", "FIT.md"
SOURCE = "reconstructed"
READING = 0.005  # of a click; half a percentage point is what a careful hand reaches
HEAD = """\
# Fit of the reconstructed patients

**Reconstructed from a printed curve, not patient records.**
The rows of `patients_from_curve.csv` (source: reconstructed) are one of many groups with this curve and this risk table. They may not be pooled with observed patients, nor analysed as if they had been observed.

Method: Guyot et al., BMC Med Res Methodol 2012;12:9, with censorings placed where the heights of the drops ask for them, or at the printed ticks. Survival is a fraction of 1; times are in the unit of `curve.csv`. Errors are those of the reconstructed curve at the digitised points. Between two clicks nobody saw the curve: the true one may lie anywhere from the height of one click to that of the next, and so the distance to it is about ten times the error at the clicks. Each arm says how far the true curve can be at most; in simulated digitisations (tests/reconstruction/curve/test_fit.py) it never was farther, and in nine of ten it was 0.2 to 0.9 of that.
"""


@dataclass(frozen=True, slots=True)
class Fit:
    """Reconstructed against digitised, one arm.

    `rmse` and `largest` are fractions of 1 over the `points` digitised times; `largest_at` is in the unit of
    the curve. `farthest` bounds the distance to the true curve up to the last click, if no click is off by more than
    `reading`. `at_risk` are the reconstructed numbers at the times of the printed risk table.
    """

    points: int
    rmse: float
    largest: float
    largest_at: float
    farthest: float
    reading: float
    at_risk: list[int]
    events: int


def fit(found: Reconstruction) -> Fit:
    """How far the reconstructed curve and numbers at risk are from what was digitised.

    At several points of one time the lowest is compared: the curve after its drop.
    """
    table, arm = found.life_table(), found.arm
    reading = max(READING, 2 * arm.noise)
    before = np.searchsorted(table.times, arm.clicked_times, side="right")
    errors = np.abs(np.concatenate(([1.0], table.survival))[before] - arm.clicked)
    worst = int(errors.argmax())
    return Fit(
        points=len(errors),
        rmse=float(np.sqrt(np.mean(errors**2))),
        largest=float(errors[worst]),
        largest_at=float(arm.clicked_times[worst]),
        farthest=_farthest(arm, table, reading),
        reading=reading,
        at_risk=risk_table(found.times, found.events, arm.risk_times.tolist()).at_risk,
        events=int(found.events.sum()),
    )


def _farthest(arm: DigitisedArm, table: LifeTable, reading: float) -> float:
    """The largest distance that the true curve can have to ours between any two clicks.

    Between them both lie between two heights each: ours is known, the true one is that of the clicks. Where the
    later click closes a drop, the true curve stays at the earlier height until then.
    """
    ours = np.concatenate(([1.0], table.survival))
    start = ours[np.searchsorted(table.times, arm.times, side="right")]
    end = ours[np.searchsorted(table.times, arm.times, side="left")][1:]
    high = np.minimum(arm.survival[:-1] + reading, 1)
    low = np.where(arm.since[1:] < arm.times[1:], arm.survival[1:], arm.survival[:-1]) - reading
    between = np.maximum(start[:-1] - low, high - end)
    return float(np.max(between, initial=abs(start[-1] - arm.survival[-1]) + reading))


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
        f"- distance to the true curve: at most {how.farthest:.4f}, if no click is off by more than {how.reading:.4f}",
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
