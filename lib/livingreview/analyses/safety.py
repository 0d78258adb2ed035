"""Safety: each patient's worst grade, and adverse events by term."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from livingreview.endpoints.toxicity import FLAGS, TOXICITIES, in_group, worst_grades
from livingreview.results.codes import Estimator, Group, Level, ReasonCode, Statistic, Variable
from livingreview.results.estimates import Estimate, Interval, NotEstimable, Results, absent, estimate, slugs
from livingreview.results.partitions import COHORT, Tally
from livingreview.statistics.proportions import clopper_pearson

if TYPE_CHECKING:
    from livingreview.cohort.cohort import Cohort

CHAPTER = "safety"
RECORDED = "safety.recorded"  # patients with an event in the table
TERM, GROUP = "safety.term.", "safety.group."
OUTCOMES = ["safety.grade3plus", "safety.grade5", "safety.serious", "safety.related"]


def safety(cohort: Cohort, *, level: float) -> Results:
    """Estimates `safety.*`; a patient counts once, at the worst grade.

    The denominator is every patient of the cohort. Grades below the one from which
    study.yml says events were recorded are not estimable: nobody looked, which is not zero.
    """
    n = len(cohort.table("patients"))
    events = cohort.table("adverse_events")
    if not cohort.has("adverse_events"):
        reason = absent(ReasonCode.NO_TABLE, table="adverse_events")
        return Results(
            CHAPTER, [_share(toxicity.key, _whose(toxicity.key, toxicity.words), reason, n) for toxicity in TOXICITIES]
        )
    lowest = cohort.study.adverse_events.recorded_from_grade
    worst = worst_grades(events)
    found = []
    for toxicity in TOXICITIES:
        if toxicity.from_grade < lowest:
            reason = absent(ReasonCode.RECORDED_FROM_GRADE, grade=lowest)
            found.append(_share(toxicity.key, _whose(toxicity.key, toxicity.words), reason, n))
            continue
        whose, reached = _whose(toxicity.key, toxicity.words), int((worst >= toxicity.from_grade).sum())
        found += _proportion(toxicity.key, whose, reached, n, level)
    for grade in range(lowest, 6):
        found += _proportion(f"safety.worst.grade{grade}", (_worst(grade),), int((worst == grade).sum()), n, level)
    tally = _tally(worst, lowest, n)
    died = cohort.table("patients").set_index("patient_id")["os_event"] == "death"
    if lowest <= 5 and died.reindex(worst.index[worst == 5]).all():
        tally.counts["os.deaths"] = int(died.sum())
        tally.elsewhere.add("os.deaths")
        tally.split("os.deaths", {"safety.grade5": tally.counts["safety.grade5"]}, rest="safety.other_deaths")
    by_term = _by_term(events)
    groups = cohort.study.adverse_event_groups
    of_groups = [row for group in groups for row in _group(group, events, lowest, n, level)]
    within = [*_flags(events, n, level), *of_groups, *_terms(by_term, n, level)]
    for share in within:
        if share.events is not None:
            tally.split(RECORDED, {share.key: share.events}, rest=f"{share.key}.without")
    for key, counts in _grades_of_terms(by_term).items():
        _tally_term(tally, key, counts, lowest)
    _tally_groups(tally, groups, events, worst)
    found += within
    tally.show([share for share in found if share.n == n], COHORT)
    return Results(CHAPTER, found, tally=tally)


def _tally(worst: pd.Series, lowest: int, n: int) -> Tally:
    """Everybody has one worst grade or no recorded event; thresholds add up worst grades."""
    tally = Tally({COHORT: n}, named_by_data=(TERM,), outcomes=OUTCOMES.copy())
    tally.split(COHORT, {RECORDED: len(worst)}, rest="safety.none")
    grades = {f"safety.worst.grade{grade}": int((worst == grade).sum()) for grade in range(lowest, 6)}
    tally.split(RECORDED, grades, rest="safety.worst.lower")
    for toxicity in TOXICITIES:
        reached = {f"safety.worst.grade{grade}" for grade in range(max(lowest, toxicity.from_grade), 6)}
        tally.counts[toxicity.key] = sum(grades[name] for name in reached)
        tally.split(toxicity.key, {name: grades[name] for name in sorted(reached)})
    return tally


def _whose(key: str, words: str) -> Group:
    return (Level(Variable.ADVERSE_EVENT, key, words),)


def _share(key: str, whose: Group, result: Interval | NotEstimable, n: int, count: int | None = None) -> Estimate:
    about: dict[str, Any] = {"endpoint": "safety", "statistic": Statistic.PROPORTION, "unit": "fraction"}
    return estimate(key, result, group=whose, estimator=Estimator.PROPORTION, n=n, events=count, **about)


def _count(key: str, whose: Group, count: int, n: int, statistic: Statistic = Statistic.COUNT) -> Estimate:
    about: dict[str, Any] = {
        "endpoint": "safety",
        "statistic": statistic,
        "unit": "patients",
        "estimator": Estimator.COUNT,
    }
    return estimate(key, count, group=whose, n=n, **about)


def _proportion(key: str, whose: Group, count: int, n: int, level: float) -> list[Estimate]:
    share = _share(key, whose, clopper_pearson(count, n, level=level), n, count)
    return [share, _count(f"{key}.count", whose, count, n)]


def _flags(events: pd.DataFrame, n: int, level: float) -> list[Estimate]:
    found = []
    for column, words in FLAGS.items():
        key, whose = f"safety.{column}", _whose(f"safety.{column}", words)
        if events[column].isna().all():
            reason = absent(ReasonCode.EMPTY_COLUMN, column=column, table="adverse_events")
            found.append(_share(key, whose, reason, n))
        else:
            patients = events.loc[events[column] == "yes", "patient_id"].nunique()
            found += _proportion(key, whose, int(patients), n, level)
    return found


def _group(group: Any, events: pd.DataFrame, lowest: int, n: int, level: float) -> list[Estimate]:
    """Patients with at least one event of a declared group."""
    key, whose = f"{GROUP}{group.key}", _whose(f"{GROUP}{group.key}", group.name)
    asked: dict[str, Any] = {"term": group.terms, "soc": group.soc}
    if empty := next((name for name, wanted in asked.items() if wanted and events[name].isna().all()), ""):
        return [_share(key, whose, absent(ReasonCode.EMPTY_COLUMN, column=empty, table="adverse_events"), n)]
    if group.from_grade < lowest:
        return [_share(key, whose, absent(ReasonCode.RECORDED_FROM_GRADE, grade=lowest), n)]
    return _proportion(key, whose, int(events.loc[in_group(events, group), "patient_id"].nunique()), n, level)


def _tally_groups(tally: Tally, groups: Iterable[Any], events: pd.DataFrame, worst: pd.Series) -> None:
    """A declared group and all else that is shown of which it is a part, or which is a part of it.

    By patients, not by definition: a term that nearly all of a group had leaves few of it, whatever the group asks for.
    """
    declared = {f"{GROUP}{group.key}": set(events.loc[in_group(events, group), "patient_id"]) for group in groups}
    shown: dict[tuple[str, ...], set[Any]] = {(key,): whose for key, whose in declared.items()}
    shown |= {(toxicity.key,): set(worst.index[worst >= toxicity.from_grade]) for toxicity in TOXICITIES}
    shown |= {(f"safety.{flag}",): set(events.loc[events[flag] == "yes", "patient_id"]) for flag in FLAGS}
    for grade in range(1, 6):  # worst grades from one on can be added up, too
        shown[tuple(f"safety.worst.grade{one}" for one in range(grade, 6))] = set(worst.index[worst >= grade])
    by_term = events.groupby(["term", "patient_id"])["grade"].max().reset_index()
    for term, slug in slugs(by_term["term"]).items():
        of_term, stem = by_term[by_term["term"] == term], f"{TERM}{slug}"
        shown[(stem,)] = set(of_term["patient_id"])
        for grade in range(1, 6):  # the grades of a term from here on can be added up
            counted = tuple(f"{stem}.grade{one}" for one in range(grade, 6))
            shown[counted] = set(of_term.loc[of_term["grade"] >= grade, "patient_id"])
    for key, whose in declared.items():
        for names, theirs in shown.items():
            if names == (key,) or not {key, *names} <= tally.counts.keys():
                continue
            parts = {name: tally.counts[name] for name in names}
            if theirs <= whose:
                tally.split(key, parts, rest=f"{key}.without.{names[0]}.{len(names)}")
            elif whose <= theirs:
                whole = names[0] if len(names) == 1 else f"{names[0]}.and_more"
                if len(names) > 1:
                    tally.counts[whole] = sum(parts.values())
                    tally.split(whole, parts)
                tally.split(whole, {key: tally.counts[key]}, rest=f"{whole}.without.{key}")


def _by_term(events: pd.DataFrame) -> pd.DataFrame:
    """Patients with each term, by worst grade: terms in rows, grades in columns; empty where no term is named.

    The most frequent term stands first; ties in the order of the alphabet.
    """
    worst = events.groupby(["term", "patient_id"])["grade"].max().reset_index()
    counts = pd.crosstab(worst["term"], worst["grade"].astype(int))
    order = sorted(counts.index, key=lambda name: (-int(counts.loc[name].sum()), name))
    return counts.loc[order]


def _term_keys(by_term: pd.DataFrame) -> dict[str, str]:
    return {term: f"{TERM}{slug}" for term, slug in slugs(by_term.index).items()}


def _grades_of_terms(by_term: pd.DataFrame) -> dict[str, dict[int, int]]:
    """Patients by worst grade, for each key of a term."""
    keys = _term_keys(by_term)
    return {keys[term]: {int(g): int(count) for g, count in row.items()} for term, row in by_term.iterrows()}


def _tally_term(tally: Tally, key: str, counts: dict[int, int], lowest: int) -> None:
    """A patient has one worst grade of a term, and no event of it above the worst grade of all."""
    grades = {f"{key}.grade{grade}": counts.get(grade, 0) for grade in range(lowest, 6)}
    tally.split(key, grades, rest=f"{key}.lower")
    for from_grade in range(lowest + 1, 6):
        milder = ["safety.worst.lower", *(f"safety.worst.grade{grade}" for grade in range(lowest, from_grade))]
        as_severe = [f"{key}.grade{grade}" for grade in range(from_grade, 6)]
        parts = {name: tally.counts[name] for name in (*milder, *as_severe)}
        tally.split(RECORDED, parts, rest=f"{key}.below_grade{from_grade}")


def _terms(by_term: pd.DataFrame, n: int, level: float) -> list[Estimate]:
    """Patients with each term, and by its worst grade; a grade that nobody had has no estimate."""
    if by_term.empty:
        return [_share("safety.terms", (Level(Variable.TERM),), absent(ReasonCode.NO_TERMS), n)]
    keys, grades = _term_keys(by_term), _grades_of_terms(by_term)
    found = []
    for term in by_term.index:
        key, named = keys[term], Level(Variable.TERM, term)
        found += _proportion(key, (named,), sum(grades[key].values()), n, level)
        found += [
            _count(f"{key}.grade{grade}", (named, _worst(grade)), count, n, Statistic.WORST_GRADE)
            for grade, count in grades[key].items()
            if count
        ]
    return found


def _worst(grade: int) -> Level:
    return Level(Variable.WORST_GRADE, str(grade))
