"""Executed notebooks to a site: staging the source of the book and running Jupyter Book on what changed."""

from __future__ import annotations

import csv
import filecmp
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat

from livingreview.book.chapters import Chapter
from livingreview.book.execute import Executed, written
from livingreview.book.failures import BuildError
from livingreview.book.identity import World
from livingreview.book.intact import remove, tree
from livingreview.cohort.files import files_below, fingerprint
from livingreview.results.exchange import FIGURE_MIME, RESULTS_MIME
from livingreview.site.edition import EDITION_FILE, Edition
from livingreview.site.marks import Marks, kept_marks

COPIED = ("_config.yml", "_toc.yml", "references.bib", "CITATION.cff")  # the changelog is read by a chapter
# What decides how a page looks: a change of any of these reads every page again.
LOOKS = ("site", "presentation", "estimates.py", "results.py", "rounding.py")
NOISE = re.compile(r"\x1b\[[0-9;]*m")
FILLED = (".html", ".bib", ".ris", ".json")  # say of which data they are
NOT_PUBLISHED = (".buildinfo", "objects.inv")
# Five megabytes nobody loads, and the theme's templates, which are no pages.
UNUSED = re.compile(r"_static/(.*\.map|scripts/fontawesome\..*|vendor/fontawesome/.*|.*macros\.html)")


def stage(
    source: Path, root: Path, chapters: Iterable[Chapter], executed: Iterable[Executed], out: Path, edition: Edition
) -> list[str]:
    """The folder Jupyter Book builds from: pages, results for the numbers, the edition; returns the pages.

    A file whose content stays is not touched, so that Jupyter Book does not read it again.
    """
    files: dict[str, str] = {name: (root / name).read_text(encoding="utf-8") for name in COPIED}
    done = {chapter.page: chapter for chapter in executed}
    for chapter in chapters:
        if chapter.page in done:
            notebook = displayed(done[chapter.page].notebook)
            if chapter.page == "index":
                _name_landing_page(notebook, edition)
            files[f"{chapter.page}.ipynb"] = written(notebook)
        else:
            files[f"{chapter.page}.md"] = chapter.source.read_text(encoding="utf-8")
    for path in sorted((out / "results").glob("*.json")):
        files[f"_results/{path.name}"] = path.read_text(encoding="utf-8")
    files[EDITION_FILE] = json.dumps(edition.to_dict())
    for name, content in files.items():
        _write_if_changed(source / name, content)
    for name, path in files_below(source).items():
        if name not in files and not name.startswith("_build/"):
            path.unlink()
    return sorted(files)


