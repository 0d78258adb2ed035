"""The study and its patients: flow, the inclusion rule, baseline."""

from __future__ import annotations

import pandas as pd

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
from livingreview.statistics.proportions import clopper_pearson

CHAPTER = "study"
SHARE = {
    "endpoint": "baseline",
    "statistic": Statistic.PROPORTION,
    "unit": "fraction",
    "estimator": Estimator.PROPORTION,
}
BASELINE = ("sex", "iss_stage", "r_iss_stage", "msmart_risk", "induction", "n_asct")


def study(cohort, *, level: float) -> Results:
    """Estimates `cohort.*`, `baseline.*`, `regimen.*`, `risk.*`."""
    patients = cohort.table("patients")
    n = len(patients)
    tally = Tally({COHORT: n}, named_by_data=("baseline.",))
    of_all = cohort.smallest_shown > 1
    found = [
        estimate(
            "cohort.n", n, endpoint="cohort", statistic=Statistic.COUNT, unit="patients", estimator=Estimator.COUNT, n=n
        )
    ]
    flow = cohort.table("flow")
    found += _flow(flow, n, level)
    _tally_flow(tally, flow, found)
    found.append(_minimum_maintenance(patients))
    for key in ("cohort.accrual_start", "cohort.accrual_end", "cohort.data_cutoff"):
        found.append(
            estimate(
                key,
                absent(ReasonCode.NO_CALENDAR_DATES),
                endpoint="cohort",
                statistic=Statistic.MONTH,
                unit="calendar month",
            )
        )
    ages = patients["age_years"].dropna().astype(float)
    found.append(_age(ages, None if of_all and len(ages) < n else len(ages), 2 * cohort.smallest_shown))
    tally.shows["cohort.age_median"] = (COHORT,)
    for key, whose, counted, column in (
        ("regimen.combination", "partner", patients["maintenance_partner"].notna(), "maintenance_regimen"),
        ("risk.msmart_high", "msmart_high", patients["msmart_risk"] == "high", "msmart_risk"),
    ):
        known = patients[column].notna()
        share = _filled(key, whose, counted & known, known, column, level, of_all)
        found.append(share)
        if share.events is not None:
            tally.split(COHORT, {f"{key}.known": int(known.sum())}, rest=f"{key}.unknown")
            tally.split(f"{key}.known", {key: share.events}, rest=f"{key}.without")
            tally.shows[key] = (COHORT if of_all else f"{key}.known",)
    for column in BASELINE:
        described = _baseline(patients[column], column, level, of_all)
        found += described
        _tally_baseline(tally, column, described, level)
    _tally_same(tally, "risk.msmart_high", "baseline.msmart_risk.high")
    for stage in ("I", "III"):  # the revision only ever moves patients to stage II
        _tally_inside(tally, patients, stage)
    tables = {"flow": flow.astype(object).where(lambda frame: frame.notna(), None).to_dict("records")}
    return Results(CHAPTER, found, tables=tables, tally=tally)


def _tally_flow(tally: Tally, flow: pd.DataFrame, found: list[Estimate]) -> None:
    """Each step is the next one and those who left; the last is the cohort."""
    if flow.empty:
        return
    steps = [int(count) for count in flow["n"]]
    names = [f"flow.{position}" for position in range(len(steps) - 1)] + [COHORT]
    tally.rows["flow"] = names
    tally.counts |= dict(zip(names[:-1], steps[:-1], strict=True))
    for position in range(len(names) - 1):
        tally.split(names[position], {names[position + 1]: steps[position + 1]}, rest=f"flow.left.{position}")
    if names[0] != COHORT:
        tally.split(names[0], {COHORT: steps[-1]}, rest="cohort.not_analysed")
    of_all = [one for one in found if one.n == steps[0]]
    tally.show(of_all, names[0], COHORT)  # those analysed, or all others


def _tally_baseline(tally: Tally, column: str, described: list[Estimate], level: float) -> None:
    """Everybody has one of the values, or none recorded."""
    counts = {
        found.key: int(found.value) if found.statistic == Statistic.COUNT else found.events
        for found in described
        if found.n is not None
    }
    if not counts:
        return
    n = tally.counts[COHORT]
    groups = {found.key: found.group for found in described}

    def merged(names: list[str], count: int) -> list[Estimate]:
        group = tuple(level for name in names for level in groups[name])
        share = clopper_pearson(count, n, level=level)
        return [estimate(f"baseline.{column}.merged", share, group=group, n=n, events=count, **SHARE)]

    tally.split(COHORT, counts, merged=merged)
    missing = f"baseline.{column}.missing"
    known = f"baseline.{column}.known"
    tally.split(COHORT, {missing: counts[missing]}, rest=known)
    for found in described:
        tally.shows[found.key] = (known,) if found.n == tally.counts[known] != n else (COHORT,)


def _tally_same(tally: Tally, one: str, other: str) -> None:
    """Two names of one count."""
    if one in tally.counts and other in tally.counts:
        tally.splits.append(Split(one, (other,)))


