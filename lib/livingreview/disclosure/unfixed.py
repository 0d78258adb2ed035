"""A reconstructed edition: a number is shown as far as every cohort that agrees with print agrees on it.

Pinned: as it is. Bounded: as a range over the ensemble. Free: withheld, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from livingreview.cohort.fixed import EstimateRule
from livingreview.cohort.identifiability import CurveRange, Identified, Range
from livingreview.results.codes import (
    Estimator,
    Fact,
    IntervalMethod,
    Limits,
    Qualified,
    Qualifier,
    Reason,
    ReasonCode,
    Statistic,
    Status,
)
from livingreview.results.curves import Curve, Envelope
from livingreview.results.estimates import Estimate, Results
from livingreview.results.rounding import rounded

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
    spread = Qualified.WIDEST_OF_HISTORIES if is_interval else Qualified.RANGE_OVER_HISTORIES
    return replace(
        found,
        key=over.key,
        statistic=Statistic(over.statistic),
        value=value,
        low=low,
        high=high,
        level=level,
        estimator=Estimator(over.estimator),
        interval=IntervalMethod(over.interval),
        qualifiers=(Qualifier(spread, over.members),),
        n=over.n,
        events=over.events,
        reason=_because(fixed.rule(over.key)),
        identifiability=BOUNDED,
        limits=Limits.CONFIDENCE if is_interval else Limits.COHORT_RANGE,
    )


def _released(found: Estimate, fixed: Identified) -> Estimate:
    if found.status == Status.ABSENT or found.identifiability:
        return found  # the tables lack it, in this edition or any other; or it is a range over cohorts already
    rule, over = fixed.rule(found.key), fixed.range(found.key)
    if found.statistic == Statistic.P:
        return _withheld(found, Reason(ReasonCode.NOT_FIXED_P))
    not_fixed = Reason(ReasonCode.NOT_FIXED, {"because": rule.because})
    if rule.status == FREE:
        return _withheld(found, not_fixed)
    if over is None or not _same_analysis(found, over):
        if over is None or not over.estimator or (found.interval and not over.interval):
            return _withheld(found, not_fixed)
        facts = {"estimator": over.estimator, "interval": over.interval}
        return _withheld(found, Reason(ReasonCode.NOT_FIXED_METHOD, facts))
    if over.identifiability == FREE:
        return _withheld(found, not_fixed)
    if over.identifiability == BOUNDED:
        return _bounded(found, over, rule, fixed.members)
    return replace(found, identifiability=over.identifiability)


def _same_analysis(found: Estimate, over: Range) -> bool:
    """Whether the members were analysed in the same way; where not all have one interval, only the value is shown."""
    same = over.estimator in ("", found.estimator) and over.interval in ("", found.interval)
    return over.time_months == found.time_months and same


def _because(rule: EstimateRule, code: ReasonCode = ReasonCode.BECAUSE, **facts: Fact) -> Reason:
    return Reason(code, {**facts, "because": rule.because})


def _bounded(found: Estimate, over: Range, rule: EstimateRule, members: int) -> Estimate:
    """The range of the value; where only the limits move, the value with the widest ones."""
    if found.value is None or over.keeps_limits:
        return replace(found, reason=found.reason or _because(rule), identifiability=BOUNDED)
    counts: dict[str, Any] = {"n": over.n, "events": over.events, "identifiability": BOUNDED}
    drawn: dict[str, Any] = {} if rule.exact else {"drawn": True}  # the true range may be wider
    if found.level is None or not _reads_the_same(over, found.unit):
        spread = Qualified.EXACT_RANGE_OVER_COHORTS if rule.exact else Qualified.RANGE_OVER_COHORTS
        ends: dict[str, Any] = {
            "value": None,
            "low": over.lowest,
            "high": over.highest,
            "level": 1.0,
            "limits": Limits.COHORT_RANGE,
        }
        return found.qualified(spread, members, **ends, **counts, interval=None, reason=_because(rule, **drawn))
    if found.level != over.level or not over.interval:
        other = Reason(ReasonCode.OTHER_LEVEL, {"confidence": over.level})
        why = other if over.level and over.interval else _because(rule)
        return replace(found, low=None, high=None, level=None, limits=Limits.NONE, **counts, reason=why)
    limits_of: dict[str, Any] = {
        name: getattr(over, name) for name in ("lowest_low", "highest_low", "lowest_high", "highest_high")
    }
    why = _because(rule, ReasonCode.LIMITS_MOVE, **limits_of, unit=found.unit, **drawn)
    limits = {"low": over.lowest_low, "high": over.highest_high}
    return found.qualified(Qualified.WIDEST_OF_COHORTS, members, **limits, **counts, reason=why)


def _reads_the_same(over: Range, unit: str) -> bool:
    """Whether a reader sees one number at both ends of the range of the value."""
    decimals = {"fraction": 3, "patients": 0}.get(unit, 1)
    ends = [None if end is None else rounded(end, decimals) for end in (over.lowest, over.highest)]
    return ends[0] == ends[1]


def _withheld(found: Estimate, why: Reason) -> Estimate:
    return found.with_reason(why, Status.NOT_FIXED, identifiability=FREE)


def _may_be_drawn(curve: Curve, fixed: Identified) -> bool:
    return fixed.rule(curve.key).status != FREE and bool(fixed.curve(curve.key))


def _released_curve(curve: Curve, fixed: Identified) -> Curve:
    """One curve as an illustration, inside the envelope of all: no interval and no tick of it means anything."""
    rule = fixed.rule(curve.key)
    end = curve.t[-1] if rule.until_months is None else min(rule.until_months, curve.t[-1])
    kept = [position for position, t in enumerate(curve.t) if t <= end]
    shown = [position for position, t in enumerate(curve.risk_table.times) if t <= end]
    drawn = curve.at(kept, shown)
    times = ("t", "survival", "at_risk", "censored", "events")
    columns: dict[str, Any] = {name: getattr(drawn, name) for name in times}
    if drawn.t[-1] < end:  # the last step holds to the end
        last = {"t": end, "at_risk": drawn.risk_table.at_risk[-1]}
        columns = {name: [*values, last.get(name, values[-1])] for name, values in columns.items()}
    nothing: list[float | None] = [None] * len(columns["t"])
    return replace(
        drawn,
        **columns,
        low=nothing,
        high=nothing,
        note=_because(rule),
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
