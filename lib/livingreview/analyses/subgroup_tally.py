"""What disclosure has to know of subgroups: sizes as in the study chapter, and which groups lie inside which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from livingreview.analyses.population import BASELINE, study
from livingreview.results.estimates import Estimate
from livingreview.results.partitions import COHORT, Tally, Timeline

if TYPE_CHECKING:
    from livingreview.analyses.subgroups import Column
    from livingreview.cohort.cohort import Cohort


def subgroup_tally(
    cohort: Cohort, derived: pd.DataFrame, columns: Sequence[Column], estimates: Sequence[Estimate], level: float
) -> Tally:
    """Sizes of groups are the counts of the study chapter, under its names, so that both withhold the same.

    Every column is a timeline of its own; groups of other columns that lie inside its groups, or around them,
    stand beside them.
    """
    told = study(cohort, level=level)
    tally = told.tally
    tally.splits = [replace(split, merged=None) for split in tally.splits]  # what is shown together is shown there
    tally.rows["study"] = sorted(
        {row.key for row in told.estimates if row.key in tally.counts}
        | {name for row in told.estimates for name in tally.shows.get(row.key, ())}
    )
    tally.named_by_data = ("subgroup.",)
    everyone = np.ones(len(derived), dtype=bool)
    tally.timelines = [Timeline(derived["months"], derived["event"], {"subgroup.all": everyone})]
    _show(tally, estimates, "subgroup.all", COHORT)
    groups = {column.slug: {column.key(name): of for name, (_, of) in column.levels.items()} for column in columns}
    for column in columns:
        names = _sizes(tally, column)
        for key, name in names.items():
            _show(tally, estimates, key, name)
        known = f"{_stem(column)}.known"
        tally.shows[f"subgroup.{column.slug}.logrank"] = (*names.values(), known)
        own = groups[column.slug]
        others = {key: of for slug, found in groups.items() if slug != column.slug for key, of in found.items()}
        beside = {key: of for key, of in others.items() if _nested(of, list(own.values()))}
        if not column.known.all():
            beside[known] = column.known
        tally.timelines.append(Timeline(derived["months"], derived["event"], own, beside=beside))
    return tally


def _show(tally: Tally, estimates: Sequence[Estimate], key: str, *names: str) -> None:
    found = [row for row in estimates if row.key.startswith(f"{key}.pfs.")]
    tally.follow(found, key)
    tally.show(found, *names)


def _stem(column: Column) -> str:
    return f"baseline.{column.name}" if column.name in BASELINE else f"subgroup.{column.slug}"


def _sizes(tally: Tally, column: Column) -> dict[str, str]:
    """The name of the size of each group; of columns that the study chapter does not count, with their splits."""
    names = {column.key(name): f"{_stem(column)}.{name}" for name in column.levels}
    if column.name not in BASELINE:
        sizes = {f"{_stem(column)}.{name}": int(of.sum()) for name, (_, of) in column.levels.items()}
        missing = f"{_stem(column)}.missing"
        tally.split(COHORT, sizes, rest=missing)
        tally.split(COHORT, {missing: tally.counts[missing]}, rest=f"{_stem(column)}.known")
    return names


def _nested(one: np.ndarray, levels: Sequence[np.ndarray]) -> bool:
    """Whether a group has a level of the column inside it, or lies inside some of these together."""
    touched = [level for level in levels if np.any(level & one)]
    covered = len(touched) < len(levels) and np.all(one <= np.logical_or.reduce(touched, axis=0))
    return bool(covered) or any(bool(np.all(level <= one)) for level in levels)
