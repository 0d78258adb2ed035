"""Executed notebooks to a site: staging the source of the book and running Jupyter Book on it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from livingreview.book.chapters import Chapter
from livingreview.book.execute import Executed, written
from livingreview.book.problems import BuildError
from livingreview.results import FIGURE_MIME, RESULTS_MIME
from livingreview.site.edition import EDITION_FILE, Edition

COPIED = ("_config.yml", "_toc.yml", "references.bib")
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
NOISE = re.compile(r"\x1b\[[0-9;]*m")


def stage(
    source: Path, root: Path, chapters: Iterable[Chapter], executed: Iterable[Executed], out: Path, edition: Edition
) -> None:
    """The folder Jupyter Book builds from: pages, results for the numbers, the edition."""
    source.mkdir(parents=True)
    for name in COPIED:
        shutil.copyfile(root / name, source / name)
    done = {chapter.page: chapter for chapter in executed}
    for chapter in chapters:
        target = source / chapter.page
        target.parent.mkdir(parents=True, exist_ok=True)
        if chapter.page in done:
            target.with_suffix(".ipynb").write_text(written(displayed(done[chapter.page].notebook)), encoding="utf-8")
        else:
            shutil.copyfile(chapter.source, target.with_suffix(".md"))
    shutil.copytree(out / "results", source / "_results")
    if (source / "index.ipynb").is_file():
        _name_landing_page(source / "index.ipynb", edition)
    (source / EDITION_FILE).write_text(json.dumps(edition.to_dict()), encoding="utf-8")


def _name_landing_page(path: Path, edition: Edition) -> None:
    """The landing page is headed by the study, which no chapter knows."""
    notebook = nbformat.read(path, as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    first.source = re.sub(r"\A# .*", lambda _: f"# {edition.heading}", first.source)
    path.write_text(written(notebook), encoding="utf-8")


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


def render(source: Path, html: Path) -> None:
    """Run Jupyter Book with warnings as errors; BuildError carries its warnings."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(source), "-W", "-n", "--keep-going", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=source.parent)
    built = source / "_build" / "html"
    if done.returncode != 0 or not (built / "index.html").is_file():
        raise BuildError("The site could not be built:\n" + _readable(done.stdout + "\n" + done.stderr, source))
    for rest in ("objects.inv", ".buildinfo", ".doctrees"):
        path = built / rest
        if path.is_dir():
            shutil.rmtree(path)
        elif rest == ".buildinfo":
            path.unlink(missing_ok=True)
    shutil.move(built, html)


def _readable(output: str, source: Path) -> str:
    """The lines that say what is wrong, with paths inside the book."""
    lines = [NOISE.sub("", line).replace(f"{source}{os.sep}", "") for line in output.splitlines()]
    said = [line for line in lines if re.search(r"WARNING|ERROR|rror:", line)]
    return "\n".join(dict.fromkeys(said or lines[-15:]))
