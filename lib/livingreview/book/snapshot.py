"""A copy of the cohort folder: a build reads one state of it, whatever is saved meanwhile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from livingreview.book.failures import BuildError
from livingreview.book.intact import differences, in_words, remove
from livingreview.cohort.files import file_hashes, is_hidden, refuse_unfit
from livingreview.cohort.key import KEY_FILE
from livingreview.cohort.problems import CohortError, Problem


def take_snapshot(folder: Path, into: Path) -> None:
    """Copy every file that is not hidden, and the key, for the owner's eyes only.

    CohortError for what is no regular file inside the folder.
    """
    remove(into)
    into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    into.mkdir(mode=0o700)
    key = folder / KEY_FILE
    if key.is_file():
        shutil.copyfile(key, into / KEY_FILE)
    _copy(folder, into, folder.resolve())


def refuse_if_changed(folder: Path, copy: Path) -> None:
    """BuildError if the folder is no longer what was copied."""
    found = differences(file_hashes(copy), file_hashes(folder))
    if found:
        raise BuildError(
            f"{folder} changed while it was being built ({in_words(found)}). The last good site is untouched: "
            "run the build again when nothing is being saved."
        )


def _copy(folder: Path, into: Path, top: Path) -> None:
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if is_hidden(entry.name):
            continue
        path = _inside(Path(entry.path), top)
        if path.is_dir():
            (into / entry.name).mkdir(mode=0o700)
            _copy(path, into / entry.name, top)
        else:
            refuse_unfit(path)
            shutil.copyfile(path, into / entry.name)


def _inside(path: Path, top: Path) -> Path:
    """Where the file or folder really is; a link may not leave the folder, nor lead to one around it."""
    try:
        real = path.resolve(strict=True) if path.is_symlink() else path
        linked_folder = path.is_symlink() and real.is_dir()
        sound = (real.is_file() or real.is_dir()) and not linked_folder
        if sound and (not path.is_symlink() or real.is_relative_to(top)):
            return real
    except (OSError, RuntimeError):  # a loop, or a link to nothing
        pass
    raise CohortError([Problem(str(path), "not-inside-folder")])
