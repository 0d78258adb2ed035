"""YAML without what makes a few lines into a gigabyte, or one entry into two."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest

from livingreview.cohort.problems import CohortError
from livingreview.cohort.yaml import DEEPEST, parsed, read_yaml
from livingreview.words.problem_words import sentence

LAUGHS = "a: &a [x, x]\n" + "\n".join(
    f"{new}: &{new} [*{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def said(folder: Path, text: str) -> str:
    (folder / "study.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CohortError) as raised:
        read_yaml(folder / "study.yml")
    (problem,) = raised.value.problems
    return sentence(problem)


def test_aliases_are_refused_with_their_line(tmp_path: Path) -> None:
    began = time.perf_counter()
    assert said(tmp_path, f"title: A\n{LAUGHS}\n") == (
        "study.yml, row 2: anchors (&) and aliases (*) are not read. Write the value out instead."
    )
    assert time.perf_counter() - began < 1


def test_a_merge_needs_an_alias_and_is_refused(tmp_path: Path) -> None:
    assert "row 1: anchors (&)" in said(tmp_path, "a: &x {b: 1}\nc: {<<: *x}\n")


@pytest.mark.parametrize("opened", ["[", "{a: "])
def test_nesting_ends_at_twenty_levels(tmp_path: Path, opened: str) -> None:
    assert "row 1: the entries are nested too deeply. Take levels away." in said(tmp_path, opened * 5000)
    closed = {"[": "]", "{a: ": "}"}[opened]
    parsed(opened * (DEEPEST - 1) + "1" + closed * (DEEPEST - 1))


def test_an_entry_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    text = "edition:\n  kind: observed\n  date: 2026-01-01\n  kind: simulated\n"
    assert said(tmp_path, text) == "study.yml, row 4: the entry “kind” is there twice. Keep one of the two."


def test_a_day_that_does_not_exist_is_said(tmp_path: Path) -> None:
    assert "no valid YAML: day is out of range for month" in said(tmp_path, "date: 2026-02-30\n")


def test_a_number_of_a_million_digits_is_no_number(tmp_path: Path) -> None:
    assert "no valid YAML" in said(tmp_path, "n: " + "9" * 200_000)


def test_words_stay_words() -> None:
    assert parsed("a: [1, yes, 2026-01-01]", words=True) == {"a": ["1", "yes", "2026-01-01"]}
    assert parsed("a: [1, yes, 2026-01-01]") == {"a": [1, True, dt.date(2026, 1, 1)]}
