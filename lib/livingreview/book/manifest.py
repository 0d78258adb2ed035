"""manifest.json: what a run did and with what; it is published, so it says nothing of observed files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from livingreview.book.intact import remove
from livingreview.book.swap import MARK


@dataclass(frozen=True, slots=True)
class Manifest:
    """`executed` and `reused` pages of this run, seconds a chapter, versions, the data hash that pages show.

    `inputs` holds the hash of every file a build can depend on, None for observed data: a hash of a small table
    gives its content back to who can guess it.
    """

    executed: list[str]
    reused: list[str]
    seconds: dict[str, float]
    versions: dict[str, str]
    data: str
    inputs: dict[str, str | None] | None

    def differs_from(self, out: Path) -> bool:
        """Whether the manifest in a build was made of anything else, or cannot be read."""
        try:
            written = json.loads((out / MARK).read_text(encoding="utf-8"))
            return any(written.get(name) != getattr(self, name) for name in ("versions", "data", "inputs"))
        except (OSError, ValueError, AttributeError):
            return True

    def write(self, out: Path) -> Manifest:
        """Write it into a build, in one step."""
        fields = {name: value for name, value in asdict(self).items() if value is not None}
        target, beside = out / MARK, out.with_name(f".{out.name.removeprefix('.')}.{MARK}")
        text = json.dumps(fields, indent=1, ensure_ascii=False) + "\n"
        beside.write_text(text, encoding="utf-8", newline="\n")
        if target.is_dir():
            remove(target)
        beside.replace(target)
        return self
