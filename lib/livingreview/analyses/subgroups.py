"""Progression-free survival by what was known of patients at the start; exploratory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livingreview.analyses.counted import p_value
from livingreview.analyses.endpoint_survival import endpoint_survival
from livingreview.analyses.population import BASELINE, nobody_misses, study
from livingreview.analyses.survival import FEW_EVENTS, milestone, survival_curve
from livingreview.cohort.columns import AT_START, PATIENTS
from livingreview.cohort.study import MOST_GROUPS
from livingreview.endpoints.registry import PFS
from livingreview.results.codes import Estimator, Group, Level, Reason, ReasonCode, Statistic, Status
from livingreview.results.curves import Curve
from livingreview.results.estimates import Estimate, NotEstimable, Results, absent, estimate, not_estimable, slugs
from livingreview.results.partitions import COHORT, Everybody, Tally, Timeline
from livingreview.statistics.groups import Test, logrank
from livingreview.statistics.life_table import life_table
from livingreview.statistics.survival_intervals import Method

if TYPE_CHECKING:
    from livingreview.cohort.cohort import Cohort

CHAPTER = "subgroups"
ENDPOINT = "subgroup"
AGE = "age_years"
COLUMNS = ("sex", AGE, *(name for name in BASELINE if name != "sex"))
POST_BASELINE = {column.name for column in PATIENTS.columns} - set(AT_START) | {"response", "responses", "mrd"}


@dataclass(frozen=True, slots=True)
class Column:
    """A baseline column and who is of each of its levels, by slug; `nothing` says why it splits nobody."""

    name: str
    slug: str
    levels: dict[str, tuple[str, NDArray[np.bool_]]]
    nothing: NotEstimable | None = None

    @property
    def known(self) -> NDArray[np.bool_]:
        """Of whom the column says something."""
        known: NDArray[np.bool_] = np.logical_or.reduce([members for _, members in self.levels.values()])
        return known

    @property
    def size(self) -> str:
        """The beginning of the names of the sizes of its groups: that of the study chapter for those it counts."""
        return f"baseline.{self.name}" if self.name in BASELINE else f"{ENDPOINT}.{self.slug}"

    def key(self, level: str) -> str:
        """The key of a level's curve, and the beginning of its estimates'."""
        return f"{ENDPOINT}.{self.slug}.{level}"


def subgroups(
    cohort: Cohort, *, milestones: Sequence[float], interval: Method, level: float, age_split: float, group_by: str
) -> Results:
    """Estimates `subgroup.<column>.<level>.pfs.survival.<t>` and `subgroup.<column>.logrank`; curves of one column.

    The time is the last milestone. The interval is log-log, exact where nobody or everybody of a group had an
    event by then. `group_by` names the column whose levels have curves: only one known at the start may split a curve.
    Columns are those of the closed list `COLUMNS`, and those that study.yml names under `subgroups`.
    """
    patients = cohort.table("patients")
    columns = _columns(patients, cohort.study.subgroups, age_split)
    _refuse_later_states(group_by, columns)
    columns = [column for column in columns if not nobody_misses(cohort, column.name)]
    derived, time = PFS.derive(patients), max(milestones)
    found = [_survival(derived, time, level)]
    for column in columns:
        found += _estimates(derived, column, time, level)
    protects = cohort.smallest_shown > 1
    curves = [
        _curve(derived, column, name, level, whole_months=protects)
        for column in columns
        if column.name == group_by
        for name in column.levels
    ]
    if not protects:
        return Results(CHAPTER, found, curves, endpoints={ENDPOINT: PFS.names})
    tally = _tally(cohort, derived, [column for column in columns if column.levels], found, level)
    everybody = endpoint_survival(cohort, endpoint=PFS, milestones=milestones, interval=interval, level=level)
    tests = {f"{ENDPOINT}.{one.slug}.logrank": (FEW_EVENTS, int((~one.known).sum())) for one in columns if one.levels}
    tally.everybody = Everybody(
        everybody, survival=f"{PFS.key}.survival.{time:g}", instead=partial(_unread, columns), tests=tests
    )
    return Results(CHAPTER, found, curves, tally=tally, endpoints={ENDPOINT: PFS.names})


def _unread(columns: Sequence[Column], why: Reason) -> list[Estimate]:
    """What is said of each column where no group may be read."""
    withheld = NotEstimable(why, Status.WITHHELD)
    return [_of_nobody(replace(one, levels={}, nothing=one.nothing or withheld)) for one in columns]


def _refuse_later_states(group_by: str, columns: Sequence[Column]) -> None:
    names = [column.name for column in columns]
    if not group_by or group_by in names:
        return
    known = f"Known at the start: {', '.join(names)}."
    if group_by in POST_BASELINE:
        raise ValueError(
            f"group_by: {group_by} is known only after the start. Whoever reaches a later state had to live long "
            f"enough for it, so it may not split a curve. {known}"
        )
    raise ValueError(f"group_by: the patients table has no column {group_by}. {known}")


def _columns(patients: pd.DataFrame, named: Sequence[str], age_split: float) -> list[Column]:
    """The columns known at the start in the order of the study chapter, then those that study.yml names."""
    own = [name for name in named if name not in COLUMNS and name in patients.columns]
    slug = {name: f"{stem}_own" if stem in COLUMNS else stem for name, stem in slugs(own).items()}
    return [_column(patients[name], slug.get(name, name), age_split) for name in (*COLUMNS, *own)]


def _column(cells: pd.Series, slug: str, age_split: float) -> Column:
    name = str(cells.name)
    known = cells.dropna()
    if known.empty:
        return Column(name, slug, {}, absent(ReasonCode.EMPTY_COLUMN, column=name, table="patients"))
    if name != AGE and known.nunique() > MOST_GROUPS:
        return Column(name, slug, {}, not_estimable(ReasonCode.TOO_MANY_VALUES))
    levels = _ages(cells, age_split) if name == AGE else _levels(cells)
    if len(levels) < 2:
        return Column(name, slug, {}, not_estimable(ReasonCode.ONE_VALUE))
    return Column(name, slug, levels)


def _levels(cells: pd.Series) -> dict[str, tuple[str, NDArray[np.bool_]]]:
    values = sorted(cells.dropna().unique(), key=str)
    names = slugs(str(value) for value in values)
    return {names[str(value)]: (str(value), cells.eq(value).fillna(False).to_numpy(bool)) for value in values}


def _ages(cells: pd.Series, split: float) -> dict[str, tuple[str, NDArray[np.bool_]]]:
    ages = cells.to_numpy(float, na_value=np.nan)
    sides = {
        f"under_{split:g}".replace(".", "_"): (f"<{split:g}", ages < split),
        f"from_{split:g}".replace(".", "_"): (f">={split:g}", ages >= split),
    }
    return {name: side for name, side in sides.items() if side[1].any()}


def _survival(
    derived: pd.DataFrame, time: float, level: float, key: str = f"{ENDPOINT}.all", group: Group = ()
) -> Estimate:
    """Survival of a group at the milestone; the size of a group and its events by then stand with it."""
    table = life_table(derived["months"], derived["event"])
    key = f"{key}.pfs.survival.{time:g}"
    return milestone(table, time, "log-log", level, key=key, endpoint=ENDPOINT, group=group)


def _estimates(derived: pd.DataFrame, column: Column, time: float, level: float) -> list[Estimate]:
    if not column.levels:
        return [_of_nobody(column)]
    found = [
        _survival(derived[members], time, level, column.key(name), (Level(column.name, value),))
        for name, (value, members) in column.levels.items()
    ]
    return [*found, _test(derived, column)]


def _of_nobody(column: Column) -> Estimate:
    about: dict[str, Any] = {"endpoint": ENDPOINT, "statistic": Statistic.SURVIVAL, "unit": "fraction"}
    return estimate(f"{ENDPOINT}.{column.slug}", column.nothing, group=(Level(column.name),), **about)


def _test(derived: pd.DataFrame, column: Column) -> Estimate:
    known = column.known
    key, group = f"{ENDPOINT}.{column.slug}.logrank", (Level(column.name),)
    if int(derived.loc[known, "event"].sum()) < FEW_EVENTS:
        few = not_estimable(ReasonCode.FEW_EVENTS, fewest=FEW_EVENTS)
        return replace(p_value(key, few, group=group, n=None, endpoint=ENDPOINT), estimator=Estimator.LOG_RANK)
    labels = np.zeros(len(derived), dtype=int)
    for number, (_, members) in enumerate(column.levels.values()):
        labels[members] = number
    test = logrank(derived.loc[known, "months"], derived.loc[known, "event"], labels[known])
    n = int(known.sum()) if isinstance(test, Test) else None
    return p_value(key, test, group=group, n=n, endpoint=ENDPOINT)


def _curve(derived: pd.DataFrame, column: Column, name: str, level: float, *, whole_months: bool) -> Curve:
    value, members = column.levels[name]
    group = (Level(column.name, value),)
    about: dict[str, Any] = {"level": level, "key": column.key(name), "group": group, "whole_months": whole_months}
    return survival_curve(derived[members], ENDPOINT, **about)


def _tally(
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
        known = f"{column.size}.known"
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


def _sizes(tally: Tally, column: Column) -> dict[str, str]:
    """The name of the size of each group; of columns that the study chapter does not count, with their splits."""
    names = {column.key(name): f"{column.size}.{name}" for name in column.levels}
    if column.name not in BASELINE:
        sizes = {f"{column.size}.{name}": int(of.sum()) for name, (_, of) in column.levels.items()}
        missing = f"{column.size}.missing"
        tally.split(COHORT, sizes, rest=missing)
        tally.split(COHORT, {missing: tally.counts[missing]}, rest=f"{column.size}.known")
    return names


def _nested(one: np.ndarray, levels: Sequence[np.ndarray]) -> bool:
    """Whether a group has a level of the column inside it, or lies inside some of these together."""
    touched = [level for level in levels if np.any(level & one)]
    covered = len(touched) < len(levels) and np.all(one <= np.logical_or.reduce(touched, axis=0))
    return bool(covered) or any(bool(np.all(level <= one)) for level in levels)
