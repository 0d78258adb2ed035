"""Toxicity: the worst grade of each patient by the CTCAE."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from livingreview.words.translate import mark


@dataclass(frozen=True, slots=True)
class Toxicity:
    """At least one adverse event of at least this grade, each patient counted once."""

    key: str
    words: str
    from_grade: int


ANY_GRADE = Toxicity("safety.any", mark("an adverse event of any grade"), 1)
GRADE_3_PLUS = Toxicity("safety.grade3plus", mark("an adverse event of grade 3 or more"), 3)
FATAL = Toxicity("safety.grade5", mark("a fatal adverse event (grade 5)"), 5)
TOXICITIES = (ANY_GRADE, GRADE_3_PLUS, FATAL)
# Columns that say more of an event, and what a patient with such an event had.
FLAGS = {"serious": mark("a serious adverse event"), "related": mark("an adverse event judged related to treatment")}


def in_group(events: pd.DataFrame, group) -> pd.Series:
    """Which events are of a group of study.yml: of one of its terms or system organ classes, and severe enough."""
    named = events["term"].isin(group.terms) | events["soc"].isin(group.soc)
    return named & (events["grade"] >= group.from_grade).fillna(False)


def worst_grades(events: pd.DataFrame) -> pd.Series:
    """Highest grade of each patient with an event, by patient_id."""
    return events.groupby("patient_id")["grade"].max()
