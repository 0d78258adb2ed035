"""Where the methods chapter defines what an estimate is."""

from __future__ import annotations

from collections.abc import Collection

from livingreview.results.estimates import Estimate

# The first words found in the method decide; what names no method is defined by its endpoint.
BY_METHOD = (
    ("beta product", "method-beta-product"),
    ("exact, no events", "method-no-events"),
    ("median", "method-median"),
    ("reverse Kaplan-Meier", "method-median"),
    ("Kaplan-Meier", "method-greenwood"),
    ("Clopper-Pearson", "method-proportions"),
    ("Mantel-Byar", "method-landmark"),
    ("log-rank", "method-landmark"),
    ("McNemar", "method-paired"),
    ("Bowker", "method-paired"),
    ("margins", "method-paired"),
)
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
    """The label in the methods chapter; each of the time-to-event `endpoints` has one of its own."""
    named = next((label for words, label in BY_METHOD if words.lower() in found.method.lower()), None)
    own = method_label(found.endpoint) if found.endpoint in endpoints else OTHERWISE
    return named or BY_ENDPOINT.get(found.endpoint, own)


def method_label(endpoint: str) -> str:
    """The label under which the methods chapter defines an endpoint."""
    return f"method-{endpoint.replace('_', '-')}"


def about(found: Estimate) -> str:
    """Method, patients and events behind a number, in a line."""
    parts = [found.method] if found.method else []
    if found.n is not None:
        parts.append(f"{found.n} patients" + ("" if found.events is None else f", {found.events} events"))
    return "; ".join(parts) or found.reason
