"""Names of columns, files and sheets as people write them: tables, dates, other spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from livingreview.cohort.columns import TABLES, Table
from livingreview.cohort.identifying import plain

BIRTH_DATES = ("birth_date", "date_of_birth", "birthdate", "dob", "geburtsdatum")
ORIGIN = "origin_date"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def table_named(name: str) -> str | None:
    """The table that a file's stem or a sheet's name means; None for another name."""
    return plain(name) if plain(name) in TABLES else None


def table_files(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Files that are named like a table, by table."""
    found: dict[str, list[Path]] = {}
    for path in paths:
        if (name := table_named(path.stem)) and path.is_file():
            found.setdefault(name, []).append(path)
    return found


def is_date_name(name: str) -> bool:
    """Whether a column is said to hold dates."""
    return plain(name) == "date" or plain(name).endswith("_date") or plain(name) in BIRTH_DATES


def date_names(table: Table, column: str) -> tuple[str, ...]:
    """Names of date columns from which a column of months can be made."""
    if column == "months":
        singular = {"responses": "response_date", "mrd": "mrd_date"}.get(table.name, f"{table.name}_date")
        return ("date", f"{table.name}_date", singular, "sample_date", "assessment_date", "visit_date")
    return (column.removesuffix("_months") + "_date",) if column.endswith("_months") else ()


def slug(words: str) -> str:
    """A visit as study.yml names timepoints: `Cycle 3 Day 1` → `cycle_3_day_1`."""
    found = re.sub(r"[^a-z0-9]+", "_", words.casefold()).strip("_")
    return f"visit_{found}" if found and not found[0].isalpha() else found
