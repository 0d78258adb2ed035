"""What a cell says: numbers with points or commas, words for "not known", terms in another spelling."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from livingreview.cohort.vocabulary import YES_NO

# Compared without regard to case. In an open text column only the first group is read as empty:
# "unknown" or "none" may be an answer there.
NOT_AVAILABLE = ("n/a", "na", "n.a.", "#n/a", "nan", "null", "<na>")
MISSING = (
    *NOT_AVAILABLE,
    ".",
    "-",
    "–",
    "—",
    "?",
    "missing",
    "not available",
    "not done",
    "nd",
    "n.d.",
    "unk",
    "unknown",
)
SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?", re.IGNORECASE)
PERHAPS_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
GROUPED = re.compile(r"[+-]?\d{1,3}([.,'’]\d{3})+([.,]\d+)?")
TRUE, FALSE = ("yes", "true"), ("no", "false")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a cell cannot be read, and what to do."""

    rule: str
    fix: str


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
        return _no_number(value)
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else _no_number(value)
    words = SPACES.sub("", value)
    if PLAIN.fullmatch(words):
        return float(words)
    if COMMA.fullmatch(words):
        if not comma and PERHAPS_THOUSANDS.fullmatch(words):
            point, none = words.replace(",", "."), words.replace(",", "")
            return Refused(
                f"the comma may stand before decimals or after thousands: {point} or {none}",
                f"Write {point} or {none}.",
            )
        return float(words.replace(",", "."))
    if GROUPED.fullmatch(words):
        return Refused(
            "signs between thousands are not read", "Write the number without them, with a point before decimals."
        )
    return _no_number(value)


def _no_number(value: Any) -> Refused:
    if isinstance(value, dt.date):
        return Refused(
            "a date stands where a number is expected", "Write a number, or give the column a name that ends in _date."
        )
    if isinstance(value, str) and value.endswith("%"):
        return Refused("a percentage stands where a number is expected", "Write it as a fraction of 1.")
    return Refused(
        "a number is expected, with a point before decimals", "Correct the cell, or leave it empty if it is not known."
    )


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
    fix = "Write all numbers of the column with a point before decimals."
    found: list[float | None | Refused] = []
    for value in values:
        words = SPACES.sub("", value) if isinstance(value, str) else ""
        if ambiguous and ambiguous.fullmatch(words):
            found.append(Refused("the column writes points and commas: here one may stand after thousands", fix))
        else:
            found.append(decimal(value, comma))
    return found


def term(value: Any, allowed: Sequence[str]) -> str:
    """A cell of a category in the spelling of the vocabulary; any other word unchanged.

    "" where it is empty or not known, unless the word is itself a term. Truth values are yes and no.
    """
    words = as_text(value)
    same = {name.casefold(): name for name in allowed}
    if words.casefold() in same:
        return same[words.casefold()]
    if tuple(allowed) == YES_NO and words.casefold() in (*TRUE, *FALSE):
        return "yes" if words.casefold() in TRUE else "no"
    return "" if is_missing(words) else words
