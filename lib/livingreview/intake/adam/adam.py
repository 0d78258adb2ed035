"""CDISC ADaM datasets (ADSL, ADTTE, ADRS, ADAE) as a cohort folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from livingreview.cohort.identifying import Kind, speaks_of
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.vocabulary import MRD_STATUS, RESPONSES, YES_NO
from livingreview.cohort.yaml import read_yaml
from livingreview.intake.adam.adrs import MRD, one_code, responses, samples
from livingreview.intake.adam.adtte import Ending, ending
from livingreview.intake.adam.analysis_months import Origins
from livingreview.intake.adam.dataset import Dataset, find_datasets
from livingreview.intake.adam.events import adverse_events
from livingreview.intake.adam.subjects import baseline, origin_event, population
from livingreview.intake.adam.terms import names
from livingreview.intake.folder.draft import Draft, Place
from livingreview.intake.folder.import_report import Report
from livingreview.intake.folder.pseudonyms import use_pseudonyms
from livingreview.intake.folder.write import refuse_foreign, write_import

NEEDED = {
    "adsl": ("USUBJID",),
    "adtte": ("USUBJID", "PARAMCD", "AVAL", "CNSR"),
    "adrs": ("USUBJID", "PARAMCD", "AVALC"),
    "adae": ("USUBJID",),
}
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
    data = find_datasets(source, tuple(NEEDED), report)
    if missing := [name for name in ("adsl", "adtte") if name not in data]:
        raise CohortError([Problem(name, "dataset-missing") for name in missing])
    for name in NEEDED:
        if name not in data:
            report.leave_out(name, "file", "dataset-not-there")
    _refuse_columns(data)
    drafts, study = _drafts(data, options, report)
    use_pseudonyms(drafts, report, wanted=options.pseudonyms)
    if not options.pseudonyms:
        report.remark("identifiers-kept")
    kept = {"subgroups": [name.lower() for name in options.keep]} if options.keep else {}
    return report, write_import(folder, drafts, study | kept | options.study, report)


def read_values(path: Path | None) -> dict[str, dict[str, str]]:
    """The YAML file of --values: a section each for pfs_event, response, mrd, related; words and their terms."""
    if path is None:
        return {}
    try:
        record = read_yaml(path, words=True)
    except FileNotFoundError:
        raise CohortError([Problem(path.name, "values-missing")]) from None
    sections = record.items() if isinstance(record, dict) else [("", None)]
    wrong = [name for name, section in sections if name not in SECTIONS]
    wrong = wrong or [name for name, section in sections if not isinstance(section, dict)]
    problems = [Problem(path.name, "values-sections", {"sections": list(SECTIONS)}, None, name) for name in wrong] or [
        Problem(path.name, "values-term", {"allowed": [*filter(None, SECTIONS[name])]}, None, name, term)
        for name, section in sections
        for term in section.values()
        if term not in SECTIONS[name]
    ]
    if problems:
        raise CohortError(problems)
    return record


def _refuse_columns(data: Mapping[str, Dataset]) -> None:
    """The rest makes no sense without these columns."""
    problems = [
        Problem(found.label, "column-of-dataset-missing", {"dataset": name.upper()}, 1, column)
        for name, found in data.items()
        for column in NEEDED[name]
        if column not in found.names
    ]
    if problems:
        raise CohortError(problems)


def _drafts(data: dict[str, Dataset], options: AdamOptions, report: Report) -> tuple[list[Draft], dict]:
    everyone = set(data["adsl"].text("USUBJID"))
    adsl = population(data["adsl"], options.population)
    data = {name: _of(found, adsl, everyone) for name, found in data.items() if name != "adsl"}
    adtte, codes = data["adtte"], {options.pfs.upper(), options.os.upper()}
    pfs = ending(adtte, options.pfs, "pfs", options.unit, options.values.get("pfs_event", {}))
    overall = ending(adtte, options.os, "os", options.unit, {})
    starts = _starts(adtte, adsl, pfs, overall, options.origin)
    if others := sorted(set(adtte.text("PARAMCD").str.upper()) - codes - {""}):
        adtte.leave_out("rows-of-parameters", "no-endpoint", names=others)
    treated = dict(zip(adsl.text("USUBJID"), adsl.dates("TRTSDT"), strict=True))
    origins = Origins(starts, {patient: day for patient, day in treated.items() if day})
    drafts = [_patients(adsl, adtte, pfs, overall, origins, options)]
    study = _time_origin(adsl, starts)
    if "adrs" in data:
        found, timepoints = _responses(data["adrs"], origins, options)
        drafts += found
        study["vocabulary"] = {"timepoints": timepoints} if timepoints else {}
    if "adae" in data:
        drafts.append(adverse_events(data["adae"], origins, options.values.get("related", {})))
    return drafts, study


def _of(found: Dataset, adsl: Dataset, everyone: set[str]) -> Dataset:
    """Rows of the patients to analyse; those of patients whom ADSL does not know are refused."""
    ids, analysed = found.text("USUBJID"), set(adsl.text("USUBJID"))
    strangers = ids[~ids.isin(everyone)]
    for row, patient in strangers[~strangers.duplicated()].items():
        facts = {"count": int((ids == patient).sum()), "adsl": adsl.label}
        found.refuse("patient-not-in-adsl", row, "USUBJID", patient, **facts)
    found.leave_out_rows(ids.isin(everyone) & ~ids.isin(analysed), "rows", "not-analysed")
    return found.where(ids.isin(analysed))


def _starts(adtte: Dataset, adsl: Dataset, pfs: Ending, overall: Ending, origin: str | None) -> dict[str, dt.date]:
    """The day each patient's time begins: STARTDT, the same for both endpoints, or a date of ADSL that was named."""
    for patient, start in overall.starts.items():
        if pfs.starts.get(patient, start) != start:
            adtte.refuse("starts-differ", overall.rows[patient], "STARTDT", start)
    starts = overall.starts | pfs.starts
    if origin is None or starts:
        return starts
    if not adsl.has(origin.upper()):
        adsl.refuse("origin-unknown", 1, origin.upper())
        return {}
    days = dict(zip(adsl.text("USUBJID"), adsl.dates(origin.upper()), strict=True))
    adsl.report.remark("origin-named", column=origin.upper())
    return {patient: day for patient, day in days.items() if day is not None}


