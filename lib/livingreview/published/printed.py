"""`published.csv`: the numbers of a paper as strings, because trailing zeros carry precision."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from unicodedata import category

import pandas as pd

from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.tables import read_cells

FILE = "published.csv"
PARTS = ("value", "low", "high")
LEVELS = ("90", "95", "99")
SHORT = {"value": "printed", "low": "printed_low", "high": "printed_high", "n": "denominator", "kind": "statistic"}
NEEDED = ("id", "statistic", "printed")
OPTIONAL = ("method", "level", "count", "sd", "p", "partition")
READ = ("id", "statistic", "group", "printed", "printed_low", "printed_high", "denominator", "method", *OPTIONAL[1:])
UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Zs")
LONGEST, MOST_PATIENTS = 30, 999_999_999


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One number a paper prints, or names without printing (`printed` empty).

    The last six columns are optional: what made the interval, its level in percent, how many of the denominator it
    was (of a survival: how many had had the event), the standard deviation, the p-value, and a name that categories
    which exclude each other share.
    """

    id: str
    endpoint: str
    statistic: str
    group: str
    time_months: str
    printed: str
    printed_low: str
    printed_high: str
    denominator: str
    source: str
    note: str
    method: str = ""
    level: str = ""
    count: str = ""
    sd: str = ""
    p: str = ""
    partition: str = ""

    def parts(self) -> list[tuple[str, str]]:
        """(part, printed) of the value and of the limits that are printed."""
        found = [("value", self.printed)]
        found += [(part, text) for part, text in (("low", self.printed_low), ("high", self.printed_high)) if text]
        return found

    @property
    def is_percent(self) -> bool:
        """Whether the paper prints percent where we hold a fraction."""
        return "percent" in self.kind

    @property
    def kind(self) -> str:
        """The statistic in small letters."""
        return self.statistic.lower()


def read_published(folder: Path) -> list[PrintedRow]:
    """The rows of published.csv; empty where the folder has none. CohortError names what is wrong."""
    path = Path(folder) / FILE
    if not path.is_file():
        return []
    every = list(PrintedRow.__dataclass_fields__)
    return _rows(read_cells(path), FILE, tuple(name for name in every if name not in OPTIONAL))


def read_any(path: Path) -> list[PrintedRow]:
    """The rows of any table of printed numbers: only `id`, `statistic` and `printed` must be there.

    `value`, `low`, `high`, `n` and `kind` are understood as printed, printed_low, printed_high, denominator, statistic.
    """
    path = Path(path)
    if not path.is_file():
        raise CohortError([Problem(str(path), "no-printed-table")])
    if path.suffix == ".parquet":
        raise CohortError([Problem(path.name, "parquet-of-printed")])
    cells = read_cells(path)
    cells = cells.rename(columns={short: name for short, name in SHORT.items() if name not in cells.columns})
    return _rows(cells, path.name, NEEDED)


def _rows(cells: pd.DataFrame, file: str, needed: tuple[str, ...]) -> list[PrintedRow]:
    columns = list(PrintedRow.__dataclass_fields__)
    problems = [
        Problem(file, "printed-column-missing", row=1, column=name) for name in needed if name not in cells.columns
    ]
    problems += [
        Problem(file, "printed-column-unknown", {"columns": columns}, 1, name, name)
        for name in cells.columns
        if name not in columns
    ]
    if problems:
        raise CohortError(problems)
    empty = dict.fromkeys(columns, "")
    rows = [PrintedRow(**empty | record) for record in cells.to_dict("records")]
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        if not row.id:
            problems.append(Problem(file, "printed-no-id", row=number, column="id"))
        elif row.id in seen:
            problems.append(Problem(file, "printed-id-twice", {}, number, "id", row.id))
        seen.add(row.id)
        problems += _row_problems(row, file, number)
    if problems:
        raise CohortError(problems)
    return rows


def _row_problems(row: PrintedRow, file: str, number: int) -> list[Problem]:
    """What is wrong with the cells of one row."""
    unseen = [
        Problem(file, "unseen-character", {}, number, column, text)
        for column in READ
        if _hides(text := getattr(row, column))
    ]
    return unseen or _number_problems(row, file, number)


def _number_problems(row: PrintedRow, file: str, number: int) -> list[Problem]:
    """What is wrong with the numbers of one row."""
    found = []
    if not row.printed and (row.printed_low or row.printed_high):
        found.append(Problem(file, "limits-without-value", row=number, column="printed"))
    numbers = () if row.kind == "month" else ("printed", "printed_low", "printed_high")
    found += [
        Problem(file, "printed-number-expected", {}, number, column, text)
        for column in (*numbers, "sd")
        if (text := getattr(row, column)) and not _is_number(text)
    ]
    found += [
        Problem(file, "patients-expected", {"least": least}, number, column, text)
        for column, least in (("denominator", 1), ("count", 0))
        if (text := getattr(row, column)) and not _is_whole(text, least)
    ]
    if row.p and not _is_number(row.p.lstrip("<>= ")):
        found.append(Problem(file, "p-expected", {}, number, "p", row.p))
    if row.level and row.level not in LEVELS:
        found.append(Problem(file, "level-unknown", {"levels": LEVELS}, number, "level", row.level))
    return found


def _hides(text: str) -> bool:
    return any(category(letter) in UNSEEN and letter != " " for letter in text)


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and not text.endswith(".") and len(text) <= LONGEST


def _is_whole(text: str, least: int) -> bool:
    return (
        text.isascii()
        and text.isdigit()
        and len(text) <= len(str(MOST_PATIENTS))
        and least <= int(text) <= MOST_PATIENTS
    )


def printed_number(rows: list[PrintedRow], key: str) -> PrintedRow:
    """The row of this id; CohortError where the paper does not have it."""
    for row in rows:
        if row.id == key:
            return row
    raise CohortError([Problem(FILE, "printed-row-missing", {"key": key})])
