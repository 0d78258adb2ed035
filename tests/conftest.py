"""What all tests share: copies of the book and the cohort to break, and builds that are made once for all workers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from hostile import write_hostile
from livingreview.cohort.problems import CohortError
from livingreview.words.problem_words import sentence
from observed import UNKNOWN, write_observed
from support import REFERENCE, ROOT, build, copy_book, run

CohortError.describe = sentence  # as a chapter sets it

Once = Callable[[str, Callable[[Path], None]], Path]
FIRST = ("browser", "build", "slow")  # the longest files first, so that the short ones fill what is left at the end


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser or a build of all workers; begin with the files that take longest."""
    marked: dict[Path, set[str]] = {}
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if {"chromium", "reader"} & set(fixtures):
            item.add_marker("browser")
        if "once" in fixtures:
            item.add_marker("build")
        marked.setdefault(item.path, set()).update(mark.name for mark in item.iter_markers())
    order = {path: [name not in marks for name in FIRST] for path, marks in marked.items()}
    items.sort(key=lambda item: order[item.path])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the book to break."""
    return copy_book(tmp_path / "book")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference cohort to break."""
    return Path(shutil.copytree(REFERENCE, tmp_path / "cohort"))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """`once(name, make)`: a new folder that the first worker to ask makes, and that all of them read."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], None]) -> Path:
        place, done = shared / "once" / name, shared / "once" / f"{name}.done"
        place.parent.mkdir(exist_ok=True)
        with FileLock(place.with_name(f"{name}.lock")):
            if not done.exists():
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                make(place)
                done.touch()
        return place

    return made


@pytest.fixture(scope="session")
def built(once: Once) -> Path:
    """The reference review, built by the command."""
    return once("reference", lambda place: build(REFERENCE, "--out", place / "chen-2026")) / "chen-2026"


@pytest.fixture(scope="session")
def built_demo(once: Once) -> Path:
    """The second edition, with every table filled, built by the command."""
    return once("demo", lambda place: build(ROOT / "data" / "demo", "--out", place / "demo")) / "demo"


@pytest.fixture(scope="session")
def built_hostile(once: Once) -> Path:
    """The whole review of a cohort of hostile words; warnings of the renderer stop a build, so there were none."""

    def make(place: Path) -> None:
        book = copy_book(place / "book")
        write_hostile(book / "data" / "hostile")
        checked = run("check", "data/hostile", cwd=book)
        assert (checked.returncode, checked.stderr) == (0, "")
        build("data/hostile", cwd=book)

    return once("hostile", make) / "book" / "_build" / "hostile"


@pytest.fixture(scope="session")
def built_observed(once: Once) -> Path:
    """`centre`, the demo as if observed, with planted small cells and files nobody asked for; `out`, its build."""

    def make(place: Path) -> None:
        write_observed(place / "centre")
        for name in UNKNOWN:
            (place / "centre" / name).parent.mkdir(exist_ok=True)
            (place / "centre" / name).write_text(f"private: {name}\n", encoding="utf-8")
        build(place / "centre", "--out", place / "out")

    return once("observed", make)
