"""A build with everything real but its slow parts: stand-ins for the check, the chapters and the renderer."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest

from livingreview.book import build as building
from livingreview.book import run
from livingreview.book.build import build
from livingreview.book.execute import Executed
from livingreview.book.run import Run
from livingreview.book.settings import Settings
from livingreview.intake.folder.prepare import Prepared
from livingreview.site.marks import Marks
from support import ROOT

READ = ("patients.csv", "responses.csv", "study.yml")


class Quick:
    """Builds of one folder; `said` are the lines of the last one, `executed` how often the chapter ran."""

    def __init__(self, folder: Path, out: Path) -> None:
        self.folder, self.out = folder, out
        self.said: list[str] = []
        self.executed = 0

    def build(self, **settings) -> None:
        self.said = []
        settings = Settings(root=ROOT, folder=self.folder, out=self.out, **settings)
        build(settings, lambda message: self.said.append(str(message)))

    def beside(self, what: str) -> Path:
        return self.out.with_name(f".{self.out.name}.{what}")

    def chapter(self, running: Run) -> list[Executed]:
        """A chapter that shows what it read, or what the last build left of it."""
        known = next(chapter for chapter in running.plan.chapters if chapter.page == "chapters/safety")
        if not running.plan.why(known):
            found = [running.from_last(known)]
        else:
            self.executed += 1
            running.seconds[known.page] = 0.1
            shown = {name: (running.folder / name).read_text(encoding="utf-8") for name in READ}
            results = {"chapter": "safety", "estimates": [], "curves": [], "tables": {}, "parameters": {}}
            results |= {"shown": shown}
            tables = {name.partition(".")[0]: running.inputs.file(running.folder / name) for name in READ[:2]}
            trace = {"tables": tables, "reads": {}, "modules": []}
            found = [Executed(known.page, nbformat.v4.new_notebook(), results, trace, 0.1)]
        run.write_results(running.new / "results", found)
        return found


class Page:
    """A builder whose one page is the results."""

    package = "jupyter-book"

    def __init__(self, place: Path, tell: object) -> None:
        self.place = place
        self.marks = Marks(f"lr{'0' * 32}")

    def prepare(self) -> None:
        """Nothing to import."""

    def render(self, book: object, inputs: object) -> Path:
        """Nothing to render."""
        return self.place

    def close(self) -> None:
        """Nothing to end."""


def take_page(built: Path, new: Path, last: Path, edition: object, marks: object) -> None:
    (new / "html" / "chapters").mkdir(parents=True)
    shutil.copy(new / "results" / "safety.json", new / "html" / "chapters" / "safety.html")
    (new / "html" / "index.html").write_text(edition.data_hash, encoding="utf-8")


@pytest.fixture
def quick(folder: Path, tmp_path: Path, monkeypatch) -> Quick:
    """Quick builds of a copy of the reference cohort."""
    found = Quick(folder, tmp_path / "built" / "cohort")
    monkeypatch.setattr(building, "kernel_host", nullcontext)
    monkeypatch.setattr(building, "JupyterBook", Page)
    monkeypatch.setattr("livingreview.intake.folder.prepare.prepare", lambda folder, into: Prepared(folder))
    monkeypatch.setattr(Run, "execute", lambda running, kernels, ready: found.chapter(running))
    monkeypatch.setattr(run, "take_site", take_page)
    return found
