"""The reconstructed cohort: same bytes again, every printed number, and what is called fixed is fixed."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from test_ledger import estimates

from livingreview import chapter
from livingreview.cohort.check import check_cohort
from livingreview.cohort.study import read_study
from livingreview.presentation.numbers import part
from livingreview.published.ledger import ledger
from livingreview.published.printed import read_published
from livingreview.published.reconstruct import reconstruct, write_reconstruction
from support import REFERENCE, run

ROWS, STUDY = read_published(REFERENCE), read_study(REFERENCE)
MEMBERS = range(12)


def test_running_it_again_gives_the_committed_bytes(tmp_path):
    folder = tmp_path / "again"
    folder.mkdir()
    for name in ("published.csv", "study.yml"):
        shutil.copy(REFERENCE / name, folder / name)
    done = run("reconstruct", folder)
    assert (done.returncode, done.stderr) == (0, "")
    written = sorted(path.name for path in folder.iterdir())
    assert written == [
        "PROVENANCE.yml",
        "adverse_events.csv",
        "flow.csv",
        "mrd.csv",
        "patients.csv",
        "published.csv",
        "responses.csv",
        "study.yml",
    ]
    for name in written:
        assert (folder / name).read_bytes() == (REFERENCE / name).read_bytes(), name


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


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """Other cohorts that agree with every printed number, with all their estimates."""
    found = []
    for seed in MEMBERS:
        folder = tmp_path_factory.mktemp("member")
        for name in ("published.csv", "study.yml"):
            shutil.copy(REFERENCE / name, folder / name)
        write_reconstruction(folder, reconstruct(ROWS, STUDY, seed=seed))
        found.append((folder, estimates(folder)))
    return found


def test_every_member_is_sound_and_satisfies_every_printed_number(members):
    for folder, found in members:
        assert [problem for problem in check_cohort(folder) if not problem.note] == []
        statuses = {row.status for row in ledger(ROWS, found, "reconstructed")}
        assert statuses <= {"reproduced", "rounding", "not-derivable", "not-printed"}


def test_members_are_not_all_the_same(members):
    assert len({(folder / "patients.csv").read_bytes() for folder, _ in members}) == len(MEMBERS)
    assert len({len(pd.read_csv(folder / "mrd.csv")) for folder, _ in members}) > 1


PRINTED_LIMITS = "pfs.survival.36"  # its limits are printed: the ledger of every member is the test


def test_what_is_called_fixed_reads_the_same_in_every_member(members):
    reference = {row.key: row for row in estimates(REFERENCE)}
    pinned = [key for key, row in reference.items() if row.identifiability == "pinned"]
    assert {"pfs.survival.36", "pfs.events.36", "os.deaths.36", "safety.grade3plus", "response.post_asct.cr"} <= set(
        pinned
    )
    for _, found in members:
        others = {row.key: row for row in found}
        for key in pinned:
            ours, theirs = reference[key], others[key]
            parts = ["value", "n", "events", *(["interval"] if key != PRINTED_LIMITS else [])]
            assert [part(theirs, name) for name in parts] == [part(ours, name) for name in parts], key


def test_what_lies_within_limits_moves_by_rounding_only(members):
    """Half a unit of the third decimal of S and of SE moves a limit by at most 0.15 points."""
    reference = {row.key: row for row in estimates(REFERENCE)}
    for key in ("pfs.survival.36", "os.survival.36", "pfs.survival.36.loglog", "os.survival.36.loglog"):
        for _, found in members:
            theirs = next(row for row in found if row.key == key)
            for name in ("value", "low", "high"):
                assert abs(getattr(theirs, name) - getattr(reference[key], name)) <= 0.005, (key, name)


def test_another_method_or_time_than_the_printed_is_withheld():
    cohort = chapter.load_cohort(REFERENCE)
    found = chapter.progression_free_survival(cohort, milestones=[36, 48], interval="beta product", level=0.95)
    assert found["pfs.survival.36"].reason == "not fixed by the printed numbers: only the plain interval is printed"
    for key in ("pfs.survival.48", "pfs.with_early_failures.48.1", "pfs.events.48"):
        assert found[key].value is None and found[key].identifiability == "free"


def test_a_curve_ends_where_print_ends_and_says_that_it_is_illustrative():
    cohort = chapter.load_cohort(REFERENCE)
    (curve,) = chapter.progression_free_survival(cohort, milestones=[36], interval="plain", level=0.95).curves
    assert curve.t[-1] == 36 and max(curve.risk_table.times) == 36 and max(curve.censor_times) < 36
    assert curve.note.startswith("Illustrative: one of many histories")
    assert curve.method == "Kaplan-Meier, log-log interval"  # the beta product needs who was followed


def test_what_is_not_fixed_is_not_shown(members):
    for _, found in members:
        for row in found:
            if row.identifiability == "free":
                assert (row.value, row.low, row.high, row.n, row.events) == (None,) * 5
                assert row.reason.startswith("not fixed by the printed numbers: ")
            if row.statistic == "p":
                assert row.value is None
