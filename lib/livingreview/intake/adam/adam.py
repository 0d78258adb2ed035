"""CDISC ADaM datasets (ADSL, ADTTE, ADRS, ADAE) as a cohort folder."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from livingreview.cohort.identifying import Kind, speaks_of
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.vocabulary import MRD_STATUS, RESPONSES, YES_NO
from livingreview.cohort.yaml import read_yaml
from livingreview.intake.adam.adrs import BEST, BY_VISIT, one_code, responses, samples
from livingreview.intake.adam.adtte import Ending, ending
from livingreview.intake.adam.analysis_months import Origins
from livingreview.intake.adam.dataset import Dataset, find_datasets
from livingreview.intake.adam.events import adverse_events
from livingreview.intake.adam.subjects import baseline, origin_words, population
from livingreview.intake.cell.identifiers import pseudonyms
from livingreview.intake.folder.import_report import Report, counted
from livingreview.intake.folder.write import refuse_foreign, write_import
from livingreview.intake.mapping.draft import Draft, Place
from livingreview.words.folder_problems import IDENTIFIES

DATASETS = ("adsl", "adtte", "adrs", "adae")
SECTIONS = {  # of --values; an event stays an event: only CNSR says who is censored
    "pfs_event": ("progression", "death"),
    "response": (*RESPONSES, ""),
    "mrd": (*MRD_STATUS, ""),
    "related": (*YES_NO, ""),
}


@dataclass(frozen=True)
class AdamOptions:
    """What the datasets leave open; codes are PARAMCDs, None lets the usual ones be found."""

    unit: str | None = None
    population: str | None = None
    pfs: str = "PFS"
    os: str = "OS"
    responses: str | None = None
    best: str | None = None
    mrd: str | None = None
    origin: str | None = None
    keep: list[str] = field(default_factory=list)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pseudonyms: bool = True
    study: dict = field(default_factory=dict)


def import_adam(source: Path, folder: Path, options: AdamOptions) -> tuple[Report, list[Problem]]:
    """Write the cohort folder; the report and the notes of its check.

    Raises CohortError with everything that is refused, and then writes nothing.
    """
    refuse_foreign(folder)
    report = Report("livingreview import adam")
    data = find_datasets(source, DATASETS, report)
    missing = [name for name in ("adsl", "adtte") if name not in data]
    if missing:
        fix = "A folder with adsl and adtte as .xpt, .sas7bdat or .csv is expected."
        raise CohortError([Problem(name, "the dataset is missing", fix) for name in missing])
    for name in ("adrs", "adae"):
        if name not in data:
            report.left_out(name, "the dataset is not there")
    _refuse_columns(data)
    drafts, study = _drafts(data, options, report)
    _pseudonymise(drafts, options.pseudonyms, report)
    kept = {"subgroups": [name.lower() for name in options.keep]} if options.keep else {}
    return report, write_import(folder, drafts, study | kept | options.study, report)


def read_values(path: Path | None) -> dict[str, dict[str, str]]:
    """The YAML file of --values: a section each for pfs_event, response, mrd, related; words and their terms."""
    if path is None:
        return {}
    try:
        record = read_yaml(path, words=True)
    except FileNotFoundError:
        raise CohortError([Problem(path.name, "there is no such file", "Correct --values.")]) from None
    wrong = [name for name in record if name not in SECTIONS] if isinstance(record, dict) else [""]
    if not wrong:
        wrong = [name for name, section in record.items() if not isinstance(section, dict)]
    if wrong:
        rule = f"one section each for {', '.join(SECTIONS)} is expected, of lines “word: term”"
        raise CohortError([Problem(path.name, rule, "Correct the file.", column=name) for name in wrong])
    problems = [
        Problem(
            path.name, f"one of {', '.join(filter(None, SECTIONS[name]))} is expected", "Correct it.", None, name, term
        )
        for name, section in record.items()
        for term in section.values()
        if term not in SECTIONS[name]
    ]
    if problems:
        raise CohortError(problems)
    return record


NEEDED = {
    "adsl": ("USUBJID",),
    "adtte": ("USUBJID", "PARAMCD", "AVAL", "CNSR"),
    "adrs": ("USUBJID", "PARAMCD", "AVALC"),
    "adae": ("USUBJID",),
}


def _refuse_columns(data: Mapping[str, Dataset]) -> None:
    """The rest makes no sense without these columns."""
    problems = [
        Problem(found.label, "the column is missing", f"{name.upper()} needs it.", 1, column)
        for name, found in data.items()
        for column in NEEDED[name]
        if column not in found.frame.columns
    ]
    if problems:
        raise CohortError(problems)


def _drafts(data: dict[str, Dataset], options: AdamOptions, report: Report) -> tuple[list[Draft], dict]:
    all_patients = set(data["adsl"].text("USUBJID"))
    adsl = population(data["adsl"], options.population)
    data = {name: _of(found, adsl, all_patients) for name, found in data.items() if name != "adsl"}
    adtte = data["adtte"]
    values = options.values.get("pfs_event", {})
    pfs = ending(adtte, options.pfs, "pfs", options.unit, values)
    overall = ending(adtte, options.os, "os", options.unit, {})
    starts = _starts(adtte, adsl, pfs, overall, options.origin)
    others = sorted(set(adtte.text("PARAMCD").str.upper()) - {options.pfs.upper(), options.os.upper(), ""})
    if others:
        report.left_out(f"{adtte.label}: rows of {', '.join(others)}", "neither of the two endpoints")
    treated = dict(zip(adsl.text("USUBJID"), adsl.dates("TRTSDT"), strict=True))
    origins = Origins(starts, {patient: day for patient, day in treated.items() if day})
    drafts = [_patients(adsl, adtte, pfs, overall, origins, options)]
    study = _study(adsl, starts)
    if "adrs" in data:
        found, timepoints = _responses(data["adrs"], origins, options)
        drafts += found
        study["vocabulary"] = {"timepoints": timepoints} if timepoints else {}
    if "adae" in data:
        drafts.append(adverse_events(data["adae"], origins, options.values.get("related", {})))
    return drafts, study


def _of(found: Dataset, adsl: Dataset, everyone: set[str]) -> Dataset:
    """Rows of the patients to analyse; those of patients whom ADSL does not know are refused."""
    ids = found.text("USUBJID")
    strangers = ids[~ids.isin(everyone)]
    for row, patient in strangers[~strangers.duplicated()].items():
        rule = f"the patient is not in {adsl.label} ({counted(int((ids == patient).sum()), 'row')})"
        found.refuse(rule, "Correct the identifier, or add the patient.", row, "USUBJID", patient or "an empty cell")
    others = ids.isin(everyone) & ~ids.isin(set(adsl.text("USUBJID")))
    if others.any():
        found.report.left_out(f"{found.label}: {counted(int(others.sum()), 'row')}", "not in the analysis population")
    return found.where(ids.isin(set(adsl.text("USUBJID"))))


def _starts(adtte: Dataset, adsl: Dataset, pfs: Ending, overall: Ending, origin: str | None) -> dict[str, dt.date]:
    """The day each patient's time begins: STARTDT, the same for both endpoints, or a date of ADSL that was named."""
    for patient, start in overall.starts.items():
        if pfs.starts.get(patient, start) != start:
            row = overall.rows[patient]
            adtte.refuse("STARTDT is not that of PFS", "One time origin is expected.", row, "STARTDT", start)
    starts = overall.starts | pfs.starts
    if origin is None or starts:
        return starts
    if not adsl.has(origin.upper()):
        adsl.refuse("there is no such column with dates", "Name a date of ADSL with --origin.", 1, origin.upper())
        return {}
    days = dict(zip(adsl.text("USUBJID"), adsl.dates(origin.upper()), strict=True))
    adsl.report.note(f"ADTTE has no STARTDT; months are counted from {origin.upper()} of ADSL, as --origin says.")
    return {patient: day for patient, day in days.items() if day is not None}


