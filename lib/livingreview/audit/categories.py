"""Sums over categories: counts against the denominator, percentages against 100.

Only categories that the table says exclude each other (column `partition`) can be impossible: adverse events or nested
responses may add up to more than everyone. Percentages have the room of one unit each, because papers balance them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from livingreview.audit.verdict import CONSISTENT, IMPOSSIBLE, UNDETERMINED, Finding
from livingreview.audit.windows import balanced
from livingreview.published.printed import PrintedRow


def parent(row: PrintedRow) -> tuple[str, str, str, str]:
    """Rows with the same parent are categories of one whole: same id but for its last part, partition, kind, number."""
    stem = row.id.removesuffix(".count").rpartition(".")[0]
    return stem, row.partition, row.kind, row.denominator


def sums(rows: Sequence[PrintedRow], n: int) -> Finding | None:
    """One finding for all categories of a whole; None for a single row or rows that are no categories."""
    if len(rows) < 2:
        return None
    stem, declared, kind, _ = parent(rows[0])
    total = sum(Fraction(row.printed) for row in rows)
    whole = Fraction(n) if kind == "count" else Fraction(100)
    words = f"{' + '.join(row.printed for row in rows)} = {_shown(total)}"
    identity = f"{stem or declared}.{'counts' if kind == 'count' else 'percentages'}"
    if total == whole:
        return Finding(identity, "sum", CONSISTENT, f"{words}, the whole")
    room = 0 if kind == "count" else total - sum(balanced(row.printed).low for row in rows)
    if abs(total - whole) <= room:
        return Finding(identity, "sum", CONSISTENT, f"{words}: {_shown(whole)} but for rounding")
    if total < whole:
        return Finding(identity, "sum", UNDETERMINED, f"{words}, less than {_shown(whole)}: others may not be printed")
    if declared:
        return Finding(
            identity,
            "sum",
            IMPOSSIBLE,
            f"{words}, more than {_shown(whole)}; assumed: the categories exclude each other",
        )
    return Finding(identity, "sum", UNDETERMINED, f"{words}, more than {_shown(whole)}: the categories may overlap")


def _shown(value: Fraction) -> str:
    return f"{float(value):.10g}"
