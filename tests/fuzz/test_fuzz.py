"""Five hundred damaged folders: refused in words or read, quickly, and nothing else touched. benchmarks/broken_folders.py does more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fuzz.damage import KINDS, STATE
from fuzz.fuzzing import fuzz, words
from fuzz.sound import write_sound
from livingreview.intake.folder.prepare import readable
from livingreview.words.problem_words import sentence

FOLDERS, AT_A_TIME = 500, 100


def test_there_are_many_kinds_and_each_comes_first_seven_times() -> None:
    assert len(KINDS) >= 60 and len(STATE) == 2
    assert FOLDERS // len(KINDS) >= 7


@pytest.mark.parametrize("first", range(0, FOLDERS, AT_A_TIME))
def test_a_damaged_folder_is_refused_in_words_or_read(first: int) -> None:
    outcome = fuzz(2026, range(first, first + AT_A_TIME))
    assert outcome.folders == AT_A_TIME and outcome.faults == [], words(outcome)
    assert outcome.refused > AT_A_TIME // 2  # the damage is real


@pytest.mark.parametrize("number", range(8))
def test_what_is_damaged_was_sound(tmp_path: Path, number: int) -> None:
    write_sound(random.Random(number), tmp_path / "cohort")
    with readable(tmp_path / "cohort") as (_, problems):
        assert [sentence(problem) for problem in problems if not problem.note] == []


def test_the_same_seed_is_the_same_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_sound(random.Random("7 7"), tmp_path / name)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / name).rglob("*.csv")} for name in ("one", "two"))
    assert one == two
