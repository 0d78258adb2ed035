"""A mistake in a cohort folder, as a code with its place and its facts; `words/` says it so that it can be mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

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
    """What is wrong (`code`), with which values (`facts`, plain ones), and where.

    `row` counts as a spreadsheet does: the header is row 1; of a text it is the line. `value` is what stands there.
    A fact `row` is another row of the same file. A note does not stop the build.
    """

    file: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    row: int | None = None
    column: str = ""
    value: str = ""
    note: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.row or ''}:{self.column}".rstrip(":")
        facts = "".join(f" {name}={value!r}" for name, value in self.facts.items())
        return f"{place}: {self.code}{facts}"


class CohortError(Exception):
    """A cohort folder that cannot be used, with every problem of it.

    `describe` turns a problem into the text of the exception: code and facts, until whoever speaks to people sets it.
    """

    describe: ClassVar[Callable[[Problem], str]] = str

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(type(self).describe(problem) for problem in self.problems)
