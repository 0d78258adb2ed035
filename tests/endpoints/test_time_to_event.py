"""Declared endpoints, derived on three patients that can be checked by eye."""

from __future__ import annotations

import pandas as pd
import pytest

from livingreview.cohort.vocabulary import OS_EVENTS, PFS_EVENTS
from livingreview.endpoints.registry import ENDPOINTS, OS, PFS, TTNT
from livingreview.endpoints.time_to_event import Ending, TimeToEvent
from livingreview.results.endpoint_names import EndpointNames

PATIENTS = pd.DataFrame(
    {
        "patient_id": ["A", "B", "C"],
        "pfs_months": [6.5, 12.0, 24.0],
        "pfs_event": ["progression", "death", "censored"],
        "os_months": [30.0, 12.0, 25],
        "os_event": ["censored", "death", "censored"],
        "next_therapy_months": [8.0, None, None],
        "response_months": [2.0, None, 4.0],
    }
)
RESPONDING = TimeToEvent(
    "dor", "duration-of-response", EndpointNames("duration of response", "DOR", "in response"),
    PFS.events, PFS.censoring, "", start="response_months",
)  # fmt: skip


def test_progression_free_survival_ends_with_progression_or_death() -> None:
    derived = PFS.derive(PATIENTS)
    assert derived["patient_id"].tolist() == ["A", "B", "C"]
    assert derived["months"].tolist() == [6.5, 12.0, 24.0]
    assert derived["event"].tolist() == [True, True, False]
    assert [PFS.events[place].code for place in PFS.first_events(PATIENTS)] == ["progression", "death"]


def test_overall_survival_ends_with_death_alone() -> None:
    derived = OS.derive(PATIENTS)
    assert derived["months"].tolist() == [30.0, 12.0, 25.0]
    assert derived["event"].tolist() == [False, True, False]


@pytest.mark.parametrize(("endpoint", "codes"), [(PFS, PFS_EVENTS), (OS, OS_EVENTS)], ids=["pfs", "os"])
def test_every_code_of_the_table_ends_the_time_in_one_way(endpoint: TimeToEvent, codes: tuple[str, ...]) -> None:
    assert tuple(ending.code for ending in (*endpoint.events, *endpoint.censoring)) == codes


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=list(ENDPOINTS))
def test_no_patients(endpoint: TimeToEvent) -> None:
    derived = endpoint.derive(PATIENTS.iloc[:0])
    assert derived.empty
    assert list(derived.columns) == ["patient_id", "months", "event"]
    assert endpoint.first_events(PATIENTS.iloc[:0]).empty


def test_an_endpoint_with_a_start_of_its_own_counts_from_it_and_leaves_out_who_never_came_there() -> None:
    derived = RESPONDING.derive(PATIENTS)
    assert derived["patient_id"].tolist() == ["A", "C"]
    assert derived["months"].tolist() == [4.5, 20.0]
    assert derived["event"].tolist() == [True, False]


def test_of_two_events_the_first_counts_and_of_two_in_one_month_the_one_declared_first() -> None:
    therapy = Ending("start of the next therapy", "next_therapy_months")
    death = Ending("death from any cause", "os_months", "os_event", "death")
    endpoint = TimeToEvent("x", "x", EndpointNames("x", "X", "alive"), (therapy, death), OS.censoring, "")
    patients = PATIENTS.assign(
        os_event=["death", "death", "censored"], os_months=[30.0, 12.0, 25.0], next_therapy_months=[8.0, 12.0, None]
    )
    derived = endpoint.derive(patients)
    assert derived["months"].tolist() == [8.0, 12.0, 25.0]
    assert derived["event"].tolist() == [True, True, False]
    assert endpoint.first_events(patients).tolist() == [0, 0]


def test_keys_and_columns() -> None:
    assert (PFS.total_key, PFS.follow_up_key, PFS.columns) == (
        "pfs.events", "pfs.followup.median", ("pfs_months", "pfs_event"),
    )  # fmt: skip
    assert (OS.total_key, OS.follow_up_key, OS.columns) == ("os.deaths", "followup.median", ("os_months", "os_event"))
    assert RESPONDING.columns == ("response_months", "pfs_months", "pfs_event")
    assert PFS.analysis == "progression_free_survival"


def test_a_column_that_is_empty_or_not_there_is_lacking() -> None:
    assert PFS.lacking(PATIENTS) == []
    assert RESPONDING.lacking(PATIENTS.drop(columns="response_months")) == ["response_months"]
    assert RESPONDING.lacking(PATIENTS.assign(response_months=None)) == ["response_months"]


def test_no_two_endpoints_share_a_key_or_a_page() -> None:
    assert list(ENDPOINTS) == [endpoint.key for endpoint in ENDPOINTS.values()]
    assert len({endpoint.page for endpoint in ENDPOINTS.values()}) == len(ENDPOINTS)


def test_time_to_next_treatment_ends_with_the_next_therapy_or_death() -> None:
    derived = TTNT.derive(PATIENTS)
    assert derived["months"].tolist() == [8.0, 12.0, 25.0]
    assert derived["event"].tolist() == [True, True, False]
    assert TTNT.first_events(PATIENTS).tolist() == [0, 1]  # A began a next therapy, B died without one
