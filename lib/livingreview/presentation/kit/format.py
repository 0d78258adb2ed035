"""One formatter: an estimate, or a part of it, as a reader sees it; rounds half up."""

from __future__ import annotations

from livingreview.results.estimates import Estimate
from livingreview.results.rounding import rounded
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

NBSP = "\u00a0"
PARTS = ("value", "interval", "full", "low", "high", "n", "events", "count", "time", "level")
DECIMALS = {
    "fraction": 1,
    "percent": 1,
    "months": 1,
    "years": 0,
    "patients": 0,
    "histories": 0,
    "numbers": 0,
    "ways": 0,
    "cohorts": 0,
}
SIGNS = {"fraction": "%", "percent": "%", "months": mark("months"), "years": mark("years")}
NOT_ESTIMABLE = mark("not estimable")
ABSENCES = {"not-reached": mark("not reached"), "withheld": mark("withheld")}


def number(value: float | None, unit: str, *, sign: bool = True, limit: bool = False) -> str:
    """A bare number in its unit; "–" where there is none."""
    if value is None:
        return "–"
    if unit == "p":
        return "<0.001" if value < 0.001 else rounded(value, 3)
    if unit == "ratio":
        three = rounded(value, 3)
        return three if limit or not three.endswith("0") else three[:-1]
    scaled = value * 100 if unit == "fraction" else value
    shown = rounded(scaled, DECIMALS.get(unit, 1))
    return f"{shown}{NBSP}{_(SIGNS[unit])}" if sign and unit in SIGNS else shown


def part(estimate: Estimate, name: str = "value") -> str:
    """One part of an estimate.

    `value`; `interval` ("52.2 % to 89.4 %"); `full` (value with interval and its level); `low`,
    `high`; `n`; `events`; `count` ("20 of 28"); `time` ("36 months"); `level` ("95 %").
    What does not exist reads "not estimable", never a blank.
    """
    if name == "value":
        return _value(estimate)
    if name == "full":
        return _full(estimate)
    if name == "interval":
        return interval(estimate) or _(NOT_ESTIMABLE)
    if name in ("low", "high"):
        return _or(getattr(estimate, name), lambda value: number(value, estimate.unit, limit=True))
    if name in ("n", "events"):
        return _or(getattr(estimate, name), str)
    if name == "count" and estimate.limits == "below-threshold":
        return below(estimate)
    if name == "count":
        return _or(estimate.events, lambda events: _("%(n)s of %(all)s", n=events, all=estimate.n))
    if name == "time":
        return _or(estimate.time_months, lambda time: f"{time:g}{NBSP}{_('months')}")
    if name == "level":
        return _or(estimate.level, lambda level: f"{level * 100:g}{NBSP}%")
    raise KeyError(f"unknown part {name!r}; known: {', '.join(PARTS)}")


def _or(value, shown) -> str:
    return _(NOT_ESTIMABLE) if value is None else shown(value)


def _value(estimate: Estimate) -> str:
    if estimate.value is not None:
        return number(estimate.value, estimate.unit)
    if _is_range(estimate):
        low, high = _limits(estimate)
        return low if low == high else _("between %(low)s and %(high)s", low=low, high=high)
    return absence(estimate)


def absence(estimate: Estimate) -> str:
    """Why there is no number, in the two words that stand in its place."""
    if estimate.limits == "below-threshold":
        return below(estimate)
    return _(ABSENCES.get(estimate.status, NOT_ESTIMABLE))


def below(estimate: Estimate) -> str:
    """A count below the threshold, of all patients: "<5 of 28"."""
    most = estimate.high if estimate.unit == "patients" else estimate.high * estimate.n
    return _("<%(n)s of %(all)s", n=round(most) + 1, all=estimate.n)


def _is_range(estimate: Estimate) -> bool:
    """Whether only a range is known, not a value with an interval."""
    return estimate.value is None and estimate.limits == "cohort-range"


def interval(estimate: Estimate) -> str:
    """Both limits, "not reached" where one lies beyond follow-up; empty where there is none."""
    if estimate.limits == "below-threshold" or (estimate.low is None and estimate.high is None):
        return ""
    low, high = _limits(estimate)
    return _("%(low)s to %(high)s", low=low, high=high)


def _limits(estimate: Estimate) -> list[str]:
    limits = [estimate.low, estimate.high]
    return [_("not reached") if limit is None else number(limit, estimate.unit, limit=True) for limit in limits]


def interval_name(estimate: Estimate) -> str:
    """What the limits are: a confidence interval, or a range of the data or of cohorts."""
    if estimate.level is None:
        return ""
    if estimate.limits in ("data-range", "cohort-range"):
        return _("range")
    return _("%(level)s CI", level=f"{estimate.level * 100:g}{NBSP}%")


def _full(estimate: Estimate) -> str:
    limits = interval(estimate)
    if _is_range(estimate):
        return _value(estimate)
    return f"{_value(estimate)} ({interval_name(estimate)} {limits})" if limits else _value(estimate)


def plain_text(estimate: Estimate) -> str:
    """The estimate with interval and denominator, for alternative text."""
    words = part(estimate, "full").replace(NBSP, " ")
    return words if estimate.n is None else _("%(estimate)s, n = %(n)s", estimate=words, n=estimate.n)
