"""ADTTE: progression-free and overall survival. The one place where CNSR is turned round."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from livingreview.intake.adam.analysis_months import DIGITS
from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.adam.unit import DAYS_PER, unit_of
from livingreview.intake.cell.dates import DAYS_PER_MONTH
from livingreview.intake.folder.import_report import counted, listed, recoded

PROGRESSION = re.compile(r"progress|relaps|recurren|\bPD\b", re.IGNORECASE)
DEATH = re.compile(r"\bdeaths?\b|\bdied\b|\bdead\b|\bdeceased\b", re.IGNORECASE)


@dataclass(frozen=True)
class Ending:
    """Months and event of each patient for one endpoint, with the row of ADTTE it came from."""

    months: dict[str, float | None]
    events: dict[str, str | None]
    rows: dict[str, int]
    starts: dict[str, dt.date] = field(default_factory=dict)


def ending(adtte: Dataset, code: str, endpoint: str, unit: str | None, values: Mapping[str, str]) -> Ending:
    """The rows of one PARAMCD as an endpoint, `pfs` or `os`; what is missing, double or undecidable is refused.

    `values` says what event descriptions mean, over what their words say.
    """
    codes = adtte.text("PARAMCD").str.upper()
    rows = analysed(adtte.where(codes == code.upper()), code)
    if rows.frame.empty:
        found = ", ".join(sorted(set(codes) - {""})) or "none"
        adtte.refuse(f"there are no rows of {code}", f"PARAMCD there are: {found}; name one with --{endpoint}.")
        return Ending({}, {}, {})
    ids = rows.text("USUBJID")
    refuse_twice(rows, ids, code)
    unit_name = unit_of(rows, code, unit)
    months = _months(rows, unit_name)
    events = _events(rows, code, endpoint, values)
    how = (
        "as given in months"
        if unit_name == "months"
        else f"{unit_name} x {DAYS_PER.get(unit_name, 0):g} / {DAYS_PER_MONTH}"
    )
    if unit_name == "days":
        how = f"days / {DAYS_PER_MONTH}"
    adtte.report.mapped("patients", f"{endpoint}_months", f"{adtte.label}, AVAL of {code}", f"{how} ({len(ids)})")
    starts = {patient: day for patient, day in zip(ids, rows.dates("STARTDT"), strict=True) if day is not None}
    return Ending(
        dict(zip(ids, months, strict=True)),
        dict(zip(ids, events, strict=True)),
        dict(zip(ids, ids.index, strict=True)),
        starts,
    )


def analysed(rows: Dataset, code: str) -> Dataset:
    """Rows flagged for analysis, where ANL01FL flags any; the others are counted."""
    flags = rows.text("ANL01FL").eq("Y")
    if not flags.any() or flags.all():
        return rows
    why = "not flagged for analysis (ANL01FL)"
    rows.report.left_out(f"{rows.label}: {counted(int((~flags).sum()), 'row')} of {code}", why)
    return rows.where(flags)


def refuse_twice(rows: Dataset, ids: pd.Series, code: str) -> None:
    """One row a patient and parameter."""
    for row in ids.index[ids.duplicated()]:
        first = ids.index[ids == ids[row]][0]
        fix = "Keep one, or flag it in ANL01FL."
        rows.refuse(f"the patient has {code} already in row {first}", fix, row, "USUBJID", ids[row])


def _months(rows: Dataset, unit: str | None) -> pd.Series:
    values = rows.numbers("AVAL")
    for row in values.index[values.isna() & rows.text("AVAL").eq("")]:
        rows.refuse("the cell is empty", "Every patient needs a time.", row, "AVAL")
    for row in values.index[values < 0]:
        rows.refuse("a time cannot be negative", "Compare ADT with STARTDT.", row, "AVAL", values[row])
    if unit is None:
        return values.mul(float("nan"))
    if unit == "months":
        return values
    return (values * DAYS_PER[unit] / DAYS_PER_MONTH).round(DIGITS)


def _events(rows: Dataset, code: str, endpoint: str, values: Mapping[str, str]) -> pd.Series:
    """Words for events. CDISC codes 0 = event and every number above as a kind of censoring: turned round here."""
    censored = _censored(rows)
    texts = rows.text("EVNTDESC")
    known = {text.casefold(): event for text, event in values.items()}
    pairs, undecided, found = Counter(), {}, {}
    for row, text in texts.items():
        if censored[row] is None:
            event = None
        elif censored[row]:
            event = "censored"
        else:
            event = "death" if endpoint == "os" else known.get(text.casefold()) or pfs_event(text)
            pairs[text, event or ""] += 1
            if event is None:
                undecided.setdefault(text, []).append(row)
        found[row] = event
    for text, places in undecided.items():
        rule = f"neither only progression nor only death can be read from it ({counted(len(places), 'row')})"
        fix = f'Say what it means: --values FILE, a YAML file with “pfs_event: {{"{text}": progression}}”.'
        rows.refuse(rule, fix, places[0], "EVNTDESC", text or "an empty cell")
    turned = f"CNSR 0 → event ({sum(pairs.values())}), above 0 → censored ({sum(map(bool, censored))})"
    rows.report.mapped("patients", f"{endpoint}_event", f"{rows.label}, CNSR of {code}", turned)
    if not undecided:
        rows.report.mapped(
            "patients", f"{endpoint}_event", f"{rows.label}, EVNTDESC of {code}", recoded(pairs) or "no event"
        )
    _note_reasons(rows, code, censored.map(lambda flag: flag is True))
    return pd.Series(found, index=texts.index, dtype=object)


def _censored(rows: Dataset) -> pd.Series:
    """True where CNSR is above 0, False where it is 0, None where it is refused."""
    numbers, words = rows.numbers("CNSR"), rows.text("CNSR")
    found: dict[int, bool | None] = {}
    for row, number in numbers.items():
        if words[row] == "":
            rows.refuse("the cell is empty", "CNSR is 0 for an event and 1 or more if censored.", row, "CNSR")
        elif number < 0 or number % 1:
            rows.refuse("CNSR is 0 or a whole number above", "Correct the source.", row, "CNSR", words[row])
        found[row] = bool(number > 0) if number >= 0 and number % 1 == 0 else None
    return pd.Series(found, index=numbers.index, dtype=object)


def pfs_event(text: str) -> str | None:
    """`progression` or `death`, if the description speaks of one of them and not of the other."""
    progression, death = PROGRESSION.search(text), DEATH.search(text)
    if bool(progression) == bool(death):
        return None
    return "progression" if progression else "death"


def _note_reasons(rows: Dataset, code: str, censored: pd.Series) -> None:
    name = "CNSDTDSC" if rows.has("CNSDTDSC") else "EVNTDESC"
    if censored.any():
        reasons = Counter(rows.text(name)[censored])
        rows.report.note(f"{code}: reasons for censoring ({name}): {listed(reasons)}.")
