"""Endpoints, groups of adverse events and response criteria that study.yml declares: what is read and what is refused."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from livingreview.cohort.check import check_cohort
from livingreview.cohort.cohort import Cohort
from livingreview.cohort.criteria import CRITERIA
from livingreview.cohort.problems import CohortError
from livingreview.cohort.study import RESERVED, read_study
from livingreview.cohort.vocabulary import RESPONSES

EFS: dict[str, Any] = {
    "key": "efs",
    "name": "event-free survival",
    "short": "EFS",
    "events": [
        {"words": "progression", "months": "pfs_months", "column": "pfs_event", "code": "progression"},
        {"words": "start of the next therapy", "months": "next_therapy_months"},
        {"words": "relapse in the brain", "months": "cns_months", "column": "cns", "code": "yes"},
    ],
    "censoring": [{"words": "when last known to be alive", "months": "os_months"}],
}
INFECTIONS = {"key": "infections", "name": "infections of grade 3 or more", "soc": ["Infections"], "from_grade": 3}
OWN = {
    "name": "Lugano",
    "categories": [{"name": "CMR", "words": "complete metabolic response"}, {"name": "PMR", "words": "partial"}],
    "not_evaluable": "NE",
    "thresholds": [{"key": "cmr", "words": "complete metabolic response", "shallowest": "CMR"}],
}


def refusal(edit, entry: str, value: Any) -> tuple[str, str, dict]:
    with pytest.raises(CohortError) as raised:
        read_study(edit.study(entry, value).folder)
    (problem,) = raised.value.problems
    return problem.column, problem.code, dict(problem.facts)


def test_an_endpoint_has_its_columns_in_order(edit) -> None:
    (efs,) = read_study(edit.study("endpoints", [EFS]).folder).endpoints
    assert efs.month_columns == ("pfs_months", "next_therapy_months", "cns_months", "os_months")
    assert efs.code_columns == ("pfs_event", "cns")
    assert (efs.start, efs.source, efs.events[1].column) == ("", "", "")


def test_the_columns_of_an_endpoint_are_read_in_their_types(edit) -> None:
    edit.study("endpoints", [EFS]).cell("patients", 2, "cns_months", "3.5").cell("patients", 2, "cns", "yes")
    assert edit.found() == []
    patients = Cohort(edit.folder).table("patients")
    assert (patients["cns_months"].dtype, patients["cns_months"].iloc[0], patients["cns"].iloc[0]) == (
        float,
        3.5,
        "yes",
    )
    edit.cell("patients", 3, "cns_months", "-1").cell("patients", 4, "cns_months", "soon")
    assert [(one.code, one.row, one.column) for one in check_cohort(edit.folder) if one.file == "patients.csv"] == [
        ("cell-no-number", 4, "cns_months"),
        ("cell-too-small", 3, "cns_months"),
    ]


def test_a_column_of_the_schema_may_be_absent_and_one_of_your_own_may_not(edit) -> None:
    edit.study("endpoints", [EFS]).cell("patients", 2, "cns_month", "3.5")
    assert [(one.code, one.value) for one in check_cohort(edit.folder) if one.file == "study.yml"] == [
        ("declared-column-misspelt", "cns_months"),
        ("declared-column-missing", "cns"),
    ]


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"key": "pfs"}, "endpoints", "key-reserved"),
        ({"key": "EFS"}, "endpoints.0.key", "name-expected"),
        ({"events": []}, "endpoints.0.events", "list-expected"),
        ({"start": "sex"}, "endpoints.0.start", "column-of-no-months"),
        ({"start": "date_of_birth"}, "endpoints.0.start", "declared-identifies"),
        ({"censoring": [{"words": "x", "months": "age_years"}]}, "endpoints.0.censoring.0.months", "column-of-no-months"),
        (
            {"events": [{"words": "x", "months": "os_months", "column": "os_event"}]},
            "endpoints.0.events.0",
            "ending-column-and-code",
        ),
        (
            {"events": [{"words": "x", "months": "os_months", "column": "os_event", "code": "dead"}]},
            "endpoints.0.events.0",
            "ending-code",
        ),
    ],
)  # fmt: skip
def test_an_endpoint_that_cannot_be(edit, change: dict, place: str, code: str) -> None:
    assert refusal(edit, "endpoints", [EFS | change])[:2] == (place, code)


def test_two_endpoints_of_one_key(edit) -> None:
    assert refusal(edit, "endpoints", [EFS, deepcopy(EFS)]) == ("endpoints", "entry-twice", {"name": "efs"})


def test_keys_of_every_review_are_reserved() -> None:
    from livingreview.endpoints.registry import ENDPOINTS

    assert set(ENDPOINTS) <= RESERVED


def test_a_group_of_adverse_events(edit) -> None:
    (group,) = read_study(edit.study("adverse_event_groups", [INFECTIONS]).folder).adverse_event_groups
    assert (group.key, group.soc, group.terms, group.from_grade) == ("infections", ["Infections"], [], 3)
    nothing = [{"key": "none", "name": "nothing"}]
    assert refusal(edit, "adverse_event_groups", nothing)[:2] == ("adverse_event_groups.0", "group-of-nothing")
    high = [INFECTIONS | {"from_grade": 6}]
    assert refusal(edit, "adverse_event_groups", high)[:2] == ("adverse_event_groups.0.from_grade", "at-most")


def test_the_criteria_of_a_disease_by_name(edit) -> None:
    assert read_study(edit.folder).response_criteria == CRITERIA["imwg"]
    assert CRITERIA["imwg"].terms == RESPONSES
    assert read_study(edit.study("response_criteria", "lugano").folder).response_criteria.depth == (
        "CR",
        "PR",
        "SD",
        "PD",
    )
    assert refusal(edit, "response_criteria", "rano") == (
        "response_criteria", "response-criteria-unknown", {"allowed": ["imwg", "lugano", "recist"]}
    )  # fmt: skip


def test_criteria_of_ones_own_are_what_the_responses_may_hold(edit) -> None:
    edit.study("response_criteria", OWN).text("responses.csv", "patient_id,timepoint,response\nR01,maintenance,CMR\n")
    edit.text("mrd.csv", "patient_id,months,status,response_at_sample\nR01,3,negative,PMR\n")
    assert edit.found() == []
    edit.cell("responses", 2, "response", "CR")
    (problem,) = [one for one in check_cohort(edit.folder) if one.file == "responses.csv"]
    assert (problem.code, problem.facts) == ("cell-not-allowed", {"allowed": ["CMR", "PMR", "NE"]})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"categories": [*OWN["categories"], dict(OWN["categories"][0])]}, "entry-twice"),
        ({"thresholds": [{"key": "pr", "words": "x", "shallowest": "PR"}]}, "threshold-of-no-category"),
        ({"thresholds": [{"key": "pmr", "words": "x", "shallowest": "PMR"}]}, "threshold-called-as-category"),
        ({"not_evaluable": "PMR"}, "not-evaluable-is-no-depth"),
    ],
)
def test_criteria_that_contradict_themselves(edit, change: dict, code: str) -> None:
    assert refusal(edit, "response_criteria", OWN | change)[1] == code


@pytest.mark.parametrize(
    ("entry", "value", "code"),
    [
        ("design", "cohort", "one-of"),
        ("url", "livingreview.example", "address-expected"),
        ("authors", "A. Author", "list-expected"),
        ("labels", {"del17p": ""}, "word-expected"),
        ("disease", " ", "word-expected"),
    ],
)
def test_entries_about_the_edition(edit, entry: str, value: Any, code: str) -> None:
    assert refusal(edit, entry, value)[1] == code
