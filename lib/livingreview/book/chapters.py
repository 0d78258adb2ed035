"""The chapters of the book as `_toc.yml` orders them, and the parameters they declare."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
from nbformat import NotebookNode

from livingreview.book.builder import TEMPLATE, ordered_pages
from livingreview.book.failures import BuildError
from livingreview.cohort.parameters import wrong_values
from livingreview.cohort.problems import Problem
from livingreview.endpoints.time_to_event import TimeToEvent
from livingreview.presentation.kit.labels import capitalised
from livingreview.presentation.kit.myst import escaped
from livingreview.words.problem_words import rule_and_fix
from livingreview.words.translate import gettext as _

ENDPOINT = "endpoint"  # what such a page calls its endpoint, in labels and as a parameter
PATHS = ("cohort_path", "results_path", "evidence_path")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page. `name` is its address without folder; a page without code is not executed.

    `fixed` are parameters that make it this page and that nobody else can set.
    """

    page: str
    source: Path
    notebook: NotebookNode | None
    parameters: dict[str, Any]
    fixed: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The last part of the page's address; names its results."""
        return self.page.rpartition("/")[2]

    def given(self, values: dict[str, Any]) -> dict[str, Any]:
        """Those of the values that this chapter declares."""
        return {name: values[name] for name in self.parameters if name in values} | self.fixed

    @property
    def second_stage(self) -> bool:
        """Whether it reads what other chapters computed."""
        return "results_path" in self.parameters


def read_chapters(root: Path) -> list[Chapter]:
    """Every page of _toc.yml in order. BuildError for a page without a file, or a chapter left out."""
    pages = ordered_pages(root)
    missing = [page for page in pages if not (root / f"{page}.md").is_file()]
    if missing:
        raise BuildError("pages-without-file", pages=tuple(missing))
    left_out = sorted(
        path.relative_to(root).with_suffix("").as_posix()
        for path in (root / "chapters").glob("*.md")
        if path.relative_to(root).with_suffix("").as_posix() not in pages
    )
    if left_out:
        raise BuildError("pages-left-out", pages=tuple(left_out))
    return [_chapter(root, page) for page in pages]


def pages_of_endpoints(root: Path, chapters: Sequence[Chapter], endpoints: Iterable[TimeToEvent]) -> list[Chapter]:
    """The chapters, with a page in the place of the template for every endpoint that has no chapter of its own."""
    own = {chapter.name for chapter in chapters}
    if all(chapter.page != TEMPLATE for chapter in chapters):
        return list(chapters)
    made = [_of_endpoint(root, endpoint) for endpoint in endpoints if endpoint.page not in own]
    return [page for chapter in chapters for page in (made if chapter.page == TEMPLATE else [chapter])]


def _of_endpoint(root: Path, endpoint: TimeToEvent) -> Chapter:
    title = escaped(capitalised(_(endpoint.names.name)))
    text = (root / f"{TEMPLATE}.md").read_text(encoding="utf-8")
    text = re.sub(rf"^\({ENDPOINT}\)=\n# .*$", lambda _: f"({endpoint.page})=\n# {title}", text, count=1, flags=re.M)
    text = re.sub(rf"\b(fig|tbl)-{ENDPOINT}\b", rf"\1-{endpoint.key.replace('_', '-')}", text)
    page, notebook = f"chapters/{endpoint.page}", jupytext.reads(text, fmt="md:myst")
    return Chapter(page, root / f"{TEMPLATE}.md", notebook, _declared(TEMPLATE, notebook), {ENDPOINT: endpoint.key})


def _chapter(root: Path, page: str) -> Chapter:
    source = root / f"{page}.md"
    text = source.read_text(encoding="utf-8")
    if "{code-cell}" not in text:
        return Chapter(page, source, None, {})
    notebook = jupytext.reads(text, fmt="md:myst")
    return Chapter(page, source, notebook, _declared(page, notebook))


def _declared(page: str, notebook: NotebookNode) -> dict[str, Any]:
    """Names and defaults of the parameters cell, which holds plain assignments."""
    declared = {}
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            for node in ast.parse(cell.source).body:
                try:
                    declared[node.targets[0].id] = ast.literal_eval(node.value)
                except (AttributeError, ValueError):
                    raise BuildError("parameters-computed", page=page) from None
    return declared


def checked_values(chapters: list[Chapter], values: dict[str, Any], source: str, *, usage: bool) -> dict[str, Any]:
    """The values, every one of which some chapter declares; BuildError names those nobody does."""
    declared = {name for chapter in chapters for name in chapter.parameters} - {*PATHS, ENDPOINT}
    if unknown := tuple(name for name in values if name not in declared):
        raise BuildError("no-parameter", usage=usage, source=source, names=unknown, known=tuple(sorted(declared)))
    return values


def refuse_wrong_values(values: dict[str, Any], subgroups: Sequence[str]) -> None:
    """BuildError for a value of --set that its parameter cannot have; `subgroups` are those of study.yml."""
    wrong = tuple(
        f"--set {name}={values[name]}: {rule_and_fix(Problem('--set', code, facts))[0]}"
        for name, (code, facts) in wrong_values(values, subgroups).items()
    )
    if wrong:
        raise BuildError("wrong-values", lines=wrong, usage=True)
