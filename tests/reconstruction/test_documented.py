"""The reconstructed cohort: same bytes again, every printed number, and what is called fixed is fixed."""

from __future__ import annotations

import pandas as pd
import yaml

from livingreview import chapter
from livingreview.cohort.fixed import to_yaml
from livingreview.cohort.study import read_study
from livingreview.published.printed import read_published
from livingreview.reconstruction.reconstruct import Reconstruction
from livingreview.words.reason_words import reason_words
from published.recomputed import estimates
from support import REFERENCE, run

ROWS, STUDY = read_published(REFERENCE), read_study(REFERENCE)
TABLES = ("adverse_events.csv", "flow.csv", "mrd.csv", "patients.csv", "responses.csv")


def test_running_it_again_gives_the_committed_tables():
    made = Reconstruction.of(REFERENCE, ROWS, STUDY)
    tables = next(made.members(1, 1))
    assert sorted(tables) == list(TABLES)
    for name, text in tables.items():
        assert text.encode() == (REFERENCE / name).read_bytes(), name
    committed = yaml.safe_load((REFERENCE / "PROVENANCE.yml").read_text(encoding="utf-8"))
    del committed["ensemble"]
    assert yaml.safe_load(to_yaml(made.record)) == committed


def test_an_observed_cohort_is_never_overwritten(folder):
    study = folder / "study.yml"
    study.write_text(
        study.read_text(encoding="utf-8").replace("kind: reconstructed", "kind: observed"), encoding="utf-8"
    )
    before = (folder / "patients.csv").read_bytes()
    done = run("reconstruct", folder)
    assert done.returncode == 1 and "only a folder whose edition is reconstructed is overwritten" in done.stderr
    assert "Traceback" not in done.stderr and (folder / "patients.csv").read_bytes() == before


def test_the_story_of_every_patient_is_possible():
    patients = pd.read_csv(REFERENCE / "patients.csv")
    assert len(patients) == 28
    assert patients[["pfs_months", "os_months"]].min().min() >= 5
    censored = patients.loc[patients["os_event"] == "censored", "os_months"]
    assert censored.max() - censored.min() <= 49  # one data cut-off fits accrual from August 2019 to August 2023
    progressed = patients[patients["pfs_event"] == "progression"]
    dead = patients[patients["os_event"] == "death"]
    assert len(progressed) == 4 and len(dead) == 3 and set(dead["pfs_event"]) == {"death"}
    assert (progressed["pfs_months"] <= 36).all() and (progressed["os_months"] > dead["os_months"].max()).all()
    at_risk = [
        int((patients["pfs_months"] >= t).sum())
        for t in sorted(patients.loc[patients["pfs_event"] != "censored", "pfs_months"])
    ]
    assert at_risk == [28, 26, 25, 22, 21, 16, 15]
    assert [int((patients["os_months"] >= t).sum()) for t in sorted(dead["os_months"])] == [27, 24, 19]


def test_what_the_abstract_does_not_say_is_empty():
    assert list(pd.read_csv(REFERENCE / "patients.csv").columns) == [
        "patient_id", "pfs_months", "pfs_event", "os_months", "os_event", "age_years",
    ]  # fmt: skip
    assert list(pd.read_csv(REFERENCE / "adverse_events.csv").columns) == ["patient_id", "grade"]
    assert list(pd.read_csv(REFERENCE / "mrd.csv").columns) == ["patient_id", "months", "status"]


def test_another_method_or_time_than_the_printed_is_withheld():
    cohort = chapter.load_cohort(REFERENCE)
    found = chapter.progression_free_survival(cohort, milestones=[36, 48], interval="beta product", level=0.95)
    assert reason_words(found["pfs.survival.36"].reason) == (
        "not fixed by the printed numbers: the cohorts that agree with print were analysed as Kaplan-Meier, plain interval"
    )
    for key in ("pfs.survival.48", "pfs.with_early_failures.48.1", "pfs.events.48"):
        assert found[key].value is None and found[key].identifiability == "free"


def test_a_curve_ends_where_print_ends_and_says_that_it_is_illustrative():
    cohort = chapter.load_cohort(REFERENCE)
    (curve,) = chapter.progression_free_survival(cohort, milestones=[36], interval="plain", level=0.95).curves
    assert curve.t[-1] == 36 and max(curve.risk_table.times) == 36
    assert reason_words(curve.note).startswith("Illustrative: one of many histories")
    assert curve.censor_times == [] and {*curve.low, *curve.high} == {None}  # of one cohort they mean nothing


def test_what_is_not_fixed_is_not_shown():
    for row in estimates(REFERENCE):
        if row.identifiability == "free":
            assert (row.value, row.low, row.high, row.n, row.events) == (None,) * 5
            assert reason_words(row.reason).startswith("not fixed by the printed numbers: ")
        if row.statistic == "p":
            assert row.value is None
