"""Which chapters must run again: what a chapter was made of then, compared with what is there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from platform import python_version
from typing import Any

from livingreview.book.builder import BOOK_FILES
from livingreview.book.failures import Message
from livingreview.cohort.files import files_below, fingerprint, sha256
from livingreview.cohort.key import KEY_FILE
from livingreview.words.translate import locale_folder

WHOLE_FOLDER = "*"
LOCK = "requirements.lock"
TABLE_SUFFIXES = (".csv", ".parquet")
LIBRARY = Path(__file__).resolve().parents[1]


class Inputs:
    """Every file a chapter or a page can be made of, as it is now; each is hashed once."""

    def __init__(self, root: Path, folder: Path, results: Path) -> None:
        self.root, self.folder, self._results = root, folder, results
        self.file = cache(sha256)
        self.lock = f"{self.file(root / LOCK)} {python_version()}"

    def table(self, name: str) -> str | None:
        """Hash of a table's file, None where the folder has no such table."""
        return next(filter(None, (self.file(self.folder / (name + suffix)) for suffix in TABLE_SUFFIXES)), None)

    def read(self, name: str) -> str | None:
        """Hash of another file a chapter read: of the folder, the evidence, the words, or other chapters' results."""
        kind, _, rest = name.partition("/")
        if name == WHOLE_FOLDER:
            return fingerprint(self.cohort_files())
        if kind == "results":
            return sha256(self._results / rest)  # written during the build: never remembered
        places = {"evidence": self.root / "data" / "evidence", "words": locale_folder()}
        return self.file(places[kind] / rest if kind in places else self.folder / name)

    def module(self, name: str) -> str | None:
        """Hash of one of our modules' source."""
        path = LIBRARY.joinpath(*name.split(".")[1:])
        return self.file(path.with_suffix(".py")) or self.file(path / "__init__.py")

    def modules(self, names: Iterable[str]) -> dict[str, str | None]:
        """Hash of each of our modules' source, by its name."""
        return {name: self.module(name) for name in names}

    def room(self, name: str) -> dict[str, str | None]:
        """Hash of every file of one of our rooms, by its path inside."""
        return self.below(LIBRARY / name)

    def cohort_files(self) -> dict[str, str | None]:
        """Hash of every file of the cohort folder."""
        return self.below(self.folder)

    def below(self, folder: Path) -> dict[str, str | None]:
        """Hash of every file below a folder, by its path inside."""
        return {name: self.file(path) for name, path in files_below(folder).items()}

    def hashes(self) -> dict[str, str | None]:
        """Hash of every file a build can depend on, by a name without a machine's path.

        The key is among them where there is one: with another, pages show another data hash.
        """
        root = self.root
        rooms = {"cohort": self.folder, "library": LIBRARY, "evidence": root / "data" / "evidence"}
        rooms["words"] = locale_folder()
        hashes = {
            f"{room}/{name}": digest for room, place in rooms.items() for name, digest in self.below(place).items()
        }
        pages = [root / "index.md", *sorted((root / "chapters").glob("*.md"))]
        others = [root / name for name in (*BOOK_FILES, LOCK)]
        hashes |= {path.relative_to(root).as_posix(): self.file(path) for path in [*pages, *others]}
        if key := self.file(self.folder / KEY_FILE):
            hashes[f"cohort/{KEY_FILE}"] = key
        return hashes | {"python": python_version()}


def identity(source: str | None, given: Mapping[str, Any], trace: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    """What a chapter was made of, as its run recorded it."""
    return {
        "source": source,
        "parameters": dict(given),
        "tables": trace["tables"],
        "reads": trace["reads"],
        "modules": inputs.modules(trace["modules"]),
        "lock": inputs.lock,
    }


def reasons(
    then: Mapping[str, Any] | None, source: str | None, given: Mapping[str, Any], inputs: Inputs
) -> list[Message]:
    """Why a chapter must run again; nothing if all it was made of is as it was."""
    if then is None:
        return [Message("not-built")]
    parameters = sorted({*then["parameters"], *given})
    compared = [
        (Message("the-chapter"), then["source"], source),
        *((Message("the-parameter", name=name), then["parameters"].get(name), given.get(name)) for name in parameters),
        *((f"{name}.csv", digest, inputs.table(name)) for name, digest in then["tables"].items()),
        *(
            (Message("the-folder") if name == WHOLE_FOLDER else name, digest, inputs.read(name))
            for name, digest in then["reads"].items()
        ),
        *((Message("the-module", name=name), digest, inputs.module(name)) for name, digest in then["modules"].items()),
        (Message("the-lock"), then["lock"], inputs.lock),
    ]
    return [Message(_change(before, now), what=what) for what, before, now in compared if before != now]


def _change(before: object, now: object) -> str:
    return "appeared" if before is None else "is-gone" if now is None else "changed"
