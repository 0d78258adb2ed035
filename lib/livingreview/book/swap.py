"""Putting a finished build in the place of the last one, whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from livingreview.book.problems import BuildError

MARK = "manifest.json"


def refuse_foreign(out: Path) -> None:
    """BuildError if the target holds something that is no build of ours: it would be replaced."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).is_file())):
        raise BuildError(
            f"{out} exists and is no earlier build; it would be replaced. Name another folder with --out.", usage=True
        )


def recover(out: Path) -> None:
    """Put the last good build back if a swap was interrupted between its two steps."""
    kept = _kept(out)
    if kept.is_dir():
        if out.exists():
            shutil.rmtree(kept)
        else:
            os.replace(kept, out)


def swap_in(new: Path, out: Path) -> None:
    """Replace `out` by `new`, which lies on the same file system."""
    kept = _kept(out)
    if out.exists():
        os.replace(out, kept)
    os.replace(new, out)
    shutil.rmtree(kept, ignore_errors=True)


def _kept(out: Path) -> Path:
    return out.with_name(f".{out.name}.last")
