"""A folder as people have it, written as a cohort folder; problems are said of the files people know."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from livingreview.cohort.check import check_cohort
from livingreview.cohort.commentary import outside_problems
from livingreview.cohort.declared_tables import tables_of
from livingreview.cohort.files import files_below
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import Study, read_study
from livingreview.intake.folder.convert import convert
from livingreview.intake.folder.draft import Draft
from livingreview.intake.folder.endpoints_from_dates import WAYS
from livingreview.intake.folder.import_report import Report
from livingreview.intake.folder.sources import Sources, find_sources
from livingreview.intake.folder.timeline import Origins, refuse_missing_origins
from livingreview.intake.read.formats import holds_sheets

DATES = {way.stem: [*(name for name, _ in way.events), way.seen[0]] for way in WAYS}
OR_DATES = {"column-missing": "column-missing-or-dates", "column-misspelt": "column-misspelt-or-dates"}


def convert_folder(folder: Path, into: Path) -> tuple[list[Problem], bool]:
    """Write the cohort folder into a new folder; every problem, and whether anything had to be converted.

    Where there are serious problems the folder is written as far as it is understood. CohortError where
    it is not clear which files hold the tables.
    """
    sources = find_sources(folder)
    report = Report(problems=outside_problems(folder) + sources.problems)
    origins = Origins(_study(folder))
    drafts = {
        name: convert(table, sources.sheets[name], origins, report)
        for name, table in tables_of(origins.study).items()
        if name in sources.sheets
    }
    if "patients" not in sources.broken:
        refuse_missing_origins(drafts.get("patients"), origins, report)
    _write(folder, into, sources, drafts)
    converted = bool(report.problems) or any(draft.label != draft.file for draft in drafts.values())
    return report.problems + _checked(into, sources, drafts, report), converted


def _study(folder: Path) -> Study | None:
    """study.yml, if it can be read; what is wrong with it is said by the check."""
    try:
        return read_study(folder)
    except CohortError:
        return None


def _write(folder: Path, into: Path, sources: Sources, drafts: dict[str, Draft]) -> None:
    into.mkdir(parents=True, exist_ok=True)
    for name, path in files_below(folder).items():
        if path not in sources.used and not holds_sheets(path):
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, into / name)
    for name, path in sources.typed.items():
        shutil.copyfile(path, into / f"{name}.parquet")
    for draft in drafts.values():
        (into / draft.file).write_bytes(draft.csv())


def _checked(into: Path, sources: Sources, drafts: dict[str, Draft], report: Report) -> list[Problem]:
    """What the strict check finds in the written folder, at its place in the sources, once."""
    by_file = {draft.file: draft for draft in drafts.values()}
    labels = {draft.file: draft.label for draft in drafts.values()}
    refused = {(problem.file, problem.row, problem.column) for problem in report.refused}
    found = []
    for problem in check_cohort(into):
        draft = by_file.get(problem.file)
        if problem.row is None and problem.file.partition(".")[0] in sources.broken:
            continue  # it is missing because it could not be read
        if draft is None:
            found.append(problem)
            continue
        there = _hinted(draft.in_source(problem, labels), draft)
        column = draft.places[problem.column].column if problem.column in draft.places else problem.column
        if not draft.is_silenced(problem) and (there.file, there.row, column) not in refused:
            found.append(there)
    return found


def _hinted(problem: Problem, draft: Draft) -> Problem:
    """Of a missing time or event, from which dates it could be made."""
    stem = problem.column.partition("_")[0]
    if draft.table == "patients" and problem.code in OR_DATES and stem in DATES:
        return replace(problem, code=OR_DATES[problem.code], facts={**problem.facts, "dates": DATES[stem]})
    return problem
