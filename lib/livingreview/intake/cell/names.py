"""Names of columns and files as people write them: identifiers, dates, other spellings."""

from __future__ import annotations

import re
from pathlib import Path

from livingreview.cohort.columns import TABLES, Table

BIRTH_DATES = ("birth_date", "date_of_birth", "birthdate", "dob", "geburtsdatum")
ORIGIN = "origin_date"
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")
WORKBOOKS = (".xlsx", ".xlsm")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def plain(name: str) -> str:
    """A name without regard to case, blanks and hyphens."""
    return re.sub(r"[\s_-]+", "_", name.strip()).casefold()


def table_named(name: str) -> str | None:
    """The table that a file's stem or a sheet's name means; None for another name."""
    return plain(name) if plain(name) in TABLES else None


def is_date_name(name: str) -> bool:
    """Whether a column is said to hold dates."""
    return plain(name) == "date" or plain(name).endswith("_date") or plain(name) in BIRTH_DATES


def date_names(table: Table, column: str) -> tuple[str, ...]:
    """Names of date columns from which a column of months can be made."""
    if column == "months":
        singular = {"responses": "response_date", "mrd": "mrd_date"}.get(table.name, f"{table.name}_date")
        return ("date", f"{table.name}_date", singular, "sample_date", "assessment_date", "visit_date")
    return (column.removesuffix("_months") + "_date",) if column.endswith("_months") else ()


def workbooks(folder: Path) -> list[Path]:
    """Workbooks of a folder; those that an open spreadsheet program leaves beside them are not."""
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in WORKBOOKS and not _is_left(path)]


def table_files(folder: Path) -> dict[str, list[Path]]:
    """Text and Parquet files that are named like a table, by table."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        name = table_named(path.stem)
        if name and path.is_file() and path.suffix.lower() in TABLE_SUFFIXES and not _is_left(path):
            found.setdefault(name, []).append(path)
    return found


def _is_left(path: Path) -> bool:
    return path.name.startswith(("~$", "."))
