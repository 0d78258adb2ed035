"""How well reconstructed patients fit the curve they came from: `patients_from_curve.csv` and `FIT.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from livingreview.reconstruction.curve.digitised import DigitisedArm
from livingreview.reconstruction.curve.guyot import Reconstruction
from livingreview.statistics.life_table import LifeTable
from livingreview.statistics.risk_table import risk_table
from livingreview.words.print_messages import note_words, table
from livingreview.words.translate import gettext

PATIENTS_FILE, FIT_FILE = "patients_from_curve.csv", "FIT.md"
SOURCE = "reconstructed"
READING = 0.005  # of a click; half a percentage point is what a careful hand reaches


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


def fit_report(arms: Sequence[Reconstruction]) -> str:
    """The text of FIT.md."""
    return "\n".join([gettext(table("fit")["head"]), *(_section(one) for one in arms)])


def _section(made: Reconstruction) -> str:
    arm, how = made.arm, fit(made)
    said = {name: gettext(words) for name, words in table("fit").items()}
    known = arm.total_events is not None
    total = said["total"].format(total=arm.total_events) if known else said["total-not-given"]
    counts = zip(arm.risk_times, arm.at_risk, how.at_risk, strict=True)
    rows = "\n".join(f"| {time:g} | {printed} | {ours} |" for time, printed, ours in counts)
    about = {"arm": arm.arm.replace("|", "/"), "patients": len(made.times), "total": total, "rows": rows, "how": how}
    notes = [f"- {note_words(*note)}." for note in made.notes]
    return "\n".join([said["section"].format(**about), *([said["notes"], "", *notes, ""] if notes else [])])
