"""The eight patients of test_analyses as a folder, for tests of other modules."""

from __future__ import annotations

from pathlib import Path

from analyses.test_analyses import STUDY, TABLES


def eight(folder: Path, *, study: str = STUDY, **tables: str) -> Path:
    """The cohort written to a folder; a table given by name takes the place of its own, an empty one is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yml").write_text(study, encoding="utf-8")
    for name, content in (TABLES | {f"{name}.csv": words for name, words in tables.items()}).items():
        if content:
            (folder / name).write_text(content, encoding="utf-8")
    return folder
