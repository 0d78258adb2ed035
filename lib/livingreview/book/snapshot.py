"""A copy of the cohort folder: a build reads one state of it, whatever is saved meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

from livingreview.book.failures import BuildError
from livingreview.book.intact import differences, remove
from livingreview.cohort.files import file_hashes, files_below, is_hidden, refuse_irregular
from livingreview.cohort.key import KEY_FILE


def take_snapshot(folder: Path, into: Path) -> None:
    """Copy every file and folder that is not hidden, and the key, for the owner's eyes only.

    An empty folder, too: it may stand where a file is expected, and is refused by whoever reads it.
    CohortError for what is no regular file inside the folder.
    """
    refuse_irregular(folder)
    remove(into)
    into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    into.mkdir(mode=0o700)
    key = folder / KEY_FILE
    if key.is_file():
        shutil.copyfile(key, into / KEY_FILE)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_dir() and not any(map(is_hidden, name.parts)):
            (into / name).mkdir(mode=0o700)
    for file, path in files_below(folder).items():
        shutil.copyfile(path, into / file)


def refuse_if_changed(folder: Path, copy: Path) -> None:
    """BuildError if the folder is no longer what was copied."""
    if files := differences(file_hashes(copy), file_hashes(folder)):
        raise BuildError("changed-meanwhile", folder=folder, files=files)
