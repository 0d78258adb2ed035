"""Mean and standard deviation of items that are 0 or 1 (DEBIT), in exact fractions.

k of n ones have the mean k / n and the variance k (n - k) / (n (n - 1)), or k (n - k) / n^2 if divided by n.
Source: Heathers and Brown, DEBIT, 2019 (osf.io/pm825). Squares are compared.
"""

from __future__ import annotations

from fractions import Fraction

from livingreview.audit.percentages import fitting_counts
from livingreview.audit.verdict import Assumption, Check, Finding, Verdict
from livingreview.audit.windows import union
from livingreview.published.printed import PrintedRow

MOST_ANSWERS = 1_000_000


def binary(row: PrintedRow, n: int | None) -> Finding:
    """Mean and standard deviation of an item that is 0 or 1, as fractions or in percent."""
    if n is None:
        return Finding(row.id, Check.BINARY, Verdict.UNDETERMINED, "answers-unknown")
    if n > MOST_ANSWERS:
        return Finding(row.id, Check.BINARY, Verdict.UNDETERMINED, "too-many-answers", {"most": MOST_ANSWERS})
    facts = {"n": n, "printed": row.printed, "sd": row.sd}
    scale = 100 if row.is_percent else 1
    fitting = fitting_counts(union(row.printed), n, scale)
    if not fitting:
        assumed = (Assumption.BINARY_ANSWERS,)
        return Finding(row.id, Check.BINARY, Verdict.IMPOSSIBLE, "no-ones", facts, assumed)
    if not row.sd:
        return Finding(row.id, Check.BINARY, Verdict.CONSISTENT, "counts-of-ones", {"counts": len(fitting), "n": n})
    deviation = union(row.sd).scaled(Fraction(1, scale))
    least, greatest = (max(end, Fraction(0)) ** 2 for end in (deviation.low, deviation.high))
    divisors = [n * n, *([n * (n - 1)] if n > 1 else [])]
    both = (k for k in fitting if any(least * d <= k * (n - k) <= greatest * d for d in divisors))
    first = next(both, None)
    if first is not None:
        return Finding(row.id, Check.BINARY, Verdict.CONSISTENT, "ones-of-both", {"ones": first, "n": n})
    return Finding(row.id, Check.BINARY, Verdict.IMPOSSIBLE, "no-ones-of-both", facts, (Assumption.ALL_ANSWERED,))
