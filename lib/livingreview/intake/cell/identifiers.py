"""Columns whose cells are not shown to whoever makes a mapping, and pseudonyms for those that name patients."""

from __future__ import annotations

import re
from collections.abc import Iterable

from livingreview.cohort.identifying import names_person, plain

NUMBERED = re.compile(
    r"(^|_)(id|no|nr|num|number|code|subject|subjid|usubjid|patient|patid|participant|record|case|pseudonym)(_id)?(_|$)"
)


def may_identify(name: str) -> bool:
    """Whether the name of a column speaks of a person, or of a number that stands for one."""
    return names_person(name) or bool(NUMBERED.search(plain(name)))


def pseudonyms(identifiers: Iterable[str]) -> dict[str, str]:
    """P001, P002, … in order of first appearance; the key lives in memory only."""
    different = [identifier for identifier in dict.fromkeys(identifiers) if identifier]
    width = max(3, len(str(len(different))))
    return {identifier: f"P{number:0{width}d}" for number, identifier in enumerate(different, start=1)}
