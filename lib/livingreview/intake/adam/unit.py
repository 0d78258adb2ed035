"""In which unit a time of ADTTE is counted: stated, or shown by its dates; never guessed."""

from __future__ import annotations

import re

import pandas as pd

from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.cell.dates import DAYS_PER_MONTH

DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 365.25}
WORDS = re.compile(r"\b(day|week|month|year)s?\b", re.IGNORECASE)
ALONE = {"D": "days", "DY": "days", "W": "weeks", "WK": "weeks", "MO": "months", "MON": "months", "MTH": "months"}
IN_BRACKETS = re.compile(r"\(([^()]*)\)|\bin ([a-z]+)", re.IGNORECASE)
SLACK_DAYS = 2.0  # months are rounded to a tenth or computed with 30.4 or 365.25/12 days


def unit_of(rows: Dataset, code: str, given: str | None) -> str | None:
    """The unit of AVAL in the rows of one parameter; None, and a refusal, where it cannot be known.

    `given` stands above words, but nothing stands above dates that show another unit.
    """
    values, starts, ends = rows.numbers("AVAL"), rows.dates("STARTDT"), rows.dates("ADT")
    apart = [float((end - start).days) if start and end else None for start, end in zip(starts, ends, strict=True)]
    days = pd.Series(apart, index=values.index, dtype=float)
    found = {"ADT - STARTDT": _shown(values, days)}
    found |= {"--unit": given} if given else {"AVALU": _stated(rows, "AVALU"), "PARAM": _stated(rows, "PARAM")}
    found = {source: unit for source, unit in found.items() if unit}
    units = set(found.values())
    if len(units) != 1:
        facts = {"units": found} if units else {}
        rows.refuse("units-differ" if units else "unit-unknown", column="AVAL", parameter=code, **facts)
        return None
    _remark_difference(rows, code, *units, values, days)
    return units.pop()


def _stated(rows: Dataset, name: str) -> str | None:
    """The unit in words; two units in one parameter are no unit, and refused."""
    units = {unit for text in rows.text(name).unique() if text and (unit := _word(text, name))}
    if len(units) > 1:
        rows.refuse("units-several", column=name, source=name, names=sorted(units))
    return units.pop() if len(units) == 1 else None


def _word(text: str, name: str) -> str | None:
    if name == "AVALU" and text.upper() in ALONE:
        return ALONE[text.upper()]
    places = [text] if name == "AVALU" else [" ".join(found) for found in IN_BRACKETS.findall(text)]
    words = [match[1].lower() + "s" for place in places if (match := WORDS.search(place))]
    return words[-1] if words else None


def _shown(values: pd.Series, days: pd.Series) -> str | None:
    """Days or months, where ADT - STARTDT (or one more) agrees with AVAL in every row and only so."""
    known = values.notna() & days.notna() & (days > 3 * SLACK_DAYS)
    if not known.any():
        return None
    value, day = values[known], days[known]
    if ((value - day).isin((0.0, 1.0))).all():
        return "days"
    off = value * DAYS_PER_MONTH - day
    return "months" if off.between(-SLACK_DAYS, 1 + SLACK_DAYS).all() else None


def _remark_difference(rows: Dataset, code: str, unit: str, values: pd.Series, days: pd.Series) -> None:
    """AVAL is kept as given; how it counts the first day is said."""
    apart = (values - days)[values.notna() & days.notna()]
    if unit == "days" and len(apart):
        more, same = int((apart == 1).sum()), int((apart == 0).sum())
        other = len(apart) - more - same
        facts = {"parameter": code, "count": more, "same": same, "other": other}
        rows.report.remark("first-day-otherwise" if other else "first-day", **facts)
