"""A printed Kaplan-Meier curve as somebody digitised it: `curve.csv`, `at_risk.csv`, `censor_ticks.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from livingreview.cohort.columns import Column, Table
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.tables import read_cells, typed
from livingreview.reconstruction.curve.falls import seen_before

CURVE_FILE, RISK_FILE, TICK_FILE = "curve.csv", "at_risk.csv", "censor_ticks.csv"
OVERSHOOT = 0.02  # beyond 0 and 1 a click may lie by so much, a fraction of 1
MOST_PATIENTS = 5_000  # of one arm; the search over who left when takes memory of its square
MOST_POINTS = 20_000  # clicked in all arms together
LONGEST = 1e6  # of any time, whatever its unit
REPAIR = 0.05  # so far a point may be moved, a fraction of 1
Note = tuple[str, dict[str, float]]  # a code of `words.print_messages.note_words`, and its facts
ARM = Column("arm", "text", "name of the curve, the same in every table", required=True)
TIME = Column("time", "number", "time since the origin, one unit throughout", required=True)
CURVE = Table("curve", "digitised points", (ARM, TIME, Column("survival", "number", "height", required=True)))
RISK = Table(
    "at_risk",
    "numbers at risk as printed",
    (
        ARM,
        TIME,
        Column("at_risk", "integer", "number at risk just before this time", required=True),
        Column("total_events", "integer", "events of the arm in all follow-up, in one of its rows or in each"),
    ),
)
TICKS = Table("censor_ticks", "printed censoring marks, a row each", (ARM, TIME))


@dataclass(frozen=True, slots=True)
class DigitisedArm:
    """One arm, cleaned.

    Attributes
    ----------
    arm : name
    times, survival : ndarray, shape (n_points,); distinct times from 0, survival from 1, never rising
    since : ndarray, shape (n_points,); a fall to this point happened after `since`, at `times` at the latest
    clicked_times, clicked : ndarray; what was digitised, a fraction of 1, the lowest of points at one time
    risk_times, at_risk : ndarray, shape (n_columns,); from time 0
    ticks : ndarray, shape (n_ticks,), in increasing order; None where none are given
    total_events : int; None where it is not given
    noise : root mean square of what cleaning moved, a fraction of 1
    notes : what cleaning did, as codes with facts
    """

    arm: str
    times: NDArray[np.float64]
    survival: NDArray[np.float64]
    since: NDArray[np.float64]
    clicked_times: NDArray[np.float64]
    clicked: NDArray[np.float64]
    risk_times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    ticks: NDArray[np.float64] | None
    total_events: int | None
    noise: float
    notes: tuple[Note, ...]

    @property
    def last_time(self) -> float:
        """The end of follow-up, as far as curve, ticks and risk table show it."""
        seen = [self.times[-1], self.risk_times[self.at_risk > 0][-1]]
        if self.ticks is not None and len(self.ticks):
            seen.append(self.ticks[-1])
        return float(max(seen))


def read_digitised(folder: Path) -> list[DigitisedArm]:
    """The arms of curve.csv, in its order.

    Raises CohortError with every problem: file, row, column, what was found, what is expected, what to do.
    """
    problems: list[Problem] = []
    curve, risk, ticks = (
        _read(folder / name, table, problems)
        for name, table in ((CURVE_FILE, CURVE), (RISK_FILE, RISK), (TICK_FILE, TICKS))
    )
    if problems:
        raise CohortError(problems)
    names = list(dict.fromkeys(curve["arm"]))
    problems += _strangers(CURVE_FILE, names, RISK_FILE, set(risk["arm"]))
    for file, table in ((RISK_FILE, risk), (TICK_FILE, ticks)):
        problems += _strangers(file, [] if table is None else list(dict.fromkeys(table["arm"])), CURVE_FILE, set(names))
    problems += [wrong for _, of_arm in risk.groupby("arm", sort=False) for wrong in _wrong_counts(of_arm)]
    arms = []
    if not problems:
        for name in names:
            of_arm = None if ticks is None else np.sort(_numbers(ticks[ticks["arm"] == name], "time"))
            marked = of_arm if of_arm is not None and len(of_arm) else None
            arms.append(_arm(name, curve[curve["arm"] == name], risk[risk["arm"] == name], marked, problems))
    if problems:
        raise CohortError(problems)
    return arms


def _read(path: Path, table: Table, problems: list[Problem]) -> pd.DataFrame | None:
    """A typed table; None for ticks that are not there, and where problems were found."""
    if not path.is_file():
        if table is not TICKS:
            code = "curve-missing" if table is CURVE else "risk-table-missing"
            problems.append(Problem(path.name, code, {"columns": list(table.required)}))
        return None
    frame, found = typed(read_cells(path), table, path.name)
    problems += found
    if found:
        return None
    if frame.empty and table is not TICKS:
        problems.append(Problem(path.name, "digitised-empty"))
    for name in table.required:
        empty = np.flatnonzero(frame[name].isna())
        problems += [Problem(path.name, "digitised-cell-empty", {}, int(row) + 2, name) for row in empty]
    if len(frame) > MOST_POINTS:
        problems.append(Problem(path.name, "too-many-points", {"rows": len(frame), "most": MOST_POINTS}))
    for name, most in (("time", LONGEST), ("at_risk", MOST_PATIENTS), ("total_events", MOST_PATIENTS)):
        cells = frame[name] if name in frame else pd.Series(dtype=float)
        for code, wrong in (("digitised-too-large", cells.gt(most)), ("digitised-negative", cells.lt(0))):
            problems += [
                Problem(path.name, code, {"most": most}, int(row) + 2, name, f"{cells.iloc[row]:g}")
                for row in np.flatnonzero(wrong.fillna(False))
            ]
    return frame


def _strangers(file: str, names: list[str], other: str, known: set[str]) -> list[Problem]:
    wrong = [name for name in names if name not in known]
    return [Problem(file, "arm-unknown", {"other": other}, None, "arm", name) for name in wrong]


def _wrong_counts(risk: pd.DataFrame) -> list[Problem]:
    """What is wrong with the risk table of one arm."""
    risk = risk.sort_values("time", kind="stable")
    rows, times, counts = risk.index + 2, _numbers(risk, "time"), _numbers(risk, "at_risk")
    problems = []

    def wrong(position: int, code: str, column: str, **facts: float) -> None:
        value = f"{risk[column].iloc[position]:g}"
        problems.append(Problem(RISK_FILE, code, facts, int(rows[position]), column, value))

    if times[0] != 0:
        wrong(0, "risk-begins-late", "time")
    elif counts[0] < 1:
        wrong(0, "nobody-at-risk", "at_risk")
    for position in np.flatnonzero(np.diff(times) == 0) + 1:
        wrong(position, "time-twice", "time")
    for position in np.flatnonzero(np.diff(counts) > 0) + 1:
        wrong(position, "risk-rises", "at_risk", before=counts[position - 1], at=times[position - 1])
    given = risk["total_events"].dropna() if "total_events" in risk else pd.Series(dtype=float)
    for position in np.flatnonzero(risk.index.isin(given.index[given.ne(given.iloc[:1].sum())])):
        wrong(position, "totals-differ", "total_events", total=given.iloc[0])
    if len(given) and given.iloc[0] > counts[0]:
        position = int(np.flatnonzero(risk.index == given.index[0])[0])
        wrong(position, "more-events-than-patients", "total_events", patients=counts[0])
    return problems


def _arm(name: str, curve: pd.DataFrame, risk: pd.DataFrame, ticks: NDArray | None, problems: list) -> DigitisedArm:
    notes: list[Note] = []
    heights = _fractions(curve, notes, problems)
    order = np.lexsort((-heights, _numbers(curve, "time")))
    times, heights, rows = _numbers(curve, "time")[order], heights[order], (curve.index.to_numpy() + 2)[order]
    lowest = np.append(np.diff(times) > 0, True)
    clicked_times, clicked = times[lowest], heights[lowest]
    if times[0] > 0 or heights[0] < 1:
        notes.append(("begins-late", {"time": times[0], "survival": heights[0]}))
    later = times > 0
    times = np.concatenate(([0.0], times[later]))
    raw = np.clip(np.concatenate(([1.0], heights[later])), 0, 1)
    smooth = isotonic_regression(raw, increasing=False).x
    moved = np.abs(smooth - raw)
    if moved.max() > REPAIR:
        worst = int(np.argmax(moved))
        row = int(rows[later][worst - 1])
        problems.append(Problem(CURVE_FILE, "survival-rises", {"arm": name}, row, "survival", f"{raw[worst]:g}"))
    if moved.max() > 1e-9:
        notes.append(("moved", {"points": int((moved > 1e-9).sum()), "most": moved.max()}))
    lowest = np.append(np.diff(times) > 0, True)
    doubled = np.append(False, np.diff(times) == 0)[lowest]
    risk = risk.sort_values("time", kind="stable")
    counts = _numbers(risk, "at_risk")
    notes += _ends(times[-1], smooth[-1], _numbers(risk, "time"), counts)
    total = risk["total_events"].dropna() if "total_events" in risk else []
    times, survival = times[lowest], np.minimum(smooth[lowest], 1.0)
    columns = np.searchsorted(_numbers(risk, "time"), times, side="right") - 1
    return DigitisedArm(
        arm=name,
        times=times,
        survival=survival,
        since=seen_before(times, survival, doubled, counts[np.maximum(columns, 0)]),
        clicked_times=clicked_times,
        clicked=clicked,
        risk_times=_numbers(risk, "time"),
        at_risk=counts.astype(int),
        ticks=ticks,
        total_events=int(total.iloc[0]) if len(total) else None,
        noise=float(np.sqrt(np.mean(moved**2))),
        notes=tuple(notes),
    )


def _ends(last: float, survival: float, times: NDArray, counts: NDArray) -> list[Note]:
    """Where curve and risk table do not end together."""
    notes: list[Note] = []
    beyond = times[(times > last) & (counts > 0)]
    if len(beyond) and survival > 0:
        notes.append(("ends-early", {"last": last, "column": beyond[-1]}))
    nobody = times[counts == 0]
    if len(nobody) and nobody[0] < last:
        notes.append(("nobody-left", {"time": nobody[0]}))
    return notes


def _fractions(curve: pd.DataFrame, notes: list[Note], problems: list[Problem]) -> NDArray[np.float64]:
    """Survival as a fraction of 1; percent is recognised by most values being above 1."""
    heights = _numbers(curve, "survival")
    if np.mean(heights > 1 + OVERSHOOT) > 0.5:
        heights = heights / 100
        notes.append(("percent", {}))
    outside = (heights > 1 + OVERSHOOT) | (heights < -OVERSHOOT)
    for position in np.flatnonzero(outside):
        found = f"{curve['survival'].iloc[position]:g}"
        row = int(curve.index[position]) + 2
        problems.append(Problem(CURVE_FILE, "survival-outside", {}, row, "survival", found))
    if not outside.any() and ((heights > 1) | (heights < 0)).any():
        notes.append(("beyond", {"most": np.max(np.maximum(heights - 1, -heights))}))
    return heights


def _numbers(frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
    return frame[column].to_numpy(dtype=float)
