from __future__ import annotations

import pandas as pd
import pytest

from livingreview.cohort.vocabulary import OS_EVENTS, PFS_EVENTS
from livingreview.endpoints.time_to_event import OS, PFS, TimeToEvent

PATIENTS = pd.DataFrame(
    {
        "patient_id": ["A", "B", "C"],
        "pfs_months": [6.5, 12.0, 24.0],
        "pfs_event": ["progression", "death", "censored"],
        "os_months": [30.0, 12.0, 25],
        "os_event": ["censored", "death", "censored"],
    }
)


def test_progression_free_survival_ends_with_progression_or_death() -> None:
    derived = PFS.derive(PATIENTS)
    assert derived["patient_id"].tolist() == ["A", "B", "C"]
    assert derived["months"].tolist() == [6.5, 12.0, 24.0]
    assert derived["event"].tolist() == [True, True, False]
    assert derived["event_source"].tolist()[:2] == [
        "first progression by the IMWG criteria",
        "death from any cause without a recorded progression",
    ]
    assert derived["censor_reason"].tolist()[2] == "alive without progression at the last disease assessment"


def test_overall_survival_ends_with_death_alone() -> None:
    derived = OS.derive(PATIENTS)
    assert derived["months"].tolist() == [30.0, 12.0, 25.0]
    assert derived["event"].tolist() == [False, True, False]
    assert derived["event_source"].tolist()[1] == "death from any cause"
    assert derived["censor_reason"].tolist()[::2] == ["last known to be alive"] * 2


@pytest.mark.parametrize("endpoint", [PFS, OS], ids=["pfs", "os"])
def test_a_patient_has_an_event_or_a_reason_for_censoring(endpoint: TimeToEvent) -> None:
    derived = endpoint.derive(PATIENTS)
    assert derived["event_source"].notna().tolist() == derived["event"].tolist()
    assert derived["censor_reason"].isna().tolist() == derived["event"].tolist()


@pytest.mark.parametrize(("endpoint", "codes"), [(PFS, PFS_EVENTS), (OS, OS_EVENTS)], ids=["pfs", "os"])
def test_every_code_of_the_table_ends_the_time_in_one_way(endpoint: TimeToEvent, codes: tuple[str, ...]) -> None:
    assert tuple(ending.code for ending in (*endpoint.events, *endpoint.censoring)) == codes


@pytest.mark.parametrize("endpoint", [PFS, OS], ids=["pfs", "os"])
def test_no_patients(endpoint: TimeToEvent) -> None:
    derived = endpoint.derive(PATIENTS.iloc[:0])
    assert derived.empty
    assert list(derived.columns) == ["patient_id", "months", "event", "event_source", "censor_reason"]


def test_names_and_columns() -> None:
    assert (PFS.key, PFS.months_column, PFS.event_column) == ("pfs", "pfs_months", "pfs_event")
    assert (OS.key, OS.months_column, OS.event_column) == ("os", "os_months", "os_event")
