"""Responses at every timepoint, and how they deepened or were lost between two of them."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from livingreview.endpoints.response import DEPTH, NOT_EVALUABLE, THRESHOLDS, deepened, lost
from livingreview.estimates import Estimate, Interval, NotEstimable, Results, estimate
from livingreview.statistics.groups import Test
from livingreview.statistics.paired import bowker, paired_bounds
from livingreview.statistics.proportions import clopper_pearson

CHAPTER = "responses"
CHANGES = {"deepened": deepened, "lost": lost}


def responses(cohort, *, level: float) -> Results:
    """Estimates `response.<timepoint>.*` and `response.<change>.<from>.<to>`.

    The denominator is every patient of the cohort: one not assessed has no response.
    In a reconstructed cohort only the margins of each timepoint are known, so a change is the
    range that the margins allow, never a count of reconstructed pairs.
    """
    table = cohort.table("responses")
    n = len(cohort.table("patients"))
    timepoints = [timepoint.name for timepoint in cohort.study.vocabulary.timepoints]
    labels = {timepoint.name: timepoint.label.lower() for timepoint in cohort.study.vocabulary.timepoints}
    used = [name for name in DEPTH if name in set(table["response"])]
    found: list[Estimate] = []
    for timepoint in timepoints:
        at = table[table["timepoint"] == timepoint]
        found += _at_timepoint(at["response"], timepoint, used, n, level)
    for before, after in pairwise(timepoints):
        found += _between(table, before, after, used, labels, cohort.is_reconstructed)
    return Results(CHAPTER, found)


def _at_timepoint(observed: pd.Series, timepoint: str, used: list[str], n: int, level: float) -> list[Estimate]:
    found = []
    wanted = [(name.lower(), name, (name,)) for name in used]
    wanted += [(threshold.key, threshold.words, threshold.categories) for threshold in THRESHOLDS]
    for key, words, categories in wanted:
        stem = f"response.{timepoint}.{key}"
        about = {"endpoint": "response", "group": f"{timepoint} {words}", "n": n}
        if observed.empty:
            absent = NotEstimable("no response is recorded at this timepoint")
            found.append(estimate(stem, absent, statistic="proportion", unit="fraction", **about))
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
        about = {"endpoint": "response", "group": f"{timepoint} not assessed or not evaluable", "n": n}
        share = clopper_pearson(without, n, level=level)
        stem = f"response.{timepoint}.not_evaluable"
        found.append(estimate(stem, share, statistic="proportion", unit="fraction", events=without, **about))
    return found


def _between(
    table: pd.DataFrame, before: str, after: str, used: list[str], labels: dict[str, str], margins_only: bool
) -> list[Estimate]:
    group = f"{labels[before]} to {labels[after]}"
    about = {"endpoint": "response", "group": group, "unit": "patients"}
    wide = table.pivot(index="patient_id", columns="timepoint", values="response")
    if not {before, after} <= set(wide.columns):
        reason = NotEstimable("responses are not recorded at both timepoints")
        return [
            estimate(f"response.{change}.{before}.{after}", reason, statistic=change, **about) for change in CHANGES
        ]
    pairs = wide[[before, after]].dropna()
    pairs = pairs[(pairs != NOT_EVALUABLE).all(axis=1)]
    counts = pd.crosstab(pairs[before], pairs[after]).reindex(index=used, columns=used, fill_value=0)
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
            )
        else:
            result = int((counts.to_numpy() * cells).sum())
        found.append(
            estimate(
                f"response.{change}.{before}.{after}",
                result,
                statistic=change,
                n=len(pairs),
                method="count of patients assessed twice",
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
            n=len(pairs),
            method=test.method if isinstance(test, Test) else "",
        )
    )
    return found
