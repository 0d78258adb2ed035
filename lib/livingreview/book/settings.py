"""What a build is asked: which folder, to where, with which values."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livingreview.book.failures import Message

Progress = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What to build, from where, to where, and how.

    `root` is the book, `folder` the cohort folder, `jobs` the number of chapters executed at a time, `values` the
    parameters of the command line; `force` executes every chapter.
    """

    root: Path
    folder: Path
    out: Path
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    values: dict[str, Any] = field(default_factory=dict)
    force: bool = False

    def beside(self, what: str) -> Path:
        """A hidden neighbour of the output, on the same file system."""
        return self.out.with_name(f".{self.out.name}.{what}")

    def scratch(self, what: str) -> Path:
        """A folder of this build alone, named as the cohort folder; gone at its end, for it may hold patients."""
        return self.beside("cohort") / what / self.folder.resolve().name
