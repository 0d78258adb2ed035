"""Values of parameters: what is refused before anything is computed, with the name and what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from livingreview.book.chapters import ENDPOINT, PATHS, read_chapters, refuse_wrong_values
from livingreview.book.failures import BuildError
from livingreview.cohort.parameters import INTERVALS, RULES, wrong_values
from livingreview.cohort.problems import CohortError
from livingreview.cohort.study import read_study
from livingreview.statistics.survival_intervals import METHODS
from livingreview.words.problem_words import rule_and_fix
from support import ROOT, refuses


def test_every_parameter_of_the_chapters_has_a_rule_that_its_default_keeps() -> None:
    declared = {name: value for chapter in read_chapters(ROOT) for name, value in chapter.parameters.items()}
    ours = {name: value for name, value in declared.items() if name not in {*PATHS, ENDPOINT}}
    assert set(ours) == {*RULES, "group_by"}
    assert wrong_values(ours, ()) == {}


def test_the_intervals_are_those_of_the_statistics() -> None:
    assert INTERVALS == METHODS


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("interval", "loglog", "one of plain, log, log-log, beta product, mid-p beta product is expected"),
        ("interval", ["log"], "one of plain, log, log-log, beta product, mid-p beta product is expected"),
        ("confidence_level", 95, "a fraction between 0.5 and 0.999 is expected"),
        ("confidence_level", True, "a fraction between 0.5 and 0.999 is expected"),
        ("milestone_months", float("nan"), "months between 0.1 and 1200 are expected"),
        ("landmark_months", -1, "months between 0.1 and 1200 are expected"),
        ("sustained_months", "12", "months between 0.1 and 1200 are expected"),
        ("milestones_months", 36, "a list of 1 to 12 months between 0.1 and 1200 is expected"),
        ("milestones_months", [], "a list of 1 to 12 months between 0.1 and 1200 is expected"),
        ("age_split", None, "an age between 1 and 119 years is expected"),
    ],
)
def test_a_wrong_value_is_refused_by_name(edit, name: str, value: Any, expected: str) -> None:
    edit.study(f"parameters.{name}", value)
    with pytest.raises(CohortError) as raised:
        read_study(edit.folder)
    (problem,) = raised.value.problems
    assert (problem.file, problem.column) == ("study.yml", f"parameters.{name}")
    assert rule_and_fix(problem)[0] == expected


def test_a_curve_may_be_split_only_by_what_is_known_at_the_start(edit) -> None:
    for value in ("death_cause", "colour", 3):
        with refuses("a column that is known at the start is expected: one of age_years, sex"):
            read_study(edit.study("parameters.group_by", value).folder)
    edit.study("subgroups", ["del17p"]).study("parameters.group_by", "del17p")
    assert read_study(edit.folder).parameters["group_by"] == "del17p"


def test_a_wrong_value_of_the_command_is_a_mistake_of_usage() -> None:
    with pytest.raises(BuildError, match="--set interval=loglog: one of plain, log, log-log, beta product") as raised:
        refuse_wrong_values({"interval": "loglog", "age_split": 60}, ())
    assert raised.value.usage
    refuse_wrong_values({"group_by": "del17p"}, ["del17p"])
