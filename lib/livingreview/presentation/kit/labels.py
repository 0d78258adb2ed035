"""What an estimate is called in a table or figure."""

from __future__ import annotations

from collections.abc import Mapping

from livingreview.results.codes import Statistic, Variable
from livingreview.results.endpoint_names import EndpointNames
from livingreview.results.estimates import Estimate
from livingreview.words.group_names import group_words, levels_words
from livingreview.words.translate import gettext as _

Endpoints = Mapping[str, EndpointNames]
CHANGES = {
    Statistic.DEEPENED: "Response deepened",
    Statistic.LOST: "Response became shallower",
    Statistic.P: "Test of symmetry",
}
INTERVALS = {
    "bpcp": ", beta product interval",
    "bpcp_midp": ", mid-p beta product interval",
    "loglog": ", log-log interval",
    "loglog_all_histories": ", log-log interval over all histories",
}
FIXED = {
    "cohort.n": "Patients analysed",
    "cohort.asct_recipients": "All patients of the first step",
    "cohort.not_analysed": "Of the first step, not analysed",
    "cohort.analysed": "Analysed, of all of the first step",
    "cohort.min_maintenance_months": "Shortest maintenance",
    "cohort.age_median": "Age",
    "cohort.data_cutoff": "Data cut-off",
    "regimen.combination": "Maintenance with a partner drug",
    "risk.msmart_high": "mSMART high risk",
    "mrd.evaluated": "Patients with a sample",
    "mrd.negative": "Negative at least once",
    "mrd.sustained": "Sustained negative",
    "mrd.positive": "Positive, never sustained negative",
    "mrd.naive.logrank": "Log-rank, counted from the origin",
    "mrd.guarantee_months": "Shortest time to confirmation",
    "mrd.landmark.followed": "Followed beyond the landmark",
    "mrd.landmark.gone": "Left out: event or end of follow-up by the landmark",
    "mrd.landmark.sustained.count": "Sustained negative at the landmark",
    "mrd.landmark.not_sustained.count": "Sampled, not sustained negative at the landmark",
    "mrd.landmark.positive.count": "Positive at the landmark",
    "mrd.landmark.unconfirmed.count": "Negative, unconfirmed at the landmark",
    "mrd.landmark.not_assessed.count": "Not assessed by the landmark",
    "mrd.landmark.logrank": "Log-rank, sustained negative v sampled and not so",
    "mrd.landmark.logrank.not_assessed_joined": "Sensitivity: log-rank, sustained negative v all others",
    "mrd.mantel_byar": "Mantel-Byar, everybody from the origin",
    "mrd.mantel_byar.entry": "Sensitivity: entry at the first sample",
    "mrd.mantel_byar.current": "Sensitivity: current state, ended by a positive sample",
    "safety.terms": "By term",
    "specification.count": "Ways to count, with every interval",
    "specification.estimates": "Ways to count the estimate",
    "specification.cohorts": "Cohorts counted",
}


def endpoint_title(endpoint: str, endpoints: Endpoints) -> str:
    """The name of an endpoint as a heading."""
    return capitalised(_(endpoints[endpoint].name))


def capitalised(words: str) -> str:
    """Words as a heading begins."""
    return words[:1].upper() + words[1:]


def label(found: Estimate, endpoints: Endpoints | None = None) -> str:
    """A row's name: fixed for single quantities, otherwise built from statistic, group and time.

    `endpoints` are the names of the endpoints that the results speak of.
    """
    if found.key in FIXED:
        return FIXED[found.key]
    if endpoints and (named := _of_endpoint(found, endpoints)):
        return named
    if found.endpoint == "response":
        return _response(found)
    if found.endpoint == "subgroup":
        return _subgroup(found)
    if found.endpoint == "specification":
        statistic = "estimate" if found.statistic == Statistic.SURVIVAL else found.statistic
        return f"{_capital(group_words(found.group))}: {statistic}"
    if found.key in ("cohort.accrual_start", "cohort.accrual_end"):
        return f"Accrual, {found.key.rpartition('_')[2]}"
    return _capital(group_words(found.group, found.time_months))


def _capital(words: str) -> str:
    """A capital first letter; a word such as mSMART keeps its own."""
    return words if words[1:2].isupper() else words[:1].upper() + words[1:]


def _of_endpoint(found: Estimate, endpoints: Endpoints) -> str:
    """The name of a number of a time-to-event endpoint; empty for any other."""
    if counted := next((names.parts[found.key] for names in endpoints.values() if found.key in names.parts), ""):
        return _(counted)
    if found.statistic == Statistic.MEDIAN_FOLLOW_UP:
        return _(next(iter(endpoints.values())).follow_up)
    if found.endpoint not in endpoints:
        return ""
    names, title = endpoints[found.endpoint], endpoint_title(found.endpoint, endpoints)
    if found.statistic == Statistic.SURVIVAL:
        group = f", {group_words(found.group)}" if found.group else ""
        landmark = ", after the landmark" if ".landmark." in found.key else ""
        landmark = ", counted from the origin" if found.endpoint == "mrd" and not landmark else landmark
        beside = INTERVALS.get(found.key.rpartition(".")[2], "")
        rate = capitalised(_(names.rate)) if names.rate else title
        return f"{rate} at {found.time_months:g} months{group}{landmark}{beside}"
    if found.statistic == Statistic.MEDIAN:
        return f"Median {_(names.name)}"
    if found.statistic == Statistic.FOLLOWED:
        return f"{title}: still followed at {found.time_months:g} months"
    if found.statistic == Statistic.EVENTS:
        events = _(names.events)
        return (
            f"{events} in all follow-up" if found.time_months is None else f"{events} by {found.time_months:g} months"
        )
    return ""


def _response(found: Estimate) -> str:
    if found.statistic in CHANGES:
        return f"{CHANGES[found.statistic]}, {group_words(found.group)}"
    if found.statistic == Statistic.PATH:
        return group_words(found.group)
    return levels_words([level for level in found.group if level.variable == Variable.RESPONSE])


def _subgroup(found: Estimate) -> str:
    if found.statistic == Statistic.P:
        return f"{group_words(found.group)}: log-rank test"
    return group_words(found.group) if found.group else "All patients"
