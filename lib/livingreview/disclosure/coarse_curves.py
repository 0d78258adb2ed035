"""Curves of observed patients: at which months they may be read, and what is left of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from livingreview.disclosure.readable_months import BEFORE, THROUGH, Position, Readable
from livingreview.results.codes import Reason, ReasonCode
from livingreview.results.curves import Curve
from livingreview.results.estimates import Results
from livingreview.results.partitions import Timeline
from livingreview.results.rounding import rounded

DECIMALS = 3


def readable(
    results: Results, smallest: int, withheld: Collection[str], printed: Collection[str] = ()
) -> dict[str, Readable]:
    """Which positions may be shown, by group; those of `printed` estimates can be read elsewhere."""
    found: dict[str, Readable] = {}
    for timeline in results.tally.timelines:
        at = {
            row.key: row.time_months
            for row in results.estimates
            if row.time_months is not None and _is_at(results, row.key, timeline)
        }
        known = [(time, THROUGH) for key, time in at.items() if key in printed]
        readable = Readable(
            timeline,
            smallest,
            _wanted(results, timeline, set(at.values())),
            total_shown=timeline.total not in withheld,
            known=known,
        )
        found |= dict.fromkeys(timeline.groups, readable)
    return found


def _is_at(results: Results, key: str, timeline: Timeline) -> bool:
    return results.tally.at.get(key) in timeline.groups


def _wanted(results: Results, timeline: Timeline, milestones: set[float]) -> list[Position]:
    """Milestones first, then years, half-years, quarters and single months of the curves."""
    curves = [curve for curve in results.curves if curve.key in timeline.groups]
    times = {float(t) for curve in curves for t in (*curve.risk_table.times, *curve.t)}
    months = sorted(t for t in times if t.is_integer())
    rounder = sorted(months, key=lambda t: (t % 12 > 0, t % 6 > 0, t % 3 > 0, t))
    return [
        *((t, THROUGH) for t in sorted(milestones, reverse=True)),
        *((t, side) for t in rounder for side in (BEFORE, THROUGH)),
    ]


def coarse(curve: Curve, readable: Readable | None, smallest: int) -> Curve | None:
    """The curve at the months at which it may be read, while enough are followed; none where that is its start."""
    if readable is None:
        return None
    table = curve.risk_table
    rows = [
        row
        for row, t in enumerate(curve.t)
        if (t, BEFORE) in readable and (t, THROUGH) in readable and curve.at_risk[row] >= smallest
    ]
    marks = [row for row, t in enumerate(table.times) if (t, BEFORE) in readable and table.at_risk[row] >= smallest]
    if len(rows) < 2 or not marks:
        return None
    kept = curve.at(rows, marks)
    drawn: dict[str, Any] = {
        name: [None if height is None else float(rounded(height, DECIMALS)) for height in getattr(kept, name)]
        for name in ("survival", "low", "high")
    }
    note = Reason(ReasonCode.DRAWN_TOGETHER, {"smallest": smallest})
    return replace(kept, **drawn, note=note)
