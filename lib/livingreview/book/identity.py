"""Which chapters must run again: what a chapter was made of then, compared with what is there now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from platform import python_version
from typing import Any

from livingreview.cohort.files import files_below, fingerprint, sha256
from livingreview.cohort.key import KEY_FILE

WHOLE_FOLDER = "*"
BOOK_FILES = ("_config.yml", "_toc.yml", "references.bib", "CITATION.cff", "CHANGELOG.md")
TABLE_SUFFIXES = (".csv", ".parquet")
LIBRARY = Path(__file__).resolve().parents[1]


class World:
    """Everything a chapter can be made of, as it is now; every file is hashed once."""

    def __init__(self, root: Path, folder: Path, results: Path) -> None:
        self.root, self.folder, self._results = root, folder, results
        self.file = cache(sha256)
        self.lock = f"{self.file(root / 'requirements.lock')} {python_version()}"

    def table(self, name: str) -> str | None:
        """Hash of a table's file, None where the folder has no such table."""
        found = (self.file(self.folder / (name + suffix)) for suffix in TABLE_SUFFIXES)
        return next((digest for digest in found if digest), None)

    def read(self, name: str) -> str | None:
        """Hash of another file a chapter read: of the folder, the book, the evidence, or other chapters' results."""
        kind, _, rest = name.partition("/")
        if name == WHOLE_FOLDER:
            return fingerprint(self.cohort_files())
        if kind == "book":
            return self.file(self.root / rest)
        if kind == "evidence":
            return self.file(self.root / "data" / "evidence" / rest)
        if kind == "results":
            return sha256(self._results / rest)  # written during the build: never remembered
        return self.file(self.folder / name)

    def module(self, name: str) -> str | None:
        """Hash of one of our modules' source."""
        path = LIBRARY.joinpath(*name.split(".")[1:])
        return self.file(path.with_suffix(".py")) or self.file(path / "__init__.py")

    def cohort_files(self) -> dict[str, str]:
        """Hash of every file of the cohort folder."""
        return {name: self.file(path) for name, path in files_below(self.folder).items()}

    def inputs(self) -> dict[str, str]:
        """Hash of every file a build can depend on, by a name without a machine's path.

        The key is among them where there is one: with another, pages show another data hash.
        """
        root = self.root
        found = {f"cohort/{name}": digest for name, digest in self.cohort_files().items()}
        found |= {f"library/{name}": self.file(path) for name, path in files_below(LIBRARY).items()}
        found |= {f"evidence/{name}": self.file(path) for name, path in files_below(root / "data" / "evidence").items()}
        pages = [root / "index.md", *sorted((root / "chapters").glob("*.md"))]
        settings = [root / name for name in (*BOOK_FILES, "requirements.lock")]
        found |= {path.relative_to(root).as_posix(): self.file(path) for path in [*pages, *settings]}
        if key := self.file(self.folder / KEY_FILE):
            found[f"cohort/{KEY_FILE}"] = key
        return found | {"python": python_version()}


def identity(source: str, given: Mapping[str, Any], trace: Mapping[str, Any], world: World) -> dict[str, Any]:
    """What a chapter was made of, as its run recorded it."""
    return {
        "source": source,
        "parameters": dict(given),
        "tables": trace["tables"],
        "reads": trace["reads"],
        "modules": {name: world.module(name) for name in trace["modules"]},
        "lock": world.lock,
    }


def reasons(then: Mapping[str, Any] | None, source: str, given: Mapping[str, Any], world: World) -> list[str]:
    """Why a chapter must run again, in words; none if nothing it was made of has changed."""
    if then is None:
        return ["not built before"]
    found = []
    if then["source"] != source:
        found.append("the chapter changed")
    for name in sorted({*then["parameters"], *given}):
        if then["parameters"].get(name) != given.get(name):
            found.append(f"parameter {name} changed")
    found += [_change(f"{name}.csv", digest, world.table(name)) for name, digest in then["tables"].items()]
    found += [
        _change("the folder" if name == WHOLE_FOLDER else name, digest, world.read(name))
        for name, digest in then["reads"].items()
    ]
    found += [_change(f"module {name}", digest, world.module(name)) for name, digest in then["modules"].items()]
    if then["lock"] != world.lock:
        found.append("the locked software changed")
    return [words for words in found if words]


def _change(what: str, then: str | None, now: str | None) -> str:
    if then == now:
        return ""
    return f"{what} {'appeared' if then is None else 'is gone' if now is None else 'changed'}"
