"""What the endpoints, the response criteria and the groups of adverse events of a cohort mean, for its chapters."""

from __future__ import annotations

from livingreview.endpoints.recorded import recorded_endpoints
from livingreview.endpoints.registry import endpoints_of
from livingreview.presentation import endpoint_words


def endpoint_definition(cohort, endpoint: str):
    """What the endpoint of this key means in this review."""
    return endpoint_words.endpoint_definition(_endpoint(cohort, endpoint), cohort.study.time_origin.event)


def endpoint_cautions(cohort, endpoint: str):
    """What the endpoint of this key cannot tell."""
    return endpoint_words.endpoint_cautions(_endpoint(cohort, endpoint))


def further_definitions(cohort, *defined: str):
    """The definitions of the endpoints of this edition but for those `defined` already, each at its own address."""
    cohort.has("patients")
    others = (one for one in recorded_endpoints(cohort.folder, cohort.study) if one.key not in defined)
    return endpoint_words.definitions(others, cohort.study.time_origin.event)


def response_definition(cohort):
    """By which criteria response was judged in this review."""
    criteria = cohort.study.response_criteria
    words = [category.words for category in criteria.categories]
    return endpoint_words.response_definition(criteria.name, criteria.source, words)


def group_definitions(cohort):
    """What the groups of adverse events hold that study.yml declares."""
    return endpoint_words.group_definitions(cohort.study.adverse_event_groups)


def _endpoint(cohort, key: str):
    return endpoints_of(cohort.study)[key]
