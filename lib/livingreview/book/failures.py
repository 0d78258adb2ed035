"""What stops a build, for a person."""

from __future__ import annotations

from dataclasses import dataclass


class BuildError(Exception):
    """The build cannot go on; the message says what to do. `usage` marks a wrong command line."""

    def __init__(self, message: str, *, usage: bool = False) -> None:
        super().__init__(message)
        self.usage = usage


@dataclass(frozen=True, slots=True)
class Failure:
    """A chapter that failed, the cell, and what to look at; `kernel_died` where no cell is to blame."""

    chapter: str
    cell: str
    message: str
    hint: str
    kernel_died: bool = False


class ChaptersFailed(BuildError):
    """Some chapters failed; the others were executed, and the last good site is untouched."""

    def __init__(self, failures: list[Failure]) -> None:
        super().__init__(f"{len(failures)} of the chapters failed")
        self.failures = failures
