"""Files of a folder: read only where they are regular, inside it and of a sane size; and the hashes of their bytes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from livingreview.cohort.problems import CohortError, Problem

MAX_TABLE = 2**30  # bytes: five million simulated patients are a third of it
MAX_TEXT = 2**18  # of what people write by hand: study.yml, mappings, commentary
IRREGULAR = {
    stat.S_ISFIFO: "pipe",
    stat.S_ISCHR: "device",
    stat.S_ISBLK: "device",
    stat.S_ISSOCK: "socket",
    stat.S_ISDIR: "folder",
}


def read_file(path: Path, limit: int = MAX_TABLE) -> bytes:
    """The bytes of a regular file of at most `limit` bytes.

    CohortError for a pipe, device, socket or folder, for a larger file, and for one that may not be read; nothing
    is opened that could wait or never end. FileNotFoundError where there is none.
    """
    try:
        if problem := _unfit(path, path.stat(), limit):
            raise CohortError([problem])
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:
            about = os.fstat(opened.fileno())
            if problem := _unfit(path, about, limit):  # it may be another by now
                raise CohortError([problem])
            content = opened.read(about.st_size)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CohortError([_unopened(path.name, error)]) from None
    return content


def read_words(path: Path) -> str:
    """The text of a file that people wrote: UTF-8, with or without a byte order mark, at most 256 kB."""
    try:
        return read_file(path, MAX_TEXT).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CohortError([not_utf8(path.name, "text-not-utf8", error)]) from None


def not_utf8(name: str, code: str, error: UnicodeDecodeError) -> Problem:
    """The first byte of a file that is not UTF-8, with its line."""
    row = error.object.count(b"\n", 0, error.start) + 1
    return Problem(name, code, {"byte": f"{error.object[error.start]:#04x}"}, row)


def refuse_unfit(path: Path, limit: int = MAX_TABLE) -> None:
    """CohortError for what `read_file` would not read, for readers that open the file themselves."""
    try:
        problem = _unfit(path, path.stat(), limit)
    except OSError as error:
        problem = _unopened(path.name, error)
    if problem:
        raise CohortError([problem])


def _unfit(path: Path, about: os.stat_result, limit: int) -> Problem | None:
    if not stat.S_ISREG(about.st_mode):
        what = next((name for is_one, name in IRREGULAR.items() if is_one(about.st_mode)), "other")
        return Problem(path.name, "file-irregular", {"what": what})
    return Problem(path.name, "file-too-large", {"bytes": limit}) if about.st_size > limit else None


def _unopened(name: str, error: OSError) -> Problem:
    if isinstance(error, PermissionError):
        return Problem(name, "file-not-permitted")
    return Problem(name, "file-unreadable", {"detail": error.strerror or str(error)})


def refuse_irregular(folder: Path) -> None:
    """CohortError for everything in a folder that cannot be read as a file of it, by its place.

    A pipe, device or socket; a link that ends nowhere, in a circle, or outside the folder; a file or folder that may
    not be read. Hidden files are nobody's table.
    """
    problems = list(_irregular(folder, folder.resolve()))
    if problems:
        raise CohortError(problems)


def _irregular(folder: Path, root: Path, inside: str = "") -> Iterator[Problem]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield _unopened(inside or folder.name or str(folder), error)
        return
    for entry in entries:
        name = f"{inside}{entry.name}"
        if entry.name.startswith("."):
            continue
        if not _is_text(entry.name):
            yield Problem(ascii(name), "file-name-not-utf8")
            continue
        path = Path(entry.path)
        if entry.is_symlink():
            yield from _led_away(path, name, root)
        elif entry.is_dir():
            yield from _irregular(path, root, f"{name}/")
        elif problem := _unfit(path, path.stat(), MAX_TABLE):
            yield replace(problem, file=name)
        elif not os.access(path, os.R_OK):
            yield _unopened(name, PermissionError())


def _is_text(name: str) -> bool:
    """Whether a name can be written anywhere; bytes that are no text stand in it as surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _led_away(path: Path, name: str, root: Path) -> Iterator[Problem]:
    """What is wrong with a link; nothing of one to a file inside the folder."""
    try:
        end = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a circle, in Python 3.11 and 3.12
        yield Problem(name, "link-nowhere")
        return
    if not end.is_relative_to(root):
        yield Problem(name, "link-outside")
    elif not end.is_file():
        yield Problem(name, "link-irregular")


def sha256(path: Path) -> str | None:
    """Hash of a regular file's bytes, None where there is no such file."""
    if not path.is_file():
        return None
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def is_hidden(name: str) -> bool:
    """Whether a name is no part of the data: hidden, as that of git's folder, or the lock of an open workbook."""
    return name.startswith((".", "~$"))


def files_below(folder: Path) -> dict[str, Path]:
    """Regular files of a folder by their name inside it; what is hidden or compiled is left out."""
    every = ((path.relative_to(folder), path) for path in sorted(folder.rglob("*")))
    return {
        name.as_posix(): path
        for name, path in every
        if not any(map(is_hidden, name.parts)) and path.suffix != ".pyc" and path.is_file()
    }


def file_hashes(folder: Path) -> dict[str, str | None]:
    """Hash of every file of a folder by its name inside it."""
    return {name: sha256(path) for name, path in files_below(folder).items()}


def fingerprint(hashes: Mapping[str, str | None]) -> str:
    """One hash over names and hashes: changes when any file changes, comes or goes."""
    return hashlib.sha256("".join(f"{digest}  {name}\n" for name, digest in hashes.items()).encode()).hexdigest()
