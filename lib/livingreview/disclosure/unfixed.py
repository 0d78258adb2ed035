"""A reconstructed edition: a number is shown as far as every cohort that agrees with print agrees on it.

Pinned: as it is. Bounded: as a range over the ensemble. Free: withheld, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from livingreview.cohort.fixed import EstimateRule
from livingreview.cohort.identifiability import CurveRange, Identified, Range
from livingreview.results.estimates import Curve, Envelope, Estimate, Results, RiskTable
from livingreview.results.rounding import rounded

NBSP = "\u00a0"
FREE, BOUNDED = "free", "bounded"


def released(results: Results, fixed: Identified) -> Results:
    """The results of a reconstructed edition as far as print supports them."""
    return replace(
        results,
        estimates=_with_histories(results, fixed),
        curves=[_released_curve(curve, fixed) for curve in results.curves if _may_be_drawn(curve, fixed)],
    )


def _with_histories(results: Results, fixed: Identified) -> list[Estimate]:
    """Every estimate as far as print supports it, and after it what is known over all histories behind it.

    The log-log interval of one member is left out where there is that over all histories.
    """
    shown: list[Estimate] = []
    replaced: set[str] = set()
    for found in results.estimates:
        if found.key in replaced:
            continue
        shown.append(_released(found, fixed))
        if shown[-1].value is not None:
            more = [_over_histories(shown[-1], over, fixed) for over in fixed.over_histories(found.key, found.level)]
            shown += more
            replaced |= {f"{found.key}.loglog"} if more else set()
    return shown


def _over_histories(found: Estimate, over: Range, fixed: Identified) -> Estimate:
    is_interval = over.lowest_low is not None
    value, low, high, level = (
        (found.value, over.lowest_low, over.highest_high, over.level)
        if is_interval
        else (None, over.lowest, over.highest, 1.0)
    )
    return replace(
        found, key=over.key, statistic=over.statistic, value=value, low=low, high=high, level=level, method=over.method,
        n=over.n, events=over.events, reason=fixed.rule(over.key).because, identifiability=BOUNDED,
        limits="confidence" if is_interval else "cohort-range",
    )  # fmt: skip


def _released(found: Estimate, fixed: Identified) -> Estimate:
    if found.status == "absent" or found.identifiability:
        return found  # the tables lack it, in this edition or any other; or it is a range over cohorts already
    rule, over = fixed.rule(found.key), fixed.range(found.key)
    if found.statistic == "p":
        return _withheld(found, "a p-value of reconstructed patients would be an invention")
    if rule.status == FREE:
        return _withheld(found, rule.because)
    if over is None or not _same_analysis(found, over):
        why = (
            f"the cohorts that agree with print were analysed as {over.method}"
            if over and over.method
            else rule.because
        )
        return _withheld(found, why)
    if over.identifiability == FREE:
        return _withheld(found, rule.because)
    if over.identifiability == BOUNDED:
        return _bounded(found, over, rule, fixed.members)
    return replace(found, identifiability=over.identifiability)


def _same_analysis(found: Estimate, over: Range) -> bool:
    """Whether the members were analysed in the same way; where not all have one method, only the value is shown."""
    return over.time_months == found.time_months and over.method in ("", found.method)


def _bounded(found: Estimate, over: Range, rule: EstimateRule, members: int) -> Estimate:
    """The range of the value; where only the limits move, the value with the widest ones."""
    if found.value is None or over.keeps_limits:
        return replace(found, reason=found.reason or rule.because, identifiability=BOUNDED)
    counts = {"n": over.n, "events": over.events, "identifiability": BOUNDED}
    drawn = "" if rule.exact else "; the cohorts were drawn, so the true range may be wider"
    if found.level is not None and _read(over.lowest, found.unit) == _read(over.highest, found.unit):
        if found.level != over.level or not over.method:
            why = (
                f"no interval: the cohorts were analysed at {over.level:.0%} only"
                if over.level and over.method
                else rule.because
            )
            return replace(found, low=None, high=None, level=None, **counts, reason=why)
        words = f"lower limit {_between(over.lowest_low, over.highest_low, found.unit)}"
        words += f", upper limit {_between(over.lowest_high, over.highest_high, found.unit)}: {rule.because}{drawn}"
        limits = {"low": over.lowest_low, "high": over.highest_high}
        return replace(
            found, **limits, **counts, method=f"{found.method}, the widest of {members} cohorts", reason=words
        )
    estimator, _, interval = found.method.partition(",")
    named = f"{estimator}, " if interval or found.level is None else ""  # not the name of an interval that is not shown
    method = f"{named}{'exact ' if rule.exact else ''}range over {members} cohorts"
    ends = {"value": None, "low": over.lowest, "high": over.highest, "level": 1.0, "limits": "cohort-range"}
    return replace(found, **ends, **counts, method=method, reason=f"{rule.because}{drawn}")


def _read(value: float | None, unit: str) -> str:
    """A number as it is read."""
    if value is None:
        return "not estimable"
    return f"{rounded(value * 100, 1)}{NBSP}%" if unit == "fraction" else rounded(value, 0 if unit == "patients" else 1)


def _between(low: float | None, high: float | None, unit: str) -> str:
    ends = _read(low, unit), _read(high, unit)
    return ends[0] if ends[0] == ends[1] else f"between {ends[0]} and {ends[1]}"


def _withheld(found: Estimate, why: str) -> Estimate:
    return found.with_reason(f"not fixed by the printed numbers: {why}", "not-fixed", identifiability=FREE)


def _may_be_drawn(curve: Curve, fixed: Identified) -> bool:
    return fixed.rule(curve.key).status != FREE and bool(fixed.curve(curve.key))


def _released_curve(curve: Curve, fixed: Identified) -> Curve:
    """One curve as an illustration, inside the envelope of all: no interval and no tick of it means anything."""
    rule = fixed.rule(curve.key)
    end = curve.t[-1] if rule.until_months is None else min(rule.until_months, curve.t[-1])
    kept = [position for position, t in enumerate(curve.t) if t <= end]
    columns = {
        name: [getattr(curve, name)[position] for position in kept]
        for name in ("t", "survival", "at_risk", "censored", "events")
    }
    table = curve.risk_table
    shown = [position for position, t in enumerate(table.times) if t <= end]
    if columns["t"][-1] < end:  # the last step holds to the end
        for name, values in columns.items():
            values.append(end if name == "t" else table.at_risk[shown[-1]] if name == "at_risk" else values[-1])
    nothing = [None] * len(columns["t"])
    return replace(
        curve,
        **columns,
        low=nothing,
        high=nothing,
        risk_table=RiskTable(
            *(
                [getattr(table, name)[position] for position in shown]
                for name in ("times", "at_risk", "censored", "events")
            )
        ),
        censor_times=[],
        note=rule.because,
        illustrative=True,
        envelope=_envelope([row for row in fixed.curve(curve.key) if row.months <= end], fixed.members),
    )


def _envelope(rows: Sequence[CurveRange], members: int) -> Envelope:
    return Envelope(
        members,
        [row.months for row in rows],
        [row.survival_low for row in rows],
        [row.survival_high for row in rows],
        [(row.at_risk_low, row.at_risk_high) for row in rows],
        [(row.censored_low, row.censored_high) for row in rows],
        [(row.events_low, row.events_high) for row in rows],
    )
