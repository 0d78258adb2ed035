"""manifest.json: what a build was made of and what it did, and the memory of the next one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from livingreview.book.swap import MARK


@dataclass(frozen=True, slots=True)
class Manifest:
    """`executed` and `reused` pages of this run, seconds a chapter, hashes of all inputs, versions.

    `chapters` holds, for each executed page, what it was made of (see `identity`); `values` the
    parameters set on the command line; `notes` what the check of the folder remarked, without any row or value of it.
    """

    executed: list[str]
    reused: list[str]
    seconds: dict[str, float]
    inputs: dict[str, str]
    versions: dict[str, str]
    chapters: dict[str, dict[str, Any]]
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def nothing_done(self) -> Manifest:
        """The manifest of a run that found nothing to do."""
        return replace(self, executed=[], reused=sorted(self.chapters), seconds={})

    def write(self, out: Path) -> Manifest:
        """Write it into a build, in one step."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"
        target = out / MARK
        target.with_suffix(".tmp").write_text(text, encoding="utf-8")
        target.with_suffix(".tmp").replace(target)
        return self


def read_manifest(out: Path) -> Manifest | None:
    """The manifest of the last build; None where there is none, or it is of another version."""
    try:
        return Manifest(**json.loads((out / MARK).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
