"""Everything wrong with a cohort folder, found at once."""

from __future__ import annotations

from pathlib import Path

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.provenance import read_provenance
from livingreview.cohort.rules import cross_problems
from livingreview.cohort.schema import schema_problems
from livingreview.cohort.study import read_study
from livingreview.cohort.tables import read_cells, table_file, typed


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
        problems += found
        said = {(problem.column, problem.row) for problem in found}
        problems += schema_problems(tables[name], spec, path.name, said)
        if name == "patients" and tables[name].empty:
            problems.append(Problem(path.name, "the table has a header but no patients", "Add a row per patient."))
    if study is not None:
        problems += cross_problems(tables, study, files)
    return problems


def refuse_if_broken(folder: Path) -> list[Problem]:
    """The notes of a sound folder; CohortError with every problem of a broken one."""
    problems = check_cohort(folder)
    serious = [problem for problem in problems if not problem.note]
    if serious:
        raise CohortError(serious)
    return problems
