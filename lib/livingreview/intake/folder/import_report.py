"""What an import did: mapped, converted, left out, noted and refused, as IMPORT.md and as problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from livingreview.cohort.problems import Problem
from livingreview.words.problem_words import shown

MANY = 12  # more different words than this are free text, and free text may speak of one patient


@dataclass
class Report:
    """Everything to be said about one import; holds counts, never the row of a patient.

    `problems` are what was refused, with row and value: they go to the screen, not into IMPORT.md.
    """

    command: str
    files: dict[str, str] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _mapped: list[tuple[str, str, str, str]] = field(default_factory=list)
    _left_out: list[tuple[str, str]] = field(default_factory=list)

    def mapped(self, table: str, column: str, source: str, how: str = "as given") -> None:
        """A column was made from another."""
        self._mapped.append((table, column, source, how))

    def left_out(self, what: str, why: str) -> None:
        """Columns, rows or files that are not in the cohort folder."""
        self._left_out.append((what, why))

    def note(self, words: str) -> None:
        """A sentence a reader of the cohort should know; said once."""
        if words not in self.notes:
            self.notes.append(words)

    def refuse(self, file: str, rule: str, fix: str, row: int | None = None, column: str = "", value="") -> None:
        """Something the import cannot go on with; all of it is said at once."""
        problem = Problem(file, rule, fix, None if row is None else int(row), column, str(value))
        if problem not in self.problems:
            self.problems.append(problem)

    def text(self) -> str:
        """IMPORT.md: the same bytes for the same sources."""
        parts = [
            "# What was imported\n",
            f"Made by `{self.command}`. The sources were read and not changed.\n",
            "## Sources\n",
            _table(("file", "SHA-256"), sorted(self.files.items())),
            "## Written\n",
            _table(("table", "rows"), list(self.written.items())),
            "## Mapped and converted\n",
            _table(("table", "column", "from", "how"), self._mapped),
            "## Left out\n",
            _table(("what", "why"), self._left_out) if self._left_out else "Nothing.\n",
            "## Notes\n",
            "\n".join(f"- {note}" for note in self.notes) + "\n" if self.notes else "None.\n",
        ]
        return "\n".join(parts)


def counted(n: int, one: str, many: str = "") -> str:
    """`1 row`, `2 rows`."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def recoded(pairs: Mapping[tuple[str, str], int]) -> str:
    """`“M” → male (12)`, a word each with its count; only how many words where they are free text."""
    if len(pairs) > MANY:
        return f"{len(pairs)} different words"
    return ", ".join(f"{shown(old)} → {new or 'left empty'} ({n})" for (old, new), n in sorted(pairs.items()))


def listed(words: Mapping[str, int]) -> str:
    """`“PD” (12)`, a word each with its count; only how many words where they are free text."""
    if len(words) > MANY:
        return f"{len(words)} different words"
    return ", ".join(f"{shown(word)} ({n})" if word else f"empty ({n})" for word, n in sorted(words.items()))


def _table(header: tuple[str, ...], rows: list[tuple]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(cell: object) -> str:
    return str(cell).replace("|", "\\|").replace("\n", " ")
