"""What an estimate is called in a table or figure."""

from __future__ import annotations

from livingreview.results.estimates import Estimate

ENDPOINTS = {
    "pfs": "Progression-free survival",
    "os": "Overall survival",
    "mrd": "Progression-free survival",
    "follow-up": "Follow-up",
    "progression": "Patients who progressed",
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
    "progression.patients": "Patients who progressed",
    "pfs.events": "Events in all follow-up",
    "pfs.events.death": "Deaths without progression, all follow-up",
    "os.deaths": "Deaths in all follow-up",
    "pfs.followup.median": "Median follow-up for progression",
    "followup.median": "Median follow-up for survival",
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


def label(found: Estimate) -> str:
    """A row's name: fixed for single quantities, otherwise built from statistic, group and time."""
    if found.key in FIXED:
        return FIXED[found.key]
    if found.endpoint == "response":
        return _response(found)
    if found.endpoint == "subgroup":
        return _subgroup(found)
    if found.endpoint == "specification":
        group = found.group[:1].upper() + found.group[1:]
        return f"{group}: {'estimate' if found.statistic == 'survival' else found.statistic}"
    if found.statistic == "survival":
        group = "" if found.group == "all" else f", {found.group}"
        landmark = ", after the landmark" if ".landmark." in found.key else ""
        landmark = ", counted from the origin" if found.endpoint == "mrd" and not landmark else landmark
        beside = INTERVALS.get(found.key.rpartition(".")[2], "")
        return f"{ENDPOINTS[found.endpoint]} at {found.time_months:g} months{group}{landmark}{beside}"
    if found.key in ("cohort.accrual_start", "cohort.accrual_end"):
        return f"Accrual, {found.key.rpartition('_')[2]}"
    if found.statistic == "median":
        return f"Median {ENDPOINTS[found.endpoint].lower()}"
    if found.statistic == "followed":
        return f"{ENDPOINTS[found.endpoint]}: still followed at {found.time_months:g} months"
    if found.statistic == "events":
        return f"{'Deaths' if found.endpoint == 'os' else 'Events'} by {found.time_months:g} months"
    return found.group if found.group[1:2].isupper() else found.group[:1].upper() + found.group[1:]


def _response(found: Estimate) -> str:
    if found.statistic in ("deepened", "lost", "p"):
        words = {"deepened": "Response deepened", "lost": "Response became shallower", "p": "Test of symmetry"}
        return f"{words[found.statistic]}, {found.group}"
    if found.statistic == "path":
        return found.group
    return found.group.partition(" ")[2]


def _subgroup(found: Estimate) -> str:
    if found.statistic == "p":
        return f"{found.group}: log-rank test"
    return "All patients" if found.group == "all" else found.group
