"""What ADaM datasets call things: names of parameters and columns, and the words of their cells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from livingreview.cohort.vocabulary import RESPONSE_WORDS, RESPONSES


@cache
def names() -> dict[str, Any]:
    """The lists of terms.yml."""
    return yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def words(kind: str, values: Mapping[str, str] | None = None) -> dict[str, str]:
    """The term of each word in small letters; `values` say what more words mean, and stand above ours."""
    found = {word: term for term, known in names()["words"][kind].items() for word in known}
    if kind == "response":
        found |= {term.casefold(): term for term in RESPONSES} | {said: term for term, said in RESPONSE_WORDS.items()}
    return found | {word.casefold(): term for word, term in (values or {}).items()}
