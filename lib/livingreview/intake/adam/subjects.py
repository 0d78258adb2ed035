"""ADSL: who the patients are, and what was known of them at the start."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import pandas as pd

from livingreview.intake.adam.analysis_months import Origins
from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.adam.terms import names, words
from livingreview.intake.folder.import_report import Line
from livingreview.words.intake_messages import fact_words

STAGE = re.compile(r"(?:(?:R-?)?ISS)?\s*(?:STAGE)?\s*(I{1,3}|[123])", re.IGNORECASE)
ROMAN = {"1": "I", "2": "II", "3": "III"}
FLAG = re.compile(r"[A-Z0-9]{2,6}FL")
ORIGINS = {"RANDDT": "randomisation", "TRTSDT": "first-treatment"}
TREATED = {"maintenance_start_months": "TRTSDT", "maintenance_end_months": "TRTEDT"}


def population(adsl: Dataset, flag: str | None) -> Dataset:
    """The patients to analyse: all, or those whose flag is Y. Identifiers missing or there twice are refused."""
    ids = adsl.text("USUBJID")
    for row in ids.index[ids.eq("")]:
        adsl.refuse("patient-empty", row, "USUBJID")
    for row in ids.index[ids.duplicated() & ids.ne("")]:
        adsl.refuse("patient-twice-in-adsl", row, "USUBJID", ids[row])
    flags = [name for name in adsl.names if FLAG.fullmatch(name)]
    if flag is None:
        usual = {name: int(adsl.text(name).eq("Y").sum()) for name in flags if name in names()["populations"]}
        facts = {"count": len(ids), "label": adsl.label, "flags": [f"{name} ({n})" for name, n in usual.items()]}
        adsl.report.remark("population-flags" if usual else "population-all", **facts)
        return adsl
    if flag.upper() not in adsl.names:
        adsl.refuse("population-unknown", 1, flag.upper(), known=flags)
        return adsl
    chosen = adsl.text(flag.upper()).eq("Y")
    adsl.report.remark("population-chosen", flag=flag.upper(), chosen=int(chosen.sum()), count=len(ids))
    adsl.leave_out("patients", "not-in-population", count=int((~chosen).sum()), flag=flag.upper())
    return adsl.where(chosen)


def baseline(adsl: Dataset, origins: Origins, keep: Sequence[str]) -> dict[str, tuple[str, pd.Series]]:
    """Columns of the patients table, each with the column it came from; index as in ADSL."""
    found: dict[str, tuple[str, pd.Series]] = {}
    if adsl.has("AGE"):
        found["age_years"] = ("AGE", _age(adsl))
    if adsl.has("SEX"):
        found["sex"] = ("SEX", adsl.recoded("patients", "sex", "SEX", words("sex")))
    there = {target: adsl.first(known) for target, known in names()["patients"].items()}
    stages = {target: there.pop(target) for target in ("iss_stage", "r_iss_stage")}
    found |= {target: (name, adsl.recoded("patients", target, name, _stage)) for target, name in stages.items() if name}
    for target, name in TREATED.items():
        if adsl.has(name):
            found[target] = (name, origins.months(adsl, name, "patients", target))
    found |= {target: (name, adsl.copied("patients", target, name)) for target, name in there.items() if name}
    for name in keep:
        found[name.lower()] = (name, adsl.copied("patients", name.lower(), name, Line("kept")))
    used = {source for source, _ in found.values()} | {"USUBJID", "AGEU"}
    if others := [name for name in adsl.names if name not in used]:
        adsl.leave_out("columns", "no-column-but-keep", names=others)
    return found


def _age(adsl: Dataset) -> pd.Series:
    units = adsl.text("AGEU")
    for row, unit in units[adsl.text("AGE").ne("")].items():
        if unit and unit.upper() not in ("YEARS", "YEAR"):
            adsl.refuse("age-not-in-years", row, "AGEU", unit)
    adsl.map("patients", "age_years", "AGE", Line("years-given" if adsl.has("AGEU") else "years-taken"))
    return adsl.numbers("AGE")


def _stage(word: str) -> str | None:
    found = STAGE.fullmatch(word.strip())
    return ROMAN.get(found[1], found[1].upper()) if found else None


def origin_event(adsl: Dataset, starts: dict[str, dt.date]) -> str | None:
    """What months are counted from, if the origins are all one of ADSL's dates."""
    ids = adsl.text("USUBJID")
    for name, event in ORIGINS.items():
        if starts and adsl.has(name):
            dates = dict(zip(ids, adsl.dates(name), strict=True))
            if all(dates.get(patient) == day for patient, day in starts.items()):
                return fact_words(event)
    return None