def _patients(
    adsl: Dataset, adtte: Dataset, pfs: Ending, overall: Ending, origins: Origins, options: AdamOptions
) -> Draft:
    keep = [name.upper() for name in options.keep]
    for name in keep:
        if name not in adsl.names:
            adsl.refuse("keep-unknown", 1, name)
        elif kind := _unkept(name):
            adsl.refuse("keep-identifies", 1, name, kind=kind)
    ids = adsl.text("USUBJID")
    draft = adsl.draft("patients", {"patient_id": ("USUBJID", ids)})
    for endpoint, code, found in (("pfs", options.pfs, pfs), ("os", options.os, overall)):
        for row, patient in ids.items():
            if found.rows and patient not in found.rows:
                facts = {"parameter": code, "adtte": adtte.label}
                adsl.refuse("patient-without-endpoint", row, "USUBJID", patient, **facts)
        rows = [found.rows.get(patient) for patient in ids]
        for column, known, source in (("months", found.months, "AVAL"), ("event", found.events, "CNSR")):
            draft.columns[f"{endpoint}_{column}"] = [known.get(patient) for patient in ids]
            draft.places[f"{endpoint}_{column}"] = Place(adtte.label, source, rows, "of", (code,))
    further = adsl.draft("patients", baseline(adsl, origins, [name for name in keep if name in adsl.names]))
    return replace(draft, columns=draft.columns | further.columns, places=draft.places | further.places)


def _unkept(name: str) -> Kind | None:
    """What a column of ADSL speaks of that may not split patients."""
    if name in ("USUBJID", "SUBJID"):
        return "person"
    return "date" if name.endswith(("DT", "DTC", "DTM")) else speaks_of(name)


def _responses(adrs: Dataset, origins: Origins, options: AdamOptions) -> tuple[list[Draft], list[dict]]:
    usual = names()["parameters"]
    visit = one_code(adrs, options.responses, usual["by_visit"], "--responses")
    best = one_code(adrs, options.best, usual["best"], "--best")
    mrd = one_code(adrs, options.mrd, MRD, "--mrd")
    if others := sorted(set(adrs.text("PARAMCD").str.upper()) - {visit, best, mrd, "", None}):
        adrs.leave_out("rows-of-parameters", "no-response", names=others)
    found, timepoints = responses(adrs, origins, visit, best, options.values.get("response", {}))
    table = samples(adrs, origins, mrd, options.values.get("mrd", {})) if mrd else None
    return [draft for draft in (found, table) if draft], timepoints


def _time_origin(adsl: Dataset, starts: dict[str, dt.date]) -> dict:
    event = origin_event(adsl, starts)
    if event is None:
        adsl.report.remark("origin-not-shown")
        return {}
    adsl.report.remark("origin-shown", event=event)
    return {"time_origin": {"event": event}}
