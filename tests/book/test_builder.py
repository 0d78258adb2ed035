"""The builder's folder: what is not as the last run left it is thrown away, and said."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from livingreview.book import builder as building
from livingreview.book.builder import Book, JupyterBook, looks
from livingreview.book.failures import BuildError, Message
from livingreview.book.inputs import LIBRARY, Inputs
from livingreview.book.intact import tree
from support import ROOT

SAID = Message("pages-damaged")


LOADED = "livingreview.site.extension livingreview.presentation.kit.format livingreview.site"


class Edition:
    """An edition of nothing but a title."""

    title = short_title = heading = token = "Looks"
    language = "en"
    conditions = ()

    def to_dict(self) -> dict[str, str]:
        return {}


def builder(work: Path, said: list[Message], returncode: int = 0) -> JupyterBook:
    """A builder whose process writes one page and its own memory."""
    found = JupyterBook(work, said.append)

    def communicate(_: str) -> tuple[str, None]:
        for name in ("html/index.html", ".doctrees/environment.pickle"):
            path = found.source / "_build" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("page", encoding="utf-8")
        return f"a line\n\n{LOADED}\n", None

    found._process = SimpleNamespace(communicate=communicate, returncode=returncode)
    return found


def render(builder: JupyterBook, title: str = "Looks", inputs: Inputs | None = None) -> None:
    edition = Edition()
    edition.title = title
    book = Book(ROOT, [], [], builder.source / "none", edition)
    builder.render(book, inputs or Inputs(ROOT, ROOT / "data" / "chen-2026", ROOT))


@pytest.fixture(autouse=True)
def no_process(monkeypatch) -> None:
    """No Jupyter Book is started."""
    monkeypatch.setattr(building, "_start", lambda: None)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder of work after a run that ended well."""
    render(builder(tmp_path / "work", []))
    return tmp_path / "work"


DAMAGE = {
    "page edited": lambda work: (work / "source/_build/html/index.html").write_text("other", encoding="utf-8"),
    "page gone": lambda work: (work / "source/_build/html/index.html").unlink(),
    "page a pipe": lambda work: ((work / "source/_build/html/index.html").unlink(), os.mkfifo(work / "source/_build/html/index.html")),
    "file added": lambda work: (work / "source/added.md").write_text("# Added", encoding="utf-8"),
    "hidden memory truncated": lambda work: os.truncate(work / "source/_build/.doctrees/environment.pickle", 2),
    "source gone": lambda work: shutil.rmtree(work / "source"),
    "source a file": lambda work: (shutil.rmtree(work / "source"), (work / "source").write_text("x", encoding="utf-8")),
    "record gone": lambda work: (work / "record.json").unlink(),
    "record not text": lambda work: (work / "record.json").write_bytes(b"\xff\xfe"),
    "record empty": lambda work: (work / "record.json").write_bytes(b""),
    "record a folder": lambda work: ((work / "record.json").unlink(), (work / "record.json").mkdir()),
    "marks a folder": lambda work: ((work / "marks").unlink(), (work / "marks").mkdir()),
    "a file": lambda work: (shutil.rmtree(work), work.write_text("x", encoding="utf-8")),
    "a link to nothing": lambda work: (shutil.rmtree(work), work.symlink_to("nowhere")),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_work_is_thrown_away_and_said_once(work: Path, damage: str) -> None:
    before = tree(work)
    before.pop("marks")
    DAMAGE[damage](work)
    said: list[Message] = []
    render(builder(work, said))
    after = tree(work)
    after.pop("marks")
    assert after == before and said == [SAID]
    builder(work, said)
    assert said == [SAID]


def test_sound_work_is_kept_in_silence_and_other_looks_read_every_page(work: Path) -> None:
    said: list[Message] = []
    again = builder(work, said)
    (again.source / "_build" / "kept").write_text("x", encoding="utf-8")
    render(again)
    assert (again.source / "_build" / "kept").exists()
    render(builder(work, said), "Other looks")
    assert not (again.source / "_build" / "kept").exists() and said == []


def test_a_build_whose_chapters_failed_left_nothing_to_doubt(tmp_path: Path) -> None:
    said: list[Message] = []
    builder(tmp_path / "work", said)
    builder(tmp_path / "work", said)
    assert said == []


def test_a_killed_renderer_is_named_and_its_half_work_is_not_trusted(work: Path) -> None:
    said: list[Message] = []
    with pytest.raises(BuildError, match=r"The process that renders the site was ended \(signal 9\): run again"):
        render(builder(work, said, returncode=-9))
    builder(work, said)
    assert said == [SAID]


class Edited(Inputs):
    """The files of the book, one of the library's with another content."""

    def __init__(self, name: str) -> None:
        super().__init__(ROOT, ROOT / "data" / "chen-2026", ROOT)
        true, edited = self.file, LIBRARY / name
        assert edited.is_file()
        self.file = lambda path: "other" if path == edited else true(path)


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("site/extension.py", True),
        ("presentation/kit/format.py", True),
        ("site/templates/layout.html", True),
        ("site/static/livingreview.css", True),
        ("presentation/kit/myst.py", False),  # the process did not load it
        ("analyses/safety.py", False),
    ],
)
def test_pages_are_rendered_again_when_a_module_changed_that_rendered_them(work: Path, name: str, again: bool) -> None:
    after = builder(work, [])
    (after.source / "_build" / "kept").write_text("x", encoding="utf-8")
    render(after, inputs=Edited(name))
    assert (after.source / "_build" / "kept").exists() is not again


