"""The triangle of hazard ratio, interval and p; it never proves anything impossible.

se = (ln high - ln low) / (2 z), p = 2 (1 - Phi(|ln HR| / se)). Likelihood, score and bootstrap intervals are not
symmetric, so a triangle that does not close proves nothing.
"""

from __future__ import annotations

import math

from livingreview.audit.scales import NORMAL
from livingreview.audit.verdict import CONSISTENT, UNDETERMINED, Finding
from livingreview.audit.windows import Window, union
from livingreview.published.printed import PrintedRow


def ratio(row: PrintedRow) -> Finding:
    """Hazard ratio, interval and p; never impossible."""
    if not (row.printed_low and row.printed_high):
        return Finding(row.id, "ratio", UNDETERMINED, "no interval is printed")
    value, low, high = (union(text) for text in (row.printed, row.printed_low, row.printed_high))
    if min(value.low, low.low, high.low) <= 0:
        return Finding(row.id, "ratio", UNDETERMINED, "a number so close to zero has no logarithm to compare")
    if high.high <= low.low:
        return Finding(row.id, "ratio", UNDETERMINED, "the upper limit does not lie above the lower one")
    centre = tuple(math.sqrt(a * b) for a, b in ((low.low, high.low), (low.high, high.high)))
    if centre[0] > value.high or centre[1] < value.low:
        words = f"the middle of the limits is {centre[0]:.4g} to {centre[1]:.4g} on the log scale, not {row.printed}"
        return Finding(row.id, "ratio", UNDETERMINED, f"{words}; other intervals need not be symmetric")
    if not row.p:
        return Finding(row.id, "ratio", CONSISTENT, "the interval is symmetric around the ratio on the log scale")
    smallest, largest = _p_values(value, low, high, NORMAL[row.level or "95"])
    text = row.p.lstrip("<>= ")
    printed = union(text)
    if row.p.startswith("<"):
        fits = smallest <= printed.high
    elif row.p.startswith(">"):
        fits = largest >= printed.low
    else:
        fits = smallest <= printed.high and largest >= printed.low
    words = f"ratio and interval give p between {smallest:.2g} and {largest:.2g}, printed {row.p}"
    if fits:
        return Finding(row.id, "ratio", CONSISTENT, words)
    return Finding(row.id, "ratio", UNDETERMINED, f"{words}: another test may have given it")


def _p_values(value: Window, low: Window, high: Window, normal: tuple[float, float]) -> tuple[float, float]:
    """Smallest and largest two-sided p that the windows allow."""
    narrow = max(math.log(high.low / low.high), 1e-9) / (2 * normal[1])
    wide = math.log(high.high / low.low) / (2 * normal[0])
    ends = [abs(math.log(end)) for end in (value.low, value.high)]
    near = 0.0 if value.low <= 1 <= value.high else min(ends)
    return math.erfc(max(ends) / narrow / math.sqrt(2)), math.erfc(near / wide / math.sqrt(2))
