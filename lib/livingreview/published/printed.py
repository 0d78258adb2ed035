"""`published.csv`: the numbers of a paper as strings, because trailing zeros carry precision."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.tables import read_cells

FILE = "published.csv"
PARTS = ("value", "low", "high")


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One number a paper prints, or names without printing (`printed` empty)."""

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

    def parts(self) -> list[tuple[str, str]]:
        """(part, printed) of the value and of the limits that are printed."""
        found = [("value", self.printed)]
        found += [(part, text) for part, text in (("low", self.printed_low), ("high", self.printed_high)) if text]
        return found

    @property
    def is_percent(self) -> bool:
        """Whether the paper prints percent where we hold a fraction."""
        return "percent" in self.statistic


def read_published(folder: Path) -> list[PrintedRow]:
    """The rows of published.csv; empty where the folder has none. CohortError names what is wrong."""
    path = Path(folder) / FILE
    if not path.is_file():
        return []
    cells = read_cells(path)
    columns = list(PrintedRow.__dataclass_fields__)
    problems = [
        Problem(FILE, "the column is missing", "Add it, empty if nothing is printed.", 1, name)
        for name in columns
        if name not in cells.columns
    ]
    problems += [
        Problem(FILE, "the column is not known", f"Known: {', '.join(columns)}.", 1, name)
        for name in cells.columns
        if name not in columns
    ]
    if problems:
        raise CohortError(problems)
    rows = [PrintedRow(**record) for record in cells[columns].to_dict("records")]
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        if not row.id:
            problems.append(Problem(FILE, "the row has no id", "Give it one.", number, "id"))
        elif row.id in seen:
            problems.append(Problem(FILE, "the id is there twice", "Keep one row.", number, "id", row.id))
        seen.add(row.id)
        if not row.printed and (row.printed_low or row.printed_high):
            problems.append(Problem(FILE, "limits are printed without a value", "Fill in printed.", number, "printed"))
        if row.statistic != "month":
            problems += [
                Problem(FILE, "a number is expected, digits as printed", "Correct the cell.", number, column, text)
                for column, text in (
                    ("printed", row.printed),
                    ("printed_low", row.printed_low),
                    ("printed_high", row.printed_high),
                )
                if text and not _is_number(text)
            ]
    if problems:
        raise CohortError(problems)
    return rows


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and not text.endswith(".")


def printed_number(rows: list[PrintedRow], key: str) -> PrintedRow:
    """The row of this id; CohortError where the paper does not have it."""
    for row in rows:
        if row.id == key:
            return row
    raise CohortError(
        [Problem(FILE, "a number that the reconstruction needs is missing", f"Add a row with the id {key}.")]
    )
