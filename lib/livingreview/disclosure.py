"""Estimates to estimates that may be shown: nothing that the data cannot support leaves here.

In a reconstructed edition an estimate the publication does not pin down would be an invention:
it is withheld, with the reason. Pinned and bounded ones carry their status.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from livingreview.estimates import Estimate, Results


class Rule(Protocol):
    """How far a publication fixes an estimate."""

    status: str
    because: str
    parts: str


RuleOf = Callable[[str], Rule]


def releasable(results: Results, rule_of: RuleOf | None) -> Results:
    """The results that may be shown; all of them where patients were observed or simulated."""
    if rule_of is None:
        return results
    return replace(
        results,
        estimates=[_released(found, rule_of(found.key)) for found in results.estimates],
        curves=[curve for curve in results.curves if rule_of(curve.key).status != "free"],
    )


def _released(found: Estimate, rule: Rule) -> Estimate:
    if not found.estimable and not found.method:
        return found  # nothing was computed: the tables lack it, in this edition or any other
    if found.statistic == "p" or rule.status in ("free", "absent"):
        why = (
            rule.because
            if rule.status in ("free", "absent")
            else "a p-value of reconstructed patients would be an invention"
        )
        return found.with_reason(f"not fixed by the publication: {why}", identifiability="free")
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
