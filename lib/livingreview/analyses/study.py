"""The study and its patients: flow, the inclusion rule, baseline."""

from __future__ import annotations

import pandas as pd

from livingreview.estimates import Estimate, Interval, NotEstimable, Results, estimate, slugs
from livingreview.statistics.proportions import clopper_pearson

CHAPTER = "study"
BASELINE = {
    "sex": "Sex",
    "iss_stage": "ISS stage",
    "r_iss_stage": "R-ISS stage",
    "msmart_risk": "mSMART risk",
    "induction": "Induction",
    "n_asct": "Transplantations",
}
NO_DATES = "the tables hold months from the time origin, no calendar dates"


def study(cohort, *, level: float) -> Results:
    """Estimates `cohort.*`, `baseline.*`, `regimen.*`, `risk.*`."""
    patients = cohort.table("patients")
    n = len(patients)
    found = [estimate("cohort.n", n, endpoint="cohort", statistic="count", unit="patients", method="count", n=n)]
    found += _flow(cohort.table("flow"), n, level)
    found.append(_minimum_maintenance(patients))
    for key in ("cohort.accrual_start", "cohort.accrual_end", "cohort.data_cutoff"):
        found.append(estimate(key, NotEstimable(NO_DATES), endpoint="cohort", statistic="month", unit="calendar month"))
    found.append(_age(patients["age_years"].dropna().astype(float)))
    found.append(
        _filled(
            "regimen.combination",
            "with a partner drug",
            patients["maintenance_partner"].notna(),
            patients["maintenance_regimen"].notna(),
            "maintenance_regimen",
            level,
        )
    )
    found.append(
        _filled(
            "risk.msmart_high",
            "mSMART high risk",
            patients["msmart_risk"] == "high",
            patients["msmart_risk"].notna(),
            "msmart_risk",
            level,
        )
    )
    for column, words in BASELINE.items():
        found += _baseline(patients[column], column, words, level)
    tables = {"flow": cohort.table("flow").astype(object).where(lambda frame: frame.notna(), None).to_dict("records")}
    return Results(CHAPTER, found, tables=tables)


def _flow(flow: pd.DataFrame, n: int, level: float) -> list[Estimate]:
    about = {"endpoint": "cohort", "unit": "patients", "statistic": "count"}
    if flow.empty:
        reason = NotEstimable("the cohort has no flow table")
        return [
            estimate("cohort.asct_recipients", reason, **about),
            estimate("cohort.not_analysed", reason, **about),
            estimate("cohort.analysed", reason, endpoint="cohort", statistic="proportion", unit="fraction"),
        ]
    first = int(flow["n"].iloc[0])
    return [
        estimate(
            "cohort.asct_recipients", first, method="first step of the flow", group="all transplanted", n=first, **about
        ),
        estimate(
            "cohort.not_analysed",
            first - n,
            method="first step of the flow minus the patients analysed",
            n=first,
            **about,
        ),
        estimate(
            "cohort.analysed",
            clopper_pearson(n, first, level=level),
            endpoint="cohort",
            statistic="proportion",
            unit="fraction",
            n=first,
            events=n,
            group="all transplanted",
        ),
    ]


def _minimum_maintenance(patients: pd.DataFrame) -> Estimate:
    """The shortest maintenance of those who ended it."""
    about = {"endpoint": "cohort", "statistic": "shortest maintenance", "unit": "months", "n": len(patients)}
    lasted = (patients["maintenance_end_months"] - patients["maintenance_start_months"]).dropna()
    key = "cohort.min_maintenance_months"
    if len(lasted):
        return estimate(key, float(lasted.min()), method="shortest of those who ended", **about)
    return estimate(key, NotEstimable("the months of maintenance are not in the patients table"), **about)


def _age(ages: pd.Series) -> Estimate:
    about = {"endpoint": "baseline", "statistic": "median", "unit": "years", "n": len(ages)}
    if ages.empty:
        return estimate("cohort.age_median", NotEstimable("age_years is empty"), **about)
    described = Interval(float(ages.median()), float(ages.min()), float(ages.max()), 1.0, "median and range")
    return estimate("cohort.age_median", described, **about)


def _filled(key: str, words: str, counted: pd.Series, known: pd.Series, column: str, level: float) -> Estimate:
    about = {"endpoint": "baseline", "group": words, "statistic": "proportion", "unit": "fraction"}
    if not known.any():
        return estimate(key, NotEstimable(f"{column} is empty in the patients table"), **about)
    count = int((counted & known).sum())
    return estimate(
        key, clopper_pearson(count, int(known.sum()), level=level), n=int(known.sum()), events=count, **about
    )


def _baseline(cells: pd.Series, column: str, words: str, level: float) -> list[Estimate]:
    """One proportion per level of those known, and the missing as a count of their own (STROBE)."""
    known = cells.dropna()
    about = {"endpoint": "baseline", "statistic": "proportion", "unit": "fraction"}
    if known.empty:
        return [
            estimate(
                f"baseline.{column}", NotEstimable(f"{column} is empty in the patients table"), group=words, **about
            )
        ]
    names = slugs(str(value) for value in known.unique())
    found = [
        estimate(
            f"baseline.{column}.{names[str(value)]}",
            clopper_pearson(int((known == value).sum()), len(known), level=level),
            group=f"{words}: {value}",
            n=len(known),
            events=int((known == value).sum()),
            **about,
        )
        for value in sorted(known.unique(), key=str)
    ]
    missing = estimate(
        f"baseline.{column}.missing",
        len(cells) - len(known),
        endpoint="baseline",
        statistic="count",
        unit="patients",
        method="count",
        group=f"{words}: not recorded",
        n=len(cells),
    )
    return [*found, missing]
