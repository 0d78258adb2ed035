"""The documented cohort, member 0 of the ensemble: the history that prints the limits directly, everything spread evenly."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from livingreview.audit.histories import RiskSets
from livingreview.cohort.problems import CohortError, Problem
from livingreview.published.printed import FILE, PrintedRow
from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.joint import Joint, all_joint
from livingreview.reconstruction.member_mrd import Row, significant
from livingreview.results.rounding import rounded

FIRST_SAMPLE, GAP = 3.0, 13.0  # months
Tables = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Documented:
    """The rows of its tables, its histories, and the sizes its group with sustained MRD negativity can have."""

    tables: Tables
    joint: Joint
    sizes: list[int]

    @property
    def size(self) -> int:
        """The size that was taken: the middle one."""
        return self.sizes[len(self.sizes) // 2]


def documented(printed: Constraints) -> Documented:
    """The cohort that is shown: one of many that agree with print, and drawn without chance.

    Notes
    -----
    Of the joint histories in which everyone is followed equally long for both curves, the one that prints most of
    the limits without rounding S and SE first; of several the first in order. Event and censoring times are spread
    evenly in the order that the numbers at risk demand; they are illustrative.
    """
    joint = max(
        all_joint(printed, same_follow_up=True),
        key=lambda one: _prints_directly(one.pfs, printed.pfs) + _prints_directly(one.os, printed.os),
    )
    patients = _survival(joint, printed)
    for row, age in zip(patients, _ages(printed), strict=True):
        row["age_years"] = age
    sizes = sustained_sizes(patients, printed.horizon)
    tables = {
        "patients": patients,
        "responses": _responses([str(row["patient_id"]) for row in patients], printed),
        "mrd": [],
        "adverse_events": [
            {"patient_id": row["patient_id"], "grade": 3} for row in patients if row["os_event"] == "censored"
        ][: printed.severe],
    }
    made = Documented(tables, joint, sizes)
    tables["mrd"] = _mrd(patients, followed_past(patients, printed.horizon)[: made.size])
    return made


def write_reconstruction(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of a member into its folder."""
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def _prints_directly(history: RiskSets, row: PrintedRow) -> int:
    """How many of the printed limits come out without rounding S and SE first."""
    low, high = history.limits()
    return (rounded(low * 100, 2) == row.printed_low) + (rounded(high * 100, 2) == row.printed_high)


def _survival(joint: Joint, printed: Constraints) -> list[Row]:
    """Times in the order the history demands, spread evenly."""
    order: list[str] = []
    remaining = printed.n
    for position, at_risk in enumerate(joint.pfs.at_risk):
        order += ["censored"] * (remaining - at_risk)
        order.append("death" if position in joint.deaths else "progression")
        remaining = at_risk - 1
    within = _spread(len(order), printed.shortest, printed.horizon)
    censored = [time for time, kind in zip(within, order, strict=True) if kind == "censored"]
    # One data cut-off must fit everyone: follow-up may differ by no more than the accrual lasted.
    longest = min(censored, default=printed.shortest) + printed.accrual_months - 1
    after = iter(_spread(remaining + printed.progressions, printed.horizon, longest))
    ends = [
        (time, kind, next(after) if kind == "progression" else time) for time, kind in zip(within, order, strict=True)
    ]
    ends += [(time, "censored", time) for time in after]
    return [
        {
            "patient_id": f"R{number:02d}",
            "pfs_months": months,
            "pfs_event": kind,
            "os_months": last,
            "os_event": "death" if kind == "death" else "censored",
        }
        for number, (months, kind, last) in enumerate(ends, start=1)
    ]


def _spread(count: int, low: float, high: float) -> list[float]:
    """`count` different times strictly between the two, in order, to a tenth of a month."""
    return [round(low + (high - low) * step / (count + 1), 1) for step in range(1, count + 1)]


def _ages(printed: Constraints) -> list[int]:
    """Ages with the printed median and range; who is how old is not known."""
    low, median, high = printed.age
    half = (printed.n - 2) // 2
    below = [round(low + (median - low) * step / half) for step in range(half)]
    above = [round(median + (high - median) * step / half) for step in range(1, half + 1)]
    ages = below + [round(median)] * (printed.n - 2 * half) + above
    random.Random(0).shuffle(ages)
    return ages


def followed_past(patients: Sequence[Row], horizon: float) -> list[str]:
    """Who was followed past the horizon without an event, the longest first."""
    past = [row for row in patients if row["pfs_event"] == "censored" and float(row["pfs_months"]) > horizon]
    return [str(row["patient_id"]) for row in sorted(past, key=lambda row: float(row["pfs_months"]), reverse=True)]


def sustained_sizes(patients: Sequence[Row], horizon: float) -> list[int]:
    """Sizes of a sustained negative group that keep 100 % and a significant log-rank test (two-sided p below 0.05).

    The group is taken from those followed past the horizon without an event; everyone else is compared as positive.
    """
    past, everyone = followed_past(patients, horizon), {str(row["patient_id"]) for row in patients}
    sizes = [
        size
        for size in range(1, len(past) + 1)
        if significant(patients, set(past[:size]), everyone.difference(past[:size]))
    ]
    if not sizes:
        raise CohortError([Problem(FILE, "no-sustained-group")])
    return sizes


def _mrd(patients: Sequence[Row], sustained: Sequence[str]) -> list[Row]:
    """Two negative samples more than a year apart for the group; one positive one for the others."""
    samples: list[Row] = []
    for name in (str(row["patient_id"]) for row in patients):
        months, status = (
            ((FIRST_SAMPLE, FIRST_SAMPLE + GAP), "negative") if name in sustained else ((FIRST_SAMPLE,), "positive")
        )
        samples += [{"patient_id": name, "months": month, "status": status} for month in months]
    return samples


def _responses(ids: Sequence[str], printed: Constraints) -> list[Row]:
    """The printed margins of every timepoint; the paths of patients between them are not known."""
    rows: list[Row] = []
    for timepoint, counts in printed.responses.items():
        categories = [category for category, count in counts.items() for _ in range(count)]
        if len(categories) != printed.n:
            facts = {"timepoint": timepoint, "total": len(categories), "n": printed.n}
            raise CohortError([Problem(FILE, "responses-add-up", facts)])
        order = list(ids)
        random.Random(1).shuffle(order)
        rows += [
            {"patient_id": name, "timepoint": timepoint, "response": category}
            for name, category in sorted(zip(order, categories, strict=True))
        ]
    return rows
