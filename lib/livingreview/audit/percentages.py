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

from livingreview.audit.verdict import Assumption, Check, Finding, Verdict
from livingreview.audit.windows import HALF, Window, balanced, roundings, union
from livingreview.published.printed import PrintedRow
from livingreview.results.estimates import Interval
from livingreview.statistics.proportions import clopper_pearson, wilson

MOST_COUNTS = 1000  # tried, of those that fit a value
TINY = Fraction(1, 10**9)


def percentage(row: PrintedRow, n: int | None, count: PrintedRow | None, siblings: int) -> Finding:
    """One printed percentage; `count` is the row of its numerator, `siblings` how many categories it stands among."""
    if n is None:
        return Finding(row.id, Check.PERCENTAGE, Verdict.UNDETERMINED, "no-denominator")
    window = balanced(row.printed) if siblings > 1 else union(row.printed)
    if count is not None:
        text = count.printed if count is not row else count.count
        return _against(row, text, n, window)
    scale = 100 if row.is_percent else 1
    fitting = fitting_counts(window, n, scale)
    facts = {"n": n, "printed": row.printed}
    if not fitting and fitting_counts(balanced(row.printed), n, scale):
        return Finding(row.id, Check.PERCENTAGE, Verdict.UNDETERMINED, "only-balanced", facts)
    if not fitting:
        assumed = (Assumption.EACH_COUNTS_ONCE,)
        return Finding(row.id, Check.PERCENTAGE, Verdict.IMPOSSIBLE, "no-count", facts, assumed)
    if len(fitting) > 1:
        return Finding(row.id, Check.PERCENTAGE, Verdict.CONSISTENT, "several-counts", {"counts": len(fitting), "n": n})
    ways = roundings(row.printed, Fraction(fitting[0] * scale, n))
    code = "one-count" if ways[:1] == [HALF] else "one-count-by"
    return Finding(row.id, Check.PERCENTAGE, Verdict.CONSISTENT, code, {"count": fitting[0], "n": n, "ways": ways})


def _against(row: PrintedRow, count: str, n: int, window: Window) -> Finding:
    """A percentage whose numerator is printed too."""
    exact = Fraction(count) / n * (100 if row.is_percent else 1)
    ways = roundings(row.printed, exact)
    facts = {"count": count, "n": n, "share": float(exact), "printed": row.printed, "ways": ways}
    if ways[:1] == [HALF]:
        return Finding(row.id, Check.PERCENTAGE, Verdict.CONSISTENT, "rounded", facts)
    if exact in window:
        return Finding(row.id, Check.PERCENTAGE, Verdict.CONSISTENT, "otherwise-rounded", facts)
    if ways:
        return Finding(row.id, Check.PERCENTAGE, Verdict.UNDETERMINED, "balanced-with-unprinted", facts)
    return Finding(row.id, Check.PERCENTAGE, Verdict.IMPOSSIBLE, "no-rounding", facts, (Assumption.SAME_PATIENTS,))


def fitting_counts(window: Window, n: int, scale: int) -> range:
    """The counts of n whose share lies in the window."""
    first = max(0, math.ceil(window.low * n / scale))
    return range(first, min(n, math.floor(window.high * n / scale)) + 1)


def method_fits(row: PrintedRow, n: int) -> list[str]:
    """The methods that give the printed limits for a count that the printed value allows."""
    if not (row.printed_low and row.printed_high):
        return []
    scale = 100 if row.is_percent else 1
    low, high = union(row.printed_low), union(row.printed_high)
    found: list[str] = []
    for count in fitting_counts(union(row.printed), n, scale)[:MOST_COUNTS]:
        for name, limits in _intervals(count, n, int(row.level or "95") / 100):
            both = zip((low, high), limits, strict=True)
            if name not in found and all(Fraction(limit * scale) in window.widened(TINY) for window, limit in both):
                found.append(name)
    return found


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
    if names := method_fits(row, n):
        return Finding(row.id, Check.INTERVAL, Verdict.CONSISTENT, "made-by", {"methods": names})
    return Finding(row.id, Check.INTERVAL, Verdict.UNDETERMINED, "made-otherwise")


def whole(row: PrintedRow, n: int | None) -> Finding | None:
    """A count is a whole number and not above its denominator; None where there is nothing to compare it with."""
    value = Fraction(row.printed)
    facts = {"printed": row.printed, "n": n}
    if value.denominator != 1 or value < 0:
        assumed = (Assumption.PATIENTS_ARE_COUNTED,)
        return Finding(row.id, Check.COUNT, Verdict.IMPOSSIBLE, "no-number-of-patients", facts, assumed)
    if n is None:
        return None
    if value > n:
        assumed = (Assumption.EACH_OF_DENOMINATOR,)
        return Finding(row.id, Check.COUNT, Verdict.IMPOSSIBLE, "above-denominator", facts, assumed)
    return Finding(row.id, Check.COUNT, Verdict.CONSISTENT, "within-denominator", facts)
