"""Which event counts can have produced a printed Kaplan-Meier estimate, and whether the printed counts are among them.

Assumed, and said with every verdict: Kaplan-Meier (or a life table), Greenwood's standard error, right censoring, an
interval of the level named, and S and SE rounded to three decimals or finer, or not at all, before the limits were
formed.

An interval is evidence against a number only where the row names its method, one of those scales: bootstrap, t and
profile likelihood limits are none of them, and a table that does not say how it made its limits may hold them.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from livingreview.audit.enumeration import LARGEST, histories
from livingreview.audit.event_counts import Counts, event_counts
from livingreview.audit.percentages import method_fits
from livingreview.audit.region import region
from livingreview.audit.scales import ALL, USUAL, Box, Printed, every_box, usual_boxes, value_alone
from livingreview.audit.verdict import Assumption, Check, Finding, Verdict, runs
from livingreview.published.printed import PrintedRow

LARGEST_BOUNDED = 20_000
DIRECT = 2000  # histories looked at to see whether one prints the limits


def printed_of(row: PrintedRow) -> Printed:
    """The three printed numbers of a row with what turns them into fractions of 1."""
    factor = Fraction(1, 100) if row.is_percent else Fraction(1)
    return Printed(row.printed, row.printed_low, row.printed_high, factor, row.level or "95")


def kaplan_meier(row: PrintedRow, n: int, events: list[tuple[PrintedRow, bool]]) -> list[Finding]:
    """Findings about one printed survival among n patients.

    `events` are rows that print how many had the event, and whether by the same time (True) or in all follow-up.
    """
    printed = printed_of(row)
    if n > LARGEST_BOUNDED:
        most = {"most": LARGEST_BOUNDED}
        return [Finding(row.id, Check.KAPLAN_MEIER, Verdict.UNDETERMINED, "too-many-patients", most)]
    named = (row.method,) if row.method in ALL else USUAL
    boxes = usual_boxes(printed, named) if printed.limits else [value_alone(printed)]
    counts = event_counts(boxes, n) if boxes else None
    findings = [_scale(row, printed, boxes)] if printed.limits else []
    findings.append(_verdict(row, printed, n, counts))
    if printed.limits == 2 and n <= LARGEST and boxes and counts and counts.possible:
        findings.append(_rounded_first(row, printed, n, named, counts))
    return findings + [_count(row, n, printed, counts, other, same) for other, same in events]


def _verdict(row: PrintedRow, printed: Printed, n: int, counts: Counts | None) -> Finding:
    def said(verdict: Verdict, code: str, left: Counts, *assumed: Assumption, **facts: Any) -> Finding:
        about = {"n": n, "printed": row.printed, "level": printed.level, "method": row.method, **facts}
        if left.possible:
            about["events"] = runs(left.possible)
        return Finding(row.id, Check.KAPLAN_MEIER, verdict, code, about, assumed, left.to_dict())

    if counts is not None and counts.possible:
        assumption = Assumption.USUAL_INTERVAL if printed.limits else Assumption.KAPLAN_MEIER
        scales = [row.method] if row.method in ALL else list(USUAL)
        return said(Verdict.CONSISTENT, "events-can-be", counts, assumption, scales=scales)
    alone = event_counts([value_alone(printed)], n, sequences=False)
    if not alone.possible:
        return said(Verdict.IMPOSSIBLE, "no-product", alone, Assumption.KAPLAN_MEIER)
    if exact := method_fits(row, n):
        return said(Verdict.UNDETERMINED, "simple-proportion", alone, methods=exact)
    wide = every_box(printed)
    if not wide:
        return said(Verdict.UNDETERMINED, "another-kind", alone)
    widest = event_counts(wide, n, sequences=False)
    if widest.possible:
        code = "rounded-coarsely-or-other-method" if row.method in ALL else "rounded-coarsely"
        return said(Verdict.UNDETERMINED, code, widest)
    if row.method not in ALL:
        return said(Verdict.UNDETERMINED, "another-kind", alone)
    code, facts = _excluded_by(wide, n, widest)
    return said(Verdict.IMPOSSIBLE, code, widest, Assumption.ANY_INTERVAL, **facts)


def _excluded_by(boxes: list[Box], n: int, counts: Counts) -> tuple[str, dict[str, float]]:
    """The proof: without censoring Greenwood's error is that of k of n, and censoring only makes it larger."""
    ends = [float(end) for box in boxes for end in (box.survival.low, box.survival.high)]
    least = min(math.sqrt(share * (1 - share) / n) for share in ends)
    most = max(float(box.error.high) for box in boxes if box.error is not None)
    if round(most, 4) < round(least, 4):
        return "error-too-small", {"error_least": least, "error_most": most}
    return ("excluded-by-search" if counts.searched else "excluded-by-weights"), {}


