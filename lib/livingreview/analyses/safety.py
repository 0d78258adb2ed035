"""Safety: each patient's worst grade, and adverse events by term."""

from __future__ import annotations

import pandas as pd

from livingreview.counts import COHORT, Tally
from livingreview.endpoints.toxicity import TOXICITIES, worst_grades
from livingreview.estimates import Estimate, NotEstimable, Results, estimate, slugs
from livingreview.statistics.proportions import clopper_pearson

CHAPTER = "safety"
RECORDED = "safety.recorded"  # patients with an event in the table
FLAGS = {"serious": "a serious adverse event", "related": "an adverse event judged related to treatment"}


def safety(cohort, *, level: float) -> Results:
    """Estimates `safety.*`; a patient counts once, at the worst grade.

    The denominator is every patient of the cohort. Grades below the one from which
    study.yml says events were recorded are not estimable: nobody looked, which is not zero.
    """
    n = len(cohort.table("patients"))
    events = cohort.table("adverse_events")
    if not cohort.has("adverse_events"):
        reason = NotEstimable("the cohort has no table of adverse events")
        return Results(CHAPTER, [_share(toxicity.key, toxicity.words, reason, n) for toxicity in TOXICITIES])
    lowest = cohort.study.adverse_events.recorded_from_grade
    worst = worst_grades(events)
    found = []
    for toxicity in TOXICITIES:
        if toxicity.from_grade < lowest:
            reason = NotEstimable(f"only adverse events of grade {lowest} or more were recorded")
            found.append(_share(toxicity.key, toxicity.words, reason, n))
            continue
        found += _proportion(toxicity.key, toxicity.words, int((worst >= toxicity.from_grade).sum()), n, level)
    for grade in range(lowest, 6):
        found += _proportion(
            f"safety.worst.grade{grade}", f"worst grade {grade}", int((worst == grade).sum()), n, level
        )
    tally = _tally(worst, lowest, n)
    died = cohort.table("patients").set_index("patient_id")["os_event"] == "death"
    if lowest <= 5 and died.reindex(worst.index[worst == 5]).all():
        tally.counts["os.deaths"] = int(died.sum())
        tally.elsewhere.add("os.deaths")
        tally.split("os.deaths", {"safety.grade5": tally.counts["safety.grade5"]}, rest="safety.other_deaths")
    within = [*_flags(events, n, level), *_terms(events, n, level)]
    for share in within:
        if share.events is not None:
            tally.split(RECORDED, {share.key: share.events}, rest=f"{share.key}.without")
    found += within
    tally.show([share for share in found if share.n == n], COHORT)
    return Results(CHAPTER, found, tally=tally)


def _tally(worst: pd.Series, lowest: int, n: int) -> Tally:
    """Everybody has one worst grade or no recorded event; thresholds add up worst grades."""
    tally = Tally({COHORT: n}, named_by_data=("safety.term.",))
    tally.split(COHORT, {RECORDED: len(worst)}, rest="safety.none")
    grades = {f"safety.worst.grade{grade}": int((worst == grade).sum()) for grade in range(lowest, 6)}
    tally.split(RECORDED, grades, rest="safety.worst.lower")
    for toxicity in TOXICITIES:
        reached = {f"safety.worst.grade{grade}" for grade in range(max(lowest, toxicity.from_grade), 6)}
        tally.counts[toxicity.key] = sum(grades[name] for name in reached)
        tally.split(toxicity.key, {name: grades[name] for name in sorted(reached)})
    return tally


def _share(key: str, words: str, result, n: int, count: int | None = None) -> Estimate:
    return estimate(
        key, result, endpoint="safety", group=words, statistic="proportion", unit="fraction", n=n, events=count
    )


def _proportion(key: str, words: str, count: int, n: int, level: float) -> list[Estimate]:
    return [
        _share(key, words, clopper_pearson(count, n, level=level), n, count),
        estimate(
            f"{key}.count",
            count,
            endpoint="safety",
            group=words,
            statistic="count",
            unit="patients",
            method="count",
            n=n,
        ),
    ]


def _flags(events: pd.DataFrame, n: int, level: float) -> list[Estimate]:
    found = []
    for column, words in FLAGS.items():
        if events[column].isna().all():
            reason = NotEstimable(f"the column {column} of the adverse event table is empty")
            found.append(_share(f"safety.{column}", words, reason, n))
        else:
            patients = events.loc[events[column] == "yes", "patient_id"].nunique()
            found += _proportion(f"safety.{column}", words, int(patients), n, level)
    return found


def _terms(events: pd.DataFrame, n: int, level: float) -> list[Estimate]:
    """Patients with each term, the most frequent first; ties in the order of the alphabet."""
    if events["term"].isna().all():
        reason = NotEstimable("the adverse event table names no terms")
        return [_share("safety.terms", "by term", reason, n)]
    counts = events.groupby("term")["patient_id"].nunique()
    names = slugs(counts.index)
    found = []
    for term in sorted(counts.index, key=lambda name: (-counts[name], name)):
        found += _proportion(f"safety.term.{names[term]}", term, int(counts[term]), n, level)
    return found
