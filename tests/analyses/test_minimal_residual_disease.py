"""Sustained negativity on eight patients by hand, and what later samples and patients never sampled must not change."""

from __future__ import annotations

import json
from fractions import Fraction as F

import numpy as np
import pytest
from scipy.special import chdtrc

from livingreview import chapter
from livingreview.analyses.minimal_residual_disease import minimal_residual_disease
from livingreview.cohort.cohort import Cohort
from livingreview.presentation.mrd_words import mrd_answer
from livingreview.results.estimates import Results
from livingreview.words.reason_words import reason_words
from support import ROOT

STUDY = """
title: Patients sampled for residual disease
short_title: Sampled
edition: {kind: observed, date: 2026-01-01}
time_origin: {event: transplantation}
vocabulary:
  timepoints: [{name: best, label: Best}]
smallest_count: 0
contact: us
"""
# patient  followed        samples                     at month 18               attained   in the state
#   1      20, progression 3-, 15-                     sustained                 from 15    15 on
#   2      38, censored    3-, 16-, 17+                positive                  from 16    16 to 17
#   3      24, death       10-                         unconfirmed               never
#   4      40, censored    5-, 17-                     sustained                 from 17    17 on
#   5      22, progression none                        not assessed              never
#   6      44, censored    30-, 42-                    not assessed              from 42    42 on
#   7      12, progression 6+                          gone                      never
#   8      28, progression 4+, 14+                     positive                  never
EIGHT = {
    "1": (20, "progression", "3- 15-"),
    "2": (38, "censored", "3- 16- 17+"),
    "3": (24, "death", "10-"),
    "4": (40, "censored", "5- 17-"),
    "5": (22, "progression", ""),
    "6": (44, "censored", "30- 42-"),
    "7": (12, "progression", "6+"),
    "8": (28, "progression", "4+ 14+"),
}
TIMES = {"milestone_months": 36, "landmark_months": 18, "sustained_months": 12}
WAY = {"interval": "log-log", "level": 0.95}
WORDS = {"-": "negative", "+": "positive", "?": "not_evaluable"}