def _patients(
    adsl: Dataset, adtte: Dataset, pfs: Ending, overall: Ending, origins: Origins, options: AdamOptions
) -> Draft:
    keep = [name.upper() for name in options.keep]
    for name in keep:
        if name not in adsl.frame.columns:
            adsl.refuse("there is no such column", "Correct --keep.", 1, name)
        elif kind := _unkept(name):
            adsl.refuse(f"the name speaks of {IDENTIFIES[kind]}: it is not kept", "Take it out of --keep.", 1, name)
    ids = adsl.text("USUBJID")
    frame = pd.DataFrame({"patient_id": ids}, dtype=object)
    places = {"patient_id": Place(adsl.label, "USUBJID", list(ids.index))}
    for endpoint, code, found in (("pfs", options.pfs, pfs), ("os", options.os, overall)):
        for row, patient in ids.items():
            if found.rows and patient not in found.rows:
                fix = "Add it to ADTTE, or choose an analysis population with --population."
                adsl.refuse(f"the patient has no row of {code} in {adtte.label}", fix, row, "USUBJID", patient)
        rows = [found.rows.get(patient) for patient in ids]
        for column, known, source in (("months", found.months, "AVAL"), ("event", found.events, "CNSR")):
            frame[f"{endpoint}_{column}"] = ids.map(known.get)
            places[f"{endpoint}_{column}"] = Place(adtte.label, f"{source} of {code}", rows)
    for target, (name, column) in baseline(
        adsl, origins, [name for name in keep if name in adsl.frame.columns]
    ).items():
        frame[target] = column
        places[target] = Place(adsl.label, name, list(ids.index))
    return Draft("patients", frame.reset_index(drop=True), places)


