"""A converted table with the way back: every cell knows the sheet, row and column it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from livingreview.cohort.problems import Problem
from livingreview.intake.cell.cells import Refused
from livingreview.intake.read.sheet import Sheet

RIGHT = "Nothing to do if that is right."


@dataclass
class Converted:
    """`frame` holds the canonical text of every cell; `made_from` the words for a column made from others.

    `silenced` are (column, position) that are left empty because of a problem said elsewhere.
    """

    table: str
    sheet: Sheet
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    made_from: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    silenced: set[tuple[str, int]] = field(default_factory=set)

    @property
    def file(self) -> str:
        """The canonical file's name."""
        return f"{self.table}.csv"

    @property
    def label(self) -> str:
        """The source's name."""
        return self.sheet.label

    def note(self, rule: str, fix: str = RIGHT, position: int | None = None, column: str = "") -> None:
        """Something a person should know; `position` is of the first row it is about."""
        row = None if position is None else self.sheet.rows[position]
        self.problems.append(Problem(self.label, rule, fix, row, column, note=True))

    def refuse(self, why: Refused, column: str, position: int | None = None, value: object = "") -> None:
        """Something that stops the build; without a position it is about the column."""
        row = 1 if position is None else self.sheet.rows[position]
        self.problems.append(Problem(self.label, why.rule, why.fix, row, column, str(value)))

    def noted(self, positions: Iterable[int], words: str, column: str, fix: str = RIGHT) -> None:
        """A note on some cells of a column, with their number and the first of them; none if there are none."""
        places = list(positions)
        if places:
            self.note(f"{counted(len(places), 'cell')} {words}", fix, places[0], column)

    def in_source(self, problem: Problem, labels: dict[str, str]) -> Problem:
        """A problem of the canonical table at its place in the source."""
        row = self._row(problem.row)
        facts = dict(problem.facts)
        if "row" in facts:
            facts["row"] = self._row(facts["row"])
        if "patients" in facts:
            facts["patients"] = labels.get(facts["patients"], facts["patients"])
        column = self.made_from.get(problem.column, problem.column)
        return replace(problem, file=self.label, row=row, column=column, facts=facts)

    def is_silenced(self, problem: Problem) -> bool:
        """Whether a problem of the canonical table is a consequence of one that was said before."""
        return problem.row is not None and (problem.column, problem.row - 2) in self.silenced

    def _row(self, row: int | None) -> int | None:
        position = -1 if row is None else row - 2
        return self.sheet.rows[position] if 0 <= position < len(self.sheet.rows) else row


def counted(number: int, word: str) -> str:
    """`1 cell`, `2 cells`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
