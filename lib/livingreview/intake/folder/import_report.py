"""What was read, mapped, left out and refused on the way into a cohort folder: codes and facts, said by `words/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from livingreview.cohort.problems import Problem
from livingreview.words.import_words import report_text


class Line(NamedTuple):
    """Something to be said: a code of words/import_words.py, and its facts."""

    code: str
    facts: Mapping[str, Any] = MappingProxyType({})


@dataclass
class Report:
    """Everything to be said of one way in; what IMPORT.md holds are counts, never the row of a patient.

    `problems` are what was refused or noted, with row and value: they go to the screen, not into IMPORT.md.
    `mapped` are (table, column, source, how), `left` what is left out of a source and why.
    """

    command: str = ""
    files: dict[str, str] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)
    mapped: list[tuple[str, str, str, tuple[Line, ...]]] = field(default_factory=list)
    left: list[tuple[Line, Line]] = field(default_factory=list)
    _seen: set[Problem] = field(default_factory=set)

    @property
    def refused(self) -> list[Problem]:
        """What the way in cannot go on with."""
        return [problem for problem in self.problems if not problem.note]

    def map(self, table: str, column: str, source: str, *how: Line) -> None:
        """A column was made from another."""
        self.mapped.append((table, column, source, how or (Line("as-given"),)))

    def leave_out(self, source: str, what: str, why: str, **facts: Any) -> None:
        """Columns, rows or files that are not in the cohort folder."""
        self.left.append((Line(what, {"source": source, **facts}), Line(why, facts)))

    def remark(self, code: str, **facts: Any) -> None:
        """A sentence of IMPORT.md that a reader of the cohort should know; said once."""
        if (line := Line(code, facts)) not in self.remarks:
            self.remarks.append(line)

    def refuse(
        self, file: str, code: str, row: int | None = None, column: str = "", value: object = "", **facts: Any
    ) -> None:
        """Something the way in cannot go on with; all of it is said at once."""
        self._say(Problem(file, code, facts, row and int(row), column, str(value)))

    def note(self, file: str, code: str, row: int | None = None, column: str = "", **facts: Any) -> None:
        """Something a person should know."""
        self._say(Problem(file, code, facts, row, column, note=True))

    def _say(self, problem: Problem) -> None:
        if problem not in self._seen:
            self._seen.add(problem)
            self.problems.append(problem)

    def text(self) -> str:
        """IMPORT.md: the same bytes for the same sources."""
        return report_text(self)
