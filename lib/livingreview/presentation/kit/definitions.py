"""Where the methods chapter defines what an estimate is."""

from __future__ import annotations

from collections.abc import Collection

from livingreview.results.codes import Estimator, IntervalMethod
from livingreview.results.estimates import Estimate
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import ngettext

BY_INTERVAL = {
    IntervalMethod.BETA_PRODUCT: "method-beta-product",
    IntervalMethod.MID_P: "method-beta-product",
    IntervalMethod.NO_EVENTS: "method-no-events",
    IntervalMethod.CLOPPER_PEARSON: "method-proportions",
}
BY_ESTIMATOR = {
    Estimator.KAPLAN_MEIER: "method-greenwood",
    Estimator.KAPLAN_MEIER_MEDIAN: "method-median",
    Estimator.REVERSE_KAPLAN_MEIER: "method-median",
    Estimator.SAMPLE_MEDIAN: "method-median",
    Estimator.MANTEL_BYAR: "method-landmark",
    Estimator.LOG_RANK: "method-landmark",
    Estimator.BOWKER: "method-paired",
    Estimator.EXACT_BOWKER: "method-paired",
    Estimator.MARGINS: "method-paired",
}
BY_ENDPOINT = {
    "progression": "method-pfs",
    "follow-up": "method-median",
    "response": "method-response",
    "mrd": "method-mrd",
    "safety": "method-safety",
    "subgroup": "method-subgroups",
    "ledger": "method-ledger",
}
OTHERWISE = "methods"


def definition(found: Estimate, endpoints: Collection[str] = ()) -> str:
    """The label in the methods chapter: of the interval, else of the estimator, else of the endpoint.

    Each of the time-to-event `endpoints` has a label of its own.
    """
    if (found.endpoint, found.estimator) == ("subgroup", Estimator.LOG_RANK):
        return BY_ENDPOINT["subgroup"]  # not the log-rank test of a landmark analysis
    known = BY_INTERVAL.get(found.interval) or BY_ESTIMATOR.get(found.estimator)
    own = method_label(found.endpoint) if found.endpoint in endpoints else OTHERWISE
    return known or BY_ENDPOINT.get(found.endpoint, own)


def method_label(endpoint: str) -> str:
    """The label under which the methods chapter defines an endpoint."""
    return f"method-{endpoint.replace('_', '-')}"


def about(found: Estimate) -> str:
    """Method, patients and events behind a number, in a line."""
    parts = [method] if (method := method_words(found)) else []
    if found.n is not None:
        patients = ngettext("%(n)s patient", "%(n)s patients", found.n)
        events = [] if found.events is None else [ngettext("%(n)s event", "%(n)s events", found.events)]
        parts.append(", ".join([patients, *events]))
    return "; ".join(parts) or reason_words(found.reason)
