"""Other names of columns and other words for terms: what a proposal may guess, and only propose."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from livingreview.cohort.columns import TABLES, Column
from livingreview.cohort.identifying import plain
from livingreview.intake.cell.cells import term as spelt

SURE = 0.86  # likeness of two names from which one is proposed for the other
UNIT_WORDS = re.compile(r"_(days?|weeks?|months?|mo|years?|date|dt|yrs?)$")


@cache
def _known() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def likeness(header: str, target: str) -> float:
    """How likely a header means a column of the cohort: 1 for its name or a synonym, 0 for another name."""
    name = plain(header)
    names = {target, *_known()["columns"].get(target, "").split()}
    if name in names:
        return 1.0
    short = UNIT_WORDS.sub("", name)
    if short in names | {UNIT_WORDS.sub("", other) for other in names}:
        return 0.95
    best = max(SequenceMatcher(None, name, other).ratio() for other in names if len(other) > 3 or other == target)
    return best if best >= SURE and len(name) > 3 else 0.0


def is_origin(header: str) -> bool:
    """Whether a header speaks of the day that months are counted from."""
    return plain(header) in _known()["origins"].split()


def is_best_response(header: str) -> bool:
    """Whether a header speaks of the best response of a patient."""
    return plain(header) in _known()["best_response"].split()


def meant(word: str, column: Column) -> str | None:
    """The term a word probably stands for; None for codes and for words that say nothing, such as 0 and 1."""
    found = spelt(word, column.values)
    if found in column.values:
        return found
    terms = _known()["terms"]
    names = {plain(other): value for value in column.values for other in (value, *terms.get(value, "").split())}
    return names.get(plain(word))


def of_table(headers: list[str], table: str) -> dict[str, str]:
    """For each column of a table the header that is most like it, each header once."""
    pairs = [
        (likeness(header, column.name), -at, column.name, header)
        for column in TABLES[table].columns
        for at, header in enumerate(headers)
    ]
    found: dict[str, str] = {}
    for score, _, target, header in sorted(pairs, reverse=True):
        if score > 0 and target not in found and header not in found.values():
            found[target] = header
    return {column.name: found[column.name] for column in TABLES[table].columns if column.name in found}
