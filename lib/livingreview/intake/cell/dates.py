"""Dates as spreadsheets write them, a column at a time; what may be two days is refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from livingreview.intake.cell.cells import Refused, is_missing

DAYS_PER_MONTH = 30.4375
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
SERIAL_FIRST, SERIAL_LAST = 20_000, 60_000  # 1954 to 2064 in the count of days that begins in 1900
SERIAL_ZERO = dt.date(1899, 12, 30)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

Order = Literal["day-first", "month-first"]
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
EITHER = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: 0?0:00(?::00)?)?")
WORDS = re.compile(r"(\d{1,2})[- ]?([A-Za-z]{3,9})\.?[- ,]*(\d{4})")
WORDS_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
SERIAL = re.compile(r"\d{5}(?:\.0*)?")
TWO_DIGITS = re.compile(r"\d{1,2}[-/. ]?(?:\d{1,2}|[A-Za-z]{3,9})[-/. ]?\d{2}")
PARTIAL = re.compile(
    r"\d{4}(?:[-/.](\d{1,2}|[A-Za-z]{2,3}))?(?:[-/.](?:\?\?|UN|XX|00))?|\d{1,2}[-/.]\d{4}|[A-Za-z]{3,9}\.? ?\d{4}",
    re.IGNORECASE,
)

WRITE = "Write it as 2020-04-03"
PARTIAL_DATE = Refused(
    "the date is not complete", f"{WRITE}; no day is invented: leave the cell empty if it is not known."
)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a column, in its order: a date, None where empty, or why it cannot be read.

    `serials` counts cells that held a spreadsheet's count of days, `times` those with a time of day.
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
            if match is None:
                continue
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                shown.setdefault("day-first", (number, position))
            elif second > 12 >= first:
                shown.setdefault("month-first", (number, position))
    return shown


def is_ambiguous(value: Any) -> bool:
    """Whether a cell is a date whose day and month could change places."""
    match = EITHER.fullmatch(value.strip()) if isinstance(value, str) else None
    return match is not None and match[1].zfill(2) != match[2].zfill(2) and int(match[1]) <= 12 and int(match[2]) <= 12


def read_dates(values: Sequence[Any], order: Order | None) -> Dates:
    """Read a column; `order` settles dates such as 03/04/2020, which are refused without it.

    Whole dates only, from 1900 to 2100; two-digit years, parts of dates and impossible days are refused.
    """
    found = [parse(value, order) for value in values]
    serials = sum(is_serial(value) for value in values)
    times = sum(isinstance(value, dt.datetime) and value.time() != dt.time() for value in values)
    return Dates(found, serials, times)


def is_serial(value: Any) -> bool:
    """Whether a cell holds days since the end of 1899 instead of a date."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return SERIAL_FIRST <= value <= SERIAL_LAST
    return (
        isinstance(value, str) and bool(SERIAL.fullmatch(value.strip())) and SERIAL_FIRST <= float(value) <= SERIAL_LAST
    )


def parse(value: Any, order: Order | None = None) -> dt.date | None | Refused:
    """One date; see `read_dates`."""
    if is_missing(value):
        return None
    if is_serial(value):
        return SERIAL_ZERO + dt.timedelta(days=int(float(value)))
    if isinstance(value, dt.datetime):
        return _plausible(value.date())
    if isinstance(value, dt.date):
        return _plausible(value)
    if not isinstance(value, str):
        return Refused("a date is expected", f"{WRITE}.")
    return _parse_words(value.strip(), order)


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
        return PARTIAL_DATE
    if TWO_DIGITS.fullmatch(words):
        return Refused("the year has two digits", f"{WRITE}, with the century.")
    return Refused("a date is expected", f"{WRITE}, or leave the cell empty if it is not known.")


def _either(first: int, second: int, year: int, order: Order | None) -> dt.date | Refused:
    if order is None and first != second and first <= 12 and second <= 12:
        fix = f"{WRITE}, or add “dates: day-first” or “dates: month-first” to study.yml."
        if not (first and second):
            return _date(year, second, first)
        rule = f"this may be {first} {LONG[second - 1].title()} or {second} {LONG[first - 1].title()}"
        return Refused(rule, fix)
    if order == "month-first" or (order is None and second > 12):
        return _date(year, first, second)
    return _date(year, second, first)


def _named(day: int, month: str, year: int) -> dt.date | Refused:
    name = month.lower()
    if name[:3] not in MONTHS or not (name == name[:3] or name == LONG[MONTHS.index(name[:3])] or name == "sept"):
        return Refused("the month is not known", f"{WRITE}.")
    return _date(year, MONTHS.index(name[:3]) + 1, day)


def _date(year: int, month: int, day: int) -> dt.date | Refused:
    if not day or not month:
        return PARTIAL_DATE
    try:
        return _plausible(dt.date(year, month, day))
    except ValueError:
        return Refused("there is no such day", "Compare it with the notes.")


def _plausible(day: dt.date) -> dt.date | Refused:
    if FIRST <= day <= LAST:
        return day
    return Refused(f"a date from {FIRST.year} to {LAST.year} is expected", "Compare it with the notes.")


def months_between(start: dt.date, end: dt.date) -> float:
    """Months of 30.4375 days, to three decimals.

    A day is 0.033 months: equal dates stay equal, and earlier ones stay earlier.
    """
    return round((end - start).days / DAYS_PER_MONTH, 3)


def years_between(start: dt.date, end: dt.date) -> int:
    """Completed years."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
