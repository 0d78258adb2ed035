"""ADAE: adverse events from the origin on."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from livingreview.intake.adam.analysis_months import Origins, is_early
from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.adam.terms import names, words
from livingreview.intake.folder.draft import Draft
from livingreview.intake.folder.import_report import Line

GRADE = re.compile(r"(?:GRADE\s*)?([1-5])", re.IGNORECASE)
TABLE = "adverse_events"


def adverse_events(adae: Dataset, origins: Origins, values: Mapping[str, str]) -> Draft:
    """The adverse event table; events that began before the origin are left out and counted."""
    sources = names()[TABLE]
    there = {target: adae.first(known) or known[0] for target, known in sources.items()}
    starts = origins.months(adae, "ASTDT", TABLE, "start_months", "ASTDY")
    on_time = adae.leave_out_rows(is_early(starts), "events", "early-event")
    kept = adae.where(on_time)
    columns = {"patient_id": kept.text("USUBJID"), "grade": _grades(kept, there["grade"])}
    for target in ("term", "soc", "action"):
        if kept.has(there[target]):
            columns[target] = kept.copied(TABLE, target, there[target])
    for target, code in (("serious", "yes-or-no"), ("related", "relation-unknown")):
        if kept.has(there[target]):
            terms = words(target, values if target == "related" else None)
            columns[target] = kept.recoded(TABLE, target, there[target], terms, code)
    columns["start_months"] = starts[on_time]
    if kept.has("AENDT") or kept.has("AENDY"):
        columns["end_months"] = origins.months(kept, "AENDT", TABLE, "end_months", "AENDY")
    if kept.has("TRTEMFL"):
        columns["on_treatment"] = kept.text("TRTEMFL").map(lambda flag: "yes" if flag.upper() == "Y" else "no")
        kept.map(TABLE, "on_treatment", "TRTEMFL", Line("flag"))
    used = {name for known in sources.values() for name in known} | {"ASTDY", "AENDY"}
    if others := [name for name in adae.names if name not in used]:
        adae.leave_out("columns", "no-column-of-cohort", names=others)
    return adae.draft(TABLE, {target: (there[target], column) for target, column in columns.items()})


def _grades(adae: Dataset, name: str) -> pd.Series:
    """1 to 5; a grade that is missing or no grade is refused by row."""
    found = {}
    for row, word in adae.text(name).items():
        match = GRADE.fullmatch(word)
        if match is None:
            adae.refuse("grade-expected" if word else "grade-empty", row, name, word)
        found[row] = int(match[1]) if match else None
    adae.map(TABLE, "grade", name)
    return pd.Series(found, index=adae.rows, dtype=object)