def _count(row: PrintedRow, n: int, printed: Printed, counts: Counts | None, other: PrintedRow, same: bool) -> Finding:
    """Whether a printed number of events can lie behind the printed survival."""
    claimed = other.printed if other is not row else other.count
    events = Fraction(claimed)

    def fits(left: Counts | None) -> bool:
        return bool(left and left.possible) and (events in left.possible if same else events >= left.possible[0])

    def said(verdict: Verdict, code: str, left: Counts | None = None, *assumed: Assumption) -> Finding:
        about = {"claimed": claimed, "when": same, "of": row.id, "n": n, "printed": row.printed, "level": printed.level}
        if left is not None and left.possible:
            about["events"] = runs(left.possible)
        more = {"proof": left.to_dict()["proof"]} if left is not None and verdict == Verdict.IMPOSSIBLE else {}
        return Finding(other.id, Check.EVENTS, verdict, code, about, assumed, more)

    if fits(counts):
        return said(Verdict.CONSISTENT, "events-agree", counts)
    alone = event_counts([value_alone(printed)], n, sequences=False)
    if not fits(alone):
        return said(Verdict.IMPOSSIBLE, "events-cannot-give", alone, Assumption.KAPLAN_MEIER)
    if printed.limits and row.method not in ALL:
        return said(Verdict.UNDETERMINED, "events-need-another-kind")
    searched = printed.limits and not method_fits(row, n)
    widest = event_counts(every_box(printed), n, sequences=False) if searched else None
    if widest is None or not widest.possible or fits(widest):
        return said(Verdict.UNDETERMINED, "events-need-other-rounding")
    return said(Verdict.IMPOSSIBLE, "events-impossible", widest, Assumption.ANY_INTERVAL)


def _scale(row: PrintedRow, printed: Printed, boxes: list[Box]) -> Finding:
    """On which scale the interval is symmetric."""
    verdict, facts = Verdict.UNDETERMINED, {}
    if printed.limits < 2:
        code = "limit-cut-off"
    elif boxes:
        verdict, facts = Verdict.CONSISTENT, {"symmetric": [box.scale for box in boxes]}
        code = "symmetric-on-one" if len(boxes) == 1 else "symmetric-on-several"
    elif row.method in ALL:
        code, facts = "not-as-named", {"method": row.method}
    else:
        code = "not-symmetric"
    return Finding(row.id, Check.INTERVAL, verdict, code, facts)


def _rounded_first(row: PrintedRow, printed: Printed, n: int, named: tuple[str, ...], counts: Counts) -> Finding:
    """Whether the limits can come from S and SE as they were, or only from rounded ones."""
    regions = [region(box, n) for box in usual_boxes(printed, named, Fraction(0))]
    total, complete = 0, isinstance(counts.sequences, int)
    for one in regions if complete else ():
        for events in counts.possible:
            searched = histories(one, n, events, most=DIRECT, budget=300_000)
            total, complete = total + searched.count, complete and searched.complete
    if not total and not complete:
        return Finding(row.id, Check.ROUNDING, Verdict.UNDETERMINED, "rounding-not-decided")
    return Finding(row.id, Check.ROUNDING, Verdict.CONSISTENT, "rounding-not-shown" if total else "rounded-first")
