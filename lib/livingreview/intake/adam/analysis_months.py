"""Months from each patient's origin, from analysis dates or study days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.cell.dates import DAYS_PER_MONTH
from livingreview.intake.folder.import_report import Report, counted

DIGITS = 3  # a day is 0.033 months: equal days stay equal, and earlier ones stay earlier


@dataclass(frozen=True)
class Origins:
    """The day each patient's months are counted from, and the first treatment day that study days count from."""

    start: dict[str, dt.date]
    treated: dict[str, dt.date] = field(default_factory=dict)

    def months(self, data: Dataset, date: str, table: str, target: str, day: str | None = None) -> pd.Series:
        """Months of a date column, or of a study-day column where the date is missing; None where neither is known.

        A study day has no day 0: day 1 is the first day of treatment.
        """
        ids = data.text("USUBJID")
        dates = data.dates(date)
        days = data.numbers(day) if day and data.has(day) else pd.Series(float("nan"), index=ids.index)
        found, by_day, unknown = {}, 0, 0
        for row, patient in ids.items():
            when, counted_day = dates[row], days[row]
            if when is None and counted_day == counted_day and patient in self.treated:
                when = self.treated[patient] + dt.timedelta(days=int(counted_day - (counted_day > 0)))
                by_day += 1
            given = when is not None or counted_day == counted_day
            unknown += bool(given and (when is None or patient not in self.start))
            known = when is not None and patient in self.start
            found[row] = as_months((when - self.start[patient]).days) if known else None
        self._say(
            data.report, f"{data.label}, {date if data.has(date) else day or date}", table, target, by_day, unknown
        )
        return pd.Series(found, index=ids.index, dtype=object)

    @staticmethod
    def _say(report: Report, source: str, table: str, target: str, by_day: int, unknown: int) -> None:
        how = f"days from the origin / {DAYS_PER_MONTH}"
        if by_day:
            how += f"; {counted(by_day, 'cell')} from the study day, day 1 being the first day of treatment (TRTSDT)"
        report.mapped(table, target, source, how)
        if unknown:
            why = "the patient's origin is not known: ADTTE has no STARTDT, and --origin names no column of ADSL"
            report.left_out(f"{source}: {counted(unknown, 'cell')} of {table}, {target}", why)


def as_months(days: float) -> float:
    """Days as months of 30.4375 days."""
    return round(float(days) / DAYS_PER_MONTH, DIGITS)
