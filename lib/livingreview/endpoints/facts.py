"""The facts of an edition, from its study.yml and from which tables and files its folder has."""

from __future__ import annotations

from pathlib import Path

from livingreview.cohort.columns import TABLES
from livingreview.cohort.filled import filled_columns
from livingreview.results.facts import Facts

FILES = ("published.csv", "specifications.csv")


def facts_of(folder: Path, study) -> Facts:
    """Read from a folder of strict tables; a table counts from its first row."""
    return Facts(
        kind=study.edition.kind,
        design=study.design,
        disease=study.disease or "",
        criteria=study.response_criteria.name,
        origin=study.time_origin.event,
        inclusion=study.inclusion.words if study.inclusion else "",
        tables=tuple(name for name, table in TABLES.items() if filled_columns(folder, name, table.required)),
        files=tuple(name for name in FILES if (folder / name).is_file()),
    )