@pytest.fixture
def analysed(tmp_path):
    """The results of patients as {name: (months, event, samples)}."""

    def results(patients: dict[str, tuple[float, str, str]], **changed) -> Results:
        (tmp_path / "study.yml").write_text(STUDY, encoding="utf-8")
        lines = ["patient_id,pfs_months,pfs_event,os_months,os_event"]
        rows = ["patient_id,months,status"]
        for name, (months, event, samples) in patients.items():
            died = "death" if event == "death" else "censored"
            lines.append(f"{name},{months},{event},{months},{died}")
            rows += [f"{name},{sample[:-1]},{WORDS[sample[-1]]}" for sample in samples.split()]
        (tmp_path / "patients.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (tmp_path / "mrd.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        return minimal_residual_disease(Cohort(tmp_path), **(TIMES | changed), **WAY)

    return results


def p_of(observed: int, *rows: tuple[int, int]) -> float:
    """p of a log-rank test from (in the group, at risk) at each event; one event at a time."""
    expected = sum(F(inside, n) for inside, n in rows)
    variance = sum(F(inside * (n - inside), n * n) for inside, n in rows)
    return float(chdtrc(1, float((observed - expected) ** 2 / variance)))


def counted(found: Results) -> dict[str, tuple[int, int]]:
    """The counts of the landmark analysis with the number that they are of."""
    return {
        row.key.removeprefix("mrd.landmark.").removesuffix(".count"): (row.value, row.n)
        for row in found.where(statistic="count")
        if row.key.startswith("mrd.landmark.")
    }


def test_eight_patients_at_the_landmark(analysed):
    found = analysed(EIGHT)
    assert counted(found) == {
        "followed": (7, 8), "gone": (1, 8), "sustained": (2, 7), "not_sustained": (3, 7),
        "positive": (2, 7), "unconfirmed": (1, 7), "not_assessed": (2, 7),
    }  # fmt: skip
    survival = {
        row.key.split(".")[2]: (row.value, row.n, row.events)
        for row in found.where(statistic="survival")
        if ".landmark." in row.key
    }
    assert survival == {
        "sustained": (pytest.approx(1 / 2), 2, 1),  # 1 fails at 20 of two
        "not_sustained": (pytest.approx(2 / 3 * 1 / 2), 3, 2),  # 3 at 24 of three, 8 at 28 of two
        "not_assessed": (pytest.approx(1 / 2), 2, 1),  # 5 at 22 of two
    }  # fmt: skip
    assert [curve.key for curve in found.curves] == [f"mrd.landmark.{group}" for group in survival]
    # Events at 20, 24, 28 among patients 1 to 4 and 8: of 5 two sustained, of 4 one, of 3 one.
    compared, joined = found["mrd.landmark.logrank"], found["mrd.landmark.logrank.not_assessed_joined"]
    assert (compared.value, compared.n) == (pytest.approx(p_of(1, (2, 5), (1, 4), (1, 3))), 5)
    # With 5 and 6 among the others there is an event at 22 as well.
    assert (joined.value, joined.n) == (pytest.approx(p_of(1, (2, 7), (1, 6), (1, 5), (1, 4))), 7)


def test_eight_patients_as_they_enter_and_leave_the_state(analysed):
    found = analysed(EIGHT)
    # Attained, everybody: 0 of 8 at 12; 1, 2, 4 of 7 at 20; 2, 4 of 6 at 22, of 5 at 24, of 4 at 28.
    everybody = found["mrd.mantel_byar"]
    assert (everybody.value, everybody.n) == (pytest.approx(p_of(1, (0, 8), (3, 7), (2, 6), (2, 5), (2, 4))), 8)
    # Entry at the first sample: 5 never enters, 6 not before 30. Of 1, 2, 3, 4, 7, 8 nobody at 12, and so on.
    late = found["mrd.mantel_byar.entry"]
    assert (late.value, late.n) == (pytest.approx(p_of(1, (0, 6), (3, 5), (2, 4), (2, 3))), 7)
    # As a current state 2 has left it at 17.
    current = found["mrd.mantel_byar.current"]
    assert (current.value, current.n) == (pytest.approx(p_of(1, (0, 8), (2, 7), (1, 6), (1, 5), (1, 4))), 8)


def test_who_is_sampled_only_after_the_landmark_is_not_assessed_at_it(analysed):
    """Twenty patients who lived to their first sample at month 30 make no group of 100 %."""
    late = {f"L{number}": (40 + number, "censored", "30-") for number in range(20)}
    found = analysed(EIGHT | late)
    assert counted(found)["not_assessed"] == (22, 27) and counted(found)["not_sustained"] == (3, 27)
    assert found["mrd.landmark.not_sustained.pfs.survival.36"].value == pytest.approx(1 / 3)
    alone = analysed(late)
    assert (
        reason_words(alone["mrd.landmark.not_sustained.pfs.survival.36"].reason)
        == "nobody was in this group at the landmark"
    )
    assert [curve.key for curve in alone.curves] == ["mrd.landmark.not_assessed"]


def test_later_samples_change_nothing_at_the_landmark(analysed):
    later = {
        name: (months, event, f"{samples} {months - 0.5}+ {months - 0.1}?") if months > 19 else (months, event, samples)
        for name, (months, event, samples) in EIGHT.items()
    }
    here, there = ([row for row in found.estimates if row.key.startswith("mrd.landmark.")] for found in (analysed(EIGHT), analysed(later)))  # fmt: skip
    assert here == there


def test_who_is_never_sampled_counts_as_not_yet_sustained(analysed):
    """Leaving them out makes the rest look as if they failed later than they did."""
    unsampled = {f"U{number}": (21, "progression", "") for number in range(3)}
    found = analysed(EIGHT | unsampled)["mrd.mantel_byar"]
    # Three events at 21 with 2 and 4 of nine at risk in the state: hypergeometric 3 * 2/9 * 7/9 * 6/8.
    rows = [(3, 10), (2, 6), (2, 5), (2, 4)]
    expected = sum(F(*row) for row in rows) + 3 * F(2, 9)
    variance = sum(F(a * (n - a), n * n) for a, n in rows) + 3 * F(2, 9) * F(7, 9) * F(6, 8)
    assert (found.n, found.value) == (11, pytest.approx(chdtrc(1, float((1 - expected) ** 2 / variance))))


def test_a_milestone_before_the_landmark_is_no_survival_after_it(analysed):
    found = analysed(EIGHT, landmark_months=36)
    reasons = {reason_words(row.reason) for row in found.where(statistic="survival") if ".landmark." in row.key}
    assert reasons == {"month 36 is not after the landmark"}


def test_a_landmark_past_everybody(analysed):
    found = analysed(EIGHT, milestone_months=60, landmark_months=50)
    assert counted(found)["followed"] == (0, 8) and counted(found)["gone"] == (8, 8) and found.curves == []
    assert reason_words(found["mrd.landmark.logrank"].reason) == "nobody was in these groups at the landmark"


def test_the_counts_are_known_to_disclosure_as_parts_of_each_other(analysed):
    tally = analysed(EIGHT).tally
    assert {split.whole: split.parts for split in tally.splits if split.whole in (
        "mrd.landmark.followed", "mrd.landmark.not_sustained")} == {
        "mrd.landmark.followed": ("mrd.landmark.sustained", "mrd.landmark.not_sustained", "mrd.landmark.not_assessed"),
        "mrd.landmark.not_sustained": ("mrd.landmark.positive", "mrd.landmark.unconfirmed"),
    }  # fmt: skip
    assert ("cohort.n", ("mrd.landmark.followed", "mrd.landmark.gone")) in {
        (one.whole, one.parts) for one in tally.splits
    }
    known = set(tally.counts)
    assert all(
        row.key.removesuffix(".count") in known or tally.shows.get(row.key) or row.key in tally.at
        for row in analysed(EIGHT).estimates
    )


def test_a_small_count_at_the_landmark_is_withheld(tmp_path, analysed):
    analysed({f"{name}{copy}": row for name, row in EIGHT.items() for copy in range(3)})
    study = tmp_path / "study.yml"
    study.write_text(STUDY.replace("smallest_count: 0", "smallest_count: 5"), encoding="utf-8")
    found = chapter.minimal_residual_disease(Cohort(tmp_path), **TIMES, **WAY)
    # Unconfirmed 3 and gone 3 are small; what would give them back is withheld with them.
    for key in ("gone", "followed", "unconfirmed.count", "positive.count"):
        assert found[f"mrd.landmark.{key}"].value is None, key
    assert "3" not in [f"{row.value:g}" for row in found.where(unit="patients") if row.value is not None]


def test_the_answer_is_the_landmark_first_and_then_what_papers_print(analysed):
    words = mrd_answer(analysed(EIGHT)).markdown
    assert words.index("mrd.landmark.sustained.pfs.survival.36") < words.index("mrd.sustained.pfs.survival.36")
    assert "{num}`mrd.landmark.logrank`" in words
    few = mrd_answer(analysed({"1": EIGHT["1"], "4": EIGHT["4"]})).markdown
    assert "landmark" not in few and "{num}`mrd.sustained.pfs.survival.36`" in few
    none = mrd_answer(analysed({"7": EIGHT["7"]})).markdown
    assert none.count("cannot be given") == 1


@pytest.mark.parametrize("case", ["sampled, landmark at 24", "sampled, landmark at 30"])
def test_the_landmark_analysis_equals_that_of_r(analysed, case):
    record = json.loads((ROOT / "tests" / "oracles" / "groups.json").read_text(encoding="utf-8"))
    given, expected = next((one["input"], one["results"]) for one in record["cases"] if one["name"] == case)
    signs = {word: sign for sign, word in WORDS.items()} | {"not evaluable": "?"}
    samples = [[] for _ in given["time"]]
    for who, month, result in zip(given["patient"], given["month"], given["result"], strict=True):
        samples[who - 1].append(f"{month}{signs[result]}")
    patients = {
        f"P{number:02d}": (time, "progression" if event else "censored", " ".join(own))
        for number, (time, event, own) in enumerate(zip(given["time"], given["event"], samples, strict=True), start=1)
    }
    for time in given["times"]:
        found = analysed(patients, landmark_months=given["at"], milestone_months=time)
        sizes = {group: count for group, (count, _) in counted(found).items()}
        assert {name: len(expected[name]) for name in ("sustained", "unconfirmed", "positive", "not_assessed")} == {
            name: sizes[name] for name in ("sustained", "unconfirmed", "positive", "not_assessed")
        }
        for group in ("sustained", "not_sustained", "not_assessed"):
            row = found[f"mrd.landmark.{group}.pfs.survival.{time:g}"]
            at = next((line for line in expected[f"curve_{group}"] if line[0] == time), None)
            assert at is not None and row.value == pytest.approx(at[1], rel=1e-9), (group, time)
            if 0 < at[1] < 1:
                assert (row.low, row.high) == (pytest.approx(at[2], rel=1e-9), pytest.approx(at[3], rel=1e-9))
        assert found["mrd.landmark.logrank"].value == pytest.approx(expected["compared"][1], rel=1e-9)
        joined = found["mrd.landmark.logrank.not_assessed_joined"]
        assert joined.value == pytest.approx(expected["joined"][1], rel=1e-9)


def test_no_sample_is_an_absent_table_and_says_so(tmp_path, analysed):
    found = analysed({name: (months, event, "") for name, (months, event, _) in EIGHT.items()})
    assert {reason_words(row.reason) for row in found.estimates} == {
        "the cohort has no table of minimal residual disease samples"
    }
    assert not np.any([row.estimable for row in found.estimates])