def test_looks_are_the_modules_and_what_is_no_module_in_their_rooms() -> None:
    inputs = Inputs(ROOT, ROOT / "data" / "chen-2026", ROOT)
    found = looks(["livingreview.site.charts"], inputs)
    assert found["livingreview.site.charts"] == inputs.file(LIBRARY / "site" / "charts.py")
    assert "site/static/livingreview.js" in found and "site/extension.py" not in found


def test_the_date_of_a_package_has_no_say(monkeypatch, start=building._start) -> None:
    given: dict[str, str] = {}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setattr("subprocess.Popen", lambda *_, env, **__: given.update(env))
    start()
    assert given["TZ"] == "UTC" and "SOURCE_DATE_EPOCH" not in given


def test_another_language_has_its_own_prose_parts_and_settings(tmp_path: Path, monkeypatch) -> None:
    words = {"Rebuild with your cohort": "Mit eigener Kohorte", "Results": "Ergebnisse"}
    catalogue = [f'msgid "{english}"\nmsgstr "{other}"\n' for english, other in words.items()]
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    (tmp_path / "de.po").write_text("\n".join([head, *catalogue]), encoding="utf-8")
    monkeypatch.setenv("LIVINGREVIEW_LOCALE", str(tmp_path))
    edition = Edition()
    edition.language = "de"
    rebuild = SimpleNamespace(page="chapters/rebuild", source=ROOT / "chapters" / "rebuild.md")
    work = builder(tmp_path / "work", [])
    work.render(Book(ROOT, [rebuild], [], tmp_path, edition), Inputs(ROOT, ROOT / "data" / "chen-2026", ROOT))
    staged = {name: (work.source / name).read_text(encoding="utf-8") for name in ("_config.yml", "_toc.yml")}
    assert "language: de" in staged["_config.yml"]
    assert "caption: Ergebnisse" in staged["_toc.yml"] and "file: chapters/methods" in staged["_toc.yml"]
    page = (work.source / "chapters" / "rebuild.md").read_text(encoding="utf-8")
    assert page.startswith("(rebuild)=\n# Mit eigener Kohorte\n\nThis review is computed")
    render(builder(tmp_path / "english", []))
    english = (tmp_path / "english" / "source" / "_toc.yml").read_text(encoding="utf-8")
    source = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert english == source.replace("      - file: chapters/endpoint\n", "")  # no endpoint is made from it here


# What another builder would change: the seam with its process and its source, the syntax of pages, the extension of
# Sphinx with what it registers, the settings, the name of the package where it is shown, and the dependencies (the locks follow by “make lock”).
TOUCHED = """
    lib/livingreview/book/builder.py lib/livingreview/book/builder_process.py lib/livingreview/book/staging.py
    lib/livingreview/presentation/kit/myst.py lib/livingreview/chapter.py
    lib/livingreview/site/extension.py lib/livingreview/site/num_role.py lib/livingreview/site/charts.py
    lib/livingreview/site/mathml.py lib/livingreview/site/theme.py
    lib/livingreview/site/templates/layout.html lib/livingreview/site/templates/search.html
    lib/livingreview/site/conditions.py _config.yml pyproject.toml
""".split()
OF_THE_BUILDER = re.compile(r"(import|from) (sphinx|docutils|myst_nb|myst_parser|jupyter_book)\b|mystnb|jupyter-book")
BEFORE_RENDERING = {  # keep a caption in its cell; parse what people write
    "book/execute.py",
    "cohort/commentary.py",
}


def test_another_builder_touches_at_most_fifteen_files() -> None:
    assert len(TOUCHED) <= 15 and all((ROOT / name).is_file() for name in TOUCHED)
    modules = {path.relative_to(LIBRARY).as_posix(): path for path in LIBRARY.rglob("*.py")}
    named = {name for name, path in modules.items() if OF_THE_BUILDER.search(path.read_text(encoding="utf-8"))}
    assert named - BEFORE_RENDERING <= {name.removeprefix("lib/livingreview/") for name in TOUCHED}
