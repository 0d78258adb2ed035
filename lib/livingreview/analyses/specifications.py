"""The headline counted in every defensible way: one specification, and the range over all of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from livingreview.analyses.survival import milestone
from livingreview.cohort.files import fingerprint
from livingreview.cohort.problems import CohortError, Problem
from livingreview.endpoints.mrd import SustainedNegativity
from livingreview.endpoints.registry import PFS
from livingreview.results.codes import (
    Estimator,
    Level,
    Limits,
    Qualified,
    Reason,
    ReasonCode,
    Statistic,
    Status,
    Variable,
)
from livingreview.results.estimates import (
    Estimate,
    Interval,
    NotEstimable,
    Results,
    estimate,
    not_estimable,
)
from livingreview.statistics.life_table import life_table
from livingreview.statistics.survival_intervals import Method

if TYPE_CHECKING:
    from livingreview.cohort.cohort import Cohort

CHAPTER = "specification-curve"
KEY = "specification"
FILE = "specifications.csv"
INTERVALS: tuple[Method, ...] = ("plain", "log", "log-log", "beta product")
DEFINITIONS = ("all", "negative", "sustained")  # who is counted: everybody, or by what the MRD samples say
MISSING = (0, 1, 3, 5)
PARTS = {Statistic.SURVIVAL: "value", Statistic.LOWER_LIMIT: "low", Statistic.UPPER_LIMIT: "high"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of specifications.csv: one way to count the headline in one cohort.

    `member` is 0 for the tables of the folder, 1, 2, … for other cohorts that agree with what was printed.
    """

    interval: str
    mrd_definition: str
    missing_early_failures: int
    member: int
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    events: int | None
    tables: str


def parameter_sets() -> list[dict[str, object]]:
    """Every possible combination of the choices, as parameters of the notebook that computes one.

    Early failures are added to all patients alone: who belongs to another group had stayed event-free until the
    sample that put them there, so nobody who failed before can be missing from it.
    """
    names = ("interval", "mrd_definition", "missing_early_failures")
    return [
        dict(zip(names, chosen, strict=True))
        for chosen in product(INTERVALS, DEFINITIONS, MISSING)
        if _is_possible(chosen[1], chosen[2])
    ]


def _is_possible(definition: str, missing: int) -> bool:
    return definition == "all" or missing == 0


def specification(
    cohort: Cohort,
    *,
    milestone_months: float,
    sustained_months: float,
    interval: Method,
    mrd_definition: str,
    missing_early_failures: int,
    level: float,
) -> Results:
    """Progression-free survival at the milestone, counted in one way; key `specification`.

    `mrd_definition` says who is counted: `all`, `negative` (at least one negative sample) or `sustained`.
    `missing_early_failures` patients are added to all patients who failed before anyone else left. The group is
    counted from the time origin, as papers print it. CohortError where small counts are withheld, ValueError
    where early failures are added to a group defined by staying event-free.
    """
    refuse_small_counts(cohort)
    if not _is_possible(mrd_definition, missing_early_failures):
        raise ValueError(
            f"missing_early_failures: {missing_early_failures} with mrd_definition {mrd_definition}: nobody who failed "
            "early can belong to a group defined by staying event-free until a sample; add them to all patients"
        )
    derived = _counted(cohort, mrd_definition, sustained_months)
    if derived.empty:
        nobody = not_estimable(ReasonCode.NOBODY_COUNTED, variable=Variable.COUNTED, level=mrd_definition)
        about: dict[str, Any] = {"endpoint": "pfs", "statistic": Statistic.SURVIVAL, "unit": "fraction"}
        return Results(CHAPTER, [estimate(KEY, nobody, time_months=milestone_months, **about)])
    months = [derived["months"].min() / 2] * missing_early_failures + derived["months"].tolist()
    event = [True] * missing_early_failures + derived["event"].tolist()
    table = life_table(pd.Series(months, dtype=float), pd.Series(event, dtype=bool))
    return Results(CHAPTER, [milestone(table, milestone_months, interval, level, key=KEY, endpoint="pfs")])


def refuse_small_counts(cohort: Cohort) -> None:
    """CohortError where small counts are withheld: all choices together would give them away."""
    if cohort.smallest_shown > 1:
        raise CohortError([Problem("study.yml", "choices-give-away", {"smallest": cohort.smallest_shown})])


def _counted(cohort: Cohort, definition: str, sustained_months: float) -> pd.DataFrame:
    derived = PFS.derive(cohort.table("patients"))
    if definition == "all":
        return derived
    status = SustainedNegativity(sustained_months).derive(cohort.table("mrd"))
    chosen = status["ever_negative"] if definition == "negative" else status["sustained_from"].notna()
    return derived[derived["patient_id"].isin(status.loc[chosen, "patient_id"])]


def tables_of(cohort: Cohort, shared: Mapping[str, object]) -> str:
    """What a specification is computed from, in twelve digits: the tables, and what all specifications share."""
    hashes = {name: cohort.opened[name] for name in ("patients", "mrd") if cohort.has(name)}
    return fingerprint(hashes | {name: f"{value:g}" for name, value in sorted(shared.items())})[:12]


