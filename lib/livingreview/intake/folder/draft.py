"""A table on its way into a cohort folder, with the place in the sources that every cell came from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from livingreview.cohort.problems import Problem
from livingreview.words.import_words import column_words

# Columns that are written even where nothing is filled in: the check says what is missing.
KEPT = ("patient_id", "pfs_months", "pfs_event", "os_months", "os_event", "timepoint", "response", "status", "grade")


@dataclass(frozen=True)
class Place:
    """A column of a source; `rows` holds a spreadsheet row for every row of the draft, None where there is none.

    `how` and `others` tell what was made of it or from it, for whoever reads: "as" a column of months, "made-from"
    other columns, "of" a parameter.
    """

    file: str
    column: str
    rows: Sequence[int | None]
    how: str = ""
    others: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The column as it is named to people."""
        return column_words(self.column, self.how, self.others)


@dataclass
class Draft:
    """The cells of one table, by the names of the cohort folder: text, numbers or None.

    `label` and `place` are those of the source where all comes from one sheet. `silenced` are (column, position)
    that are empty because of a problem that was said elsewhere.
    """

    table: str
    columns: dict[str, list] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    label: str = ""
    place: Place | None = None
    silenced: set[tuple[str, int]] = field(default_factory=set)

    @property
    def file(self) -> str:
        """The name of the file that is written."""
        return f"{self.table}.csv"

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The cells as they are written, row by row."""
        return zip(*([cell_text(cell) for cell in column] for column in self.columns.values()), strict=True)

    def csv(self) -> bytes:
        """The table as it is written: UTF-8, a point before decimals, nothing for a missing cell."""
        written = io.StringIO(newline="")
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows())
        return written.getvalue().encode("utf-8")

    def drop_empty(self) -> None:
        """Take away columns with nothing in them, but those that are needed."""
        empty = {name for name, cells in self.columns.items() if not any(map(cell_text, cells))}
        self.columns = {name: cells for name, cells in self.columns.items() if name in KEPT or name not in empty}

    def in_source(self, problem: Problem, labels: Mapping[str, str]) -> Problem:
        """A problem of the written table at its place in the source; `labels` are the sources of files."""
        place = self.places.get(problem.column) or self.place
        facts = dict(problem.facts)
        if "patients" in facts:
            facts["patients"] = labels.get(facts["patients"], facts["patients"])
        if place is None or _row(place, problem.row) is None:
            return replace(problem, file=self.label or problem.file, facts=facts)
        if "row" in facts:
            facts["row"] = _row(place, facts["row"])
        column = place.shown if problem.column in self.places else problem.column
        file = place.file if self.label or _is_cell(place, problem.row) else problem.file
        return replace(problem, file=file, row=_row(place, problem.row), column=column, facts=facts)

    def is_silenced(self, problem: Problem) -> bool:
        """Whether a problem of the written table is a consequence of one that was said before."""
        return problem.row is not None and (problem.column, problem.row - 2) in self.silenced


def _is_cell(place: Place, row: int | None) -> bool:
    return row is not None and 2 <= row < len(place.rows) + 2


def _row(place: Place, row: int | None) -> int | None:
    return place.rows[row - 2] if _is_cell(place, row) else row


def cell_text(value: object) -> str:
    """A cell as it is written; 10 significant digits are more than any time is known to."""
    if value is None or value != value:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
