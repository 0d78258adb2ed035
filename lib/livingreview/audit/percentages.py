"""Percentages against counts (GRIM), and which method made the interval of a proportion.

A percentage of n patients is 100 k / n for a whole k, so many printed percentages cannot occur. Source: Brown and
Heathers, Soc Psychol Personal Sci 2017;8:363-369 (means of whole numbers). The percentage of one of several
categories may have been moved by one unit so that they add up to 100 (balancing); such a row is judged with that
room.
"""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

from livingreview.audit.verdict import CONSISTENT, IMPOSSIBLE, UNDETERMINED, Finding
from livingreview.audit.windows import Window, balanced, roundings, union
from livingreview.published.printed import PrintedRow
from livingreview.results.estimates import Interval
from livingreview.statistics.proportions import clopper_pearson, wilson

MOST_COUNTS = 1000  # tried, of those that fit a value
TINY = Fraction(1, 10**9)


def percentage(row: PrintedRow, n: int | None, count: PrintedRow | None, siblings: int) -> Finding:
    """One printed percentage; `count` is the row of its numerator, `siblings` how many categories it stands among."""
    scale = 100 if row.is_percent else 1
    if n is None:
        return Finding(row.id, "percentage", UNDETERMINED, "the denominator is not printed: nothing can be excluded")
    window = balanced(row.printed) if siblings > 1 else union(row.printed)
    if count is not None:
        text = count.printed if count is not row else count.count
        return _against(row, Fraction(text) / n * scale, f"{text} of {n}", window)
    fitting = fitting_counts(window, n, scale)
    if not fitting and fitting_counts(balanced(row.printed), n, scale):
        words = f"no count of {n} is printed as {row.printed} but by balancing with a category that is not printed"
        return Finding(row.id, "percentage", UNDETERMINED, words)
    if not fitting:
        words = f"no whole number of {n} patients is printed as {row.printed}, rounded half up, half to even or cut off"
        return Finding(row.id, "percentage", IMPOSSIBLE, f"{words}; assumed: each of the {n} counts once")
    ways = roundings(row.printed, Fraction(fitting[0] * scale, n))
    words = f"{fitting[0]} of {n}" if len(fitting) == 1 else f"{len(fitting)} counts of {n} are printed so"
    how = f", by {' or '.join(ways)}" if len(fitting) == 1 and ways[:1] != ["half up or half to even"] else ""
    return Finding(row.id, "percentage", CONSISTENT, words + how)


def _against(row: PrintedRow, exact: Fraction, words: str, window: Window) -> Finding:
    ways = roundings(row.printed, exact)
    value = f"{words} is {float(exact):.4g}"
    if ways[:1] == ["half up or half to even"]:
        return Finding(row.id, "percentage", CONSISTENT, f"{value}, printed {row.printed}")
    if exact in window:
        return Finding(
            row.id, "percentage", CONSISTENT, f"{value}, printed {row.printed} by {' or '.join(ways)}, not by rounding"
        )
    if ways:
        return Finding(
            row.id,
            "percentage",
            UNDETERMINED,
            f"{value}, printed {row.printed}: only balancing with a category not printed",
        )
    return Finding(
        row.id,
        "percentage",
        IMPOSSIBLE,
        f"{value}, which no rounding prints as {row.printed}; assumed: both are about the same patients",
    )


def fitting_counts(window: Window, n: int, scale: int) -> range:
    """The counts of n whose share lies in the window."""
    first = max(0, math.ceil(window.low * n / scale))
    return range(first, min(n, math.floor(window.high * n / scale)) + 1)


def method_fits(row: PrintedRow, n: int) -> str:
    """Names of the methods that give the printed limits for a count that the printed value allows; empty where none."""
    if not (row.printed_low and row.printed_high):
        return ""
    scale = 100 if row.is_percent else 1
    low, high = union(row.printed_low), union(row.printed_high)
    found: list[str] = []
    for count in fitting_counts(union(row.printed), n, scale)[:MOST_COUNTS]:
        for name, limits in _intervals(count, n, int(row.level or "95") / 100):
            both = zip((low, high), limits, strict=True)
            if name not in found and all(Fraction(limit * scale) in window.widened(TINY) for window, limit in both):
                found.append(name)
    return " or ".join(found)


def _intervals(count: int, n: int, level: float) -> list[tuple[str, tuple[float, float]]]:
    """Limits of count / n by every method that is named."""
    found = []
    for made in (clopper_pearson(count, n, level=level), wilson(count, n, level=level)):
        if isinstance(made, Interval):
            found.append((made.method, (made.low, made.high)))
    if 0 < count < n:
        share = count / n
        normal = NormalDist().inv_cdf(0.5 + level / 2)
        half = normal * math.sqrt(share * (1 - share) / n)
        odds = math.log(share / (1 - share))
        spread = normal / math.sqrt(n * share * (1 - share))
        found.append(("plain", (share - half, share + half)))
        found.append(("logit", tuple(1 / (1 + math.exp(-odds - sign * spread)) for sign in (-1, 1))))
    return found


def interval_method(row: PrintedRow, n: int) -> Finding:
    """Which method made the interval of a proportion."""
    names = method_fits(row, n)
    if names:
        return Finding(row.id, "interval", CONSISTENT, f"the limits are those of the {names} interval")
    words = (
        "no Clopper-Pearson, Wilson, plain or logit interval of a fitting count has these limits; other methods exist"
    )
    return Finding(row.id, "interval", UNDETERMINED, words)


def whole(row: PrintedRow, n: int | None) -> Finding | None:
    """A count is a whole number and not above its denominator; None where there is nothing to compare it with."""
    value = Fraction(row.printed)
    if value.denominator != 1 or value < 0:
        return Finding(
            row.id, "count", IMPOSSIBLE, f"{row.printed} is no number of patients; assumed: patients are counted"
        )
    if n is None:
        return None
    if value > n:
        words = f"{row.printed} of {n} patients; assumed: each patient counts once and the denominator is {n}"
        return Finding(row.id, "count", IMPOSSIBLE, words)
    return Finding(row.id, "count", CONSISTENT, f"{row.printed} is not above the {n} patients")
