"""Responses at every timepoint, and how they deepened or were lost between two of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from livingreview.analyses.counted import count, p_value, share, share_and_count
from livingreview.endpoints.response import AtLeast, Depth
from livingreview.results.codes import (
    NOT_EVALUABLE,
    Estimator,
    Group,
    Level,
    Limits,
    Reason,
    ReasonCode,
    Statistic,
    Variable,
)
from livingreview.results.estimates import Estimate, Interval, NotEstimable, Results, absent
from livingreview.results.partitions import COHORT, Tally
from livingreview.statistics.paired import bowker, paired_bounds

if TYPE_CHECKING:
    from livingreview.cohort.cohort import Cohort

CHAPTER = "responses"
NONE = "none"  # not assessed, or not evaluable
CHANGES = {Statistic.DEEPENED: Depth.deepened, Statistic.LOST: Depth.lost}
PATH = "response.path."
Used = Mapping[str, list[str]]  # categories, the deepest first, each with those counted under its name
Paths = Mapping[tuple[str, str], int]  # from one category, or none, to another: how many patients


def responses(cohort: Cohort, *, level: float) -> Results:
    """Estimates `response.<timepoint>.*`, `response.<change>.<from>.<to>` and `response.path.<from>.<to>.*`.

    The denominator is every patient of the cohort: one not assessed has no response.
    In a reconstructed cohort only the margins of each timepoint are known, so a change is the
    range that the margins allow, never a count of reconstructed pairs, and there are no paths.
    Where small counts are withheld, neighbours of which one is small are counted as one category at every timepoint
    (by the IMWG criteria sCR with CR, MR with SD and PD): the thresholds stay what they are. A path that nobody took has no estimate. Where few took one of the paths between two timepoints there are
    none of these: a table of so many cells with a few of them left out would give those away.
    """
    table = cohort.table("responses")
    n, depth = len(cohort.table("patients")), Depth.of(cohort.study.response_criteria)
    timepoints = [timepoint.name for timepoint in cohort.study.vocabulary.timepoints]
    labels = {timepoint.name: timepoint.label.lower() for timepoint in cohort.study.vocabulary.timepoints}
    used = _together(table, depth, cohort.smallest_shown)
    table["response"] = table["response"].replace({old: new for new, olds in used.items() for old in olds})
    found: list[Estimate] = []
    outcomes = [f"response.{name}.{threshold.key}" for name in reversed(timepoints) for threshold in depth.thresholds]
    tally = Tally({COHORT: n}, named_by_data=(PATH,), outcomes=outcomes)
    wide = table.pivot(index="patient_id", columns="timepoint", values="response")
    for timepoint in timepoints:
        at = table.loc[table["timepoint"] == timepoint, "response"]
        found += _at_timepoint(at, timepoint, depth, used, n, level)
        if not at.empty:
            _tally_depths(tally, at, timepoint, depth, used, level)
    compared = n if cohort.smallest_shown > 1 else None
    for before, after in pairwise(timepoints):
        changes = _between(wide, before, after, depth, used, labels, compared, cohort.is_reconstructed)
        found += changes
        counted: dict[str, Any] = {
            row.key: int(row.value) for row in changes if row.statistic in CHANGES and row.value is not None
        }
        if counted:  # otherwise only the totals are known
            paths = _paths(wide, before, after, used, n)
            if not any(0 < number < cohort.smallest_shown for number in paths.values()):
                found += _path_estimates(paths, before, after, labels, n, used)
            _tally_paths(tally, paths, counted, before, after, depth, used)
            tally.show([row for row in changes if row.statistic == Statistic.P], COHORT, *counted)
    of_all = [one for one in found if one.n == n and one.statistic in (Statistic.COUNT, Statistic.PROPORTION)]
    tally.show(of_all, COHORT)
    return Results(CHAPTER, found, tally=tally)


def _together(table: pd.DataFrame, depth: Depth, smallest: int) -> dict[str, list[str]]:
    """The categories that are used, the deepest first, each with the recorded ones that are counted under its name."""
    counts = pd.crosstab(table["timepoint"], table["response"])
    used = {name: [name] for name in depth.categories if name in counts.columns}
    for group in depth.neighbours:
        members = [name for name in group if name in used]
        if len(members) > 1 and counts[members].isin(range(1, smallest)).any(axis=None):
            used[members[-1]] = members
            for name in members[:-1]:
                del used[name]
    return used


def _stem(category: str, used: Used) -> str:
    """A category, or several as one, in a key."""
    return NOT_EVALUABLE if category == NONE else "_or_".join(used[category]).lower()


def _levels(category: str, used: Used) -> Group:
    names = [NOT_EVALUABLE] if category == NONE else used[category]
    return tuple(Level(Variable.RESPONSE, name) for name in names)


def _tally_depths(tally: Tally, observed: pd.Series, timepoint: str, depth: Depth, used: Used, level: float) -> None:
    """Everybody is in one category or in none; thresholds add up categories."""
    keys = {name: f"response.{timepoint}.{_stem(name, used)}" for name in (*used, NONE)}
    counts: dict[str, Any] = {keys[name]: int((observed == name).sum()) for name in used}
    levels = {key: _levels(name, used) for name, key in keys.items()}
    complete = {keys[name] for name in used if name in depth.best}
    n = tally.counts[COHORT]

    def merged(names: list[str], number: int) -> list[Estimate]:
        if complete & set(names) or number == n:
            return []  # complete responses are never joined with others, and everybody is no category
        group = (Level(Variable.TIMEPOINT, timepoint), *(level for name in names for level in levels[name]))
        return [share(f"response.{timepoint}.merged", number, n=n, level=level, endpoint="response", group=group)]

    tally.split(COHORT, counts, rest=keys[NONE], merged=merged)
    for threshold in depth.thresholds:
        reached = {keys[name]: counts[keys[name]] for name in used if name in threshold.categories}
        tally.add_up(f"response.{timepoint}.{threshold.key}", reached)


def _paths(wide: pd.DataFrame, before: str, after: str, used: Used, n: int) -> Paths:
    """How many patients went from each category, or none, to each; everybody takes one path."""
    start, end = (wide[name].where(wide[name].isin(used), NONE) for name in (before, after))
    counts = pd.crosstab(start.to_numpy(), end.to_numpy())
    steps = [*used, NONE]
    counts = counts.reindex(index=steps, columns=steps, fill_value=0)
    paths = {(one, two): int(counts.at[one, two]) for one in steps for two in steps}
    paths[NONE, NONE] += n - len(wide)
    return paths


def _path_key(before: str, after: str, path: tuple[str, str], used: Used) -> str:
    return f"{PATH}{before}.{after}.{_stem(path[0], used)}.{_stem(path[1], used)}"


def _path_estimates(
    paths: Paths, before: str, after: str, labels: dict[str, str], n: int, used: Used
) -> list[Estimate]:
    ends = (Level(Variable.FROM_TIMEPOINT, before, labels[before]), Level(Variable.TO_TIMEPOINT, after, labels[after]))
    about: dict[str, Any] = {"statistic": Statistic.PATH, "estimator": Estimator.COUNT_ON_PATH, "endpoint": "response"}
    return [
        count(
            _path_key(before, after, path, used),
            number,
            group=(*_levels(path[0], used), ends[0], *_levels(path[1], used), ends[1]),
            n=n,
            **about,
        )
        for path, number in paths.items()
        if number
    ]


def _tally_paths(
    tally: Tally, paths: Paths, counted: Mapping[str, int], before: str, after: str, depth: Depth, used: Used
) -> None:
    """Everybody takes one path from a category, or none, to another; paths add up to both margins."""

    def of(chosen: Callable[[str, str], bool]) -> dict[str, int]:
        return {_path_key(before, after, path, used): number for path, number in paths.items() if chosen(*path)}

    for category in [*used, NONE]:
        stem = _stem(category, used)
        tally.split(f"response.{before}.{stem}", of(lambda one, two, here=category: one == here))  # type: ignore[misc]
        tally.split(f"response.{after}.{stem}", of(lambda one, two, here=category: two == here))  # type: ignore[misc]
    tally.counts |= counted
    for change, happened in CHANGES.items():
        tally.split(
            f"response.{change}.{before}.{after}",
            of(lambda one, two, happened=happened: NONE not in (one, two) and happened(depth, one, two)),  # type: ignore[misc]
        )
    for threshold in depth.thresholds:
        _tally_crossed(tally, threshold, before, after, of)
    unchanged = f"response.unchanged.{before}.{after}"
    tally.add_up(unchanged, of(lambda one, two: one == two != NONE))
    tally.minor |= {*counted, unchanged}


def _tally_crossed(
    tally: Tally,
    threshold: AtLeast,
    before: str,
    after: str,
    of: Callable[[Callable[[str, str], bool]], dict[str, int]],
) -> None:
    """Who reached a threshold between two timepoints, and who fell below it: what two shares leave of each other."""
    reached = threshold.categories
    pair = f"response.{before}.{after}.{threshold.key}"
    crossed = {
        f"{pair}.kept": of(lambda one, two: one in reached and two in reached),
        f"{pair}.left": of(lambda one, two: one in reached and two not in reached),
        f"{pair}.gained": of(lambda one, two: one not in reached and two in reached),
    }
    for name, paths in crossed.items():
        tally.add_up(name, paths)
    for at, change in ((before, "left"), (after, "gained")):
        names = (f"{pair}.kept", f"{pair}.{change}")
        tally.split(f"response.{at}.{threshold.key}", {name: tally.counts[name] for name in names})


def _at_timepoint(
    observed: pd.Series, timepoint: str, depth: Depth, used: Used, n: int, level: float
) -> list[Estimate]:
    """Each category and each threshold; absent where nothing is recorded at the timepoint."""
    wanted: list[tuple[str, Group, tuple[str, ...]]] = [
        (_stem(name, used), _levels(name, used), (name,)) for name in used
    ]
    wanted += [(one.key, (Level(Variable.RESPONSE, one.key, one.words),), one.categories) for one in depth.thresholds]
    found: list[Estimate] = []
    about: dict[str, Any] = {"endpoint": "response", "n": n, "level": level}
    for key, levels, categories in wanted:
        stem, about["group"] = f"response.{timepoint}.{key}", (Level(Variable.TIMEPOINT, timepoint), *levels)
        if observed.empty:
            found.append(share(stem, absent(ReasonCode.NO_RESPONSE_AT_TIMEPOINT), **about))
        else:
            found += share_and_count(stem, int(observed.isin(categories).sum()), **about)
    without = n - int(observed.isin(depth.categories).sum())
    if without and not observed.empty:
        about["group"] = (Level(Variable.TIMEPOINT, timepoint), *_levels(NONE, used))
        found.append(share(f"response.{timepoint}.{NOT_EVALUABLE}", without, **about))
    return found


def _between(
    wide: pd.DataFrame,
    before: str,
    after: str,
    depth: Depth,
    used: Used,
    labels: dict[str, str],
    n: int | None,
    margins_only: bool,
) -> list[Estimate]:
    """Deeper, shallower, and the test of symmetry; of `n` patients, or of those assessed twice.

    Where small counts are withheld the number assessed twice would give away how many were not.
    """
    group = (Level(Variable.FROM_TIMEPOINT, before, labels[before]), Level(Variable.TO_TIMEPOINT, after, labels[after]))
    about: dict[str, Any] = {"endpoint": "response", "group": group}
    keys = {change: f"response.{change}.{before}.{after}" for change in CHANGES}
    if not {before, after} <= set(wide.columns):
        nothing = absent(ReasonCode.NOT_AT_BOTH_TIMEPOINTS)
        return [count(key, nothing, statistic=change, **about) for change, key in keys.items()]
    pairs = wide[[before, after]].dropna()
    pairs = pairs[pairs.isin(list(used)).all(axis=1)]
    about["n"] = len(pairs) if n is None else n
    counts = pd.crosstab(pairs[before], pairs[after]).reindex(index=list(used), columns=list(used), fill_value=0)
    counted = Estimator.COUNT_ASSESSED_TWICE if n is None else Estimator.COUNT_OF_ALL
    estimator = Estimator.MARGINS if margins_only else counted
    found = []
    for change, happened in CHANGES.items():
        cells = [[happened(depth, row, column) for column in used] for row in used]
        result = _allowed(counts, cells) if margins_only else int((counts.to_numpy() * cells).sum())
        found.append(count(keys[change], result, statistic=change, estimator=estimator, **about))
    test = bowker(counts.to_numpy())
    if isinstance(test, NotEstimable) and test.reason.code == ReasonCode.TOO_MANY_TABLES:
        test = bowker(counts.to_numpy(), exact=False)
    return [*found, p_value(f"response.symmetry.{before}.{after}", test, **about)]


def _allowed(counts: pd.DataFrame, cells: list[list[bool]]) -> Interval:
    """The fewest and the most patients in these cells that the margins allow."""
    fewest, most = paired_bounds(counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist(), cells)
    return Interval(None, fewest, most, 1.0, None, Reason(ReasonCode.ONLY_MARGINS), Limits.COHORT_RANGE)
