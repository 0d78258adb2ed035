"""`.gitignore` of a cohort folder: whatever may hold patients stays out of the repository."""

from __future__ import annotations

from pathlib import Path

FILE = ".gitignore"
TEXT = """\
# Patients stay out of the repository: everything here is ignored but what holds none.
# The tables, workbooks, mappings, reports of imports and the folder's key are never committed.
*
.livingreview-key
!.gitignore
!study.yml
!published.csv
!CHANGES.md
!commentary/
!commentary/*.md
"""


def write_ignore(folder: Path) -> None:
    """Write it, unless people have one of their own there."""
    if not (folder / FILE).exists():
        (folder / FILE).write_text(TEXT, encoding="utf-8", newline="\n")
