"""A folder as people have it, made ready for a build: converted once, and again only when it changes.

What needs pandas or openpyxl is imported only when something is converted: doing nothing must be quick.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from livingreview.cohort import files
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.folder.canonical import is_canonical

STAMP = ".intake.json"
MODULES = (Path(__file__).parents[1], Path(files.__file__).parent)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A strict cohort folder: the source itself, or one made from it.

    `checked` says that it was made and found sound; `notes` are then all there is to say.
    """

    folder: Path
    notes: list[Problem] = field(default_factory=list)
    checked: bool = False


def prepare(folder: Path, into: Path) -> Prepared:
    """The folder itself where every table can be read strictly; otherwise a strict one, written as `into`.

    One at a time for an `into`: the build holds its lock.
    Sources are never changed; `into` is replaced as a whole or not at all. CohortError names every
    problem in the words of the sources.
    """
    files.refuse_irregular(folder)
    stamp = _stamp(folder)
    kept = _kept(folder, into, stamp)
    if kept is not None:
        return kept
    with _beside(into) as new:
        notes, converted = ([], False) if is_canonical(folder) else _converted(folder, new)
        if not converted:
            shutil.rmtree(new)
            new.mkdir(mode=0o700)
        made = files.fingerprint(files.file_hashes(new))
        record = {"stamp": stamp, "made": made, "converted": converted, "notes": [note.to_dict() for note in notes]}
        (new / STAMP).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        _swap(new, into)
    return Prepared(into if converted else folder, notes, converted)


def _converted(folder: Path, new: Path) -> tuple[list[Problem], bool]:
    """Notes of a conversion; a folder with nothing to convert is left to the strict reading and its words."""
    from livingreview.intake.folder.conversion import convert_folder

    problems, converted = convert_folder(folder, new)
    if not converted:
        return [], False
    serious = [problem for problem in problems if not problem.note]
    if serious:
        raise CohortError(serious)
    return problems, True


@contextmanager
def readable(folder: Path) -> Iterator[tuple[Path, list[Problem]]]:
    """A strict folder for as long as it is looked at, and every problem; sound or not."""
    from livingreview.cohort.check import check_cohort

    if not folder.is_dir() or _irregular(folder) or is_canonical(folder):
        yield folder, check_cohort(folder)
        return
    from livingreview.intake.folder.conversion import convert_folder

    with tempfile.TemporaryDirectory() as scratch:
        new = Path(scratch) / folder.resolve().name
        try:
            problems, converted = convert_folder(folder, new)
        except CohortError as error:
            problems, converted = error.problems, True
        yield (new, problems) if converted else (folder, check_cohort(folder))


def _irregular(folder: Path) -> bool:
    """Whether something in the folder may not even be opened: the check says what."""
    try:
        files.refuse_irregular(folder)
    except CohortError:
        return True
    return False


def _stamp(folder: Path) -> str:
    """Changes when a file of the folder changes, or the modules that read it."""
    found = {name: digest for name, digest in files.file_hashes(folder).items() if not name.startswith("~$")}
    for place in MODULES:
        found |= {f"{place.name}/{path.name}": files.sha256(path) for path in sorted(place.rglob("*.py"))}
    return files.fingerprint(found)


def _kept(folder: Path, into: Path, stamp: str) -> Prepared | None:
    """What was made the last time, if nothing has changed since: neither the sources nor what was made of them."""
    try:
        record = json.loads(files.read_file(into / STAMP).decode("utf-8"))
        if (record["stamp"], record["made"]) != (stamp, files.fingerprint(files.file_hashes(into))):
            return None
        converted = bool(record["converted"])
        return Prepared(into if converted else folder, [Problem(**note) for note in record["notes"]], converted)
    except (OSError, CohortError, ValueError, KeyError, TypeError, RecursionError):
        return None


@contextmanager
def _beside(into: Path) -> Iterator[Path]:
    """A folder on the same file system, for its owner only; gone at the end unless it was renamed."""
    into.parent.mkdir(parents=True, exist_ok=True)
    new = into.with_name(f".{into.name}.new")
    for left in (new, _old(into)):  # by a build that was killed
        _delete(left)
    new.mkdir(mode=0o700)
    try:
        yield new
    finally:
        _delete(new)


def _swap(new: Path, into: Path) -> None:
    if os.path.lexists(into):
        os.replace(into, _old(into))
    os.replace(new, into)
    _delete(_old(into))


def _delete(path: Path) -> None:
    """Whatever is there: a folder, or what somebody put in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _old(into: Path) -> Path:
    return into.with_name(f".{into.name}.old")
