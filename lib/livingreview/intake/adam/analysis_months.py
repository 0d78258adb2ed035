"""Months from each patient's origin, from analysis dates or study days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.cell.dates import DAYS_PER_MONTH, months_between
from livingreview.intake.folder.import_report import Line


@dataclass(frozen=True)
class Origins:
    """The day each patient's months are counted from, and the first treatment day that study days count from."""

    start: dict[str, dt.date]
    treated: dict[str, dt.date] = field(default_factory=dict)

    def months(self, data: Dataset, date: str, table: str, target: str, day: str = "") -> pd.Series:
        """Months of a date column, or of a study-day column where the date is missing; None where neither is known.

        A study day has no day 0: day 1 is the first day of treatment.
        """
        ids, dates, days = data.text("USUBJID"), data.dates(date), data.numbers(day)
        found, by_day, unknown = {}, 0, 0
        for row, patient in ids.items():
            when, number = dates[row], days[row]
            given = when is not None or number == number
            if when is None and number == number and patient in self.treated:
                when = self.treated[patient] + dt.timedelta(days=int(number - (number > 0)))
                by_day += 1
            known = when is not None and patient in self.start
            unknown += given and not known
            found[row] = months_between(self.start[patient], when) if known else None
        source = date if data.has(date) else day or date
        how = [Line("from-the-origin", {"month": DAYS_PER_MONTH})]
        how += [Line("study-days", {"count": by_day})] if by_day else []
        data.map(table, target, source, *how)
        if unknown:
            facts = {"column": source, "table": table, "target": target}
            data.leave_out("cells-of-target", "origin-unknown", count=unknown, **facts)
        return pd.Series(found, index=ids.index, dtype=object)


def is_early(months: pd.Series) -> pd.Series:
    """Whether a month lies before the origin."""
    return months.map(lambda month: month is not None and month < 0).astype(bool)
