"""Samples for minimal residual disease that keep what is printed of it: 100 %, and significantly better."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from math import floor

from scipy.special import chdtri

GAP = 12.5  # months between two negative samples: more than 12
FIRST = 1.0  # month of the earliest sample
CHI_SQUARE = float(chdtri(1, 0.05))
Row = dict[str, object]
Groups = tuple[set[str], set[str]]


def samples(patients: Sequence[Row], size: int | None, horizon: float, draw: random.Random) -> list[Row] | None:
    """Rows of mrd.csv; None where no group of these patients can be called significantly better.

    The sustained group has no event by the horizon, and at least one of it was followed so far. `size` is wanted;
    where it cannot be, the nearest possible one is taken. All others are sampled positive, negative once, or
    not at all: how many were sampled is not printed.
    """
    able = sorted(
        (row for row in patients if _can_be_sustained(row, horizon)),
        key=lambda row: float(row["pfs_months"]),
        reverse=True,
    )
    if not able or float(able[0]["pfs_months"]) <= horizon:
        return None
    for sustained, positive in _tried(able, patients, size, horizon, draw):
        if positive and significant(patients, sustained, positive):
            return _rows(patients, sustained, positive, draw)
    return None


def significant(patients: Sequence[Row], sustained: set[str], positive: set[str]) -> bool:
    """Whether the log-rank test of the two groups gives p below 0.05, two-sided."""
    both = [row for row in patients if row["patient_id"] in sustained | positive]
    return _significant(
        [(float(row["pfs_months"]), row["pfs_event"] != "censored", row["patient_id"] in sustained) for row in both]
    )


def _significant(both: Sequence[tuple[float, bool, bool]]) -> bool:
    """The two-sided log-rank test at 5 % of (months, event, in the group); the hypergeometric variance. Mantel 1966.

    A search has to be quick; the analyses test every member again by their own road.
    """
    observed = expected = variance = 0.0
    for time in {months for months, event, _ in both if event}:
        at_risk = [row for row in both if row[0] >= time]
        n, inside = len(at_risk), sum(row[2] for row in at_risk)
        failed = [row for row in at_risk if row[1] and row[0] == time]
        d, share = len(failed), inside / n
        observed += sum(row[2] for row in failed)
        expected += d * share
        variance += d * share * (1 - share) * (n - d) / max(n - 1, 1)
    return variance > 0 and (observed - expected) ** 2 / variance > CHI_SQUARE


def _can_be_sustained(row: Row, horizon: float) -> bool:
    months = float(row["pfs_months"])
    return months >= FIRST + GAP and (row["pfs_event"] == "censored" or months > horizon)


def _tried(
    able: Sequence[Row], patients: Sequence[Row], size: int | None, horizon: float, draw: random.Random
) -> Iterator[Groups]:
    """Groups worth a test: the wanted size first, by lot and then the longest followed; then sizes around it."""
    names = [str(row["patient_id"]) for row in able]
    past = [str(row["patient_id"]) for row in able if float(row["pfs_months"]) > horizon]
    failed = {
        str(row["patient_id"])
        for row in patients
        if row["pfs_event"] != "censored" and float(row["pfs_months"]) <= horizon
    }
    everyone = {str(row["patient_id"]) for row in patients}
    wanted = min(size or draw.randint(1, len(names)), len(names))
    for _ in range(2):
        sure = draw.choice(past)
        chosen = {sure, *draw.sample([name for name in names if name != sure], wanted - 1)}
        others = everyone - chosen - failed
        yield chosen, failed | set(draw.sample(sorted(others), draw.randint(0, len(others))))
    for count in sorted(range(1, len(names) + 1), key=lambda count: (abs(count - wanted), count)):
        chosen = set(names[:count])
        yield chosen, everyone - chosen
        yield chosen, failed


def _rows(patients: Sequence[Row], sustained: set[str], positive: set[str], draw: random.Random) -> list[Row]:
    found: list[Row] = []
    once = draw.choice((0.0, 0.5, 1.0))  # how many of those in neither group had a negative sample
    for row in patients:
        name, last = str(row["patient_id"]), float(row["pfs_months"])
        if name in sustained:
            first = draw.choice((FIRST, draw.uniform(FIRST, last - GAP)))
            second = draw.choice((first + GAP, draw.uniform(first + GAP, last)))
            found += [_sample(name, first, "negative"), _sample(name, second, "negative")]
        elif name in positive:
            first = draw.uniform(FIRST, last)
            if draw.random() < 0.3:
                found.append(_sample(name, first / 2, "negative"))
            found.append(_sample(name, first, "positive"))
        elif draw.random() < once:
            found.append(_sample(name, draw.uniform(FIRST, last), "negative"))
    return found


def _sample(name: str, months: float, status: str) -> Row:
    """One sample; its month is cut off to two decimals, so that it never lies after the end of follow-up."""
    return {"patient_id": name, "months": floor(months * 100 + 1e-6) / 100, "status": status}


def smallest_significant(n: int) -> int:
    """The smallest group that can be significantly better at all: everyone else of n fails while it is at risk."""
    for size in range(1, n):
        others = n - size
        failing = [(float(month), True, False) for month in range(1, others + 1)]
        if _significant(failing + [(float(n), False, True)] * size):
            return size
    return n
