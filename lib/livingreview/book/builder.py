"""The seam to the builder of the site: what a build asks of one, and Jupyter Book 1, which is the one in use.

All of `book/` that only Jupyter Book needs is here, in `staging` and in `builder_process`; what pages look like is an
extension of Sphinx, in `site/`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from livingreview.book.failures import BuildError, Message
from livingreview.book.intact import remove, tree
from livingreview.book.settings import Progress
from livingreview.cohort.files import fingerprint
from livingreview.site.marks import Marks, kept_marks
from livingreview.words.translate import catalogue_file

if TYPE_CHECKING:
    from livingreview.book.chapters import Chapter
    from livingreview.book.execute import Executed
    from livingreview.book.inputs import Inputs
    from livingreview.site.edition import Edition

CONFIG, ORDER = "_config.yml", "_toc.yml"
TEMPLATE = "chapters/endpoint"  # a page like it for every endpoint that has no chapter of its own
BOOK_FILES = (CONFIG, ORDER, "references.bib", "CITATION.cff")
NOISE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Book:
    """What is rendered: the pages of a book in order, those that were executed, the results, and the edition."""

    root: Path
    chapters: Iterable[Chapter]
    executed: Iterable[Executed]
    results: Path
    edition: Edition


class Builder(Protocol):
    """Renders a book to a site; all that a build knows of it.

    `package` is its name among installed packages; `marks` are what it lets pages show in the place of the data hash
    and of row numbers, which the build fills in.
    """

    package: str
    marks: Marks

    def prepare(self) -> None:
        """Load whatever it needs without keeping anybody waiting."""

    def render(self, book: Book, inputs: Inputs) -> Path:
        """The folder with the site, complete; BuildError for any warning. Pages that did not change may be kept."""

    def close(self) -> None:
        """End, whether anything was rendered or not."""


def book_root(start: Path | None = None) -> Path:
    """The book at or above `start` (default: here), or the one this code belongs to."""
    here = (start or Path.cwd()).resolve()
    for folder in [here, *here.parents, *Path(__file__).resolve().parents]:
        if (folder / ORDER).is_file() and (folder / CONFIG).is_file() and (folder / "chapters").is_dir():
            return folder
    raise BuildError("no-book")


def ordered_pages(root: Path) -> list[str]:
    """The pages of the book in order, the landing page first, as addresses without a suffix."""
    import yaml

    order = yaml.safe_load((root / ORDER).read_text(encoding="utf-8"))
    parts = order.get("parts", [order])
    return [order["root"], *(entry["file"] for part in parts for entry in part.get("chapters", []))]


class JupyterBook:
    """Jupyter Book in a process of its own, which imports it while the chapters are still being executed.

    It works in a folder that outlives the build, so that only changed pages are read again.
    """

    package = "jupyter-book"

    def __init__(self, work: Path, tell: Progress) -> None:
        self.source = work / "source"
        self.built = self.source / "_build" / "html"
        self._record = work / "record.json"  # of the last run that ended well
        self._process = _start()
        if self._is_damaged(work):
            remove(work)
            tell(Message("pages-damaged"))
        self.marks = kept_marks(work / "marks")

    def prepare(self) -> None:
        """Let the process import what it will need."""
        print("import", file=self._process.stdin, flush=True)

    def render(self, book: Book, inputs: Inputs) -> Path:
        """Build with warnings as errors; BuildError carries them."""
        from livingreview.book.staging import stage

        pages = stage(self.source, book)
        last = self._read()
        common = {**self._common(book, inputs), "pages": " ".join(pages)}
        if last.get("made_of") != {**common, **looks(last.get("modules", []), inputs)}:
            shutil.rmtree(self.source / "_build", ignore_errors=True)
        remove(self._record)  # until this run has ended well
        output, _ = self._process.communicate(f"{self.source}\n")
        if self._process.returncode < 0:
            raise BuildError("builder-ended", signal=-self._process.returncode)
        if self._process.returncode != 0 or not (self.built / "index.html").is_file():
            raise BuildError("builder-failed", lines=_readable(output, self.source))
        modules = sorted({*last.get("modules", []), *_modules(output)})
        record = {
            "made_of": {**common, **looks(modules, inputs)},
            "modules": modules,
            "left": fingerprint(tree(self.source)),
        }
        self._record.write_text(json.dumps(record), encoding="utf-8")
        return self.built

    def _common(self, book: Book, inputs: Inputs) -> dict[str, str | None]:
        """What every page is made of, beside the code: a change makes Jupyter Book's memory useless."""
        files = {name: inputs.file(book.root / name) for name in BOOK_FILES}
        edition = book.edition
        words = inputs.file(catalogue_file(edition.language))
        titles = " ".join([edition.short_title, edition.title, *edition.conditions])
        return {**files, "lock": inputs.lock, "titles": titles, "marks": edition.token, "words": words}

    def _read(self) -> dict[str, Any]:
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def _is_damaged(self, work: Path) -> bool:
        """Whether anything in the folder of work is not as the last run left it; there may have been none."""
        if not work.is_dir() or (work / "marks").is_dir():
            return os.path.lexists(work)
        rendered = self.source.exists() or self._record.exists()
        return rendered and self._read().get("left") != fingerprint(tree(self.source))

    def close(self) -> None:
        """End the process, whether it was used or not."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


def _start() -> subprocess.Popen[str]:
    """The process, waiting for its first line before it imports anything heavy."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    environment.pop("SOURCE_DATE_EPOCH", None)  # pages show the edition's date, never that of a package
    return subprocess.Popen(
        [sys.executable, "-m", "livingreview.book.builder_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )


def looks(modules: Iterable[str], inputs: Inputs) -> dict[str, str | None]:
    """Hash of our modules that rendering loaded, and of whatever in their rooms is no module: templates, catalogues."""
    hashes = inputs.modules(modules)
    for room in sorted({name.split(".")[1] for name in hashes if "." in name}):
        hashes |= {f"{room}/{name}": digest for name, digest in inputs.room(room).items() if not name.endswith(".py")}
    return hashes


def _modules(output: str) -> list[str]:
    """Our modules that the process says it has loaded."""
    *_, last = output.splitlines() or [""]
    return last.split() if last.startswith("livingreview") else []


def _readable(output: str, source: Path) -> tuple[str, ...]:
    """The lines that say what is wrong, with paths inside the book."""
    lines = [NOISE.sub("", line).replace(f"{source}{os.sep}", "") for line in output.splitlines()]
    serious = [line for line in lines if re.search(r"WARNING|ERROR|rror:", line)]
    return tuple(dict.fromkeys(serious or lines[-15:]))
