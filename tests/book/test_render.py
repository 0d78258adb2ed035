"""The folder in which pages are rendered: what is not as the last run left it is thrown away, and said."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from livingreview.book.failures import BuildError
from livingreview.book.intact import tree
from livingreview.book.render import Renderer
from livingreview.book.warm import start_renderer

SAID = "the memory of the pages was damaged, or its last run did not end: every page is rendered again"


def renderer(work: Path, said: list[str], returncode: int = 0) -> Renderer:
    """A renderer whose process writes one page and its own memory."""
    found = Renderer(work, None, said.append)

    def communicate(_: str) -> tuple[str, None]:
        for name in ("html/index.html", ".doctrees/environment.pickle"):
            path = found.source / "_build" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("page", encoding="utf-8")
        return "", None

    found._process = SimpleNamespace(communicate=communicate, returncode=returncode)
    return found


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder of work after a run that ended well."""
    renderer(tmp_path / "work", []).render("looks")
    return tmp_path / "work"


DAMAGE = {
    "page edited": lambda work: (work / "source/_build/html/index.html").write_text("other", encoding="utf-8"),
    "page gone": lambda work: (work / "source/_build/html/index.html").unlink(),
    "page a pipe": lambda work: ((work / "source/_build/html/index.html").unlink(), os.mkfifo(work / "source/_build/html/index.html")),
    "file added": lambda work: (work / "source/added.md").write_text("# Added", encoding="utf-8"),
    "hidden memory truncated": lambda work: os.truncate(work / "source/_build/.doctrees/environment.pickle", 2),
    "source gone": lambda work: shutil.rmtree(work / "source"),
    "source a file": lambda work: (shutil.rmtree(work / "source"), (work / "source").write_text("x", encoding="utf-8")),
    "identity gone": lambda work: (work / "identity").unlink(),
    "identity not text": lambda work: (work / "identity").write_bytes(b"\xff\xfe"),
    "identity empty": lambda work: (work / "identity").write_bytes(b""),
    "identity a folder": lambda work: ((work / "identity").unlink(), (work / "identity").mkdir()),
    "marks a folder": lambda work: ((work / "marks").unlink(), (work / "marks").mkdir()),
    "a file": lambda work: (shutil.rmtree(work), work.write_text("x", encoding="utf-8")),
    "a link to nothing": lambda work: (shutil.rmtree(work), work.symlink_to("nowhere")),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_work_is_thrown_away_and_said_once(work: Path, damage: str) -> None:
    before = tree(work)
    before.pop("marks")
    DAMAGE[damage](work)
    said: list[str] = []
    renderer(work, said).render("looks")
    after = tree(work)
    after.pop("marks")
    assert after == before and said == [SAID]
    renderer(work, said)
    assert said == [SAID]


def test_sound_work_is_kept_in_silence_and_other_looks_read_every_page(work: Path) -> None:
    said: list[str] = []
    again = renderer(work, said)
    (again.source / "_build" / "kept").write_text("x", encoding="utf-8")
    again.render("looks")
    assert (again.source / "_build" / "kept").exists()
    renderer(work, said).render("other looks")
    assert not (again.source / "_build" / "kept").exists() and said == []


def test_a_build_whose_chapters_failed_left_nothing_to_doubt(tmp_path: Path) -> None:
    said: list[str] = []
    renderer(tmp_path / "work", said)
    renderer(tmp_path / "work", said)
    assert said == []


def test_a_killed_renderer_is_named_and_its_half_work_is_not_trusted(work: Path) -> None:
    said: list[str] = []
    with pytest.raises(BuildError, match=r"The process that renders the site was ended \(signal 9\): run again"):
        renderer(work, said, returncode=-9).render("looks")
    renderer(work, said)
    assert said == [SAID]


def test_the_date_of_a_package_has_no_say(monkeypatch) -> None:
    given: dict[str, str] = {}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setattr("subprocess.Popen", lambda *_, env, **__: given.update(env))
    start_renderer()
    assert given["TZ"] == "UTC" and "SOURCE_DATE_EPOCH" not in given
