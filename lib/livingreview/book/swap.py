"""Putting a finished build in the place of the last one, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from livingreview.book.failures import BuildError
from livingreview.book.intact import remove

MARK = "manifest.json"


def refuse_foreign(out: Path, damage: Mapping[str, str] | None) -> None:
    """BuildError if the target holds something that is no build of ours: it would be replaced.

    `damage` says how the target differs from the build that is remembered, None where none is.
    """
    if out.is_dir() and (not any(out.iterdir()) or (out / MARK).exists()):
        return
    if out.exists() and (not out.is_dir() or damage is None or "new" in damage.values()):
        raise BuildError("no-build", usage=True, out=out)


def recover(out: Path) -> None:
    """Put the last good build back if a swap was interrupted between its two steps."""
    kept = _kept(out)
    if kept.is_dir() and not out.exists():
        os.replace(kept, out)
    else:
        remove(kept)


def swap_in(new: Path, out: Path) -> None:
    """Replace `out` by `new`, which lies on the same file system; what interrupts it leaves the one or the other."""
    kept = _kept(out)
    try:
        if out.exists():
            os.replace(out, kept)
        os.replace(new, out)
    except BaseException:
        recover(out)
        raise
    shutil.rmtree(kept, ignore_errors=True)


def _kept(out: Path) -> Path:
    return out.with_name(f".{out.name}.last")
