"""Words for every code of a problem, and none to spare; how they are filled, and what stays without them."""

from __future__ import annotations

import ast
import json
import re
from string import Formatter

import pytest

from livingreview.cohort.entries import CODES, LIMITS
from livingreview.cohort.problems import Problem
from livingreview.words import print_messages
from livingreview.words.intake_messages import table
from livingreview.words.plural import Plural
from livingreview.words.problem_words import MESSAGES, as_dict, messages, remark, rule_and_fix, sentence
from support import ROOT

# Which argument is the code.
PLACES = {"Problem": 1, "refused": 1, "refusal": 0, "problems_where": 3, "Refused": 0, "note_cells": 0}
EVERY = MESSAGES | table("problems") | print_messages.table("problems")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
ROOMS = [
    path
    for room in ("cohort", "intake", "published", "reconstruction", "evidence", "simulation")
    for path in (ROOT / "lib" / "livingreview" / room).rglob("*.py")
]


def texts(message: str | Plural) -> list[str]:
    return [message.one, message.many] if isinstance(message, Plural) else [message]


def strings() -> set[str]:
    """Every text constant of the library but those of the tables of words."""
    every = (path for path in (ROOT / "lib" / "livingreview").rglob("*.py") if path.parent.name != "words")
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in every]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)} - {None}


def codes_given() -> set[str]:
    """The codes that are given to `Problem(…)` and to what makes one, where they are plain texts."""
    found = {*CODES.values(), *(code for code, _, _ in LIMITS.values())}
    for path in ROOMS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                place = PLACES.get(node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""))
                if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                    found.add(node.args[place].value)
    return {code for code in found if CODE.fullmatch(code)}


def test_every_code_has_words() -> None:
    assert codes_given() - set(EVERY) == set()


def test_no_words_are_left_without_a_code() -> None:
    assert set(EVERY) - strings() == set()


@pytest.mark.parametrize("code", EVERY)
def test_a_message_says_what_is_wrong_and_what_to_do(code: str) -> None:
    for text in texts(EVERY[code]):
        rule, arrow, fix = text.partition(" → ")
        assert rule and arrow and fix.endswith((".", "?")) and "→" not in fix
        assert not rule.endswith(".")


def test_the_forms_of_a_plural_have_the_same_gaps() -> None:
    for message in messages():
        gaps = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts(message)]
        assert gaps == gaps[:1] * len(gaps)
        assert not isinstance(message, Plural) or message.by in gaps[0]


def test_a_problem_is_said_with_its_place_its_value_and_its_facts() -> None:
    problem = Problem("a.csv", "cell-too-long", {"count": 10_001, "most": 10_000}, 3, "term", "x\ty")
    assert sentence(problem) == (
        "a.csv, row 3, term: found “x\\ty”; a cell holds 10,001 characters, more than 10,000. Shorten it."
    )
    assert remark(problem) == "a.csv, term: a cell holds 10,001 characters, more than 10,000."
    assert json.loads(json.dumps(as_dict(problem))) == {
        "file": "a.csv",
        "row": 3,
        "column": "term",
        "value": "x\ty",
        "code": "cell-too-long",
        "facts": {"count": 10_001, "most": 10_000},
        "rule": "a cell holds 10,001 characters, more than 10,000",
        "fix": "Shorten it.",
        "note": False,
    }


def test_one_is_no_plural() -> None:
    said = [rule_and_fix(Problem("a.csv", "row-ragged", {"cells": cells, "header": 3}))[0] for cells in (1, 2)]
    assert said == ["the row has 1 cell, the header has 3", "the row has 2 cells, the header has 3"]


def test_a_value_with_braces_and_percent_signs_is_said_as_it_stands() -> None:
    assert rule_and_fix(Problem("study.yml", "yaml-entry-twice", {"name": "{0} 95 %s"})) == (
        "the entry “{0} 95 %s” is there twice",
        "Keep one of the two.",
    )


def test_without_words_a_problem_is_its_code_and_facts() -> None:
    problem = Problem("a.csv", "key-twice", {"row": 3}, 4, "patient_id", "R01")
    assert str(problem) == "a.csv:4:patient_id: key-twice row=3"
