"""ADAE: adverse events from the origin on."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from livingreview.intake.adam.adrs import VALUES_FIX
from livingreview.intake.adam.analysis_months import Origins
from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.adam.subjects import recode
from livingreview.intake.folder.import_report import counted
from livingreview.intake.mapping.draft import Draft, Place

GRADE = re.compile(r"(?:GRADE\s*)?([1-5])", re.IGNORECASE)
YES_NO = {"Y": "yes", "YES": "yes", "N": "no", "NO": "no"}
RELATED = YES_NO | {
    **dict.fromkeys(
        ("RELATED", "POSSIBLE", "POSSIBLY", "POSSIBLY RELATED", "PROBABLE", "PROBABLY", "PROBABLY RELATED"), "yes"
    ),
    **dict.fromkeys(("DEFINITE", "DEFINITELY", "DEFINITELY RELATED", "CERTAIN", "LIKELY"), "yes"),
    **dict.fromkeys(("NOT RELATED", "UNRELATED", "NONE", "UNLIKELY", "UNLIKELY RELATED", "REMOTE"), "no"),
}
SOURCES = {
    "patient_id": ("USUBJID",),
    "grade": ("ATOXGRN", "AETOXGR", "ATOXGR", "AETOXGRN"),
    "term": ("AEDECOD", "AETERM"),
    "soc": ("AEBODSYS", "AESOC"),
    "serious": ("AESER",),
    "related": ("AREL", "AEREL"),
    "action": ("AEACN",),
    "start_months": ("ASTDT",),
    "end_months": ("AENDT",),
    "on_treatment": ("TRTEMFL",),
}


def adverse_events(adae: Dataset, origins: Origins, values: Mapping[str, str]) -> Draft:
    """The adverse event table; events that began before the origin are left out and counted."""
    names = {target: adae.first(*sources) or sources[0] for target, sources in SOURCES.items()}
    starts = origins.months(adae, "ASTDT", "adverse_events", "start_months", "ASTDY")
    early = starts.map(lambda month: month is not None and month < 0).astype(bool)
    if early.any():
        adae.report.left_out(f"{adae.label}: {counted(int(early.sum()), 'event')}", "began before the origin")
    kept = adae.where(~early)
    frame = pd.DataFrame({"patient_id": kept.text("USUBJID"), "grade": _grades(kept, names["grade"])}, dtype=object)
    for target in ("term", "soc", "action"):
        if kept.has(names[target]):
            frame[target] = kept.text(names[target]).map(lambda word: word or None)
            kept.report.mapped("adverse_events", target, f"{kept.label}, {names[target]}")
    related = RELATED | {word.upper(): term for word, term in values.items()}
    for target, terms in (("serious", YES_NO), ("related", related)):
        if kept.has(names[target]):
            frame[target] = recode(
                kept,
                names[target],
                "adverse_events",
                target,
                lambda word, terms=terms: terms.get(word.upper()),
                fix=VALUES_FIX.format(section="related") if target == "related" else "Y or N is expected.",
            )
    frame["start_months"] = starts[~early]
    if kept.has("AENDT") or kept.has("AENDY"):
        frame["end_months"] = origins.months(kept, "AENDT", "adverse_events", "end_months", "AENDY")
    if kept.has("TRTEMFL"):
        frame["on_treatment"] = kept.text("TRTEMFL").map(lambda flag: "yes" if flag.upper() == "Y" else "no")
        how = "Y → yes, anything else → no"
        kept.report.mapped("adverse_events", "on_treatment", f"{kept.label}, TRTEMFL", how)
    rows = list(frame.index)
    places = {target: Place(adae.label, names[target], rows) for target in frame.columns}
    used = {name for names_ in SOURCES.values() for name in names_} | {"ASTDY", "AENDY"}
    others = [name for name in adae.frame.columns if name not in used]
    if others:
        adae.report.left_out(f"{adae.label}: {', '.join(others)}", "no column of the cohort folder")
    return Draft("adverse_events", frame.reset_index(drop=True), places)


def _grades(adae: Dataset, name: str) -> pd.Series:
    """1 to 5; a grade that is missing or no grade is refused by row."""
    found = {}
    for row, word in adae.text(name).items():
        match = GRADE.fullmatch(word)
        if match is None:
            rule = "a CTCAE grade from 1 to 5 is expected" if word else "the cell is empty"
            adae.refuse(rule, "Correct it in the source: every event needs a grade.", row, name, word)
        found[row] = int(match[1]) if match else None
    adae.report.mapped("adverse_events", "grade", f"{adae.label}, {name}")
    return pd.Series(found, index=adae.frame.index, dtype=object)
