"""Outside evidence, read as printed elsewhere, every number marked with where it was seen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from livingreview.results.codes import Estimator, IntervalMethod, Level, Qualified, Statistic, Variable
from livingreview.results.estimates import Estimate, Interval, Results, estimate

FILE = "results.csv"
UNITS = {"hazard_ratio": "ratio", "rate_pct": "percent", "median_months": "months"}
STATISTICS = {
    "hazard_ratio": Statistic.HAZARD_RATIO,
    "rate_pct": Statistic.RATE,
    "median_months": Statistic.MEDIAN,
}


def evidence(folder: Path | str) -> Results:
    """Estimates `evidence.<study>.<endpoint>.<measure>` from `results.csv` of the folder.

    Nothing was read in full text: a qualifier says where each number was seen.
    """
    table = pd.read_csv(Path(folder) / FILE, dtype={"study_id": str}, keep_default_na=True)
    found: list[Estimate] = []
    for row in table.itertuples():
        key = f"evidence.{row.study_id}.{row.endpoint}.{row.measure}"
        level = float(row.ci_level) / 100
        ends = float(row.estimate), float(row.ci_low), float(row.ci_high)
        printed = estimate(
            key,
            Interval(*ends, level, IntervalMethod.PRINTED),
            endpoint=row.endpoint,
            group=(Level(Variable.ARM, row.arm), Level(Variable.COMPARATOR, row.comparator)),
            statistic=STATISTICS[row.measure],
            unit=UNITS[row.measure],
            estimator=Estimator.AS_PRINTED,
            n=int(row.n),
        )
        found.append(printed.qualified(Qualified.SEEN_IN, row.source_grade))
    return Results("evidence", found)
