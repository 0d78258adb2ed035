"""Values that chapters can be computed with: what each may be, so that a wrong one is refused before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from livingreview.cohort.columns import AT_START

INTERVALS = ("plain", "log", "log-log", "beta product", "mid-p beta product")
LONGEST = 1200  # months
MOST_MILESTONES = 12
Expected = tuple[str, dict[str, Any]]  # the code and the facts of what is expected
Rule = tuple[Callable[[Any], bool], Expected]


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
MONTHS: Expected = ("months-expected", {"longest": LONGEST})
RULES: dict[str, Rule] = {
    "milestones_months": (_milestones, ("list-of-months-expected", {"most": MOST_MILESTONES, "longest": LONGEST})),
    "milestone_months": (_months, MONTHS),
    "landmark_months": (_months, MONTHS),
    "sustained_months": (_months, MONTHS),
    "interval": (lambda value: value in INTERVALS, ("one-of", {"allowed": list(INTERVALS)})),
    "confidence_level": (number_between(0.5, 0.999), ("fraction-expected", {"low": 0.5, "high": 0.999})),
    "age_split": (number_between(1, 119), ("age-expected", {"low": 1, "high": 119})),
}


def wrong_values(values: Mapping[str, Any], subgroups: Collection[str]) -> dict[str, Expected]:
    """The code and facts of what is expected of every value that is wrong, by its name; `subgroups` of study.yml.

    Names that are not known here are for the chapters to declare.
    """
    known = list(dict.fromkeys([*AT_START, *subgroups]))
    rules = RULES | {
        "group_by": (
            lambda value: isinstance(value, str) and value in ("", *known),
            ("column-at-start-expected", {"allowed": known}),
        )
    }
    return {name: rules[name][1] for name, value in values.items() if name in rules and not rules[name][0](value)}
