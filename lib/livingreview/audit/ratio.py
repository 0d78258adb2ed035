"""The triangle of hazard ratio, interval and p; it never proves anything impossible.

se = (ln high - ln low) / (2 z), p = 2 (1 - Phi(|ln HR| / se)). Likelihood, score and bootstrap intervals are not
symmetric, so a triangle that does not close proves nothing.
"""

from __future__ import annotations

import math
from typing import Any

from livingreview.audit.scales import NORMAL
from livingreview.audit.verdict import Check, Finding, Verdict
from livingreview.audit.windows import Window, union
from livingreview.published.printed import PrintedRow


def ratio(row: PrintedRow) -> Finding:
    """Hazard ratio, interval and p; never impossible."""
    verdict, code, facts = _judged(row)
    return Finding(row.id, Check.RATIO, verdict, code, facts)


def _judged(row: PrintedRow) -> tuple[Verdict, str, dict[str, Any]]:
    if not (row.printed_low and row.printed_high):
        return Verdict.UNDETERMINED, "no-interval", {}
    value, low, high = (union(text) for text in (row.printed, row.printed_low, row.printed_high))
    if min(value.low, low.low, high.low) <= 0:
        return Verdict.UNDETERMINED, "no-logarithm", {}
    if high.high <= low.low:
        return Verdict.UNDETERMINED, "limits-turned-round", {}
    centre = tuple(math.sqrt(a * b) for a, b in ((low.low, high.low), (low.high, high.high)))
    if centre[0] > value.high or centre[1] < value.low:
        facts = {"centre_low": centre[0], "centre_high": centre[1], "printed": row.printed}
        return Verdict.UNDETERMINED, "not-in-the-middle", facts
    if not row.p:
        return Verdict.CONSISTENT, "in-the-middle", {}
    smallest, largest = _p_values(value, low, high, NORMAL[row.level or "95"])
    printed = union(row.p.lstrip("<>= "))
    above, below = smallest <= printed.high, largest >= printed.low
    fits = (above or row.p.startswith(">")) and (below or row.p.startswith("<"))
    facts = {"p_low": smallest, "p_high": largest, "p": row.p}
    return (Verdict.CONSISTENT, "p-fits", facts) if fits else (Verdict.UNDETERMINED, "p-of-another-test", facts)


def _p_values(value: Window, low: Window, high: Window, normal: tuple[float, float]) -> tuple[float, float]:
    """Smallest and largest two-sided p that the windows allow."""
    narrow = max(math.log(high.low / low.high), 1e-9) / (2 * normal[1])
    wide = math.log(high.high / low.low) / (2 * normal[0])
    ends = [abs(math.log(end)) for end in (value.low, value.high)]
    near = 0.0 if value.low <= 1 <= value.high else min(ends)
    return math.erfc(max(ends) / narrow / math.sqrt(2)), math.erfc(near / wide / math.sqrt(2))
