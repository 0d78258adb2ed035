"""What a build has to say, and what stops it: codes and facts, whose sentences are those of `words.build_words`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class Message:
    """A code with its facts; as text, the sentence in the language in use."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.code, self.facts) == (other.code, other.facts)

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return f"Message({self.code!r}, {self.facts!r})"

    def __str__(self) -> str:
        from livingreview.words.build_words import build_sentence

        return build_sentence(self.code, self.facts)


class BuildError(Exception):
    """The build cannot go on; the message says what to do. `usage` marks a wrong command line."""

    def __init__(self, code: str, *, usage: bool = False, **facts: Any) -> None:
        self.message, self.usage = Message(code, **facts), usage
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Failure:
    """A chapter that failed, the cell, and what to look at; `kernel_died` where no cell is to blame."""

    chapter: str
    cell: str
    error: str
    hint: Message
    kernel_died: bool = False


class ChaptersFailed(BuildError):
    """Some chapters failed; the others were executed, and the last good site is untouched."""

    def __init__(self, failures: Iterable[Failure]) -> None:
        self.failures = list(failures)
        super().__init__("chapters-failed", pages=tuple(failure.chapter for failure in self.failures))
