"""What all tests share: copies of the book and the cohort to break, and one build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from livingreview.cohort.problems import CohortError
from livingreview.words.problem_words import sentence
from support import REFERENCE, ROOT, copy_book, run

CohortError.describe = sentence  # as a chapter sets it


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the book to break."""
    return copy_book(tmp_path / "book")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference cohort to break."""
    return Path(shutil.copytree(REFERENCE, tmp_path / "cohort"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference review, built once by the command."""
    out = tmp_path_factory.mktemp("built") / "chen-2026"
    done = run("build", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second edition, with every table filled, built once by the command."""
    out = tmp_path_factory.mktemp("built") / "demo"
    done = run("build", ROOT / "data" / "demo", "--out", out)
    assert done.returncode == 0, done.stderr
    return out
