"""What an estimate is called in a table or figure."""

from __future__ import annotations

from collections.abc import Mapping

from livingreview.results.codes import Statistic, Variable
from livingreview.results.endpoint_names import EndpointNames
from livingreview.results.estimates import Estimate
from livingreview.words.group_names import group_words, levels_words
from livingreview.words.statistic_names import statistic_name
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

Endpoints = Mapping[str, EndpointNames]
CHANGES = {
    Statistic.DEEPENED: mark("Response deepened"),
    Statistic.LOST: mark("Response became shallower"),
    Statistic.P: mark("Test of symmetry"),
}
INTERVALS = {
    "bpcp": mark("%(survival)s, beta product interval"),
    "bpcp_midp": mark("%(survival)s, mid-p beta product interval"),
    "loglog": mark("%(survival)s, log-log interval"),
    "loglog_all_histories": mark("%(survival)s, log-log interval over all histories"),
}
FIXED = {
    "cohort.n": mark("Patients analysed"),
    "cohort.asct_recipients": mark("All patients of the first step"),
    "cohort.not_analysed": mark("Of the first step, not analysed"),
    "cohort.analysed": mark("Analysed, of all of the first step"),
    "cohort.min_maintenance_months": mark("Shortest time on treatment"),
    "cohort.age_median": mark("Age"),
    "cohort.accrual_start": mark("Accrual, start"),
    "cohort.accrual_end": mark("Accrual, end"),
    "cohort.data_cutoff": mark("Data cut-off"),
    "regimen.combination": mark("Treated with a partner drug"),
    "risk.msmart_high": mark("mSMART high risk"),
    "mrd.evaluated": mark("Patients with a sample"),
    "mrd.negative": mark("Negative at least once"),
    "mrd.sustained": mark("Sustained negative"),
    "mrd.positive": mark("Positive, never sustained negative"),
    "mrd.naive.logrank": mark("Log-rank, counted from the origin"),
    "mrd.guarantee_months": mark("Shortest time to confirmation"),
    "mrd.landmark.followed": mark("Followed beyond the landmark"),
    "mrd.landmark.gone": mark("Left out: event or end of follow-up by the landmark"),
    "mrd.landmark.sustained.count": mark("Sustained negative at the landmark"),
    "mrd.landmark.not_sustained.count": mark("Sampled, not sustained negative at the landmark"),
    "mrd.landmark.positive.count": mark("Positive at the landmark"),
    "mrd.landmark.unconfirmed.count": mark("Negative, unconfirmed at the landmark"),
    "mrd.landmark.not_assessed.count": mark("Not assessed by the landmark"),
    "mrd.landmark.logrank": mark("Log-rank, sustained negative v sampled and not so"),
    "mrd.landmark.logrank.not_assessed_joined": mark("Sensitivity: log-rank, sustained negative v all others"),
    "mrd.mantel_byar": mark("Mantel-Byar, everybody from the origin"),
    "mrd.mantel_byar.entry": mark("Sensitivity: entry at the first sample"),
    "mrd.mantel_byar.current": mark("Sensitivity: current state, ended by a positive sample"),
    "safety.terms": mark("By term"),
    "specification.count": mark("Ways to count, with every interval"),
    "specification.estimates": mark("Ways to count the estimate"),
    "specification.cohorts": mark("Cohorts counted"),
}


def endpoint_title(endpoint: str, endpoints: Endpoints) -> str:
    """The name of an endpoint as a heading."""
    return capitalised(_(endpoints[endpoint].name))


def capitalised(words: str) -> str:
    """The words as a heading begins; a word such as mSMART keeps its own letters."""
    return words if words[1:2].isupper() else words[:1].upper() + words[1:]


def label(found: Estimate, endpoints: Endpoints | None = None) -> str:
    """A row's name: fixed for single quantities, otherwise built from statistic, group and time.

    `endpoints` are the names of the endpoints that the results speak of.
    """
    if found.key in FIXED:
        return _(FIXED[found.key])
    if endpoints and (named := _of_endpoint(found, endpoints)):
        return named
    if found.endpoint == "response":
        return _response(found)
    if found.endpoint == "subgroup":
        return _subgroup(found)
    if found.endpoint == "specification":
        statistic = _("estimate") if found.statistic == Statistic.SURVIVAL else statistic_name(found.statistic)
        return f"{capitalised(group_words(found.group))}: {statistic}"
    return capitalised(group_words(found.group, found.time_months))


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
        return _survival(found, capitalised(_(names.rate)) if names.rate else title)
    if found.statistic == Statistic.MEDIAN:
        return _("Median %(endpoint)s", endpoint=_(names.name))
    if found.statistic == Statistic.FOLLOWED:
        return _("%(endpoint)s: still followed at %(time)g months", endpoint=title, time=found.time_months)
    if found.statistic == Statistic.EVENTS:
        if found.time_months is None:
            return _("%(events)s in all follow-up", events=_(names.events))
        return _("%(events)s by %(time)g months", events=_(names.events), time=found.time_months)
    return ""


def _survival(found: Estimate, endpoint: str) -> str:
    """Survival at a time: of whom, counted from where, and with which interval if it is not the one that is read."""
    said = _("%(endpoint)s at %(time)g months", endpoint=endpoint, time=found.time_months)
    if found.group:
        said = f"{said}, {group_words(found.group)}"
    if ".landmark." in found.key:
        said = _("%(survival)s, after the landmark", survival=said)
    elif found.endpoint == "mrd":
        said = _("%(survival)s, counted from the origin", survival=said)
    beside = INTERVALS.get(found.key.rpartition(".")[2])
    return _(beside, survival=said) if beside else said


def _response(found: Estimate) -> str:
    if found.statistic in CHANGES:
        return f"{_(CHANGES[found.statistic])}, {group_words(found.group)}"
    if found.statistic == Statistic.PATH:
        return group_words(found.group)
    return levels_words([level for level in found.group if level.variable == Variable.RESPONSE])


def _subgroup(found: Estimate) -> str:
    if found.statistic == Statistic.P:
        return _("%(column)s: log-rank test", column=group_words(found.group))
    return group_words(found.group) if found.group else _("All patients")
