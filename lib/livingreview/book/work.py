"""The part of a build that runs when something changed: execute, write, render, swap."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

import nbformat

from livingreview.book.chapters import Chapter, checked_values, read_chapters
from livingreview.book.execute import Chapters, Executed, job, local_chapters
from livingreview.book.identity import World, identity, reasons
from livingreview.book.manifest import Manifest, read_manifest
from livingreview.book.outputs import PACKAGES, write_notebooks, write_results, write_tables
from livingreview.book.problems import ChaptersFailed, Failure
from livingreview.book.render import Renderer, site_identity, stage, take_site
from livingreview.book.rules import refuse_unruly
from livingreview.book.swap import swap_in
from livingreview.cohort.check import refuse_if_broken
from livingreview.cohort.files import fingerprint
from livingreview.cohort.study import read_study
from livingreview.cohort.vocabulary import EDITION_STATEMENTS
from livingreview.site.edition import Edition

if TYPE_CHECKING:
    from livingreview.book.build import Helpers, Progress, Ready, Settings


class Work:
    """One run: `last` is what the last build was made of, `new` the folder that will replace it."""

    def __init__(
        self,
        settings: Settings,
        world: World,
        inputs: dict[str, str],
        last: Manifest | None,
        new: Path,
        say: Progress,
        helpers: Helpers | None = None,
        ready: Ready | None = None,
    ) -> None:
        self.settings, self.inputs, self.last, self.new, self.say = settings, inputs, last, new, say
        self.helpers = helpers
        self.world = World(settings.root, settings.folder, new / "results")
        self.world.file = world.file  # every file has been hashed already
        checked = ready is not None and ready.checked
        self.notes = ready.notes if checked else refuse_if_broken(settings.folder)
        self.study = read_study(settings.folder)
        self.chapters = read_chapters(settings.root)
        refuse_unruly(self.chapters)
        self.values = checked_values(self.chapters, self.study.parameters, "study.yml, parameters", usage=False)
        self.values |= checked_values(self.chapters, settings.values, "--set", usage=True)
        self.seconds: dict[str, float] = {}

    def run(self) -> Manifest:
        """The whole way to the new site."""
        for note in self.notes:
            self.say(f"note: {note}")
        with closing(Renderer(self.settings.beside("work"), self.helpers.renderer)) as renderer:
            executed = self.execute(renderer.prepare)
            write_notebooks(self.new / "notebooks", executed)
            write_tables(self.new, self.study.edition.kind)
            edition = Edition.of(
                self.study, EDITION_STATEMENTS[self.study.edition.kind], fingerprint(self.world.cohort_files())
            )
            self.say("rendering the site")
            marked = edition.marked(renderer.marks)
            pages = stage(renderer.source, self.settings.root, self.chapters, executed, self.new, marked)
            renderer.render(site_identity(self.settings.root, self.world, marked, pages))
            take_site(renderer.built, self.new, self.settings.out / "html", edition, renderer.marks)
        manifest = self.manifest(executed).write(self.new)
        swap_in(self.new, self.settings.out)
        return manifest

    def execute(self, ready: Callable[[], None]) -> list[Executed]:
        """First the chapters that read the cohort, then those that read the results of the others.

        `ready` is called when the first can start.
        """
        runnable = [chapter for chapter in self.chapters if chapter.notebook is not None]
        done: list[Executed] = []
        with local_chapters(self.settings.jobs, self.helpers.kernels, ready) as here:
            for second in (False, True):
                stage_of = [chapter for chapter in runnable if chapter.second_stage == second]
                found = self._execute_stage(stage_of, here)
                write_results(self.new / "results", found)
                done += found
        return done

    def _execute_stage(self, chapters: list[Chapter], here: Chapters) -> list[Executed]:
        paths = {
            "cohort_path": self.settings.folder.resolve(),
            "results_path": self.new / "results",
            "evidence_path": self.settings.root / "data" / "evidence",
            "changelog_path": self.settings.root / "CHANGELOG.md",
        }
        changed = [chapter for chapter in chapters if self.why(chapter)]
        reused = [self._from_last(chapter) for chapter in chapters if chapter not in changed]
        results = list(here.run([job(chapter, self.values, paths) for chapter in changed], self._heard))
        failures = [result for result in results if isinstance(result, Failure)]
        if failures:
            raise ChaptersFailed(failures)
        return [*reused, *results]

    def why(self, chapter: Chapter) -> list[str]:
        """Why this chapter must run; none if the last run of it is still right."""
        then = self.last.chapters.get(chapter.page) if self.last else None
        return reasons(then, self.inputs[f"{chapter.page}.md"], chapter.given(self.values), self.world)

    def _heard(self, result: Executed | Failure) -> None:
        if isinstance(result, Failure):
            self.say(f"{result.chapter}: failed")
            return
        self.seconds[result.page] = round(result.seconds, 3)
        self.say(f"{result.page}: {result.seconds:.1f} s")

    def _from_last(self, chapter: Chapter) -> Executed:
        """A chapter as the last build left it."""
        out = self.settings.out
        results = out / "results" / f"{chapter.name}.json"
        then = self.last.chapters[chapter.page]
        return Executed(
            chapter.page,
            nbformat.read(out / "notebooks" / f"{chapter.name}.ipynb", as_version=4),
            json.loads(results.read_text(encoding="utf-8")) if results.is_file() else None,
            {"tables": then["tables"], "reads": then["reads"], "modules": list(then["modules"])},
            0.0,
        )

    def manifest(self, executed: list[Executed]) -> Manifest:
        """What was done, and what every chapter was made of."""
        by_page = {chapter.page: chapter for chapter in self.chapters}
        return Manifest(
            executed=sorted(self.seconds),
            reused=sorted(one.page for one in executed if one.page not in self.seconds),
            seconds=dict(sorted(self.seconds.items())),
            inputs=self.inputs,
            versions={"python": python_version(), **{name: version(name) for name in PACKAGES}},
            chapters={
                one.page: identity(
                    self.inputs[f"{one.page}.md"], by_page[one.page].given(self.values), one.trace, self.world
                )
                for one in executed
            },
            values=self.settings.values,
            notes=list(dict.fromkeys(note.remark for note in self.notes)),
        )


def plan(settings: Settings, ready: Ready | None = None) -> dict[str, list[str]]:
    """What a build would execute and why, by page; nothing is executed.

    `ready` is the folder of strict tables, where that is not `settings.folder`.
    A chapter that reads the results of others runs if one of those runs, because they may change.
    """
    settings = replace(settings, folder=ready.folder) if ready else settings
    world = World(settings.root, settings.folder, settings.out / "results")
    last = read_manifest(settings.out)
    work = Work(settings, world, world.inputs(), last, settings.out, lambda words: None, ready=ready)
    runnable = [chapter for chapter in work.chapters if chapter.notebook is not None]
    found = {chapter.page: work.why(chapter) for chapter in runnable}
    first = [chapter.name for chapter in runnable if not chapter.second_stage and found[chapter.page]]
    for chapter in runnable:
        if chapter.second_stage and first and not found[chapter.page]:
            found[chapter.page] = [f"results of {', '.join(first)} may change"]
    return {page: why for page, why in found.items() if why}
