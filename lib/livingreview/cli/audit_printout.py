"""What `livingreview audit` prints: a line a finding, what no check fits, and how many there are of every verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livingreview.audit.verdict import Finding, verdict_counts
from livingreview.published.printed import PrintedRow
from livingreview.words.audit_reasons import full_reason
from livingreview.words.translate import gettext as _


def as_plain(finding: Finding) -> dict[str, Any]:
    """Plain values, ready for JSON: the verdict by its code and in words, with its proof."""
    about = {"id": finding.id, "check": finding.check, "verdict": finding.verdict, "code": finding.code}
    return {**about, "reason": full_reason(finding.code, finding.facts, finding.assumed), **finding.more}


def as_text(findings: Sequence[Finding], rows: Sequence[PrintedRow]) -> str:
    """One line a finding, then the printed rows without one, then the sums."""
    lines = [
        f"{one.id}, {one.check}: {_(one.verdict)}: {full_reason(one.code, one.facts, one.assumed)}" for one in findings
    ]
    checked = {one.id for one in findings}
    left = [f"{row.id} ({row.statistic or _('no statistic')})" for row in rows if row.printed and row.id not in checked]
    if left:
        lines.append(_("no check fits: %(rows)s", rows=", ".join(left)))
    counts = ", ".join(f"{number} {_(verdict)}" for verdict, number in verdict_counts(findings).items())
    return "\n".join([*lines, counts if findings else _("no printed number that can be checked")])
