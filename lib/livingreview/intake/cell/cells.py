"""What a cell says: numbers with points or commas, words for "not known", terms in another spelling."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from livingreview.cohort.vocabulary import YES_NO

# Compared without regard to case. In an open text column only the first group is read as empty:
# "unknown" or "none" may be an answer there.
NOT_AVAILABLE = ("n/a", "na", "n.a.", "#n/a", "nan", "null", "<na>")
MISSING = (*NOT_AVAILABLE, *". - – — ? missing nd n.d. unk unknown".split(), "not available", "not done")
SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?", re.IGNORECASE)
PERHAPS_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
GROUPED = re.compile(r"[+-]?\d{1,3}([.,'’]\d{3})+([.,]\d+)?")
TRUTH = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a cell cannot be read: a code of `words/` and its facts."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def is_missing(value: Any, words: Sequence[str] = MISSING) -> bool:
    """Whether a cell is empty or holds one of the words for "not known"."""
    return value is None or value == "" or (isinstance(value, str) and value.strip().casefold() in words)


def as_text(value: Any) -> str:
    """A cell as the words a CSV file would hold; whole numbers without a point, dates as ISO."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    return str(value).strip()


def number_text(value: float) -> str:
    """A number with the 15 digits that a spreadsheet shows, so that the same cell is the same text."""
    return f"{value:.15g}"


def decimal(value: Any, comma: bool) -> float | None | Refused:
    """The number of a cell, None where it is empty or holds a word for "not known".

    `comma` says that the sheet writes commas before decimals. Without it a single comma is read so only
    where it cannot stand between thousands.
    """
    if is_missing(value):
        return None
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        return Refused("number-is-date" if isinstance(value, dt.date) else "cell-no-number")
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else Refused("cell-no-number")
    words = SPACES.sub("", value)
    if PLAIN.fullmatch(words):
        return float(words)
    if COMMA.fullmatch(words):
        if not comma and PERHAPS_THOUSANDS.fullmatch(words):
            return Refused("number-comma", {"point": words.replace(",", "."), "none": words.replace(",", "")})
        return float(words.replace(",", "."))
    if GROUPED.fullmatch(words):
        return Refused("number-grouped")
    return Refused("number-percentage" if value.endswith("%") else "cell-no-number")


def mixed(words: Iterable[Any]) -> re.Pattern | None:
    """Cells that are ambiguous because a column writes decimals both ways; None where it writes one.

    Where commas stand before the decimals of some cells, a point before three digits may mean thousands.
    """
    texts = [SPACES.sub("", word) for word in words if isinstance(word, str)]
    commas = any(COMMA.fullmatch(text) and not PERHAPS_THOUSANDS.fullmatch(text) for text in texts)
    points = any("." in text and PLAIN.fullmatch(text) and not PERHAPS_THOUSANDS.fullmatch(text) for text in texts)
    if commas and points:
        return PERHAPS_THOUSANDS
    return re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}") if commas else None


def decimals(values: Sequence[Any], comma: bool) -> list[float | None | Refused]:
    """The numbers of a column; see `decimal`. What the rest of the column makes ambiguous is refused."""
    ambiguous = mixed(values)
    return [
        Refused("number-mixed")
        if ambiguous and isinstance(value, str) and ambiguous.fullmatch(SPACES.sub("", value))
        else decimal(value, comma)
        for value in values
    ]


def term(value: Any, allowed: Sequence[str]) -> str:
    """A cell of a category in the spelling of the vocabulary; any other word unchanged.

    "" where it is empty or not known, unless the word is itself a term. Truth values are yes and no.
    """
    words = as_text(value)
    same = {name.casefold(): name for name in allowed} | (TRUTH if tuple(allowed) == YES_NO else {})
    return same.get(words.casefold(), "" if is_missing(words) else words)
