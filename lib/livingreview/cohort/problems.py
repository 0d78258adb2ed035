"""A mistake in a cohort folder, said so that a data manager can mend it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

# Control characters other than tab and line ends, line separators, and what is no character: no page shows them.
UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\x9f\u2028\u2029\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Where, what was found, what is expected, what to do.

    `row` counts as a spreadsheet does: the header is row 1. A note does not stop the build.
    """

    file: str
    rule: str
    fix: str
    row: int | None = None
    column: str = ""
    value: str = ""
    note: bool = False

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", {self.column}"
        found = f" found {shown(self.value)};" if self.value else ""
        return f"{place}:{found} {self.rule}. {self.fix}"

    @property
    def remark(self) -> str:
        """Where and what, without any row or value: words that may be kept beside a site."""
        return f"{self.file}, {self.column}: {self.rule}." if self.column else f"{self.file}: {self.rule}."

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


class CohortError(Exception):
    """A cohort folder that cannot be used, with every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def shown(value: object, limit: int = 60) -> str:
    """A cell's content in quotes, control characters visible, cut to a readable length."""
    words = repr(str(value))[1:-1]
    return f"“{words[:limit]}…”" if len(words) > limit else f"“{words}”"
