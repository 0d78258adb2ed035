"""Outside evidence, read as printed elsewhere, every number marked with where it was seen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from livingreview.results.estimates import Estimate, Interval, Results, estimate

FILE = "results.csv"
UNITS = {"hazard_ratio": "ratio", "rate_pct": "percent", "median_months": "months"}
WORDS = {"hazard_ratio": "hazard ratio", "rate_pct": "rate", "median_months": "median"}


def evidence(folder: Path | str) -> Results:
    """Estimates `evidence.<study>.<endpoint>.<measure>` from `results.csv` of the folder.

    Nothing was read in full text: `method` says the level at which each number was seen.
    """
    table = pd.read_csv(Path(folder) / FILE, dtype={"study_id": str}, keep_default_na=True)
    found: list[Estimate] = []
    for row in table.itertuples():
        key = f"evidence.{row.study_id}.{row.endpoint}.{row.measure}"
        level = float(row.ci_level) / 100
        found.append(
            estimate(
                key,
                Interval(
                    float(row.estimate), float(row.ci_low), float(row.ci_high), level, f"as printed; {row.source_grade}"
                ),
                endpoint=row.endpoint,
                group=f"{row.arm} v {row.comparator}",
                statistic=WORDS[row.measure],
                unit=UNITS[row.measure],
                n=int(row.n),
            )
        )
    return Results("evidence", found)
