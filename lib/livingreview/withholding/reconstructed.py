"""A reconstructed edition: what the printed numbers do not fix would be an invention, and is withheld.

Pinned and bounded estimates carry their status.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from livingreview.estimates import Curve, Estimate, Results, RiskTable


class Rule(Protocol):
    """How far the printed numbers fix an estimate."""

    status: str
    because: str
    parts: str
    method: str
    until_months: float | None


RuleOf = Callable[[str], Rule]


def released(results: Results, rule_of: RuleOf) -> Results:
    """The results of a reconstructed edition as far as print supports them."""
    return replace(
        results,
        estimates=[_released(found, rule_of(found.key)) for found in results.estimates],
        curves=[
            _released_curve(curve, rule) for curve in results.curves if (rule := rule_of(curve.key)).status != "free"
        ],
    )


def _released(found: Estimate, rule: Rule) -> Estimate:
    if not found.estimable and not found.method:
        return found  # nothing was computed: the tables lack it, in this edition or any other
    if found.statistic == "p":
        return _withheld(found, "a p-value of reconstructed patients would be an invention")
    if rule.status in ("free", "absent"):
        return _withheld(found, rule.because)
    if rule.method and rule.method not in found.method:
        return _withheld(found, f"only the {rule.method} is printed")
    if rule.parts == "value":
        found = replace(
            found,
            low=None,
            high=None,
            level=None,
            n=None,
            events=None,
            method=found.method.partition(",")[0],
            reason=f"no interval: {rule.because}",
        )
    return replace(found, identifiability=rule.status)


def _withheld(found: Estimate, why: str) -> Estimate:
    return found.with_reason(f"not fixed by the printed numbers: {why}", identifiability="free")


def _released_curve(curve: Curve, rule: Rule) -> Curve:
    """The curve as far as something of it is printed, with the words that must stand beside it."""
    end = curve.t[-1] if rule.until_months is None else min(rule.until_months, curve.t[-1])
    kept = [position for position, t in enumerate(curve.t) if t <= end]
    columns = {
        name: [getattr(curve, name)[position] for position in kept]
        for name in ("t", "survival", "low", "high", "at_risk", "censored", "events")
    }
    table = curve.risk_table
    shown = [position for position, t in enumerate(table.times) if t <= end]
    if columns["t"][-1] < end:  # the last step holds to the end
        for name, values in columns.items():
            values.append(end if name == "t" else table.at_risk[shown[-1]] if name == "at_risk" else values[-1])
    return replace(
        curve,
        **columns,
        risk_table=RiskTable(
            *(
                [getattr(table, name)[position] for position in shown]
                for name in ("times", "at_risk", "censored", "events")
            )
        ),
        censor_times=[t for t in curve.censor_times if t <= end],
        note=rule.because,
        illustrative=True,
    )
