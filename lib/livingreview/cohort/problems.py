"""A mistake in a cohort folder, said so that a data manager can mend it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

# What no page shows: control characters other than tab and line ends, line separators, and what is no character.
# What hides: marks that turn the order of letters round, letters without width, soft hyphens, tags. Two terms that
# look the same would be two, and a text could read otherwise than it is. Joiners stay in scripts that need them.
UNSHOWABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
    r"|[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    r"|(?<![^\x00-\u024f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f])"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Where, what was found, what is expected, what to do.

    `row` counts as a spreadsheet does: the header is row 1; of a text it is the line. A note does not stop the build.
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
            place += f", {'line' if self.file.endswith('.md') else 'row'} {self.row}"
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
