"""The part of a build that runs when something changed: execute, write, render, swap."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

import nbformat

from livingreview.book.chapter_rules import refuse_unruly
from livingreview.book.chapters import Chapter, checked_values, read_chapters, refuse_wrong_values
from livingreview.book.execute import Chapters, Executed, job, local_chapters
from livingreview.book.failures import ChaptersFailed, Failure
from livingreview.book.identity import World, identity, reasons
from livingreview.book.manifest import Manifest
from livingreview.book.outputs import PACKAGES, write_notebooks, write_results, write_tables
from livingreview.book.render import Renderer, site_identity, stage, take_site
from livingreview.book.snapshot import refuse_if_changed
from livingreview.book.state import (
    Memory,
    Past,
    confirm_memory,
    outputs_of,
    prepare_memory,
    remembered,
)
from livingreview.book.swap import swap_in
from livingreview.cohort.check import refuse_if_broken
from livingreview.cohort.files import fingerprint
from livingreview.cohort.key import KEY_FILE, key_of, shown_hash
from livingreview.cohort.study import read_study
from livingreview.site.edition import Edition

if TYPE_CHECKING:
    from livingreview.book.build import Helpers, Progress, Ready, Settings


class Work:
    """One run: `ready` the strict folder it reads, `past` what the last build left, `new` what will replace it.

    `copy` is the copy of the folder that `ready` was made from.
    """

    def __init__(
        self,
        settings: Settings,
        ready: Ready,
        past: Past,
        new: Path,
        say: Progress,
        helpers: Helpers | None = None,
        copy: Path | None = None,
    ) -> None:
        self.settings, self.past, self.new, self.say = settings, past, new, say
        self.folder, self.copy, self.helpers = ready.folder, copy or settings.folder, helpers
        self.world = World(settings.root, ready.folder, new / "results")
        self.notes = ready.notes if ready.checked else refuse_if_broken(ready.folder)
        self.study = read_study(ready.folder)
        self.chapters = read_chapters(settings.root)
        refuse_unruly(self.chapters)
        self.values = checked_values(self.chapters, self.study.parameters, "study.yml, parameters", usage=False)
        self.values |= checked_values(self.chapters, settings.values, "--set", usage=True)
        refuse_wrong_values(settings.values, self.study.subgroups)
        self.seconds: dict[str, float] = {}

    def run(self) -> Manifest:
        """The whole way to the new site."""
        for note in self.notes:
            self.say(f"note: {note}")
        key = self._bring_key()
        inputs = World(self.settings.root, self.copy, self.new).inputs()
        data = shown_hash(fingerprint(self.world.cohort_files()), key)
        edition = Edition.of(self.study, self.study.statement, data)
        with closing(Renderer(self.settings.beside("work"), self.helpers.renderer, self.say)) as renderer:
            executed = self.execute(renderer.prepare)
            write_notebooks(self.new / "notebooks", executed)
            write_tables(self.new, self.study.edition.kind)
            self.say("rendering the site")
            marked = edition.marked(renderer.marks)
            pages = stage(renderer.source, self.settings.root, self.chapters, executed, self.new, marked)
            renderer.render(site_identity(self.settings.root, self.world, marked, pages))
            take_site(renderer.built, self.new, self.settings.out / "html", edition, renderer.marks)
        memory = self.memory(executed, inputs, data)
        self._warn_of_differences(memory)
        refuse_if_changed(self.settings.folder, self.copy)
        manifest = memory.manifest(self.seconds).write(self.new)
        prepare_memory(memory, self.settings.beside("state"))
        swap_in(self.new, self.settings.out)
        confirm_memory(self.settings.beside("state"))
        return manifest

    def _bring_key(self) -> bytes:
        """The key of the folder people keep, made if this is its first build, beside the tables that chapters read."""
        key = key_of(self.settings.folder, self.study.edition.kind)
        source = self.settings.folder / KEY_FILE
        if source.is_file():
            for place in {self.copy, self.folder}:
                shutil.copy(source, place / KEY_FILE)
        return key

    def _warn_of_differences(self, memory: Memory) -> None:
        last = self.past.memory
        if last is not None and last.may_be_subtracted(memory):
            self.say(
                "warning: the data are observed and the results differ from those of the last build. Whoever has both "
                "editions can subtract one from the other and may learn what a single patient added: do not publish "
                "this one beside the other, nor in its place if that was read."
            )

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
            "cohort_path": self.folder.resolve(),
            "results_path": self.new / "results",
            "evidence_path": self.settings.root / "data" / "evidence",
            "changelog_path": self.settings.root / "CHANGELOG.md",
        }
        changed = [chapter for chapter in chapters if self.why(chapter)]
        reused = [self._from_last(chapter) for chapter in chapters if chapter not in changed]
        results = list(here.run([job(chapter, self.values, paths) for chapter in changed], self._heard, self.say))
        failures = [result for result in results if isinstance(result, Failure)]
        if failures:
            raise ChaptersFailed(failures)
        return [*reused, *results]

    def why(self, chapter: Chapter) -> list[str]:
        """Why this chapter must run; none if the last run of it is still right."""
        if self.past.damaged(chapter.page) and not self.past.forget:
            return ["its outputs were damaged"]
        source = self.world.file(chapter.source)
        return reasons(self.past.chapter(chapter.page), source, chapter.given(self.values), self.world)

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
        then = self.past.chapter(chapter.page)
        return Executed(
            chapter.page,
            nbformat.read(out / "notebooks" / f"{chapter.name}.ipynb", as_version=4),
            json.loads(results.read_text(encoding="utf-8")) if results.is_file() else None,
            {"tables": then["tables"], "reads": then["reads"], "modules": list(then["modules"])},
            0.0,
        )

    def memory(self, executed: list[Executed], inputs: dict[str, str], data: str) -> Memory:
        """What the new site was made of."""
        by_page = {chapter.page: chapter for chapter in self.chapters}
        out = self.settings.out
        return Memory(
            folder=os.path.relpath(self.settings.folder.resolve(), out.parent.resolve()),
            kind=self.study.edition.kind,
            data=data,
            inputs=inputs,
            versions={"python": python_version(), **{name: version(name) for name in PACKAGES}},
            chapters={
                one.page: identity(
                    self.world.file(by_page[one.page].source),
                    by_page[one.page].given(self.values),
                    one.trace,
                    self.world,
                )
                for one in executed
            },
            values=self.settings.values,
            notes=list(dict.fromkeys(note.remark for note in self.notes)),
            outputs=outputs_of(self.new),
        )


def plan(settings: Settings, ready: Ready) -> dict[str, list[str]]:
    """What a build would execute and why, by page; nothing is executed.

    `ready` is the folder of strict tables. A chapter that reads the results of others runs if one of those runs,
    because they may change.
    """
    memory = remembered(settings.beside("state"), settings.out, lambda words: None)
    past = Past(memory, memory.damage(settings.out) if memory else {})
    if ready.folder != settings.folder and (key := settings.folder / KEY_FILE).is_file():
        shutil.copy(key, ready.folder / KEY_FILE)
    work = Work(settings, ready, past, settings.out, lambda words: None)
    runnable = [chapter for chapter in work.chapters if chapter.notebook is not None]
    found = {chapter.page: work.why(chapter) for chapter in runnable}
    first = [chapter.name for chapter in runnable if not chapter.second_stage and found[chapter.page]]
    for chapter in runnable:
        if chapter.second_stage and first and not found[chapter.page]:
            found[chapter.page] = [f"results of {', '.join(first)} may change"]
    return {page: why for page, why in found.items() if why}
