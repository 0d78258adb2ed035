"""Safety: each patient's worst grade, and adverse events by term."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from livingreview.analyses.counted import count, share, share_and_count
from livingreview.endpoints.toxicity import FLAGS, TOXICITIES, in_group, worst_grades
from livingreview.results.codes import Level, ReasonCode, Statistic, Variable
from livingreview.results.estimates import Estimate, NotEstimable, Results, absent, slugs
from livingreview.results.partitions import COHORT, Tally

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
    about: dict[str, Any] = {"n": n, "level": level, "endpoint": "safety"}
    events = cohort.table("adverse_events")
    if not cohort.has("adverse_events"):
        reason = absent(ReasonCode.NO_TABLE, table="adverse_events")
        return Results(
            CHAPTER, [one for toxicity in TOXICITIES for one in _had(toxicity.key, toxicity.words, reason, about)]
        )
    lowest = cohort.study.adverse_events.recorded_from_grade
    worst = worst_grades(events)
    found: list[Estimate] = []
    for toxicity in TOXICITIES:
        reached = _unrecorded(toxicity.from_grade, lowest) or int((worst >= toxicity.from_grade).sum())
        found += _had(toxicity.key, toxicity.words, reached, about)
    for grade in range(lowest, 6):
        whose = (_worst(grade),)
        found += share_and_count(f"safety.worst.grade{grade}", int((worst == grade).sum()), group=whose, **about)
    tally = _tally(worst, lowest, n)
    died = cohort.table("patients").set_index("patient_id")["os_event"] == "death"
    if lowest <= 5 and died.reindex(worst.index[worst == 5]).all():
        tally.counts["os.deaths"] = int(died.sum())
        tally.elsewhere.add("os.deaths")
        tally.split("os.deaths", {"safety.grade5": tally.counts["safety.grade5"]}, rest="safety.other_deaths")
    groups, grades = cohort.study.adverse_event_groups, _grades_of_terms(events)
    within = [
        *(one for column, words in FLAGS.items() for one in _flag(column, words, events, about)),
        *(one for group in groups for one in _group(group, events, lowest, about)),
        *_terms(grades, about),
    ]
    for one in within:
        if one.events is not None:
            tally.split(RECORDED, {one.key: one.events}, rest=f"{one.key}.without")
    for key, (_, counts) in grades.items():
        _tally_term(tally, key, counts, lowest)
    _tally_groups(tally, groups, events, worst)
    found += within
    tally.show([one for one in found if one.n == n], COHORT)
    return Results(CHAPTER, found, tally=tally)


def _tally(worst: pd.Series, lowest: int, n: int) -> Tally:
    """Everybody has one worst grade or no recorded event; thresholds add up worst grades."""
    tally = Tally({COHORT: n}, named_by_data=(TERM,), outcomes=OUTCOMES.copy())
    tally.split(COHORT, {RECORDED: len(worst)}, rest="safety.none")
    grades = {grade: int((worst == grade).sum()) for grade in range(lowest, 6)}
    tally.split(RECORDED, _by_grade("safety.worst", grades), rest="safety.worst.lower")
    for toxicity in TOXICITIES:
        reached = {grade: counted for grade, counted in grades.items() if grade >= toxicity.from_grade}
        tally.add_up(toxicity.key, _by_grade("safety.worst", reached))
    return tally


def _by_grade(stem: str, counts: dict[int, int]) -> dict[str, int]:
    return {f"{stem}.grade{grade}": counted for grade, counted in counts.items()}


def _had(key: str, words: str, number: int | NotEstimable, about: dict[str, Any]) -> list[Estimate]:
    """Who had an event of a kind that is named elsewhere; or why that is not known."""
    group = (Level(Variable.ADVERSE_EVENT, key, words),)
    if isinstance(number, NotEstimable):
        return [share(key, number, group=group, **about)]
    return share_and_count(key, number, group=group, **about)


def _unrecorded(grade: int, lowest: int) -> NotEstimable | None:
    return absent(ReasonCode.RECORDED_FROM_GRADE, grade=lowest) if grade < lowest else None


def _empty(column: str) -> NotEstimable:
    return absent(ReasonCode.EMPTY_COLUMN, column=column, table="adverse_events")


def _flag(column: str, words: str, events: pd.DataFrame, about: dict[str, Any]) -> list[Estimate]:
    patients = int(events.loc[events[column] == "yes", "patient_id"].nunique())
    return _had(f"safety.{column}", words, _empty(column) if events[column].isna().all() else patients, about)


def _group(group: Any, events: pd.DataFrame, lowest: int, about: dict[str, Any]) -> list[Estimate]:
    """Patients with at least one event of a declared group."""
    asked: dict[str, Any] = {"term": group.terms, "soc": group.soc}
    empty = next((_empty(name) for name, wanted in asked.items() if wanted and events[name].isna().all()), None)
    patients = int(events.loc[in_group(events, group), "patient_id"].nunique())
    return _had(f"{GROUP}{group.key}", group.name, empty or _unrecorded(group.from_grade, lowest) or patients, about)


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
                    tally.add_up(whole, parts)
                tally.split(whole, {key: tally.counts[key]}, rest=f"{whole}.without.{key}")


def _grades_of_terms(events: pd.DataFrame) -> dict[str, tuple[str, dict[int, int]]]:
    """Each term and how many patients had it at each worst grade, by its key; empty where no term is named.

    The most frequent term stands first; ties in the order of the alphabet.
    """
    worst = events.groupby(["term", "patient_id"])["grade"].max().reset_index()
    counts = pd.crosstab(worst["term"], worst["grade"].astype(int))
    slug = slugs(counts.index)
    order = sorted(counts.index, key=lambda term: (-int(counts.loc[term].sum()), term))
    return {f"{TERM}{slug[term]}": (term, counts.loc[term].to_dict()) for term in order}


def _tally_term(tally: Tally, key: str, counts: dict[int, int], lowest: int) -> None:
    """A patient has one worst grade of a term, and no event of it above the worst grade of all."""
    grades = {grade: counts.get(grade, 0) for grade in range(lowest, 6)}
    tally.split(key, _by_grade(key, grades), rest=f"{key}.lower")
    for from_grade in range(lowest + 1, 6):
        milder = ["safety.worst.lower", *(f"safety.worst.grade{grade}" for grade in range(lowest, from_grade))]
        as_severe = [f"{key}.grade{grade}" for grade in range(from_grade, 6)]
        parts = {name: tally.counts[name] for name in (*milder, *as_severe)}
        tally.split(RECORDED, parts, rest=f"{key}.below_grade{from_grade}")


def _terms(grades: dict[str, tuple[str, dict[int, int]]], about: dict[str, Any]) -> list[Estimate]:
    """Patients with each term, and by its worst grade; a grade that nobody had has no estimate."""
    if not grades:
        return [share("safety.terms", absent(ReasonCode.NO_TERMS), group=(Level(Variable.TERM),), **about)]
    counted = {"n": about["n"], "endpoint": about["endpoint"], "statistic": Statistic.WORST_GRADE}
    found = []
    for key, (term, counts) in grades.items():
        named = Level(Variable.TERM, term)
        found += share_and_count(key, sum(counts.values()), group=(named,), **about)
        found += [
            count(f"{key}.grade{grade}", number, group=(named, _worst(grade)), **counted)
            for grade, number in counts.items()
            if number
        ]
    return found


def _worst(grade: int) -> Level:
    return Level(Variable.WORST_GRADE, str(grade))
