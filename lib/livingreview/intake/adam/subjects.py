"""ADSL: who the patients are, and what was known of them at the start."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable

import pandas as pd

from livingreview.intake.adam.analysis_months import Origins
from livingreview.intake.adam.dataset import Dataset
from livingreview.intake.folder.import_report import counted, recoded

SEX = {"F": "female", "M": "male", "FEMALE": "female", "MALE": "male"}
UNKNOWN = {"U", "UNK", "UNKNOWN", "UNDIFFERENTIATED", "NOT AVAILABLE", "NOT DONE", "MISSING", "ND"}
ISS = ("ISS", "ISSSTAGE", "ISSSTG", "ISSBL", "ISSSTGBL", "BLISS", "ISSGR1")
R_ISS = ("RISS", "RISSSTAGE", "RISSSTG", "RISSBL", "RISSSTGBL", "BLRISS", "R_ISS")
STAGE = re.compile(r"(?:(?:R-?)?ISS)?\s*(?:STAGE)?\s*(I{1,3}|[123])", re.IGNORECASE)
ROMAN = {"1": "I", "2": "II", "3": "III"}
FLAG = re.compile(r"[A-Z0-9]{2,6}FL")


def population(adsl: Dataset, flag: str | None) -> Dataset:
    """The patients to analyse: all, or those whose flag is Y. Identifiers missing or there twice are refused."""
    report = adsl.report
    ids = adsl.text("USUBJID")
    if "USUBJID" not in adsl.frame.columns:
        adsl.refuse("the column is missing", "ADSL needs one row per patient.", 1, "USUBJID")
    for row, name in ids.items():
        if not name:
            adsl.refuse("the cell is empty", "Every row needs a patient.", row, "USUBJID")
    for row in ids.index[ids.duplicated() & ids.ne("")]:
        adsl.refuse("the patient is there twice", "ADSL has one row per patient.", row, "USUBJID", ids[row])
    flags = [name for name in adsl.frame.columns if FLAG.fullmatch(name)]
    if flag is None:
        others = [f"{name} ({int(adsl.text(name).eq('Y').sum())})" for name in flags if name in POPULATIONS]
        known = f" Flags with their number of patients: {', '.join(others)}." if others else ""
        report.note(f"Analysis population: all {len(ids)} patients of {adsl.label}.{known}")
        return adsl
    if flag.upper() not in adsl.frame.columns:
        found = ", ".join(flags) or "none"
        adsl.refuse("the population flag is no column", f"Flags there are: {found}.", 1, flag.upper())
        return adsl
    chosen = adsl.text(flag.upper()).eq("Y")
    report.note(f"Analysis population: {flag.upper()} is Y for {int(chosen.sum())} of {len(ids)} patients.")
    report.left_out(f"{adsl.label}: {counted(int((~chosen).sum()), 'patient')}", f"{flag.upper()} is not Y")
    return adsl.where(chosen)


POPULATIONS = ("ITTFL", "SAFFL", "FASFL", "PPROTFL", "EFFFL", "RANDFL", "MITTFL")


def baseline(adsl: Dataset, origins: Origins, keep: list[str]) -> dict[str, tuple[str, pd.Series]]:
    """Columns of the patients table, each with the column it came from; index as in ADSL."""
    found = {"age_years": _age(adsl), "sex": _sex(adsl)}
    for target, names in (("iss_stage", ISS), ("r_iss_stage", R_ISS)):
        found[target] = _stage(adsl, target, names)
    for target, name in (("maintenance_start_months", "TRTSDT"), ("maintenance_end_months", "TRTEDT")):
        if adsl.has(name):
            found[target] = (name, origins.months(adsl, name, "patients", target))
    for target, names in (("maintenance_regimen", ("TRT01A", "TRT01P", "ACTARM", "ARM")), *TEXTS):
        if name := adsl.first(*names):
            found[target] = (name, adsl.text(name).map(lambda cell: cell or None))
            adsl.report.mapped("patients", target, f"{adsl.label}, {name}")
    for name in keep:
        found[name.lower()] = (name, adsl.text(name).map(lambda cell: cell or None))
        adsl.report.mapped("patients", name.lower(), f"{adsl.label}, {name}", "kept as a subgroup")
    found = {target: value for target, value in found.items() if value is not None}
    used = {source for source, _ in found.values()} | {"USUBJID", "AGEU"}
    others = [name for name in adsl.frame.columns if name not in used]
    if others:
        adsl.report.left_out(
            f"{adsl.label}: {', '.join(others)}", "no column of the cohort folder; name it with --keep"
        )
    return found


TEXTS = (("off_treatment_reason", ("DCTREAS", "DCTRSAS", "TRTDCRS")),)


def _age(adsl: Dataset) -> tuple[str, pd.Series] | None:
    if not adsl.has("AGE"):
        return None
    units = adsl.text("AGEU")
    for row, unit in units[adsl.text("AGE").ne("")].items():
        if unit and unit.upper() not in ("YEARS", "YEAR"):
            adsl.refuse("AGE is expected in YEARS", "Convert it in the source.", row, "AGEU", unit)
    how = "years, as given" if adsl.has("AGEU") else "taken as years: there is no AGEU"
    adsl.report.mapped("patients", "age_years", f"{adsl.label}, AGE", how)
    return "AGE", adsl.numbers("AGE")


def _sex(adsl: Dataset) -> tuple[str, pd.Series] | None:
    if not adsl.has("SEX"):
        return None
    return "SEX", recode(adsl, "SEX", "patients", "sex", lambda word: SEX.get(word.upper()))


def _stage(adsl: Dataset, target: str, names: tuple[str, ...]) -> tuple[str, pd.Series] | None:
    name = adsl.first(*names)
    if name is None:
        return None

    def stage(word: str) -> str | None:
        found = STAGE.fullmatch(word.strip())
        return ROMAN.get(found[1], found[1].upper()) if found else None

    return name, recode(adsl, name, "patients", target, stage)


def recode(
    data: Dataset,
    name: str,
    table: str,
    target: str,
    read: Callable[[str], str | None],
    *,
    fix: str = "Correct the source.",
    unknown: bool = True,
) -> pd.Series:
    """Words of a column in the cohort's vocabulary; a word that is not known is refused once, with its count.

    `read` gives the new word, "" for a cell to leave empty, None for a word that is not known. With `unknown`,
    words such as UNKNOWN and NOT DONE leave the cell empty.
    """
    words = data.text(name)
    new = {word: read(word) if word else "" for word in words.unique()}
    new |= {word: "" for word, term in new.items() if unknown and term is None and word.upper() in UNKNOWN}
    pairs = Counter((word, new[word] or "") for word in words if word)
    for word, found in new.items():
        if found is None:
            rows = words.index[words == word]
            rule = f"the word is not known ({counted(len(rows), 'row')})"
            data.refuse(rule, fix, rows[0], name, word)
    data.report.mapped(table, target, f"{data.label}, {name}", recoded(pairs))
    return words.map(lambda word: new[word] or None)


def origin_words(adsl: Dataset, starts: dict[str, dt.date]) -> str | None:
    """What months are counted from, if the origins are all one of ADSL's dates."""
    ids = adsl.text("USUBJID")
    for name, words in (("RANDDT", "randomisation"), ("TRTSDT", "first day of treatment")):
        if adsl.has(name):
            dates = dict(zip(ids, adsl.dates(name), strict=True))
            if starts and all(dates.get(patient) == day for patient, day in starts.items()):
                return words
    return None
