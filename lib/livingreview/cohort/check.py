"""Everything wrong with a cohort folder, found at once."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from livingreview.cohort.columns import PATIENTS, TABLES, Table
from livingreview.cohort.commentary import commentary_problems
from livingreview.cohort.declared_tables import declared_columns, tables_of
from livingreview.cohort.files import refuse_irregular
from livingreview.cohort.fixed import read_provenance
from livingreview.cohort.identifiability import stale
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.rules import cross_problems
from livingreview.cohort.schema import schema_problems
from livingreview.cohort.study import FILE as STUDY_FILE
from livingreview.cohort.study import MOST_GROUPS, Study, read_study
from livingreview.cohort.tables import SUFFIXES, read_cells, table_file, typed


def check_cohort(folder: Path) -> list[Problem]:
    """All problems of a folder, notes included, in the order of the files' importance."""
    if not folder.is_dir():
        return [Problem(str(folder), "folder-missing")]
    try:
        refuse_irregular(folder)
    except CohortError as error:
        return error.problems
    fixed: list[Problem] = []
    study = None
    try:
        study = read_study(folder)
        fixed = _what_is_fixed(folder, study)
    except CohortError as error:
        fixed = error.problems
    problems = fixed + check_tables(folder, study)
    if study and study.edition.kind == "reconstructed" and all(problem.note for problem in problems):
        problems += stale(folder, study)
    return problems + _other_files(folder)


def _what_is_fixed(folder: Path, study: Study) -> list[Problem]:
    if study.edition.kind != "reconstructed" or read_provenance(folder) is not None:
        return []
    return [Problem("PROVENANCE.yml", "provenance-missing")]


def check_tables(folder: Path, study: Study | None) -> list[Problem]:
    """All problems of the tables of a folder, alone and between them."""
    problems: list[Problem] = []
    tables, files, header = {}, {}, []
    for name, spec in tables_of(study).items():
        try:
            path = table_file(folder, name)
            if path is None:
                if name == "patients":
                    problems.append(Problem("patients.csv", "patients-missing"))
                continue
            cells = read_cells(path)
            named = study.subgroups if study else cells.columns  # which are subgroups is not known without study.yml
            tables[name], found = typed(cells, spec, path.name, named if name == "patients" else ())
        except CohortError as error:
            problems += error.problems
            tables.pop(name, None)
            continue
        files[name] = path.name
        header = list(cells.columns) if name == "patients" else header
        said = {(problem.column, problem.row) for problem in found}
        found += schema_problems(tables[name], spec, path.name, said)
        problems += found
        _empty_refused(tables[name], spec, found)
        if name == "patients" and tables[name].empty:
            problems.append(Problem(path.name, "patients-none"))
    if study and "patients" in tables:
        problems += _subgroup_problems(tables["patients"], header, study) + _endpoint_problems(header, study)
    return problems + cross_problems(tables, study, files)


def _endpoint_problems(header: list[str], study: Study) -> list[Problem]:
    """Columns of declared endpoints that are neither in the schema nor in the table."""
    return [
        _not_there(column.name, header, "endpoints")
        for column in declared_columns(study, PATIENTS)
        if column.name not in header
    ]


def _not_there(name: str, header: list[str], place: str) -> Problem:
    near = get_close_matches(name, [column for column in header if not PATIENTS.column(column)], 1)
    if near:
        return Problem(STUDY_FILE, "declared-column-misspelt", {"near": near[0]}, None, place, name)
    return Problem(STUDY_FILE, "declared-column-missing", {}, None, place, name)


def _subgroup_problems(patients: pd.DataFrame, header: list[str], study: Study) -> list[Problem]:
    """Subgroups of study.yml whose column is not there, or holds more than a few words."""
    problems = []
    for number, name in enumerate(study.subgroups):
        place = f"subgroups.{number}"
        if name not in patients.columns and not PATIENTS.column(name):
            problems.append(_not_there(name, header, place))
        elif name in patients.columns and name != "age_years" and (count := patients[name].nunique()) > MOST_GROUPS:
            facts = {"count": count, "most": MOST_GROUPS}
            problems.append(Problem(STUDY_FILE, "subgroup-of-many-words", facts, None, place, name))
    return problems


def _other_files(folder: Path) -> list[Problem]:
    """Commentary that is refused, and files whose name is nearly that of a table."""
    problems = commentary_problems(folder)
    for path in sorted(folder.iterdir()):
        near = get_close_matches(path.stem, TABLES, 1, 0.8)
        if path.suffix in SUFFIXES and near and path.stem not in TABLES:
            problems.append(Problem(path.name, "file-name-like", {"meant": f"{near[0]}{path.suffix}"}, note=True))
    return problems


def _empty_refused(frame: pd.DataFrame, spec: Table, found: list[Problem]) -> None:
    """A cell that is refused is no ground for a contradiction: one mistake is said once."""
    for problem in found:
        if (
            problem.row is not None
            and problem.row > 1
            and problem.column in frame.columns
            and problem.column not in spec.key
        ):
            frame.iloc[problem.row - 2, frame.columns.get_loc(problem.column)] = None
