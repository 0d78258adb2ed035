"""Outside evidence, read as printed elsewhere, every number marked with where it was seen."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from livingreview.cohort.problems import CohortError, Problem
from livingreview.results.codes import Estimator, IntervalMethod, Level, Qualified, Statistic, Variable
from livingreview.results.estimates import Estimate, Interval, Results, estimate

FILE = "results.csv"
MEASURES = {
    "hazard_ratio": (Statistic.HAZARD_RATIO, "ratio"),
    "rate_pct": (Statistic.RATE, "percent"),
    "median_months": (Statistic.MEDIAN, "months"),
}


def evidence(folder: Path, studies: Collection[str]) -> Results:
    """Estimates `evidence.<study>.<endpoint>.<measure>` from `results.csv` of the folder, of these studies alone.

    Nothing was read in full text: a qualifier says where each number was seen. CohortError for a study that the
    table does not have.
    """
    if not studies:
        return Results("evidence", [])
    table = pd.read_csv(folder / FILE, dtype={"study_id": str}, keep_default_na=True)
    if missing := [study for study in studies if study not in set(table["study_id"])]:
        raise CohortError([Problem("study.yml", "no-evidence", column="evidence", value=study) for study in missing])
    return Results("evidence", [_estimate(row) for row in table[table["study_id"].isin(list(studies))].itertuples()])


def _estimate(row) -> Estimate:
    statistic, unit = MEASURES[row.measure]
    ends = (float(end) for end in (row.estimate, row.ci_low, row.ci_high))
    printed = estimate(
        f"evidence.{row.study_id}.{row.endpoint}.{row.measure}",
        Interval(*ends, float(row.ci_level) / 100, IntervalMethod.PRINTED),
        endpoint=row.endpoint,
        group=(Level(Variable.ARM, row.arm), Level(Variable.COMPARATOR, row.comparator)),
        statistic=statistic,
        unit=unit,
        estimator=Estimator.AS_PRINTED,
        n=int(row.n),
    )
    return printed.qualified(Qualified.SEEN_IN, row.source_grade)
