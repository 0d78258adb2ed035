"""The study and its patients: flow, the inclusion rule, baseline."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from livingreview.analyses.counted import count, counted, share
from livingreview.results.codes import (
    NOT_RECORDED,
    Estimator,
    IntervalMethod,
    Level,
    Limits,
    Reason,
    ReasonCode,
    Statistic,
    Status,
    Variable,
)
from livingreview.results.estimates import Estimate, Interval, NotEstimable, Results, absent, estimate, slugs
from livingreview.results.partitions import COHORT, Split, Tally

if TYPE_CHECKING:
    from livingreview.cohort.cohort import Cohort

CHAPTER = "study"
BASELINE = ("sex", "iss_stage", "r_iss_stage", "msmart_risk", "induction", "n_asct")
MYELOMA = (*BASELINE[1:], "maintenance_regimen", "maintenance_start_months", "maintenance_end_months")


def nobody_misses(cohort: Cohort, *columns: str) -> bool:
    """Columns of myeloma and its treatment, all empty in a cohort whose response criteria are of another disease."""
    other = cohort.study.response_criteria.name != "IMWG" and set(columns) <= set(MYELOMA)
    return other and bool(cohort.table("patients")[list(columns)].isna().all(axis=None))


def study(cohort: Cohort, *, level: float) -> Results:
    """Estimates `cohort.*`, `baseline.*`, `regimen.*`, `risk.*`."""
    patients = cohort.table("patients")
    n = len(patients)
    tally = Tally({COHORT: n}, named_by_data=("baseline.",))
    of_all = cohort.smallest_shown > 1
    found = [count("cohort.n", n, endpoint="cohort", n=n)]
    flow = cohort.table("flow")
    found += _flow(flow, n, level)
    _tally_flow(tally, flow, found)
    if not nobody_misses(cohort, "maintenance_start_months", "maintenance_end_months"):
        found.append(_minimum_maintenance(patients))
    month: dict[str, Any] = {"endpoint": "cohort", "statistic": Statistic.MONTH, "unit": "calendar month"}
    for key in ("cohort.accrual_start", "cohort.accrual_end", "cohort.data_cutoff"):
        found.append(estimate(key, absent(ReasonCode.NO_CALENDAR_DATES), **month))
    ages = patients["age_years"].dropna().astype(float)
    found.append(_age(ages, None if of_all and len(ages) < n else len(ages), 2 * cohort.smallest_shown))
    tally.shows["cohort.age_median"] = (COHORT,)
    for key, whose, counts, column in (
        ("regimen.combination", "partner", patients["maintenance_partner"].notna(), "maintenance_regimen"),
        ("risk.msmart_high", "msmart_high", patients["msmart_risk"] == "high", "msmart_risk"),
    ):
        if nobody_misses(cohort, column):
            continue
        known = patients[column].notna()
        about: dict[str, Any] = {"endpoint": "baseline", "group": (Level(Variable.BASELINE, whose),)}
        if not known.any():
            found.append(share(key, _empty(column), **about))
        else:
            number, of = int((counts & known).sum()), int(known.sum())
            found.append(share(key, number, n=n if of_all else of, level=level, **about))
            tally.split(COHORT, {f"{key}.known": of}, rest=f"{key}.unknown")
            tally.split(f"{key}.known", {key: number}, rest=f"{key}.without")
            tally.shows[key] = (COHORT if of_all else f"{key}.known",)
    for column in BASELINE:
        if nobody_misses(cohort, column):
            continue
        described = _baseline(patients[column], column, level, of_all)
        found += described
        _tally_baseline(tally, column, described, level)
    if {"risk.msmart_high", "baseline.msmart_risk.high"} <= tally.counts.keys():  # two names of one count
        tally.splits.append(Split("risk.msmart_high", ("baseline.msmart_risk.high",)))
    for stage in ("I", "III"):  # the revision only ever moves patients to stage II
        _tally_inside(tally, patients, stage)
    tables = {"flow": flow.astype(object).where(lambda frame: frame.notna(), None).to_dict("records")}
    return Results(CHAPTER, found, tables=tables, tally=tally)


def _tally_flow(tally: Tally, flow: pd.DataFrame, found: list[Estimate]) -> None:
    """Each step is the next one and those who left; the last is the cohort."""
    if flow.empty:
        return
    steps = [int(number) for number in flow["n"]]
    names = [*(f"flow.{position}" for position in range(len(steps) - 1)), COHORT]
    tally.rows["flow"] = names
    tally.counts |= dict(zip(names, steps, strict=True))
    for position, (whole, part) in enumerate(pairwise(names)):
        tally.split(whole, {part: tally.counts[part]}, rest=f"flow.left.{position}")
    if names[0] != COHORT:
        tally.split(names[0], {COHORT: steps[-1]}, rest="cohort.not_analysed")
    of_all = [one for one in found if one.n == steps[0]]
    tally.show(of_all, names[0], COHORT)  # those analysed, or all others


def _tally_baseline(tally: Tally, column: str, described: list[Estimate], level: float) -> None:
    """Everybody has one of the values, or none recorded."""
    counts = counted(described)
    if not counts:
        return
    n, groups = tally.counts[COHORT], {found.key: found.group for found in described}

    def merged(names: list[str], number: int) -> list[Estimate]:
        group = tuple(level for name in names for level in groups[name])
        return [share(f"baseline.{column}.merged", number, n=n, level=level, endpoint="baseline", group=group)]

    tally.split(COHORT, counts, merged=merged)
    missing, known = f"baseline.{column}.missing", f"baseline.{column}.known"
    tally.split(COHORT, {missing: counts[missing]}, rest=known)
    for found in described:
        tally.shows[found.key] = (known,) if found.n == tally.counts[known] != n else (COHORT,)


def _tally_inside(tally: Tally, patients: pd.DataFrame, stage: str) -> None:
    """R-ISS I and III are parts of ISS I and III, where the data keep to the definition."""
    whole, part = f"baseline.iss_stage.{stage.lower()}", f"baseline.r_iss_stage.{stage.lower()}"
    inside = patients.loc[patients["r_iss_stage"] == stage, "iss_stage"].eq(stage).all()
    if inside and whole in tally.counts and part in tally.counts:
        tally.split(whole, {part: tally.counts[part]}, rest=f"{whole}.revised")


def _flow(flow: pd.DataFrame, n: int, level: float) -> list[Estimate]:
    about: dict[str, Any] = {"endpoint": "cohort"}
    if flow.empty:
        nothing = absent(ReasonCode.NO_TABLE, table="flow")
        counts = [count(key, nothing, **about) for key in ("cohort.asct_recipients", "cohort.not_analysed")]
        return [*counts, share("cohort.analysed", nothing, **about)]
    first, everybody = int(flow["n"].iloc[0]), (Level(Variable.FLOW, "first"),)
    about["n"] = first
    return [
        count("cohort.asct_recipients", first, estimator=Estimator.FIRST_STEP, group=everybody, **about),
        count("cohort.not_analysed", first - n, estimator=Estimator.FIRST_STEP_WITHOUT_ANALYSED, **about),
        share("cohort.analysed", n, level=level, group=everybody, **about),
    ]


def _minimum_maintenance(patients: pd.DataFrame) -> Estimate:
    """The shortest maintenance of those who ended it."""
    lasted = (patients["maintenance_end_months"] - patients["maintenance_start_months"]).dropna()
    return estimate(
        "cohort.min_maintenance_months",
        float(lasted.min()) if len(lasted) else absent(ReasonCode.NO_MAINTENANCE_MONTHS),
        endpoint="cohort",
        statistic=Statistic.SHORTEST_MAINTENANCE,
        unit="months",
        estimator=Estimator.SHORTEST_OF_ENDED if len(lasted) else None,
        n=len(patients),
    )


def _age(ages: pd.Series, n: int | None, fewest: int) -> Estimate:
    """Median and range; not of fewer than `fewest` patients. `n` is None where it would say how many are missing."""
    about: dict[str, Any] = {"endpoint": "baseline", "statistic": Statistic.MEDIAN, "unit": "years", "n": n}
    if ages.empty:
        return estimate("cohort.age_median", absent(ReasonCode.EMPTY_COLUMN, column="age_years", table=""), **about)
    if len(ages) < fewest:
        few = NotEstimable(Reason(ReasonCode.FEW_AGES, {"fewest": fewest}), Status.WITHHELD)
        return estimate("cohort.age_median", few, **about)
    ends = float(ages.min()), float(ages.max())
    described = Interval(float(ages.median()), *ends, 1.0, IntervalMethod.RANGE, limits=Limits.DATA_RANGE)
    return estimate("cohort.age_median", described, estimator=Estimator.SAMPLE_MEDIAN, **about)


def _empty(column: str) -> NotEstimable:
    return absent(ReasonCode.EMPTY_COLUMN, column=column, table="patients")


def _baseline(cells: pd.Series, column: str, level: float, of_all: bool) -> list[Estimate]:
    """One proportion per level of those known, and the missing as a count of their own (STROBE).

    With `of_all` the proportions are of all patients: that of those known would give away how many are missing.
    """
    known, stem = cells.dropna(), f"baseline.{column}"
    about: dict[str, Any] = {"endpoint": "baseline"}
    if known.empty:
        return [share(stem, _empty(column), group=(Level(column),), **about)]
    names, counts = slugs(str(value) for value in known.unique()), known.value_counts()
    n, values = len(cells) if of_all else len(known), {str(value): int(counts[value]) for value in counts.index}
    found = [
        share(f"{stem}.{names[value]}", values[value], n=n, level=level, group=(Level(column, value),), **about)
        for value in sorted(values)
    ]
    missing = (Level(column, NOT_RECORDED),)
    return [*found, count(f"{stem}.missing", len(cells) - len(known), n=len(cells), group=missing, **about)]
