"""YAML as people write it by hand: no aliases, no deep nesting, no name twice; each refused with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from livingreview.cohort.files import read_words
from livingreview.cohort.problems import CohortError, Problem

DEEPEST = 20  # study.yml needs four levels; the parser itself ends at the interpreter's recursion limit


class Refused(yaml.MarkedYAMLError):
    """What YAML allows and we do not, as a problem's code and facts."""

    def __init__(self, mark: yaml.Mark, code: str, **facts: str) -> None:
        super().__init__(problem=code, problem_mark=mark)
        self.code, self.facts = code, facts


class _Strict:
    """Composing without aliases: a few of them, nested, are a gigabyte of text."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise Refused(event.start_mark, "yaml-alias")
        self._depth += 1
        if self._depth > DEEPEST:
            raise Refused(event.start_mark, "yaml-too-deep")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> dict:
        keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        seen: set[str] = set()
        for key in keys:
            if key.value in seen:
                raise Refused(key.start_mark, "yaml-entry-twice", name=key.value[:40])
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Typed(_Strict, yaml.SafeLoader):
    """Numbers, dates and truth values as YAML has them."""


class _Words(_Strict, yaml.BaseLoader):
    """Every scalar as text."""


def parsed(text: str, *, words: bool = False) -> Any:
    """The value a text holds; with `words` every scalar stays text. YAMLError, ValueError (30 February) for what is none.

    YAMLError also for an alias, for nesting beyond twenty levels, and for a name that is there twice.
    """
    return yaml.load(text, Loader=_Words if words else _Typed)


def read_yaml(path: Path, file: str = "", *, words: bool = False) -> Any:
    """The value a file holds; CohortError names `file` and the line of what is wrong. FileNotFoundError without one."""
    try:
        return parsed(read_words(path), words=words)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        if isinstance(error, Refused):
            raise CohortError([Problem(file or path.name, error.code, error.facts, row)]) from None
        detail = getattr(error, "problem", None) or (str(error) if type(error) is ValueError else "")
        code, facts = ("yaml-invalid", {"detail": detail}) if detail else ("yaml-unreadable", {})
        raise CohortError([Problem(file or path.name, code, facts, row)]) from None
