"""ADTTE: progression-free and overall survival. The one place where CNSR is turned round."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.adam.unit import DAYS_PER, unit_of
from livingreview.intake.cell.dates import DAYS_PER_MONTH, in_months
from livingreview.intake.folder.import_report import Line
from livingreview.words.import_words import column_words

PROGRESSION = re.compile(r"progress|relaps|recurren|\bPD\b", re.IGNORECASE)
DEATH = re.compile(r"\bdeaths?\b|\bdied\b|\bdead\b|\bdeceased\b", re.IGNORECASE)


@dataclass(frozen=True)
class Ending:
    """Months and event of each patient for one endpoint, with the row of ADTTE it came from."""

    months: dict[str, float | None] = field(default_factory=dict)
    events: dict[str, str | None] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    starts: dict[str, dt.date] = field(default_factory=dict)


def ending(adtte: Dataset, code: str, endpoint: str, unit: str | None, values: Mapping[str, str]) -> Ending:
    """The rows of one PARAMCD as an endpoint, `pfs` or `os`; what is missing, double or undecidable is refused.

    `values` says what event descriptions mean, over what their words say.
    """
    codes = adtte.text("PARAMCD").str.upper()
    rows = analysed(adtte.where(codes == code.upper()), code)
    if not rows.rows:
        adtte.refuse("parameter-missing", parameter=code, known=sorted(set(codes) - {""}), endpoint=endpoint)
        return Ending()
    ids = rows.text("USUBJID")
    for row in ids.index[ids.duplicated()]:
        first = int(ids.index[ids == ids[row]][0])
        rows.refuse("endpoint-twice", row, "USUBJID", ids[row], parameter=code, first=first)
    unit = unit_of(rows, code, unit)
    months = _months(rows, unit)
    events = _events(rows, code, endpoint, values)
    facts = {"per": DAYS_PER.get(unit, 0), "month": DAYS_PER_MONTH}
    how = (Line(f"in-{unit or 'months'}", facts), Line("times", {"count": len(ids)}))
    adtte.map("patients", f"{endpoint}_months", column_words("AVAL", "of", (code,)), *how)
    starts = {patient: day for patient, day in zip(ids, rows.dates("STARTDT"), strict=True) if day is not None}
    return Ending(*(dict(zip(ids, column, strict=True)) for column in (months, events, rows.rows)), starts)


def analysed(rows: Dataset, code: str) -> Dataset:
    """Rows flagged for analysis, where ANL01FL flags any; the others are counted."""
    flags = rows.text("ANL01FL").eq("Y")
    if not flags.any():
        return rows
    return rows.where(rows.leave_out_rows(~flags, "rows-of-parameter", "not-flagged", parameter=code))


def _months(rows: Dataset, unit: str | None) -> pd.Series:
    values = rows.numbers("AVAL")
    for row in values.index[values.isna() & rows.text("AVAL").eq("")]:
        rows.refuse("time-empty", row, "AVAL")
    for row in values.index[values < 0]:
        rows.refuse("time-negative", row, "AVAL", values[row])
    if unit is None:
        return values.mul(float("nan"))
    return values if unit == "months" else values.map(lambda value: in_months(value * DAYS_PER[unit]))


def _events(rows: Dataset, code: str, endpoint: str, values: Mapping[str, str]) -> pd.Series:
    """Words for events. CDISC codes 0 = event and every number above as a kind of censoring: turned round here."""
    censored, texts = _censored(rows), rows.text("EVNTDESC")
    known = {text.casefold(): event for text, event in values.items()}
    pairs, undecided, found = Counter(), {}, {}
    for row, text in texts.items():
        event = None if censored[row] is None else "censored"
        if censored[row] is False:
            event = "death" if endpoint == "os" else known.get(text.casefold()) or pfs_event(text)
            pairs[text, event or ""] += 1
            if event is None:
                undecided.setdefault(text, []).append(row)
        found[row] = event
    for text, places in undecided.items():
        rows.refuse("event-undecided", places[0], "EVNTDESC", text, count=len(places), text=text)
    turned = {"events": sum(pairs.values()), "censored": sum(map(bool, censored))}
    rows.map("patients", f"{endpoint}_event", column_words("CNSR", "of", (code,)), Line("turned-round", turned))
    if not undecided:
        how = Line("recoded", {"pairs": pairs}) if pairs else Line("no-event")
        rows.map("patients", f"{endpoint}_event", column_words("EVNTDESC", "of", (code,)), how)
    reasons = rows.first(("CNSDTDSC",)) or "EVNTDESC"
    if (flags := censored.map(lambda flag: flag is True)).any():
        facts = {"parameter": code, "column": reasons, "counts": Counter(rows.text(reasons)[flags])}
        rows.report.remark("reasons-for-censoring", **facts)
    return pd.Series(found, index=texts.index, dtype=object)


def _censored(rows: Dataset) -> pd.Series:
    """True where CNSR is above 0, False where it is 0, None where it is refused."""
    numbers, words = rows.numbers("CNSR"), rows.text("CNSR")
    found: dict[int, bool | None] = {}
    for row, number in numbers.items():
        if words[row] == "":
            rows.refuse("cnsr-empty", row, "CNSR")
        elif number < 0 or number % 1:
            rows.refuse("cnsr-no-count", row, "CNSR", words[row])
        found[row] = bool(number > 0) if number >= 0 and number % 1 == 0 else None
    return pd.Series(found, index=numbers.index, dtype=object)


def pfs_event(text: str) -> str | None:
    """`progression` or `death`, if the description speaks of one of them and not of the other."""
    progression, death = PROGRESSION.search(text), DEATH.search(text)
    if bool(progression) == bool(death):
        return None
    return "progression" if progression else "death"
