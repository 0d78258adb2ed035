"""Dates as spreadsheets and SAS write them, a column at a time; what may be two days is refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from livingreview.intake.cell.cells import Refused, is_missing

DAYS_PER_MONTH = 30.4375
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
MONTHS = "january february march april may june july august september october november december".split()
NUMBERS = {name: number for number, month in enumerate(MONTHS, 1) for name in (month, month[:3])} | {"sept": 9}

Order = Literal["day-first", "month-first"]
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
EITHER = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: 0?0:00(?::00)?)?")
WORDS = re.compile(r"(\d{1,2})[- ]?([A-Za-z]{3,9})\.?[- ,]*(\d{4})(?::\d{2}:\d{2}:\d{2}(?:\.\d+)?)?")
WORDS_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
SERIAL = re.compile(r"\d{5}(?:\.0*)?")
TWO_DIGITS = re.compile(r"\d{1,2}[-/. ]?(?:\d{1,2}|[A-Za-z]{3,9})[-/. ]?\d{2}")
PARTIAL = re.compile(
    r"\d{4}(?:[-/.](\d{1,2}|[A-Za-z]{2,3}))?(?:[-/.](?:\?\?|UN|XX|00))?|\d{1,2}[-/.]\d{4}|[A-Za-z]{3,9}\.? ?\d{4}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Count:
    """A count of days that stands for a date: from `zero` on, read between `first` and `last` (1954 or 1987 to 2064)."""

    zero: dt.date
    first: int
    last: int

    def holds(self, value: Any) -> bool:
        """Whether a cell holds such a count instead of a date."""
        if isinstance(value, str) and SERIAL.fullmatch(value.strip()):
            value = float(value)
        return isinstance(value, int | float) and not isinstance(value, bool) and self.first <= value <= self.last


SPREADSHEET = Count(dt.date(1899, 12, 30), 20_000, 60_000)
SAS = Count(dt.date(1960, 1, 1), 10_000, 38_084)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a column, in its order: a date, None where empty, or why it cannot be read.

    `serials` counts cells that held a count of days, `times` those with a time of day.
    """

    found: list[dt.date | None | Refused]
    serials: int = 0
    times: int = 0


def shown_orders(columns: Iterable[Sequence[Any]]) -> dict[Order, tuple[int, int]]:
    """Which orders dates such as 13/04/2020 show in the columns of one sheet, each with its first (column, position).

    None: every such date is ambiguous. Two: the columns contradict each other.
    """
    shown: dict[Order, tuple[int, int]] = {}
    for number, column in enumerate(columns):
        for position, value in enumerate(column):
            match = EITHER.fullmatch(value.strip()) if isinstance(value, str) else None
            if match and (int(match[1]) > 12) != (int(match[2]) > 12):
                shown.setdefault("day-first" if int(match[1]) > 12 else "month-first", (number, position))
    return shown


def is_ambiguous(value: Any) -> bool:
    """Whether a cell is a date whose day and month could change places."""
    match = EITHER.fullmatch(value.strip()) if isinstance(value, str) else None
    return match is not None and int(match[1]) != int(match[2]) and max(int(match[1]), int(match[2])) <= 12


def read_dates(values: Sequence[Any], order: Order | None, count: Count = SPREADSHEET) -> Dates:
    """Read a column; `order` settles dates such as 03/04/2020, which are refused without it.

    Whole dates only, from 1900 to 2100; two-digit years, parts of dates and impossible days are refused. A number
    is days in the `count` of the program that wrote it.
    """
    found = [parse(value, order, count) for value in values]
    serials = sum(count.holds(value) for value in values)
    times = sum(isinstance(value, dt.datetime) and value.time() != dt.time() for value in values)
    return Dates(found, serials, times)


def parse(value: Any, order: Order | None = None, count: Count = SPREADSHEET) -> dt.date | None | Refused:
    """One date; see `read_dates`."""
    if is_missing(value):
        return None
    if count.holds(value):
        return count.zero + dt.timedelta(days=int(float(value)))
    if isinstance(value, dt.datetime):
        return _plausible(value.date())
    if isinstance(value, dt.date):
        return _plausible(value)
    return _parse_words(value.strip(), order) if isinstance(value, str) else Refused("date-no-date")


def _parse_words(words: str, order: Order | None) -> dt.date | Refused:
    if match := ISO.fullmatch(words) or COMPACT.fullmatch(words):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := DOTTED.fullmatch(words):
        return _date(int(match[3]), int(match[2]), int(match[1]))
    if match := EITHER.fullmatch(words):
        return _either(int(match[1]), int(match[2]), int(match[3]), order)
    if match := WORDS.fullmatch(words):
        return _named(int(match[1]), match[2], int(match[3]))
    if match := WORDS_FIRST.fullmatch(words):
        return _named(int(match[2]), match[1], int(match[3]))
    if PARTIAL.fullmatch(words):
        return Refused("date-incomplete")
    return Refused("date-two-digits" if TWO_DIGITS.fullmatch(words) else "date-no-words")


def _either(first: int, second: int, year: int, order: Order | None) -> dt.date | Refused:
    if order is None and first and second and first != second and first <= 12 and second <= 12:
        return Refused("date-two-days", {"day": first, "month": second, "other_day": second, "other_month": first})
    if order == "month-first" or (order is None and second > 12):
        return _date(year, first, second)
    return _date(year, second, first)


def _named(day: int, month: str, year: int) -> dt.date | Refused:
    number = NUMBERS.get(month.lower())
    return _date(year, number, day) if number else Refused("date-unknown-month")


def _date(year: int, month: int, day: int) -> dt.date | Refused:
    if not day or not month:
        return Refused("date-incomplete")
    try:
        return _plausible(dt.date(year, month, day))
    except ValueError:
        return Refused("date-no-day")


def _plausible(day: dt.date) -> dt.date | Refused:
    return day if FIRST <= day <= LAST else Refused("date-out-of-range", {"first": FIRST.year, "last": LAST.year})


def months_between(start: dt.date, end: dt.date) -> float:
    """Months of 30.4375 days, to three decimals.

    A day is 0.033 months: equal dates stay equal, and earlier ones stay earlier.
    """
    return in_months((end - start).days)


def in_months(days: float) -> float:
    """Days as months of 30.4375 days, to three decimals."""
    return round(float(days) / DAYS_PER_MONTH, 3)


def years_between(start: dt.date, end: dt.date) -> int:
    """Completed years."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
