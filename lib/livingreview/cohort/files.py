"""Hashes of files and folders: which bytes an edition was computed from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path


def sha256(path: Path) -> str | None:
    """Hash of a file's bytes, None where there is no file."""
    if not path.is_file():
        return None
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def is_hidden(name: str) -> bool:
    """Whether a name is no part of the data: hidden, as that of git's folder, or the lock of an open workbook."""
    return name.startswith((".", "~$"))


def files_below(folder: Path) -> dict[str, Path]:
    """Files of a folder by their name inside it; hidden and compiled ones are left out."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc" and not any(map(is_hidden, path.relative_to(folder).parts))
    }


def file_hashes(folder: Path) -> dict[str, str | None]:
    """Hash of every file of a folder by its name inside it."""
    return {name: sha256(path) for name, path in files_below(folder).items()}


def fingerprint(hashes: Mapping[str, str | None]) -> str:
    """One hash over names and hashes: changes when any file changes, comes or goes."""
    return hashlib.sha256("".join(f"{digest}  {name}\n" for name, digest in hashes.items()).encode()).hexdigest()
