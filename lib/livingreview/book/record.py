"""The record of the last build: what its site was made of. It lies beside the output and is never published."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from livingreview.book.failures import BuildError, Message
from livingreview.book.intact import differences, remove, tree
from livingreview.book.manifest import Manifest
from livingreview.book.settings import Progress
from livingreview.book.swap import MARK

FILE = "last.json"
NEXT = "next.json"  # written before the swap, renamed after it


@dataclass(frozen=True, slots=True)
class Record:
    """What a site was made of.

    `folder` is the cohort folder as seen from beside the output; `kind` and `data` are its edition's kind and data
    hash; `inputs` the hash of every file a build can depend on; `chapters` what each executed page was made of
    (see `inputs.identity`); `values` the parameters of the command line; `notes` what the check remarked; `outputs`
    the hash of every file of the build but its manifest.
    """

    folder: str
    kind: str
    data: str
    inputs: dict[str, str | None]
    versions: dict[str, str]
    chapters: dict[str, dict[str, Any]]
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)

    def manifest(self, seconds: Mapping[str, float]) -> Manifest:
        """What may be published of a run that executed the pages in `seconds`."""
        return Manifest(
            executed=sorted(seconds),
            reused=sorted(set(self.chapters) - set(seconds)),
            seconds=dict(sorted(seconds.items())),
            versions=self.versions,
            data=self.data,
            inputs=None if self.kind == "observed" else self.inputs,
        )

    def may_be_subtracted(self, later: Record) -> bool:
        """Whether both are of observed data that differ and show other results: who has both learns more than of one."""
        return (
            self.kind == later.kind == "observed"
            and self.data != later.data
            and self.outputs.get("results.csv") != later.outputs.get("results.csv")
        )

    def rewrite_manifest(self, out: Path, tell: Progress) -> Manifest:
        """The manifest of a run that had nothing to do, in the place of the last one."""
        manifest = self.manifest({})
        if manifest.differs_from(out):
            tell(Message("manifest-damaged", file=MARK))
        return manifest.write(out)

    def damage(self, out: Path) -> dict[str, str]:
        """What became of each file of the build that is not as it was left; empty for a sound one."""
        return differences(self.outputs, outputs_of(out))


@dataclass(frozen=True, slots=True)
class LastBuild:
    """Its record, what became of its files since, and whether nothing of it may be used."""

    record: Record | None = None
    damage: Mapping[str, str] = field(default_factory=dict)
    forget: bool = False

    def chapter(self, page: str) -> dict[str, Any] | None:
        """What a page was made of; None if it was not built or its outputs are not as they were left."""
        if self.record is None or self.forget or self.damaged(page):
            return None
        return self.record.chapters.get(page)

    def damaged(self, page: str) -> bool:
        """Whether the executed notebook or the results of a page are not as they were left."""
        name = page.rpartition("/")[2]
        return f"notebooks/{name}.ipynb" in self.damage or f"results/{name}.json" in self.damage


def read_record(place: Path, out: Path, tell: Progress) -> Record | None:
    """The record of the build in `out`; None where there is none, or what is there was damaged, which is told."""
    following = _read(place / NEXT)
    if following is not None and not following.damage(out):  # the build ended between swap and renaming
        return following
    last = _read(place / FILE)
    if last is None and (out / MARK).exists():
        tell(Message("record-damaged"))
    return last


def prepare_record(record: Record, place: Path) -> None:
    """Write it down for the build that is about to be swapped in."""
    if not place.is_dir():
        remove(place)
        place.mkdir(mode=0o700)
    remove(place / NEXT)
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False)
    content = f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}\n"
    with os.fdopen(os.open(place / NEXT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(content)


def confirm_record(place: Path) -> None:
    """The swap is done: what was prepared is now the record."""
    if (place / FILE).is_dir():
        remove(place / FILE)
    os.replace(place / NEXT, place / FILE)


def refuse_other_folder(record: Record | None, folder: Path, out: Path) -> None:
    """BuildError if the output belongs to another cohort folder that is still there."""
    other = (out.parent / record.folder).resolve() if record else folder
    if other.is_dir() and not other.samefile(folder):
        raise BuildError("other-folder", usage=True, out=out, other=other, folder=folder.resolve())


def outputs_of(out: Path) -> dict[str, str]:
    """Hash of every file of a build but its manifest, which says what the last run did."""
    return {name: digest for name, digest in tree(out).items() if name != MARK}


def _read(path: Path) -> Record | None:
    """The record in a file; None if it is not exactly what was written, or of another version."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").rstrip("\n").partition("\n")
        sound = hashlib.sha256(text.encode()).hexdigest() == digest
        return Record(**json.loads(text)) if sound else None
    except (OSError, ValueError, TypeError):
        return None
