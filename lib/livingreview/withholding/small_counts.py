"""Results without counts of too few patients: estimates, curves, risk tables and rows, all by one rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from livingreview.counts import COHORT, Tally, Timeline
from livingreview.estimates import Curve, Estimate, Results, RiskTable
from livingreview.rounding import rounded
from livingreview.withholding.counts import withheld_counts
from livingreview.withholding.times import BEFORE, THROUGH, Position, Readable

SURVIVAL_DECIMALS = 3
P_DECIMALS = 3


def without_small_counts(results: Results, smallest: int) -> Results:
    """Withhold counts of 1 to `smallest` - 1 patients with everything that would give them away.

    A withheld count takes its percentage, interval and row with it. Curves are shown at whole months between
    which nobody or enough patients had an event or were censored. Times of single patients (a median, the
    youngest and the oldest) are rounded or left out. An estimate whose counts the tally does not know is
    withheld, too.
    """
    tally = results.tally
    names = {found.key: _names(found, tally) for found in results.estimates}
    published = {name for shown in names.values() for name in shown} | tally.elsewhere
    published |= {name for rows in tally.rows.values() for name in rows}
    withheld = withheld_counts(tally, published, smallest)
    reason = f"withheld: fewer than {smallest} patients, or a number from which so few could be worked out"
    readable = _readable(results, smallest, withheld)
    estimates = []
    for found in map(_of_many, results.estimates):
        hidden = bool(withheld & names[found.key]) or not _known(found, names[found.key], tally, readable)
        if not (hidden and found.key.startswith(tally.named_by_data)):
            estimates.append(_hidden(found, reason) if hidden else _blurred(found, smallest))
    estimates += _merged(tally, withheld)
    curves = [kept for curve in results.curves if (kept := _coarse(curve, readable.get(curve.key), smallest))]
    return replace(results, estimates=estimates, curves=curves, tables=_rows(results, withheld, reason))


def _names(found: Estimate, tally: Tally) -> set[str]:
    """The counts that an estimate shows, with or without a value: its own, its n, and those the analysis adds."""
    if not _tells(found):
        return set()
    own = found.key.removesuffix(".count")
    names = {own} if own in tally.counts else set()
    names |= {split.whole for split in tally.splits if own in split.parts and tally.counts[split.whole] == found.n}
    names |= {COHORT} if found.n == tally.counts.get(COHORT) else set()
    return names | set(tally.shows.get(found.key, ()))


def _tells(found: Estimate) -> bool:
    return found.estimable or found.n is not None or found.events is not None


def _known(found: Estimate, names: set[str], tally: Tally, readable: Mapping[str, Readable]) -> bool:
    """Whether everything the estimate gives away has been looked at."""
    group = tally.at.get(found.key)
    if group is not None and _tells(found):
        return (float(found.time_months), THROUGH) in readable[group]
    return bool(names) or not _tells(found)


def _hidden(found: Estimate, reason: str) -> Estimate:
    return replace(found.with_reason(reason), method="")


def _of_many(found: Estimate) -> Estimate:
    """The estimate without what describes a single patient: a shortest time, the youngest and the oldest."""
    if found.estimable and found.statistic.startswith("shortest"):
        return _hidden(found, "withheld: the time of a single patient")
    if found.statistic.startswith("median") and found.level == 1:
        why = "the range is withheld: its ends are single patients"
        return replace(found, low=None, high=None, level=None, method="median", reason=why)
    return found


def _blurred(found: Estimate, smallest: int) -> Estimate:
    """The estimate rounded, so that it is nobody's time and no exact product of counts."""
    if found.statistic.startswith("median") and found.n is not None and found.n < 2 * smallest:
        return _hidden(found, f"withheld: the median of fewer than {2 * smallest} patients")
    if found.statistic.startswith("median"):
        return _at(_without_times(found), 0)
    if found.statistic in ("survival", "what if"):
        return _at(found, SURVIVAL_DECIMALS)
    if found.statistic == "p":
        return _at(found, P_DECIMALS)
    return found


def _without_times(found: Estimate) -> Estimate:
    """Reasons may quote the longest follow-up, which is one patient's."""
    quotes = any(letter.isdigit() for letter in found.reason)
    return replace(found, reason="not bounded within follow-up") if quotes else found


def _at(found: Estimate, decimals: int) -> Estimate:
    value, low, high = (
        None if number is None else float(rounded(number, decimals)) for number in (found.value, found.low, found.high)
    )
    return replace(found, value=value, low=low, high=high)


def _merged(tally: Tally, withheld: set[str]) -> list[Estimate]:
    """Withheld parts of a shown count, taken together: no more than a subtraction would give."""
    found: list[Estimate] = []
    for split in tally.splits:
        parts = [part for part in split.parts if part in withheld]
        if split.merged is not None and len(parts) > 1 and split.whole not in withheld:
            found += split.merged(parts, sum(tally.counts[part] for part in parts))
    return found


def _rows(results: Results, withheld: set[str], reason: str) -> dict[str, list[dict]]:
    """Rows of further tables; one whose count is withheld loses it, and its words with it."""
    found = {}
    for name, table in results.tables.items():
        names = results.tally.rows.get(name, [""] * len(table))
        found[name] = [
            {**row, "n": None, "reason": reason} if count in withheld else row
            for row, count in zip(table, names, strict=True)
        ]
    return found


def _readable(results: Results, smallest: int, withheld: set[str]) -> dict[str, Readable]:
    """Which positions may be shown, by group."""
    found: dict[str, Readable] = {}
    for timeline in results.tally.timelines:
        wanted = _wanted(results, timeline)
        readable = Readable(timeline, smallest, wanted, total_shown=timeline.total not in withheld)
        found |= dict.fromkeys(timeline.groups, readable)
    return found


def _wanted(results: Results, timeline: Timeline) -> list[Position]:
    """Milestones first, then years, half-years, quarters and single months of the curves."""
    at = results.tally.at
    milestones = {float(row.time_months) for row in results.estimates if at.get(row.key) in timeline.groups}
    curves = [curve for curve in results.curves if curve.key in timeline.groups]
    times = {float(t) for curve in curves for t in (*curve.risk_table.times, *curve.t)}
    months = sorted(t for t in times if t.is_integer())
    rounder = sorted(months, key=lambda t: (t % 12 > 0, t % 6 > 0, t % 3 > 0, t))
    return [
        *((t, THROUGH) for t in sorted(milestones, reverse=True)),
        *((t, side) for t in rounder for side in (BEFORE, THROUGH)),
    ]


def _coarse(curve: Curve, readable: Readable | None, smallest: int) -> Curve | None:
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
    counted = {name: [getattr(curve, name)[row] for row in rows] for name in ("t", "at_risk", "censored", "events")}
    drawn = {
        name: [
            None if (height := getattr(curve, name)[row]) is None else float(rounded(height, SURVIVAL_DECIMALS))
            for row in rows
        ]
        for name in ("survival", "low", "high")
    }
    columns = {
        name: [getattr(table, name)[row] for row in marks] for name in ("times", "at_risk", "censored", "events")
    }
    note = (
        f"Steps of fewer than {smallest} patients are drawn together, at the end of the months in which they happened; "
        "columns that would show so few are left empty."
    )
    return replace(curve, **counted, **drawn, risk_table=RiskTable(**columns), censor_times=[], note=note)
