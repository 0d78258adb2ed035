"""How an estimate was made, in a line: the name of its estimator, of its interval, and how it departs from both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from livingreview.results.codes import Estimator, IntervalMethod, Qualified, Qualifier
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark, ngettext

NAMES: Mapping[Estimator, str] = {
    Estimator.COUNT: mark("count"),
    Estimator.COUNT_IN_ALL_FOLLOW_UP: mark("count over all follow-up"),
    Estimator.COUNT_BY_TIME: mark("count up to the time"),
    Estimator.COUNT_FOLLOWED: mark("count followed without an event through the time"),
    Estimator.COUNT_ON_PATH: mark("count of patients"),
    Estimator.COUNT_ASSESSED_TWICE: mark("count of patients assessed twice"),
    Estimator.COUNT_OF_ALL: mark("count of patients, assessed twice or not"),
    Estimator.FOLLOWED_BEYOND_LANDMARK: mark("followed without an event beyond the landmark"),
    Estimator.GONE_BY_LANDMARK: mark("event or end of follow-up by the landmark"),
    Estimator.KNOWN_AT_LANDMARK: mark("as known at the landmark"),
    Estimator.FIRST_STEP: mark("first step of the flow"),
    Estimator.FIRST_STEP_WITHOUT_ANALYSED: mark("first step of the flow minus the patients analysed"),
    Estimator.SAMPLE_MEDIAN: mark("median"),
    Estimator.MINIMUM: mark("minimum"),
    Estimator.SHORTEST_OF_ENDED: mark("shortest of those who ended"),
    Estimator.KAPLAN_MEIER: mark("Kaplan-Meier"),
    Estimator.KAPLAN_MEIER_MEDIAN: mark("Kaplan-Meier median"),
    Estimator.REVERSE_KAPLAN_MEIER: mark("reverse Kaplan-Meier"),
    Estimator.ADDED_EARLY_FAILURES: mark("estimate times n / (n + missing)"),
    Estimator.LOG_RANK: mark("log-rank"),
    Estimator.MANTEL_BYAR: mark("Mantel-Byar"),
    Estimator.BOWKER: mark("Bowker"),
    Estimator.EXACT_BOWKER: mark("exact Bowker"),
    Estimator.MARGINS: mark("range allowed by the two margins"),
    Estimator.LIMIT_OVER_HISTORIES: mark("beta product"),
    Estimator.RISK_SET_SEARCH: mark("search over all risk-set sequences"),
    Estimator.RISK_SET_PROOF: mark("proof over all risk-set sequences"),
    Estimator.UNROUNDED_LIMITS: mark("limits from S and SE as they are, not rounded first"),
    Estimator.LIMIT_IF_ALL_IN_GROUP: mark("exact limit if everyone still at risk belonged to the group"),
    Estimator.AS_PRINTED: mark("as printed"),
}
INTERVALS: Mapping[IntervalMethod, str] = {
    IntervalMethod.PLAIN: mark("plain"),
    IntervalMethod.LOG: mark("log"),
    IntervalMethod.LOG_LOG: mark("log-log"),
    IntervalMethod.BETA_PRODUCT: mark("beta product"),
    IntervalMethod.MID_P: mark("mid-p beta product"),
    IntervalMethod.NO_EVENTS: mark("exact, no events"),
    IntervalMethod.CLOPPER_PEARSON: mark("Clopper-Pearson"),
    IntervalMethod.WILSON: mark("Wilson"),
}
WITH_INTERVAL = {
    Estimator.KAPLAN_MEIER: mark("Kaplan-Meier, %(interval)s"),
    Estimator.KAPLAN_MEIER_MEDIAN: mark("Kaplan-Meier median, Brookmeyer-Crowley on %(interval)s"),
    Estimator.REVERSE_KAPLAN_MEIER: mark("reverse Kaplan-Meier, %(interval)s"),
    Estimator.PROPORTION: "%(interval)s",
    Estimator.SAMPLE_MEDIAN: mark("median and range"),
}
OF_SURVIVAL = set(INTERVALS) - {IntervalMethod.NO_EVENTS, IntervalMethod.CLOPPER_PEARSON, IntervalMethod.WILSON}
AT_LANDMARK = (Estimator.FOLLOWED_BEYOND_LANDMARK, Estimator.GONE_BY_LANDMARK, Estimator.KNOWN_AT_LANDMARK)
RANGES = (Qualified.RANGE_OVER_COHORTS, Qualified.EXACT_RANGE_OVER_COHORTS)


class Made(Protocol):
    """What says how it was made: an estimate or a curve."""

    @property
    def estimator(self) -> Estimator | None:
        """What was computed."""

    @property
    def interval(self) -> IntervalMethod | None:
        """What made its limits."""


def method_words(made: Made) -> str:
    """The method in a line; empty where there is none."""
    qualifiers: Sequence[Qualifier] = getattr(made, "qualifiers", ())
    bare = any(one.code in RANGES for one in qualifiers)  # the interval of one cohort is not shown
    named = made_by(made.estimator, None if bare else made.interval)
    if made.estimator in AT_LANDMARK and not bare:
        named = _("%(method)s, month %(time)s", method=named, time=f"{made.time_months:g}")
    unit = getattr(made, "unit", "")
    parts = [named, *(_qualified(one, unit) for one in qualifiers)]
    separator = "; " if made.estimator == Estimator.AS_PRINTED else ", "
    return separator.join(part for part in parts if part)


def made_by(estimator: str | None, interval: str | None) -> str:
    """The estimator with its interval; a proportion is called by its interval alone."""
    if estimator in WITH_INTERVAL and interval:
        named = _interval(interval) if estimator == Estimator.KAPLAN_MEIER else _(INTERVALS.get(interval, ""))
        return _(WITH_INTERVAL[estimator], interval=named)
    return _(NAMES.get(estimator, ""))


def interval_words(made: Made) -> str:
    """The interval alone, and over what it was taken; empty where there is none."""
    unit = getattr(made, "unit", "")
    return ", ".join(
        [_interval(made.interval or ""), *(_qualified(one, unit) for one in getattr(made, "qualifiers", ()))]
    )


def _interval(interval: str) -> str:
    named = _(INTERVALS.get(interval, ""))
    return _("%(name)s interval", name=named) if interval in OF_SURVIVAL else named


def _qualified(one: Qualifier, unit: str) -> str:
    if one.code == Qualified.NEAREST:
        return _nearest(one.value, unit)
    if one.code == Qualified.SEEN_IN:
        return str(one.value)
    return _(QUALIFIERS[one.code], n=one.value)


def _nearest(step: float, unit: str) -> str:
    if unit == "years":
        return ngettext("to the nearest year", "to the nearest %(n)s years", int(step))
    return ngettext("to the nearest month", "to the nearest %(n)s months", int(step))


QUALIFIERS = {
    Qualified.WIDEST_OF_COHORTS: mark("the widest of %(n)s cohorts"),
    Qualified.RANGE_OVER_COHORTS: mark("range over %(n)s cohorts"),
    Qualified.EXACT_RANGE_OVER_COHORTS: mark("exact range over %(n)s cohorts"),
    Qualified.WIDEST_OF_HISTORIES: mark("the widest of all %(n)s histories"),
    Qualified.RANGE_OVER_HISTORIES: mark("range over the %(n)s histories that leave so many"),
    Qualified.RANGE_OVER_ANALYSES: mark("range over %(n)s analyses"),
}
