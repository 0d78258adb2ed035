"""The messages of intake.yml: what is said of problems, lines of a report and facts on the way into a cohort folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from livingreview.words.plural import Plural
from livingreview.words.translate import gettext


@cache
def table(name: str) -> dict[str, str | Plural]:
    """One section of the file: `problems`, `lines`, `to_fill_in` or `facts`."""
    sections = yaml.safe_load(Path(__file__).with_name("intake.yml").read_text(encoding="utf-8"))
    return {code: Plural(*said, "count") if isinstance(said, list) else said for code, said in sections[name].items()}


def messages() -> Iterator[str | Plural]:
    """Every message, for the catalogues of other languages."""
    for name in ("problems", "lines", "to_fill_in", "facts"):
        yield from table(name).values()


def fact_words(code: str, **facts: str) -> str:
    """How a fact that is a code is said."""
    return gettext(table("facts")[code]).format(**facts)
