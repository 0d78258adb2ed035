"""The chapters of the book as `_toc.yml` orders them, and the parameters they declare."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
from nbformat import NotebookNode

from livingreview.book.builder import ordered_pages
from livingreview.book.failures import BuildError
from livingreview.cohort.parameters import wrong_values
from livingreview.cohort.problems import Problem
from livingreview.words.problem_words import rule_and_fix

PATHS = ("cohort_path", "results_path", "evidence_path", "changelog_path")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page. `name` is its address without folder; a page without code is not executed."""

    page: str
    source: Path
    notebook: NotebookNode | None
    parameters: dict[str, Any]

    @property
    def name(self) -> str:
        """The last part of the page's address; names its results."""
        return self.page.rpartition("/")[2]

    def given(self, values: dict[str, Any]) -> dict[str, Any]:
        """Those of the values that this chapter declares."""
        return {name: values[name] for name in self.parameters if name in values}

    @property
    def second_stage(self) -> bool:
        """Whether it reads what other chapters computed."""
        return "results_path" in self.parameters


def read_chapters(root: Path) -> list[Chapter]:
    """Every page of _toc.yml in order. BuildError for a page without a file, or a chapter left out."""
    pages = ordered_pages(root)
    missing = [page for page in pages if not (root / f"{page}.md").is_file()]
    if missing:
        raise BuildError(f"_toc.yml names pages without a file: {', '.join(missing)}. Add them or take them out.")
    left_out = sorted(
        path.relative_to(root).with_suffix("").as_posix()
        for path in (root / "chapters").glob("*.md")
        if path.relative_to(root).with_suffix("").as_posix() not in pages
    )
    if left_out:
        raise BuildError(f"_toc.yml does not name {', '.join(left_out)}. Add them, or move the files away.")
    return [_chapter(root, page) for page in pages]


def _chapter(root: Path, page: str) -> Chapter:
    source = root / f"{page}.md"
    text = source.read_text(encoding="utf-8")
    if "{code-cell}" not in text:
        return Chapter(page, source, None, {})
    notebook = jupytext.reads(text, fmt="md:myst")
    return Chapter(page, source, notebook, _declared(page, notebook))


def _declared(page: str, notebook: NotebookNode) -> dict[str, Any]:
    """Names and defaults of the parameters cell, which holds plain assignments."""
    found = {}
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            for node in ast.parse(cell.source).body:
                try:
                    found[node.targets[0].id] = ast.literal_eval(node.value)
                except (AttributeError, ValueError):
                    raise BuildError(f"{page}: its parameters cell may hold only NAME = VALUE lines.") from None
    return found


def checked_values(chapters: list[Chapter], values: dict[str, Any], source: str, *, usage: bool) -> dict[str, Any]:
    """The values, every one of which some chapter declares; BuildError names those nobody does."""
    declared = {name for chapter in chapters for name in chapter.parameters} - set(PATHS)
    unknown = [name for name in values if name not in declared]
    if unknown:
        raise BuildError(
            f"{source}: no chapter has a parameter named {', '.join(unknown)}. Known: {', '.join(sorted(declared))}.",
            usage=usage,
        )
    return values


def refuse_wrong_values(values: dict[str, Any], subgroups: Sequence[str]) -> None:
    """BuildError for a value of --set that its parameter cannot have; `subgroups` are those of study.yml."""
    wrong = [
        f"--set {name}={values[name]}: {rule_and_fix(Problem('--set', code, facts))[0]}"
        for name, (code, facts) in wrong_values(values, subgroups).items()
    ]
    if wrong:
        raise BuildError("; ".join(wrong), usage=True)
