"""Responses at every timepoint, and how they deepened or were lost between two of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import pandas as pd

from livingreview.endpoints.response import DEPTH, NEIGHBOURS, NOT_EVALUABLE, THRESHOLDS, AtLeast, deepened, lost
from livingreview.results.estimates import Estimate, Interval, NotEstimable, Results, absent, estimate
from livingreview.results.partitions import COHORT, Tally
from livingreview.statistics.groups import Test
from livingreview.statistics.paired import bowker, paired_bounds
from livingreview.statistics.proportions import clopper_pearson

CHAPTER = "responses"
NONE = "none"  # not assessed, or not evaluable
NOT_EVALUABLE_KEY = "not_evaluable"
NOT_ASSESSED = "not assessed or not evaluable"
CHANGES = {"deepened": deepened, "lost": lost}
PATH = "response.path."
Used = Mapping[str, str]  # categories, the deepest first, each with its words
Paths = Mapping[tuple[str, str], int]  # from one category, or none, to another: how many patients


def responses(cohort, *, level: float) -> Results:
    """Estimates `response.<timepoint>.*`, `response.<change>.<from>.<to>` and `response.path.<from>.<to>.*`.

    The denominator is every patient of the cohort: one not assessed has no response.
    In a reconstructed cohort only the margins of each timepoint are known, so a change is the
    range that the margins allow, never a count of reconstructed pairs, and there are no paths.
    Where small counts are withheld, neighbours of which one is small are counted as one category at every timepoint
    (sCR with CR, MR with SD and PD): the thresholds stay what they are. A path that nobody took has no estimate. Where few took one of the paths between two timepoints there are
    none of these: a table of so many cells with a few of them left out would give those away.
    """
    table = cohort.table("responses")
    n = len(cohort.table("patients"))
    timepoints = [timepoint.name for timepoint in cohort.study.vocabulary.timepoints]
    labels = {timepoint.name: timepoint.label.lower() for timepoint in cohort.study.vocabulary.timepoints}
    words = _together(table, cohort.smallest_shown)
    table["response"] = table["response"].replace({old: new for new, olds in words.items() for old in olds})
    used = {new: " or ".join(olds) for new, olds in words.items()}
    found: list[Estimate] = []
    outcomes = [f"response.{name}.{threshold.key}" for name in reversed(timepoints) for threshold in THRESHOLDS]
    tally = Tally({COHORT: n}, named_by_data=(PATH,), outcomes=outcomes)
    wide = table.pivot(index="patient_id", columns="timepoint", values="response")
    for timepoint in timepoints:
        at = table.loc[table["timepoint"] == timepoint, "response"]
        found += _at_timepoint(at, timepoint, used, n, level)
        if not at.empty:
            _tally_depths(tally, at, timepoint, used, level)
    for before, after in pairwise(timepoints):
        changes = _between(
            wide, before, after, used, labels, n if cohort.smallest_shown > 1 else None, cohort.is_reconstructed
        )
        found += changes
        counted = {row.key: int(row.value) for row in changes if row.statistic in CHANGES and row.value is not None}
        if counted:  # otherwise only the totals are known
            paths = _paths(wide, before, after, used, n)
            if not any(0 < count < cohort.smallest_shown for count in paths.values()):
                found += _path_estimates(paths, before, after, labels, n, used)
            _tally_paths(tally, paths, counted, before, after, used)
            tally.show([row for row in changes if row.statistic == "p"], COHORT, *counted)
    tally.show([share for share in found if share.n == n and share.statistic in ("count", "proportion")], COHORT)
    return Results(CHAPTER, found, tally=tally)


def _together(table: pd.DataFrame, smallest: int) -> dict[str, list[str]]:
    """The categories that are used, the deepest first, each with the recorded ones that are counted under its name."""
    counts = pd.crosstab(table["timepoint"], table["response"])
    used = {name: [name] for name in DEPTH if name in counts.columns}
    for group in NEIGHBOURS:
        members = [name for name in group if name in used]
        if len(members) > 1 and counts[members].isin(range(1, smallest)).any(axis=None):
            used[members[-1]] = members
            for name in members[:-1]:
                del used[name]
    return used


def _depth_stem(words: str) -> str:
    """A category, or several as one, in a key."""
    return words.lower().replace(" ", "_")


def _tally_depths(tally: Tally, observed: pd.Series, timepoint: str, used: Used, level: float) -> None:
    """Everybody is in one category or in none; thresholds add up categories."""
    keys = {name: f"response.{timepoint}.{_depth_stem(used[name])}" for name in used}
    counts = {keys[name]: int((observed == name).sum()) for name in used}
    words = {keys[name]: used[name] for name in used} | {f"response.{timepoint}.not_evaluable": NOT_ASSESSED}
    complete = {keys[name] for name in used if name in NEIGHBOURS[0]}
    n = tally.counts[COHORT]

    def merged(names: list[str], count: int) -> list[Estimate]:
        if complete & set(names) or count == n:
            return []  # complete responses are never joined with others, and everybody is no category
        group = f"{timepoint} {' or '.join(words[name] for name in names)}"
        stem = f"response.{timepoint}.merged"
        share = clopper_pearson(count, n, level=level)
        about = {"endpoint": "response", "group": group, "n": n}
        return [estimate(stem, share, statistic="proportion", unit="fraction", events=count, **about)]

    tally.split(COHORT, counts, rest=f"response.{timepoint}.not_evaluable", merged=merged)
    for threshold in THRESHOLDS:
        reached = {keys[name]: counts[keys[name]] for name in used if name in threshold.categories}
        stem = f"response.{timepoint}.{threshold.key}"
        tally.counts[stem] = sum(reached.values())
        tally.split(stem, reached)


def _paths(wide: pd.DataFrame, before: str, after: str, used: Used, n: int) -> Paths:
    """How many patients went from each category, or none, to each; everybody takes one path."""
    start, end = (wide[name].where(wide[name].isin(used), NONE) for name in (before, after))
    counts = pd.crosstab(start.to_numpy(), end.to_numpy())
    steps = [*used, NONE]
    counts = counts.reindex(index=steps, columns=steps, fill_value=0)
    paths = {(one, two): int(counts.at[one, two]) for one in steps for two in steps}
    paths[NONE, NONE] += n - len(wide)
    return paths


def _stem(category: str, used: Used) -> str:
    return NOT_EVALUABLE_KEY if category == NONE else _depth_stem(used[category])


def _path_key(before: str, after: str, path: tuple[str, str], used: Used) -> str:
    return f"{PATH}{before}.{after}.{_stem(path[0], used)}.{_stem(path[1], used)}"


def _path_estimates(
    paths: Paths, before: str, after: str, labels: dict[str, str], n: int, used: Used
) -> list[Estimate]:
    words = {**used, NONE: NOT_ASSESSED}
    return [
        estimate(
            _path_key(before, after, path, used),
            count,
            endpoint="response",
            group=", ".join(
                f"{words[category]} {labels[at]}" for category, at in zip(path, (before, after), strict=True)
            ),
            statistic="path",
            unit="patients",
            method="count of patients",
            n=n,
        )
        for path, count in paths.items()
        if count
    ]


def _tally_paths(tally: Tally, paths: Paths, counted: Mapping[str, int], before: str, after: str, used: Used) -> None:
    """Everybody takes one path from a category, or none, to another; paths add up to both margins."""

    def of(chosen: Callable[[str, str], bool]) -> dict[str, int]:
        return {_path_key(before, after, path, used): count for path, count in paths.items() if chosen(*path)}

    for category in [*used, NONE]:
        stem = _stem(category, used)
        tally.split(f"response.{before}.{stem}", of(lambda one, two, here=category: one == here))
        tally.split(f"response.{after}.{stem}", of(lambda one, two, here=category: two == here))
    tally.counts |= counted
    for change, happened in CHANGES.items():
        tally.split(
            f"response.{change}.{before}.{after}",
            of(lambda one, two, happened=happened: NONE not in (one, two) and happened(one, two)),
        )
    for threshold in THRESHOLDS:
        _tally_crossed(tally, threshold, before, after, of)
    unchanged = of(lambda one, two: one == two != NONE)
    tally.counts[f"response.unchanged.{before}.{after}"] = sum(unchanged.values())
    tally.split(f"response.unchanged.{before}.{after}", unchanged)
    tally.minor |= {*counted, f"response.unchanged.{before}.{after}"}


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
    tally.counts |= {name: sum(paths.values()) for name, paths in crossed.items()}
    for name, paths in crossed.items():
        tally.split(name, paths)
    for at, change in ((before, "left"), (after, "gained")):
        names = (f"{pair}.kept", f"{pair}.{change}")
        tally.split(f"response.{at}.{threshold.key}", {name: tally.counts[name] for name in names})


def _at_timepoint(observed: pd.Series, timepoint: str, used: Used, n: int, level: float) -> list[Estimate]:
    found = []
    wanted = [(_depth_stem(words), words, (name,)) for name, words in used.items()]
    wanted += [(threshold.key, threshold.words, threshold.categories) for threshold in THRESHOLDS]
    for key, words, categories in wanted:
        stem = f"response.{timepoint}.{key}"
        about = {"endpoint": "response", "group": f"{timepoint} {words}", "n": n}
        if observed.empty:
            nothing = absent("no response is recorded at this timepoint")
            found.append(estimate(stem, nothing, statistic="proportion", unit="fraction", **about))
            continue
        count = int(observed.isin(categories).sum())
        found.append(
            estimate(
                stem,
                clopper_pearson(count, n, level=level),
                statistic="proportion",
                unit="fraction",
                events=count,
                **about,
            )
        )
        found.append(estimate(f"{stem}.count", count, statistic="count", unit="patients", method="count", **about))
    without = n - int(observed.isin(DEPTH).sum())
    if without and not observed.empty:
        about = {"endpoint": "response", "group": f"{timepoint} {NOT_ASSESSED}", "n": n}
        share = clopper_pearson(without, n, level=level)
        stem = f"response.{timepoint}.not_evaluable"
        found.append(estimate(stem, share, statistic="proportion", unit="fraction", events=without, **about))
    return found


def _between(
    wide: pd.DataFrame,
    before: str,
    after: str,
    used: Used,
    labels: dict[str, str],
    n: int | None,
    margins_only: bool,
) -> list[Estimate]:
    """Deeper, shallower, and the test of symmetry; of `n` patients, or of those assessed twice.

    Where small counts are withheld the number assessed twice would give away how many were not.
    """
    group = f"{labels[before]} to {labels[after]}"
    about = {"endpoint": "response", "group": group, "unit": "patients"}
    if not {before, after} <= set(wide.columns):
        reason = absent("responses are not recorded at both timepoints")
        return [
            estimate(f"response.{change}.{before}.{after}", reason, statistic=change, **about) for change in CHANGES
        ]
    pairs = wide[[before, after]].dropna()
    pairs = pairs[(pairs != NOT_EVALUABLE).all(axis=1)]
    assessed = len(pairs) if n is None else n
    counts = pd.crosstab(pairs[before], pairs[after]).reindex(index=list(used), columns=list(used), fill_value=0)
    found = []
    for change, counted in CHANGES.items():
        cells = [[counted(row, column) for column in used] for row in used]
        if margins_only:
            fewest, most = paired_bounds(counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist(), cells)
            result: Interval | int = Interval(
                None,
                fewest,
                most,
                1.0,
                "range allowed by the two margins",
                "who changed is not known: only the totals of each timepoint are",
                "cohort-range",
            )
        else:
            result = int((counts.to_numpy() * cells).sum())
        found.append(
            estimate(
                f"response.{change}.{before}.{after}",
                result,
                statistic=change,
                n=assessed,
                method="count of patients assessed twice" if n is None else "count of patients, assessed twice or not",
                **about,
            )
        )
    test = bowker(counts.to_numpy())
    if isinstance(test, NotEstimable) and "chi-square" in test.reason:
        test = bowker(counts.to_numpy(), exact=False)
    named = test.p if isinstance(test, Test) else test
    found.append(
        estimate(
            f"response.symmetry.{before}.{after}",
            named,
            endpoint="response",
            group=group,
            statistic="p",
            unit="p",
            n=assessed,
            method=test.method if isinstance(test, Test) else "",
        )
    )
    return found
