"""Which chapters the data can support, and what the others lack, in words."""

from __future__ import annotations

import pytest

from livingreview.analyses.support import chapters
from support import REFERENCE

STUDY = """\
title: T
short_title: T
edition: {kind: observed, date: 2026-11-22}
time_origin: {event: start}
contact: us
"""
TIMEPOINTS = "vocabulary: {timepoints: [{name: before, label: Before}, {name: best, label: Best}]}\n"
PATIENTS = (
    "patient_id,pfs_months,pfs_event,os_months,os_event,sex\np1,1,progression,2,death,male\np2,3,censored,4,censored,\n"
)


@pytest.fixture
def support(tmp_path):
    """What a folder of these files supports, by chapter."""

    def of(**files: str) -> dict[str, tuple[str, list[str]]]:
        for name, content in ({"study_yml": STUDY, "patients_csv": PATIENTS} | files).items():
            (tmp_path / ".".join(name.rsplit("_", 1))).write_text(content, encoding="utf-8")
        return {one.chapter: (one.supported, one.missing) for one in chapters(tmp_path)}

    return of


def test_patients_alone(support):
    assert support() == {
        "study": (
            "partly",
            ["age_years is empty", "iss_stage is empty", "r_iss_stage is empty", "msmart_risk is empty",
             "induction is empty", "no table flow"],
        ),
        "responses": ("no", ["no table responses"]),
        "progression-free-survival": ("yes", []),
        "overall-survival": ("yes", []),
        "time-to-next-treatment": ("no", ["next_therapy_months is empty"]),
        "minimal-residual-disease": ("no", ["no table mrd"]),
        "safety": ("no", ["no table adverse_events"]),
        "reproduction": ("no", ["no published.csv"]),
        "audit": ("no", ["no published.csv"]),
    }  # fmt: skip


def test_responses_need_timepoints_with_rows(support):
    responses = "patient_id,timepoint,response\np1,best,CR\n"
    assert support(responses_csv=responses)["responses"] == ("no", ["study.yml names no timepoints"])
    found = support(responses_csv=responses, study_yml=STUDY + TIMEPOINTS)
    assert found["responses"] == ("partly", ["no response at the timepoint before"])
    both = responses + "p1,before,PR\n"
    assert support(responses_csv=both, study_yml=STUDY + TIMEPOINTS)["responses"] == ("yes", [])


def test_one_sample_a_patient_cannot_confirm(support):
    mrd = "patient_id,months,status,method,sensitivity_reached\np1,1,negative,flow,1e-5\n"
    once = "only one sample per patient: sustained negativity cannot be confirmed"
    assert support(mrd_csv=mrd)["minimal-residual-disease"] == ("partly", [once])
    assert support(mrd_csv=mrd + "p1,2,negative,flow,\n")["minimal-residual-disease"] == ("yes", [])


def test_safety_lacks_what_is_empty_or_was_not_looked_for(support):
    events = "patient_id,grade,term,serious,related\np1,3,,yes,no\n"
    study = STUDY + "adverse_events: {recorded_from_grade: 3}\n"
    assert support(adverse_events_csv=events, study_yml=study)["safety"] == (
        "partly",
        ["only grade 3 and above is recorded", "term is empty"],
    )


def test_a_header_without_rows_supports_nothing(support):
    found = support(patients_csv=PATIENTS.splitlines()[0] + "\n", mrd_csv="patient_id,months,status\n")
    assert found["overall-survival"] == ("no", ["the table patients has no rows"])
    assert found["minimal-residual-disease"] == ("no", ["the table mrd has no rows"])


def test_without_events_there_is_a_curve_but_no_median(support):
    found = support(patients_csv=PATIENTS.replace("progression", "censored"))
    assert found["progression-free-survival"] == ("partly", ["nobody had the event: there is no median"])


def test_what_cannot_be_read_is_said(support, tmp_path):
    found = support(patients_csv=PATIENTS.replace(",2,", ",two,"))
    assert found["overall-survival"] == ("no", ["what it needs cannot be read: see the problems"])
    (tmp_path / "study.yml").unlink()
    assert chapters(tmp_path) == []


def test_the_reference_supports_its_reproduction():
    assert {one.chapter: one.supported for one in chapters(REFERENCE)}["reproduction"] == "yes"