def _write_if_changed(path: Path, content: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def _name_landing_page(notebook: Any, edition: Edition) -> None:
    """The landing page is headed by the study, which no chapter knows."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    first.source = re.sub(r"\A# .*", lambda _: f"# {edition.heading}", first.source)


def displayed(notebook: Any) -> Any:
    """A copy as readers see it: no code, no parameters, no machine-readable results."""
    shown = nbformat.from_dict(notebook)
    for cell in shown.cells:
        if cell.cell_type != "code":
            continue
        tags = set(cell.metadata.get("tags", []))
        if not any(FIGURE_MIME in output.get("data", {}) for output in cell.outputs):
            cell.metadata.pop("mystnb", None)  # a sentence in the place of a figure needs no caption
        hidden = tags & {"parameters", "injected-parameters"} or _only_for_machines(cell)
        cell.metadata["tags"] = sorted(tags | {"remove-cell" if hidden else "remove-input"})
    return shown


def _only_for_machines(cell: Any) -> bool:
    outputs = [output.get("data", {}) for output in cell.outputs]
    return all(RESULTS_MIME in data or not "".join(data.get("text/markdown", "x")).strip() for data in outputs)


def site_identity(root: Path, world: World, edition: Edition, pages: Iterable[str]) -> str:
    """Hash of everything that makes Jupyter Book's memory of the last run useless."""
    library = Path(__file__).resolve().parents[1]
    found = {name: world.file(root / name) for name in COPIED}
    for part in LOOKS:
        path = library / part
        below = files_below(path) if path.is_dir() else {part: path}
        found |= {f"{part}/{name}": world.file(file) for name, file in below.items()}
    return fingerprint(
        {
            **found,
            "lock": world.lock,
            "titles": edition.heading + edition.title,
            "marks": edition.token,
            "pages": " ".join(pages),
        }
    )


class Renderer:
    """Jupyter Book in a process of its own, imported while the chapters are still being executed.

    It works in a folder that outlives the build, so that only changed pages are read again.
    """

    def __init__(self, work: Path, process: subprocess.Popen, say: Callable[[str], None]) -> None:
        self.source = work / "source"
        self.built = self.source / "_build" / "html"
        self._known = work / "identity"
        self._process = process
        if self._is_damaged(work):
            remove(work)
            say("the memory of the pages was damaged, or its last run did not end: every page is rendered again")
        self.marks = kept_marks(work / "marks")

    def prepare(self) -> None:
        """Let the process import what it will need."""
        print("import", file=self._process.stdin, flush=True)

    def render(self, identity: str) -> None:
        """Build the staged source with warnings as errors; BuildError carries them."""
        if self._read()[:1] != [identity]:  # other looks
            shutil.rmtree(self.source / "_build", ignore_errors=True)
        remove(self._known)  # until this run has ended well
        output, _ = self._process.communicate(f"{self.source}\n")
        if self._process.returncode < 0:
            raise BuildError(
                f"The process that renders the site was ended (signal {-self._process.returncode}): run again."
            )
        if self._process.returncode != 0 or not (self.built / "index.html").is_file():
            raise BuildError("The site could not be built:\n" + _readable(output, self.source))
        self._known.write_text(f"{identity}\n{fingerprint(tree(self.source))}\n", encoding="utf-8")

    def _read(self) -> list[str]:
        """Identity of the last run that ended well, and the hash of all it left."""
        try:
            return self._known.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeError):
            return []

    def _is_damaged(self, work: Path) -> bool:
        """Whether anything in the folder of work is not as the last run left it; there may have been none."""
        if not work.is_dir() or (work / "marks").is_dir():
            return os.path.lexists(work)
        rendered = self.source.exists() or self._known.exists()
        return rendered and self._read()[1:] != [fingerprint(tree(self.source))]

    def close(self) -> None:
        """End the process, whether it was used or not."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


def _readable(output: str, source: Path) -> str:
    """The lines that say what is wrong, with paths inside the book."""
    lines = [NOISE.sub("", line).replace(f"{source}{os.sep}", "") for line in output.splitlines()]
    said = [line for line in lines if re.search(r"WARNING|ERROR|rror:", line)]
    return "\n".join(dict.fromkeys(said or lines[-15:]))


def take_site(built: Path, new: Path, last: Path, edition: Edition, marks: Marks) -> None:
    """The site into the new build, with the numbers behind it; unchanged files stay those of the last one."""
    rows = _row_numbers(new / "results.csv")
    for name, path in files_below(built).items():
        if name in NOT_PUBLISHED or name.startswith(".") or UNUSED.fullmatch(name):
            continue
        if path.suffix in FILLED and not name.startswith("_static/"):
            target = new / "html" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            text = marks.filled(path.read_bytes().decode("utf-8"), edition.data_hash, edition.short_hash, rows)
            target.write_bytes(text.encode("utf-8"))
            path = target
        _take(path, new / "html" / name, last / name)
    extra = [path for name in ("notebooks", "curves") for path in sorted((new / name).glob("*"))]
    extra += [path for name in ("results.csv", "ledger.csv") if (path := new / name).is_file()]
    for path in extra:
        name = path.relative_to(new)
        _take(path, new / "html" / name, last / name)


def _row_numbers(results: Path) -> dict[str, str]:
    """The row of every key in results.csv, counted as a spreadsheet does."""
    with results.open(encoding="utf-8", newline="") as opened:
        return {row["key"]: str(number) for number, row in enumerate(csv.DictReader(opened), start=2)}


def _take(path: Path, target: Path, last: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if last.is_file() and not last.is_symlink() and filecmp.cmp(path, last, shallow=False):
        target.unlink(missing_ok=True)
        try:
            os.link(last, target)
            return
        except OSError:  # a file system without links
            path = last
    if path != target:
        shutil.copy2(path, target)
