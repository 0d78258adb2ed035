"""A folder as people have it, read strictly where it can be, and otherwise as a strict one that is made from it."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from livingreview.cohort import files
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.cell.names import is_date_name, table_files
from livingreview.intake.read.formats import files_for, holds_sheets


@dataclass(frozen=True, slots=True)
class Prepared:
    """A strict cohort folder that was found sound: the source itself, or one made from it; `notes` are all there is to say."""

    folder: Path
    notes: list[Problem] = field(default_factory=list)


def prepare(folder: Path, into: Path) -> Prepared:
    """The folder itself where every table can be read strictly; otherwise a strict one, written as `into`.

    Sources are never changed. CohortError names every problem in the words of the sources, and `into` is then
    not there; what stood there before is gone either way.
    """
    files.refuse_irregular(folder)
    delete(into)
    strict, problems = _strict(folder, into)
    serious = [problem for problem in problems if not problem.note]
    if serious or strict != into:
        delete(into)
    if serious:
        raise CohortError(serious)
    return Prepared(strict, problems)


@contextmanager
def readable(folder: Path) -> Iterator[tuple[Path, list[Problem]]]:
    """A strict folder for as long as it is looked at, and every problem; sound or not."""
    with tempfile.TemporaryDirectory() as scratch:
        yield _strict(folder, Path(scratch) / folder.resolve().name)


def _strict(folder: Path, into: Path) -> tuple[Path, list[Problem]]:
    """A folder that can be read strictly, as far as one can be made, and every problem of it.

    The strict reading comes first: its words stand where nothing had to be converted.
    """
    from livingreview.cohort.check import check_cohort

    if not folder.is_dir() or _is_irregular(folder):
        return folder, check_cohort(folder)
    problems = check_cohort(folder) if _looks_strict(folder) else None
    if problems is not None and all(problem.note for problem in problems):
        return folder, problems
    from livingreview.intake.folder.conversion import convert_folder

    try:
        in_sources, converted = convert_folder(folder, into)
    except CohortError as error:
        return into, error.problems
    if converted:
        return into, in_sources
    return folder, check_cohort(folder) if problems is None else problems


def _looks_strict(folder: Path) -> bool:
    """Whether tables stand in one strict file each, without dates and e-mail addresses, by their names and bytes."""
    paths = files_for("folder", folder.iterdir())
    tables = table_files(paths)
    if any(map(holds_sheets, paths)) or any(len(found) > 1 or found[0].stem != name for name, found in tables.items()):
        return False
    return all(_file_looks_strict(path) for (path,) in tables.values())


def _file_looks_strict(path: Path) -> bool:
    if path.suffix == ".parquet":
        from livingreview.intake.read.parquet import holds_dates

        return not holds_dates(path)
    content = files.read_file(path)
    header = next(csv.reader(io.StringIO(content.decode("utf-8-sig", "replace"), newline="")), [])
    return path.suffix == ".csv" and b"@" not in content and not any(map(is_date_name, header))


def _is_irregular(folder: Path) -> bool:
    """Whether something in the folder may not even be opened: the check says what."""
    try:
        files.refuse_irregular(folder)
    except CohortError:
        return True
    return False


def delete(path: Path) -> None:
    """Take away whatever is there: a folder, or what somebody put in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
