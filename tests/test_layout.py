"""A test file stands where its module stands and bears its name; the few that cross modules are listed here."""

from __future__ import annotations

from pathlib import Path

from support import ROOT

TESTS, LIBRARY = ROOT / "tests", ROOT / "lib" / "livingreview"
# Rooms of their own: a browser, R, arithmetic on paper, damage at random.
ROOMS = ("browser", "fuzz", "hand_worked", "oracles")
ACROSS = {
    "analyses/test_eight_patients.py",  # every analysis on one small cohort
    "audit/test_other_intervals.py",  # the whole audit on tables made by other methods
    "audit/test_simulated_trials.py",  # the whole audit on trials whose truth is known
    "book/test_incremental.py",  # one build after another
    "disclosure/test_planted_cells.py",  # an attacker reads what the chapters show
    "disclosure/test_subtraction.py",  # an attacker reads a built site
    "disclosure/test_texts.py",  # an attacker reads the texts of a built site
    "foreign/test_lymphoma.py",  # from a study.yml of another disease to the site
    "foreign/test_minimal.py",  # five columns and nothing else, to the site
    "intake/test_broken_folders.py",  # from a broken folder to the message
    "intake/test_date_path.py",  # from a folder of dates to the site
    "site/test_addresses.py",  # addresses of a built site
    "site/test_hostile_cells.py",  # hostile words from a cell to the site
    "test_decisions.py",  # no decision reads a sentence
    "words/test_pseudo.py",  # both editions in a language that marks every message
    "words/test_rewording.py",  # every sentence reworded at random
    "test_architecture.py",  # the map for people
    "test_docstrings.py",  # examples of every module of statistics
    "test_contracts.py",  # arrows between packages
    "test_layout.py",
    "test_makefile.py",
    "test_precommit.py",
    "test_rebuild_chapter.py",  # what the chapter on rebuilding tells people to type
    "test_workflows.py",
}


def _files() -> list[str]:
    paths = (path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py"))
    return sorted(path for path in paths if not path.startswith(ROOMS))


def _module(test: str) -> Path:
    return LIBRARY / Path(test).with_name(Path(test).name.removeprefix("test_"))


def test_a_test_file_bears_the_name_of_its_module():
    nameless = [test for test in _files() if test not in ACROSS and not _module(test).is_file()]
    assert nameless == [], "rename them after their module, or list them in ACROSS with a reason"


def test_nothing_is_listed_without_need():
    assert sorted(test for test in ACROSS if not (TESTS / test).is_file() or _module(test).is_file()) == []


def test_no_two_test_files_share_a_name():
    names = [path.name for path in TESTS.rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
