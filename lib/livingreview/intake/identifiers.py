"""Columns that name a person, and pseudonyms in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from livingreview.intake import names

DIRECT = re.compile(
    r"name|initials|mrn|medical_?record|hospital_?(no|num|id)|chart_?(no|num)|ssn|social_?sec|nhs|insurance|passport"
    r"|phone|mobile|telefon|fax|e_?mail|address|street|zip|post_?(al_?)?code|birth|brth|dob|geburt|vorname|nachname",
    re.IGNORECASE,
)
NOT_A_PERSON = re.compile(
    r"(drug|regimen|event|term|study|site|cent(er|re)|file|form|visit|tumou?r|instrument|arm|treatment)_?name",
    re.IGNORECASE,
)
IDENTIFIER = re.compile(
    r"(^|_)(id|no|nr|num|number|code|subject|subjid|usubjid|patient|patid|participant|record|case|pseudonym)(_id)?(_|$)",
    re.IGNORECASE,
)


def plain(name: str) -> str:
    """A column name as words joined by underscores: `Date of Birth` → `date_of_birth`."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1_\2", name)
    return re.sub(r"[^a-z0-9]+", "_", spaced.casefold()).strip("_")


def is_direct(name: str) -> bool:
    """Whether the name of a column speaks of a direct identifier: name, number, address, birth."""
    words = plain(name)
    return names.is_identifier(name) or (bool(DIRECT.search(words)) and not NOT_A_PERSON.search(words))


def is_identifier(name: str) -> bool:
    """Whether the name of a column speaks of any identifier, direct or not."""
    return is_direct(name) or bool(IDENTIFIER.search(plain(name)))


def pseudonyms(identifiers: Iterable[str]) -> dict[str, str]:
    """P001, P002, … in order of first appearance; the key lives in memory only."""
    different = [identifier for identifier in dict.fromkeys(identifiers) if identifier]
    width = max(3, len(str(len(different))))
    return {identifier: f"P{number:0{width}d}" for number, identifier in enumerate(different, start=1)}