def read_specifications(cohort: Cohort, shared: Mapping[str, object]) -> list[Row]:
    """The lines of specifications.csv; none where there is no such file, or none that belongs to these tables."""
    path, tables = cohort.note(FILE), tables_of(cohort, shared)
    if not path.is_file() or cohort.smallest_shown > 1:
        return []
    try:
        with path.open(encoding="utf-8", newline="") as opened:
            rows = [_row(line) for line in csv.DictReader(opened)]
    except (KeyError, TypeError, ValueError, csv.Error):  # somebody else's file, or half of ours
        return []
    return rows if all(row.tables == tables for row in rows) else []


def write_specifications(path: Path, rows: Iterable[Row]) -> None:
    """All lines at once; twelve significant digits."""
    names = [field.name for field in fields(Row)]
    scratch = path.with_name(f".{path.name}")
    with scratch.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    scratch.replace(path)


def _cell(value: object) -> object:
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else value


def _row(line: dict[str, str]) -> Row:
    kinds: dict[str, type] = dict.fromkeys(("missing_early_failures", "member", "n", "events"), int)
    kinds |= dict.fromkeys(("value", "low", "high"), float)
    cells = {field.name: line[field.name] for field in fields(Row)}
    values: dict[str, Any] = {name: (kinds.get(name, str)(cell) if cell else None) for name, cell in cells.items()}
    return Row(**values)


def row_of(member: int, chosen: Mapping[str, Any], found: Mapping[str, Any], tables: str) -> Row:
    """The line of one executed specification."""
    numbers = {name: found[name] for name in ("value", "low", "high", "n", "events")}
    return Row(**chosen, member=member, **numbers, tables=tables)


def specification_curve(cohort: Cohort, **shared: float) -> Results:
    """The range of the estimate and of both limits over all specifications, for each group counted.

    Keys `specification.<group>.survival`, `.lower_limit` and `.upper_limit`, value empty and the range in `low`
    and `high`; `specification.count` is the number of ways, `specification.estimates` that of ways with an estimate
    of their own (the interval moves the width alone) and `specification.cohorts` that of cohorts.
    `shared` are `milestone_months`, `sustained_months` and `level`, which all specifications share.
    """
    rows = read_specifications(cohort, shared)
    if not rows:
        reason = not_estimable(ReasonCode.NO_SPECIFICATIONS)
        if cohort.smallest_shown > 1:
            reason = NotEstimable(Reason(ReasonCode.WAYS_TELL_COUNTS), Status.WITHHELD)
        return Results(CHAPTER, [_count("count", "ways", reason)])
    found = [
        _count("count", "ways", len({_way(row) for row in rows})),
        _count("estimates", "ways", len({_way(row)[1:] for row in rows})),
        _count("cohorts", "cohorts", len({row.member for row in rows})),
    ]
    for definition in DEFINITIONS:
        chosen = [row for row in rows if row.mrd_definition == definition]
        found += [_range(chosen, definition, part, shared["milestone_months"]) for part in PARTS]
    if cohort.is_reconstructed:  # ranges over cohorts that agree with print say themselves how far they are fixed
        status = {Statistic.COUNT: "pinned"}
        found = [replace(one, identifiability=status.get(one.statistic, "bounded")) for one in found]
    return Results(CHAPTER, found)


def points(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """One row a way to count, lowest estimate first: its choices, and the ranges over the cohorts."""
    ways: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        ways.setdefault(_way(row), []).append(row)
    found = [
        {
            "interval": interval,
            "group": definition,
            "missing": missing,
            "lowest": min(row.value for row in members if row.value is not None),
            "highest": max(row.value for row in members if row.value is not None),
            "low": min(row.low for row in members if row.low is not None),
            "high": max(row.high for row in members if row.high is not None),
        }
        for (interval, definition, missing), members in ways.items()
        if all(None not in (row.value, row.low, row.high) for row in members)
    ]
    return sorted(found, key=lambda way: (way["lowest"], way["highest"], way["low"]))


def _way(row: Row) -> tuple[str, str, int]:
    return row.interval, row.mrd_definition, row.missing_early_failures


def _count(name: str, unit: str, count: int | NotEstimable) -> Estimate:
    return estimate(
        f"{KEY}.{name}", count, endpoint=KEY, statistic=Statistic.COUNT, unit=unit, estimator=Estimator.COUNT
    )


def _range(rows: Sequence[Row], definition: str, statistic: Statistic, time: float) -> Estimate:
    values = [value for row in rows if (value := getattr(row, PARTS[statistic])) is not None]
    complete = bool(rows) and len(values) == len(rows)
    result: Interval | NotEstimable = not_estimable(
        ReasonCode.NOT_EVERY_WAY, variable=Variable.COUNTED, level=definition
    )
    if complete:
        result = Interval(None, min(values), max(values), 1.0, limits=Limits.COHORT_RANGE)
    key, group = f"{KEY}.{definition}.{statistic.replace(' ', '_')}", (Level(Variable.COUNTED, definition),)
    about: dict[str, Any] = {"endpoint": KEY, "statistic": statistic, "unit": "fraction", "time_months": time}
    found = estimate(key, result, group=group, estimator=Estimator.SPECIFICATIONS if complete else None, **about)
    return found.qualified(Qualified.RANGE_OVER_ANALYSES, len(values)) if complete else found
