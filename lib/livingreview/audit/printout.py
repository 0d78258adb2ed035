"""The findings as text: a line each, what no check fits, and how many there are of every verdict."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.audit.checks import verdict_counts
from livingreview.audit.verdict import Finding
from livingreview.published.printed import PrintedRow


def as_text(findings: Sequence[Finding], rows: Sequence[PrintedRow]) -> str:
    """One line a finding, then the printed rows without one, then the sums."""
    lines = [f"{found.id}, {found.check}: {found.verdict}: {found.reason}" for found in findings]
    checked = {found.id for found in findings}
    left = [f"{row.id} ({row.statistic or 'no statistic'})" for row in rows if row.printed and row.id not in checked]
    if left:
        lines.append(f"no check fits: {', '.join(left)}")
    counts = ", ".join(f"{number} {verdict}" for verdict, number in verdict_counts(findings).items())
    return "\n".join([*lines, counts if findings else "no printed number that can be checked"])
