"""Mean and standard deviation of items that are 0 or 1 (DEBIT), in exact fractions.

k of n ones have the mean k / n and the variance k (n - k) / (n (n - 1)), or k (n - k) / n^2 if divided by n.
Source: Heathers and Brown, DEBIT, 2019 (osf.io/pm825). Squares are compared.
"""

from __future__ import annotations

from fractions import Fraction

from livingreview.audit.percentages import fitting_counts
from livingreview.audit.verdict import CONSISTENT, IMPOSSIBLE, UNDETERMINED, Finding
from livingreview.audit.windows import union
from livingreview.published.printed import PrintedRow

MOST_ANSWERS = 1_000_000


def binary(row: PrintedRow, n: int | None) -> Finding:
    """Mean and standard deviation of an item that is 0 or 1, as fractions or in percent."""
    if n is None:
        return Finding(row.id, "binary", UNDETERMINED, "the number of answers is not printed: nothing can be excluded")
    if n > MOST_ANSWERS:
        return Finding(row.id, "binary", UNDETERMINED, f"more than {MOST_ANSWERS:,} answers are not searched")
    scale = 100 if row.is_percent else 1
    fitting = fitting_counts(union(row.printed), n, scale)
    if not fitting:
        words = f"no number of ones among {n} has the mean {row.printed}; assumed: every answer is 0 or 1"
        return Finding(row.id, "binary", IMPOSSIBLE, words)
    if not row.sd:
        return Finding(row.id, "binary", CONSISTENT, f"{len(fitting)} counts of {n} have this mean")
    deviation = union(row.sd).scaled(Fraction(1, scale))
    least, greatest = (max(end, Fraction(0)) ** 2 for end in (deviation.low, deviation.high))
    divisors = [n * n, *([n * (n - 1)] if n > 1 else [])]
    both = (k for k in fitting if any(least * d <= k * (n - k) <= greatest * d for d in divisors))
    first = next(both, None)
    if first is not None:
        return Finding(row.id, "binary", CONSISTENT, f"{first} ones of {n} have this mean and standard deviation")
    words = f"no number of ones among {n} has the mean {row.printed} with the standard deviation {row.sd}"
    return Finding(row.id, "binary", IMPOSSIBLE, f"{words}; assumed: every answer is 0 or 1, and all {n} answered")
