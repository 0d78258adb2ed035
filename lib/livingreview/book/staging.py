"""The folder that Jupyter Book builds from: executed notebooks as readers see them, results, the edition."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import yaml

from livingreview.book.builder import BOOK_FILES, CONFIG, ORDER, TEMPLATE, Book
from livingreview.book.prose import Say, translated
from livingreview.cohort.files import files_below
from livingreview.results.exchange import FIGURE_MIME, RESULTS_MIME
from livingreview.site.edition import EDITION_FILE, RESULTS, Edition
from livingreview.words.translate import ENGLISH, gettext, speaking


def stage(source: Path, book: Book) -> list[str]:
    """The folder Jupyter Book builds from: pages, results for the numbers, the edition; returns its files.

    A file whose content stays is not touched, so that Jupyter Book does not read it again.
    """
    with speaking(book.edition.language):
        files = _files(book)
    for name, content in files.items():
        path = source / name
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
    for name, path in files_below(source).items():
        if name not in files and not name.startswith("_build/"):
            path.unlink()
    return sorted(files)


def _files(book: Book) -> dict[str, str]:
    """Everything that is staged, in the language of the edition."""
    files = {name: (book.root / name).read_text(encoding="utf-8") for name in BOOK_FILES}
    made = [one.page for one in book.chapters if f"chapters/{one.source.stem}" == TEMPLATE]
    files[ORDER] = order_of(files[ORDER], made)
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
    return files


def order_of(order: str, pages: Sequence[str]) -> str:
    """`_toc.yml` with these pages in the place of the template from which they were made."""
    return re.sub(
        rf"^( *- file: ){TEMPLATE}\n",
        lambda line: "".join(f"{line[1]}{page}\n" for page in pages),
        order,
        flags=re.M,
    )


def _in_language(config: str, language: str) -> str:
    """The settings of the book with the language of its pages, in which Sphinx and the theme have words of their own."""
    settings = yaml.safe_load(config)
    settings.setdefault("sphinx", {}).setdefault("config", {})["language"] = language
    return str(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False))


def captions(cell: Any) -> str:
    """The caption of the figure that a cell makes, as one line; empty where there is none."""
    return " ".join(cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "").split())


def translate_notebook(notebook: Any, say: Say) -> Any:
    """The notebook itself, its prose and captions translated; what its code returned is in the language already."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = translated(cell.source, say)
        elif caption := captions(cell):
            cell.metadata["mystnb"]["figure"]["caption"] = say(caption)
    return notebook


def parts(order: str) -> list[str]:
    """The captions of the parts of a book, from the text of `_toc.yml`."""
    return [part["caption"] for part in yaml.safe_load(order).get("parts", []) if "caption" in part]


def translated_parts(order: str, say: Say) -> str:
    """`_toc.yml` with its captions translated."""
    said = yaml.safe_load(order)
    for part in said.get("parts", []):
        part["caption"] = say(part["caption"])
    return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False))


def as_json(notebook: Any) -> str:
    """The notebook as text, keys in one order."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def displayed(notebook: Any) -> Any:
    """A copy as readers see it: no code, no parameters, no machine-readable results."""
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
