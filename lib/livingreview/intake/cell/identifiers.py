"""Columns whose cells are not shown to whoever makes a mapping: they may name a patient."""

from __future__ import annotations

import re

from livingreview.cohort.identifying import names_person, plain

NUMBERED = re.compile(
    r"(^|_)(id|no|nr|num|number|code|subject|subjid|usubjid|patient|patid|participant|record|case|pseudonym)(_id)?(_|$)"
)


def may_identify(name: str) -> bool:
    """Whether the name of a column speaks of a person, or of a number that stands for one."""
    return names_person(name) or bool(NUMBERED.search(plain(name)))