def _tally_inside(tally: Tally, patients: pd.DataFrame, stage: str) -> None:
    """R-ISS I and III are parts of ISS I and III, where the data keep to the definition."""
    whole, part = f"baseline.iss_stage.{stage.lower()}", f"baseline.r_iss_stage.{stage.lower()}"
    inside = patients.loc[patients["r_iss_stage"] == stage, "iss_stage"].eq(stage).all()
    if inside and whole in tally.counts and part in tally.counts:
        tally.split(whole, {part: tally.counts[part]}, rest=f"{whole}.revised")


def _flow(flow: pd.DataFrame, n: int, level: float) -> list[Estimate]:
    about = {"endpoint": "cohort", "unit": "patients", "statistic": Statistic.COUNT}
    if flow.empty:
        reason = absent(ReasonCode.NO_TABLE, table="flow")
        return [
            estimate("cohort.asct_recipients", reason, **about),
            estimate("cohort.not_analysed", reason, **about),
            estimate("cohort.analysed", reason, endpoint="cohort", statistic=Statistic.PROPORTION, unit="fraction"),
        ]
    first, everybody = int(flow["n"].iloc[0]), (Level(Variable.FLOW, "first"),)
    return [
        estimate("cohort.asct_recipients", first, estimator=Estimator.FIRST_STEP, group=everybody, n=first, **about),
        estimate(
            "cohort.not_analysed",
            first - n,
            estimator=Estimator.FIRST_STEP_WITHOUT_ANALYSED,
            n=first,
            **about,
        ),
        estimate(
            "cohort.analysed",
            clopper_pearson(n, first, level=level),
            endpoint="cohort",
            statistic=Statistic.PROPORTION,
            unit="fraction",
            estimator=Estimator.PROPORTION,
            n=first,
            events=n,
            group=everybody,
        ),
    ]


def _minimum_maintenance(patients: pd.DataFrame) -> Estimate:
    """The shortest maintenance of those who ended it."""
    about = {"endpoint": "cohort", "statistic": Statistic.SHORTEST_MAINTENANCE, "unit": "months", "n": len(patients)}
    lasted = (patients["maintenance_end_months"] - patients["maintenance_start_months"]).dropna()
    key = "cohort.min_maintenance_months"
    if len(lasted):
        return estimate(key, float(lasted.min()), estimator=Estimator.SHORTEST_OF_ENDED, **about)
    return estimate(key, absent(ReasonCode.NO_MAINTENANCE_MONTHS), **about)


def _age(ages: pd.Series, n: int | None, fewest: int) -> Estimate:
    """Median and range; not of fewer than `fewest` patients. `n` is None where it would say how many are missing."""
    about = {"endpoint": "baseline", "statistic": Statistic.MEDIAN, "unit": "years", "n": n}
    if ages.empty:
        return estimate("cohort.age_median", absent(ReasonCode.EMPTY_COLUMN, column="age_years", table=""), **about)
    if len(ages) < fewest:
        few = NotEstimable(Reason(ReasonCode.FEW_AGES, {"fewest": fewest}), Status.WITHHELD)
        return estimate("cohort.age_median", few, **about)
    ends = float(ages.min()), float(ages.max())
    described = Interval(float(ages.median()), *ends, 1.0, IntervalMethod.RANGE, limits=Limits.DATA_RANGE)
    return estimate("cohort.age_median", described, estimator=Estimator.SAMPLE_MEDIAN, **about)


def _filled(
    key: str, whose: str, counted: pd.Series, known: pd.Series, column: str, level: float, of_all: bool
) -> Estimate:
    group = (Level(Variable.BASELINE, whose),)
    if not known.any():
        return estimate(key, _empty(column), group=group, **SHARE)
    count, n = int(counted.sum()), len(known) if of_all else int(known.sum())
    return estimate(key, clopper_pearson(count, n, level=level), group=group, n=n, events=count, **SHARE)


def _empty(column: str) -> NotEstimable:
    return absent(ReasonCode.EMPTY_COLUMN, column=column, table="patients")


def _baseline(cells: pd.Series, column: str, level: float, of_all: bool) -> list[Estimate]:
    """One proportion per level of those known, and the missing as a count of their own (STROBE).

    With `of_all` the proportions are of all patients: that of those known would give away how many are missing.
    """
    known = cells.dropna()
    if known.empty:
        return [estimate(f"baseline.{column}", _empty(column), group=(Level(column),), **SHARE)]
    names = slugs(str(value) for value in known.unique())
    counts, n = known.value_counts(), len(cells) if of_all else len(known)
    found = [
        estimate(
            f"baseline.{column}.{names[str(value)]}",
            clopper_pearson(int(counts[value]), n, level=level),
            group=(Level(column, str(value)),),
            n=n,
            events=int(counts[value]),
            **SHARE,
        )
        for value in sorted(known.unique(), key=str)
    ]
    missing = estimate(
        f"baseline.{column}.missing",
        len(cells) - len(known),
        endpoint="baseline",
        statistic=Statistic.COUNT,
        unit="patients",
        estimator=Estimator.COUNT,
        group=(Level(column, NOT_RECORDED),),
        n=len(cells),
    )
    return [*found, missing]