def _unkept(name: str) -> Kind | None:
    """What a column of ADSL speaks of that may not split patients."""
    if name in ("USUBJID", "SUBJID"):
        return "person"
    return "date" if name.endswith(("DT", "DTC", "DTM")) else speaks_of(name)


def _responses(adrs: Dataset, origins: Origins, options: AdamOptions) -> tuple[list[Draft], list[dict]]:

    visit = one_code(adrs, options.responses, BY_VISIT, "--responses")
    best = one_code(adrs, options.best, BEST, "--best")
    mrd = one_code(adrs, options.mrd, re.compile("MRD"), "--mrd")
    others = sorted(set(adrs.text("PARAMCD").str.upper()) - {visit, best, mrd, "", None})
    if others:
        adrs.report.left_out(
            f"{adrs.label}: rows of {', '.join(others)}", "not a response by visit, best response or MRD"
        )
    found, timepoints = responses(adrs, origins, visit, best, options.values.get("response", {}))
    drafts = [found] if found else []
    if mrd and (table := samples(adrs, origins, mrd, options.values.get("mrd", {}))):
        drafts.append(table)
    return drafts, timepoints


def _study(adsl: Dataset, starts: dict[str, dt.date]) -> dict:
    words = origin_words(adsl, starts)
    if words is None:
        adsl.report.note("What months are counted from is not shown by the dates: say it in study.yml, time_origin.")
        return {}
    adsl.report.note(f"Months are counted from the {words}: it is STARTDT of every patient.")
    return {"time_origin": {"event": words}}


def _pseudonymise(drafts: list[Draft], wanted: bool, report: Report) -> None:
    """One pseudonym a patient, the same in every table, in the order of the patients table."""
    if not wanted:
        report.note("Patients keep the identifiers of the source, as --no-pseudonyms says.")
        return
    names = pseudonyms(drafts[0].frame["patient_id"])
    for draft in drafts:
        draft.frame["patient_id"] = draft.frame["patient_id"].map(names.get)
    report.mapped("all tables", "patient_id", "USUBJID", f"{counted(len(names), 'pseudonym')}; the key is not written")
