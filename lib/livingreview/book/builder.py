"""The seam to the builder of the site: what a build asks of one, and Jupyter Book 1, which is the one in use.

Everything in `book/` that only Jupyter Book would need is here and in `builder_process`; what the pages look like is
an extension of Sphinx, in `site/`.
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

from livingreview.book.failures import BuildError
from livingreview.book.intact import remove, tree
from livingreview.book.prose import translate_notebook, translated, translated_parts
from livingreview.book.settings import Progress
from livingreview.cohort.files import files_below, fingerprint
from livingreview.results.exchange import FIGURE_MIME, RESULTS_MIME
from livingreview.site.edition import EDITION_FILE, RESULTS, Edition
from livingreview.site.marks import Marks, kept_marks
from livingreview.words.translate import ENGLISH, catalogue_file, gettext, speaking

if TYPE_CHECKING:
    from livingreview.book.chapters import Chapter
    from livingreview.book.execute import Executed
    from livingreview.book.inputs import Inputs

CONFIG, ORDER = "_config.yml", "_toc.yml"
BOOK_FILES = (CONFIG, ORDER, "references.bib", "CITATION.cff")
NOISE = re.compile(r"\x1b\[[0-9;]*m")
DAMAGED = "the memory of the pages was damaged, or its last run did not end: every page is rendered again"


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

    `marks` are what it lets pages show in the place of the data hash and of row numbers; the build fills them in.
    """

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
    raise BuildError("No book here: run the command in the folder that holds _config.yml, _toc.yml and chapters/.")


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

    def __init__(self, work: Path, tell: Progress) -> None:
        self.source = work / "source"
        self.built = self.source / "_build" / "html"
        self._record = work / "record.json"  # of the last run that ended well
        self._process = _start()
        if self._is_damaged(work):
            remove(work)
            tell(DAMAGED)
        self.marks = kept_marks(work / "marks")

    def prepare(self) -> None:
        """Let the process import what it will need."""
        print("import", file=self._process.stdin, flush=True)

    def render(self, book: Book, inputs: Inputs) -> Path:
        """Build with warnings as errors; BuildError carries them."""
        with speaking(book.edition.language):
            pages = stage(self.source, book)
        last = self._read()
        common = {**self._common(book, inputs), "pages": " ".join(pages)}
        if last.get("made_of") != {**common, **looks(last.get("modules", []), inputs)}:
            shutil.rmtree(self.source / "_build", ignore_errors=True)
        remove(self._record)  # until this run has ended well
        output, _ = self._process.communicate(f"{self.source}\n")
        if self._process.returncode < 0:
            signal = -self._process.returncode
            raise BuildError(f"The process that renders the site was ended (signal {signal}): run again.")
        if self._process.returncode != 0 or not (self.built / "index.html").is_file():
            raise BuildError("The site could not be built:\n" + _readable(output, self.source))
        modules = sorted({*last.get("modules", []), *_modules(output)})
        record = {
            "made_of": {**common, **looks(modules, inputs)},
            "modules": modules,
            "left": fingerprint(tree(self.source)),
        }
        self._record.write_text(json.dumps(record), encoding="utf-8")
        return self.built

    def _common(self, book: Book, inputs: Inputs) -> dict[str, str]:
        """What every page is made of, beside the code: a change makes Jupyter Book's memory useless."""
        files = {name: inputs.file(book.root / name) for name in BOOK_FILES}
        edition = book.edition
        words = inputs.file(catalogue_file(edition.language))
        titles = edition.short_title + edition.title
        return {**files, "lock": inputs.lock, "titles": titles, "marks": edition.token, "words": words}

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

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


def _start() -> subprocess.Popen:
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


def stage(source: Path, book: Book) -> list[str]:
    """The folder Jupyter Book builds from: pages, results for the numbers, the edition; returns its files.

    A file whose content stays is not touched, so that Jupyter Book does not read it again.
    """
    files = {name: (book.root / name).read_text(encoding="utf-8") for name in BOOK_FILES}
    if book.edition.language != ENGLISH:
        files[ORDER] = translated_parts(files[ORDER], gettext)
        files[CONFIG] = _in_language(files[CONFIG], book.edition.language)
    done = {chapter.page: chapter for chapter in book.executed}
    for chapter in book.chapters:
        if chapter.page in done:
            notebook = displayed(done[chapter.page].notebook)
            if chapter.page == "index":
                _name_landing_page(notebook, book.edition)
            files[f"{chapter.page}.ipynb"] = as_json(translate_notebook(notebook, gettext))
        else:
            files[f"{chapter.page}.md"] = translated(chapter.source.read_text(encoding="utf-8"), gettext)
    for path in sorted(book.results.glob("*.json")):
        files[f"{RESULTS}/{path.name}"] = path.read_text(encoding="utf-8")
    files[EDITION_FILE] = json.dumps(book.edition.to_dict())
    for name, content in files.items():
        path = source / name
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
    for name, path in files_below(source).items():
        if name not in files and not name.startswith("_build/"):
            path.unlink()
    return sorted(files)


def _in_language(config: str, language: str) -> str:
    """The settings of the book with the language of its pages, in which Sphinx and the theme have words of their own."""
    import yaml

    settings = yaml.safe_load(config)
    settings.setdefault("sphinx", {}).setdefault("config", {})["language"] = language
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)


def as_json(notebook: Any) -> str:
    """The notebook as text, keys in one order."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def displayed(notebook: Any) -> Any:
    """A copy as readers see it: no code, no parameters, no machine-readable results."""
    import nbformat

    shown = nbformat.from_dict(notebook)
    for cell in shown.cells:
        if cell.cell_type != "code":
            continue
        outputs = [output.get("data", {}) for output in cell.outputs]
        if not any(FIGURE_MIME in data for data in outputs):
            cell.metadata.pop("mystnb", None)  # a sentence in the place of a figure needs no caption
        tags = set(cell.metadata.get("tags", []))
        for_machines = all(
            RESULTS_MIME in data or not "".join(data.get("text/markdown", "x")).strip() for data in outputs
        )
        hidden = for_machines or tags & {"parameters", "injected-parameters"}
        cell.metadata["tags"] = sorted(tags | {"remove-cell" if hidden else "remove-input"})
    return shown


def _name_landing_page(notebook: Any, edition: Edition) -> None:
    """The landing page is headed by the study, which no chapter knows."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    first.source = re.sub(r"\A# .*", lambda _: f"# {edition.heading}", first.source)


def looks(modules: Iterable[str], inputs: Inputs) -> dict[str, str | None]:
    """Hash of our modules that rendering loaded, and of whatever in their rooms is no module: templates, catalogues."""
    found = inputs.modules(modules)
    for room in sorted({name.split(".")[1] for name in found if "." in name}):
        found |= {f"{room}/{name}": digest for name, digest in inputs.room(room).items() if not name.endswith(".py")}
    return found


def _modules(output: str) -> list[str]:
    """Our modules that the process says it has loaded."""
    *_, last = output.splitlines() or [""]
    return last.split() if last.startswith("livingreview") else []


def _readable(output: str, source: Path) -> str:
    """The lines that say what is wrong, with paths inside the book."""
    lines = [NOISE.sub("", line).replace(f"{source}{os.sep}", "") for line in output.splitlines()]
    serious = [line for line in lines if re.search(r"WARNING|ERROR|rror:", line)]
    return "\n".join(dict.fromkeys(serious or lines[-15:]))
