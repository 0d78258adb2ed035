"""The messages of print.yml: what is said of printed numbers, and of what is made from them, by code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from livingreview.words.plural import Plural
from livingreview.words.translate import gettext, ngettext

SECTIONS = ("problems", "notes", "ledger", "audit", "assumptions", "fit")


@cache
def table(section: str) -> dict[str, str | Plural]:
    """One section of the file, by code."""
    sections = yaml.safe_load(Path(__file__).with_name("print.yml").read_text(encoding="utf-8"))
    return {
        code: Plural(*said, "count") if isinstance(said, list) else said for code, said in sections[section].items()
    }


def messages() -> Iterator[str | Plural]:
    """Every message, for the catalogues of other languages."""
    for section in SECTIONS:
        yield from table(section).values()


def note_words(code: str, facts: Mapping[str, Any]) -> str:
    """A note on the patients behind a digitised curve, without a full stop."""
    message = table("notes")[code]
    if isinstance(message, Plural):
        return ngettext(message.one, message.many, facts["count"]).format(**facts)
    return gettext(message).format(**facts)
