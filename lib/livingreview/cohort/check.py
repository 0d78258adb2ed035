"""Everything wrong with a cohort folder, found at once."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from livingreview.cohort.columns import TABLES, Table
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.provenance import read_provenance
from livingreview.cohort.rules import cross_problems
from livingreview.cohort.schema import schema_problems
from livingreview.cohort.study import read_study
from livingreview.cohort.tables import SUFFIXES, read_cells, table_file, typed


def check_cohort(folder: Path) -> list[Problem]:
    """All problems of a folder, notes included, in the order of the files' importance."""
    if not folder.is_dir():
        return [Problem(str(folder), "there is no such folder", "Name a folder that holds study.yml and patients.csv.")]
    problems: list[Problem] = []
    study = None
    try:
        study = read_study(folder)
        if study.edition.kind == "reconstructed" and read_provenance(folder) is None:
            problems.append(
                Problem(
                    "PROVENANCE.yml",
                    "a reconstructed edition must say what the publication fixes",
                    "Run “livingreview reconstruct”.",
                )
            )
    except CohortError as error:
        problems += error.problems
    tables, files = {}, {}
    for name, spec in TABLES.items():
        try:
            path = table_file(folder, name)
            if path is None:
                if name == "patients":
                    problems.append(Problem("patients.csv", "the file is missing", "Every cohort folder needs one."))
                continue
            tables[name], found = typed(read_cells(path), spec, path.name)
        except CohortError as error:
            problems += error.problems
            tables.pop(name, None)
            continue
        files[name] = path.name
        said = {(problem.column, problem.row) for problem in found}
        found += schema_problems(tables[name], spec, path.name, said)
        problems += found
        _empty_refused(tables[name], spec, found)
        if name == "patients" and tables[name].empty:
            problems.append(Problem(path.name, "the table has a header but no patients", "Add a row per patient."))
    problems += cross_problems(tables, study, files)
    return problems + _other_files(folder)


def _other_files(folder: Path) -> list[Problem]:
    """Commentary that cannot be read, and files whose name is nearly that of a table."""
    problems = []
    for path in sorted(folder.glob("commentary/*.md")):
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            problems.append(Problem(f"commentary/{path.name}", "the file is not UTF-8", "Save it as UTF-8."))
        except IsADirectoryError:
            problems.append(Problem(f"commentary/{path.name}", "this is a folder", "A text file is expected."))
    for path in sorted(folder.iterdir()):
        near = get_close_matches(path.stem, TABLES, 1, 0.8)
        if path.suffix in SUFFIXES and near and path.stem not in TABLES:
            meant = f"Rename it to {near[0]}{path.suffix} if that is meant; as it is, it is not read."
            problems.append(Problem(path.name, "the name is close to that of a table", meant, note=True))
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


def refuse_if_broken(folder: Path) -> list[Problem]:
    """The notes of a sound folder; CohortError with every problem of a broken one."""
    problems = check_cohort(folder)
    serious = [problem for problem in problems if not problem.note]
    if serious:
        raise CohortError(serious)
    return problems
