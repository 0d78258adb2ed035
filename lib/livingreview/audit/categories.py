"""Sums over categories: counts against the denominator, percentages against 100.

Only categories that the table says exclude each other (column `partition`) can be impossible: adverse events or nested
responses may add up to more than everyone. Percentages have the room of one unit each, because papers balance them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from livingreview.audit.verdict import Assumption, Check, Finding, Verdict
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
    room = 0 if kind == "count" else total - sum(balanced(row.printed).low for row in rows)
    verdict, code = _compared(total, whole, room, bool(declared))
    return Finding(
        f"{stem or declared}.{'counts' if kind == 'count' else 'percentages'}",
        Check.SUM,
        verdict,
        code,
        {"terms": [row.printed for row in rows], "total": float(total), "whole": float(whole)},
        (Assumption.EXCLUSIVE,) if verdict == Verdict.IMPOSSIBLE else (),
    )


def _compared(total: Fraction, whole: Fraction, room: Fraction | int, exclusive: bool) -> tuple[Verdict, str]:
    if total == whole:
        return Verdict.CONSISTENT, "sum-is-whole"
    if abs(total - whole) <= room:
        return Verdict.CONSISTENT, "sum-is-rounded"
    if total < whole:
        return Verdict.UNDETERMINED, "sum-is-less"
    return (Verdict.IMPOSSIBLE, "sum-is-more") if exclusive else (Verdict.UNDETERMINED, "sum-may-overlap")
