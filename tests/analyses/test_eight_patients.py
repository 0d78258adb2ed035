"""The analyses on eight patients whose every number can be counted by hand; observed, so nothing is withheld."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import chi2

from analyses.eight import STUDY, eight
from livingreview import chapter
from livingreview.analyses.survival import survival_curve
from livingreview.results.curves import MAX_CURVE_POINTS
from livingreview.results.estimates import Results
from livingreview.statistics.beta_product import beta_product_limits, mid_p_limits
from livingreview.statistics.life_table import life_table
from livingreview.statistics.survival_intervals import survival_at
from livingreview.words.group_names import group_words
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return chapter.load_cohort(eight(tmp_path_factory.mktemp("eight")))


def counts(results: Results, *keys: str) -> dict[str, tuple]:
    """(events, n) of each key."""
    return {key: (results[key].events, results[key].n) for key in keys}


def test_progression_free_survival(cohort):
    found = chapter.progression_free_survival(cohort, milestones=[12, 36], interval="log-log", level=0.95)
    # At risk 8 at month 10, then 6 at 20 (G left at 12), 5 at 24: 7/8, 7/8 x 5/6, 7/8 x 5/6 x 4/5.
    assert found["pfs.survival.12"].value == pytest.approx(7 / 8)
    assert found["pfs.survival.36"].value == pytest.approx(7 / 8 * 5 / 6 * 4 / 5)
    assert counts(found, "pfs.survival.12", "pfs.survival.36") == {"pfs.survival.12": (1, 8), "pfs.survival.36": (3, 8)}
    assert [
        found[key].value for key in ("pfs.events", "pfs.events.12", "progression.patients", "pfs.events.death")
    ] == [3, 1, 2, 1]
    assert reason_words(found["pfs.median"].reason) == "not reached"
    exact = found["pfs.survival.36.bpcp"]
    assert (exact.low, exact.high) == beta_product_limits([8, 6, 5], 4)
    mid_p = found["pfs.survival.36.bpcp_midp"]
    assert (mid_p.low, mid_p.high) == mid_p_limits([8, 6, 5], 4)
    assert (method_words(found["pfs.survival.36"]), method_words(exact), method_words(mid_p)) == (
        "Kaplan-Meier, log-log interval", "Kaplan-Meier, beta product interval", "Kaplan-Meier, mid-p beta product interval",
    )  # fmt: skip
    followed = found["pfs.followed.12"], found["pfs.followed.36"]
    assert [(row.value, row.n, row.statistic, row.unit) for row in followed] == [
        (7, 8, "followed", "patients"),  # A failed at 10; G, censored at 12, was observed event-free through it
        (4, 8, "followed", "patients"),
    ]
    assert found["pfs.with_early_failures.36.1"].value == pytest.approx(7 / 8 * 5 / 6 * 4 / 5 * 8 / 9)
    assert found["pfs.survival.36"].identifiability == ""


def everybody_fails(tmp_path, last: str) -> Results:
    """A progresses at 5, B dies at 7, C is censored at 6, D at 9 as given."""
    (tmp_path / "study.yml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "patients.csv").write_text(
        "patient_id,pfs_months,pfs_event,os_months,os_event\nA,5,progression,8,censored\nB,7,death,7,death\n"
        f"C,6,censored,6,censored\nD,9,{last},9,{last}\n",
        encoding="utf-8",
    )
    alone = chapter.load_cohort(tmp_path)
    return chapter.progression_free_survival(alone, milestones=[9, 36], interval="log-log", level=0.95)


def test_survival_stays_zero_after_the_last_at_risk_had_the_event(tmp_path):
    found = everybody_fails(tmp_path, "death")
    high = beta_product_limits([4, 2, 1], 0)[1]
    for key in ("pfs.survival.9", "pfs.survival.36"):
        assert (
            found[key].value,
            found[key].low,
            found[key].high,
            found[key].events,
            reason_words(found[key].reason),
        ) == (
            0,
            0,
            high,
            3,
            "",
        )
        assert method_words(found[key]) == "Kaplan-Meier, beta product interval" and f"{key}.bpcp" not in found
    assert found["pfs.followed.36"].value == 0
    curve = found.curve("pfs")
    assert (curve.survival[-1], curve.low[-1], curve.high[-1]) == (0, 0, high)


def test_where_the_last_is_censored_nothing_is_known_later(tmp_path):
    found = everybody_fails(tmp_path, "censored")
    assert found["pfs.survival.9"].value == pytest.approx(3 / 4 * 1 / 2)
    assert (found["pfs.survival.36"].value, reason_words(found["pfs.survival.36"].reason)) == (
        None,
        "nobody was followed to 36 months",
    )


def test_before_the_first_event_the_method_is_the_exact_one(cohort):
    found = chapter.progression_free_survival(cohort, milestones=[6, 36], interval="log-log", level=0.95)
    early = found["pfs.survival.6"]
    assert (early.value, early.low, method_words(early)) == (
        1,
        pytest.approx(0.025 ** (1 / 8)),
        "Kaplan-Meier, exact, no events",
    )
    assert [row.key for row in found.where(statistic="survival", time_months=6)] == ["pfs.survival.6"]


def test_the_log_log_interval_stands_beside_another_that_is_chosen(cohort):
    found = chapter.progression_free_survival(cohort, milestones=[36], interval="plain", level=0.95)
    assert [row.key for row in found.where(statistic="survival")] == [
        f"pfs.survival.36{way}" for way in ("", ".loglog", ".bpcp", ".bpcp_midp")
    ]


def test_a_milestone_beyond_the_last_follow_up_says_so(cohort):
    found = chapter.progression_free_survival(cohort, milestones=[60], interval="log-log", level=0.95)[
        "pfs.survival.60"
    ]
    assert (found.value, reason_words(found.reason)) == (None, "nobody was followed to 60 months")


def test_the_curve_counts_everyone_at_every_time(cohort):
    curve = chapter.progression_free_survival(cohort, milestones=[36], interval="log-log", level=0.95).curve("pfs")
    assert curve.t == [0.0, 10.0, 12.0, 20.0, 24.0, 40.0, 44.0, 48.0]
    assert (curve.at_risk, curve.events, curve.censored) == (
        [8, 8, 7, 6, 5, 4, 2, 1],
        [0, 1, 1, 2, 3, 3, 3, 3],
        [0, 0, 1, 1, 1, 3, 4, 5],
    )
    assert method_words(curve) == "Kaplan-Meier, log-log interval"
    table = life_table([10, 20, 24, 40, 40, 44, 12, 48], [1, 1, 1, 0, 0, 0, 0, 0])
    band = [survival_at(table, t) for t in curve.t]
    assert [(point.low, point.high) for point in band] == list(zip(curve.low, curve.high, strict=True))
    sums = zip(curve.risk_table.at_risk, curve.risk_table.censored, curve.risk_table.events, strict=True)
    assert {sum(column) for column in sums} == {8}


def test_overall_survival(cohort):
    found = chapter.overall_survival(cohort, milestones=[36, 40], interval="plain", level=0.95)
    # B dies at 20 among 7, C at 40 among 5 (A left at 30, G at 12).
    assert found["os.survival.36"].value == pytest.approx(6 / 7)
    assert found["os.survival.40"].value == pytest.approx(6 / 7 * 4 / 5)
    assert found["os.deaths"].value == 2 and found["os.deaths.36"].value == 1
    assert method_words(found["os.survival.36"]) == "Kaplan-Meier, plain interval"


def test_responses_keep_everyone_in_the_denominator(cohort):
    found = chapter.responses(cohort, level=0.95)
    assert counts(found, "response.before.cr", "response.before.pr_or_better", "response.after.cr_or_better") == {
        "response.before.cr": (1, 8), "response.before.pr_or_better": (7, 8), "response.after.cr_or_better": (4, 8),
    }  # fmt: skip
    assert counts(found, "response.before.not_evaluable", "response.after.not_evaluable") == {
        "response.before.not_evaluable": (1, 8),  # G was not evaluable
        "response.after.not_evaluable": (1, 8),  # and not assessed
    }
    # Assessed twice: A, B, C, D, E, F, H. Deeper: A, D, F, H. Shallower: E.
    deeper, lost = found["response.deepened.before.after"], found["response.lost.before.after"]
    assert (deeper.value, lost.value, deeper.n) == (4, 1, 7)
    symmetry = found["response.symmetry.before.after"]
    # Pairs: PR-CR 3 v 0, VGPR-sCR 1 v 0, CR-VGPR 1 v 0; statistic 5, exact p: only the extremes reach it, 2/8.
    assert method_words(symmetry) == "exact Bowker" and symmetry.value == pytest.approx(2 / 8)


def test_minimal_residual_disease(cohort):
    found = chapter.minimal_residual_disease(
        cohort, milestone_months=36, landmark_months=16, sustained_months=12, interval="log-log", level=0.95
    )
    # Sustained: D (3 to 15) and H (3 to 20). E has 11 months only; F turned positive; C has one sample.
    assert counts(found, "mrd.negative", "mrd.sustained", "mrd.positive") == {
        "mrd.negative": (5, 8), "mrd.sustained": (2, 8), "mrd.positive": (3, 8),
    }  # fmt: skip
    assert found["mrd.evaluated"].value == 7 and found["mrd.guarantee_months"].value == 15
    naive = found["mrd.sustained.pfs.survival.36"]
    assert (naive.value, naive.n, naive.low) == (1.0, 2, pytest.approx(0.025**0.5))
    # At month 16 A had progressed and G had left. D is in the state; E (11 months) and F (positive at 12) are not.
    # The last samples of B, C and H are of month 3, too old to say.
    sizes = {"gone": 2, "sustained.count": 1, "positive.count": 1, "unconfirmed.count": 1, "not_assessed.count": 3}
    assert {name: found[f"mrd.landmark.{name}"].value for name in sizes} == sizes
    assert found["mrd.landmark.not_sustained.pfs.survival.36"].value == 1
    late = found["mrd.landmark.not_assessed.pfs.survival.36"]
    assert late.n == 3 and late.value == pytest.approx(2 / 3 * 1 / 2)
    assert [curve.key.rpartition(".")[2] for curve in found.curves] == ["sustained", "not_sustained", "not_assessed"]
    # Mantel-Byar: events at 10 (state 0 of 8), 20 (D; H from 20 on, so not yet: 1 of 6), 24 (D, H: 2 of 5).
    expected, variance = 1 / 6 + 2 / 5, 1 / 6 * 5 / 6 + 2 / 5 * 3 / 5
    assert found["mrd.mantel_byar"].value == pytest.approx(chi2.sf(expected**2 / variance, 1))


def test_safety_counts_a_patient_once_at_the_worst_grade(cohort):
    found = chapter.safety(cohort, level=0.95)
    assert counts(found, "safety.any", "safety.grade3plus", "safety.grade5", "safety.worst.grade2", "safety.serious") == {
        "safety.any": (3, 8), "safety.grade3plus": (2, 8), "safety.grade5": (1, 8), "safety.worst.grade2": (1, 8), "safety.serious": (1, 8),
    }  # fmt: skip
    assert counts(found, "safety.term.nausea", "safety.term.rash") == {
        "safety.term.nausea": (2, 8),
        "safety.term.rash": (1, 8),
    }
    terms = [
        group_words(row.group)
        for row in found.estimates
        if row.key.startswith("safety.term.") and row.statistic == "proportion"
    ]
    assert terms == ["Nausea", "Rash", "Sepsis"]
    assert reason_words(found["safety.related"].reason) == "the column related of the adverse event table is empty"


def test_the_study(cohort):
    found = chapter.study(cohort, level=0.95)
    assert [found[key].value for key in ("cohort.n", "cohort.asct_recipients", "cohort.not_analysed")] == [8, 20, 12]
    age = found["cohort.age_median"]
    assert (age.value, age.low, age.high) == (53.5, 45, 70)
    assert found["cohort.min_maintenance_months"].value == 6  # B, from 3 to 9; those still treated do not count
    assert counts(found, "baseline.sex.female") == {"baseline.sex.female": (3, 7)}
    assert found["baseline.sex.missing"].value == 1


def test_absent_tables_are_named(tmp_path):
    (tmp_path / "study.yml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "patients.csv").write_text(
        "patient_id,pfs_months,pfs_event,os_months,os_event\nA,5,death,5,death\n", encoding="utf-8"
    )
    alone = chapter.load_cohort(tmp_path)
    assert (
        reason_words(chapter.safety(alone, level=0.95)["safety.grade3plus"].reason)
        == "the cohort has no table of adverse events"
    )
    times = {"milestone_months": 36, "landmark_months": 16, "sustained_months": 12}
    mrd = chapter.minimal_residual_disease(alone, **times, interval="log-log", level=0.95)
    assert reason_words(mrd["mrd.sustained"].reason) == "the cohort has no table of minimal residual disease samples"
    assert (
        reason_words(chapter.responses(alone, level=0.95)["response.before.cr_or_better"].reason)
        == "no response is recorded at this timepoint"
    )
    assert (
        reason_words(chapter.study(alone, level=0.95)["cohort.asct_recipients"].reason)
        == "the cohort has no flow table"
    )
    one = chapter.progression_free_survival(alone, milestones=[5], interval="log-log", level=0.95)
    gone = one["pfs.survival.5"]
    assert (gone.value, gone.low, gone.high) == (0, 0, pytest.approx(0.975))
    assert one.curve("pfs").survival == [1.0, 0.0]


@pytest.mark.parametrize(("censorings", "ticks"), [(MAX_CURVE_POINTS, MAX_CURVE_POINTS), (MAX_CURVE_POINTS + 1, 0)])
def test_every_censoring_has_a_tick_or_none_has(censorings, ticks):
    months = [1.0, *range(2, censorings + 2)]
    derived = pd.DataFrame({"months": months, "event": [True] + [False] * censorings}, dtype=object)
    found = survival_curve(derived.astype({"months": float, "event": bool}), "pfs", level=0.95, key="pfs")
    assert len(found.censor_times) == ticks
