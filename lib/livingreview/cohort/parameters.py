"""Values that chapters can be computed with: what each may be, so that a wrong one is refused before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from livingreview.cohort.columns import AT_START

INTERVALS = ("plain", "log", "log-log", "beta product", "mid-p beta product")
LONGEST = 1200  # months
MOST_MILESTONES = 12
Rule = tuple[Callable[[Any], bool], str]


def number_between(low: float, high: float) -> Callable[[Any], bool]:
    """Whether a value is a number within the limits; true and false are none."""
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


_months = number_between(0.1, LONGEST)


def _milestones(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= MOST_MILESTONES and all(map(_months, value))


# What the chapters use where study.yml says nothing; a test compares them with the chapters.
DEFAULTS: dict[str, Any] = {
    "milestones_months": [12, 24, 36],
    "milestone_months": 36,
    "landmark_months": 18,
    "sustained_months": 12,
    "interval": "log-log",
    "confidence_level": 0.95,
}
MONTHS = f"months between 0.1 and {LONGEST} are expected"
RULES: dict[str, Rule] = {
    "milestones_months": (_milestones, f"a list of 1 to {MOST_MILESTONES} {MONTHS}".replace("are", "is")),
    "milestone_months": (_months, MONTHS),
    "landmark_months": (_months, MONTHS),
    "sustained_months": (_months, MONTHS),
    "interval": (lambda value: value in INTERVALS, f"one of {', '.join(INTERVALS)} is expected"),
    "confidence_level": (number_between(0.5, 0.999), "a fraction between 0.5 and 0.999 is expected"),
    "age_split": (number_between(1, 119), "an age between 1 and 119 years is expected"),
}


def wrong_values(values: Mapping[str, Any], subgroups: Collection[str]) -> dict[str, str]:
    """What is expected of every value that is wrong, by its name; `subgroups` are those of study.yml.

    Names that are not known here are for the chapters to declare.
    """
    known = ["", *dict.fromkeys([*AT_START, *subgroups])]
    rules = RULES | {
        "group_by": (
            lambda value: isinstance(value, str) and value in known,
            f"a column that is known at the start is expected: one of {', '.join(known[1:])}",
        )
    }
    return {name: rules[name][1] for name, value in values.items() if name in rules and not rules[name][0](value)}
