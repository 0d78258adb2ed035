"""A folder as people have it, written as a cohort folder; problems are said of the files people know."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from livingreview.cohort.check import check_cohort
from livingreview.cohort.columns import TABLES
from livingreview.cohort.commentary import outside_problems
from livingreview.cohort.files import files_below
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import Study, read_study
from livingreview.intake.folder.convert import convert
from livingreview.intake.folder.endpoints_from_dates import ASSESSMENT, CONTACT, DEATH, PROGRESSION
from livingreview.intake.folder.places import Converted
from livingreview.intake.folder.sources import Sources, find_sources
from livingreview.intake.folder.timeline import Origins, origin_problems
from livingreview.intake.read.formats import holds_sheets

DERIVED = {"pfs": [PROGRESSION, DEATH, ASSESSMENT], "os": [DEATH, CONTACT]}
OR_DATES = {"column-missing": "column-missing-or-dates", "column-misspelt": "column-misspelt-or-dates"}


def convert_folder(folder: Path, into: Path) -> tuple[list[Problem], bool]:
    """Write the cohort folder into a new folder; every problem, and whether anything had to be converted.

    Where there are serious problems the folder is written as far as it is understood. CohortError where
    it is not clear which files hold the tables.
    """
    sources = find_sources(folder)
    origins = Origins(_study(folder))
    tables = {name: convert(TABLES[name], sources.sheets[name], origins) for name in TABLES if name in sources.sheets}
    said = (
        outside_problems(folder)
        + sources.problems
        + [problem for table in tables.values() for problem in table.problems]
    )
    if "patients" not in sources.broken:
        said += origin_problems(tables.get("patients"), origins)
    _write(folder, into, sources, tables)
    converted = bool(said) or any(table.label != table.file for table in tables.values())
    return said + _checked(into, sources, tables, said), converted


def _study(folder: Path) -> Study | None:
    """study.yml, if it can be read; what is wrong with it is said by the check."""
    try:
        return read_study(folder)
    except CohortError:
        return None


def _write(folder: Path, into: Path, sources: Sources, tables: dict[str, Converted]) -> None:
    into.mkdir(parents=True, exist_ok=True)
    for name, path in files_below(folder).items():
        if path not in sources.used and not holds_sheets(path):
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, into / name)
    for name, path in sources.typed.items():
        shutil.copyfile(path, into / f"{name}.parquet")
    for table in tables.values():
        table.frame.to_csv(into / table.file, index=False, lineterminator="\n", encoding="utf-8")


def _checked(into: Path, sources: Sources, tables: dict[str, Converted], said: list[Problem]) -> list[Problem]:
    """What the strict check finds in the written folder, at its place in the sources, once."""
    by_file = {table.file: table for table in tables.values()}
    labels = {table.file: table.label for table in tables.values()}
    places = {(problem.file, problem.row, problem.column.partition(" (")[0]) for problem in said if not problem.note}
    found = []
    for problem in check_cohort(into):
        if problem.row is None and problem.file.partition(".")[0] in sources.broken:
            continue  # it is missing because it could not be read
        table = by_file.get(problem.file)
        if table is None:
            found.append(problem)
            continue
        there = _hinted(table.in_source(problem, labels), table)
        same = (there.file, there.row, there.column.partition(" (")[0])
        if not table.is_silenced(problem) and same not in places:
            found.append(there)
    return found


def _hinted(problem: Problem, table: Converted) -> Problem:
    """Of a missing time or event, from which dates it could be made."""
    stem = problem.column.partition("_")[0]
    if table.table == "patients" and problem.code in OR_DATES and stem in DERIVED:
        return replace(problem, code=OR_DATES[problem.code], facts={**problem.facts, "dates": DERIVED[stem]})
    return problem
