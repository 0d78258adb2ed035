"""The part of a build that runs when something changed: execute, write, render, swap."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import nbformat

from livingreview.book.builder import Book, Builder
from livingreview.book.chapters import Chapter
from livingreview.book.execute import Chapters, Executed, job, local_chapters
from livingreview.book.failures import ChaptersFailed, Failure, Message
from livingreview.book.inputs import Inputs
from livingreview.book.kernel_host import KernelHost
from livingreview.book.manifest import Manifest
from livingreview.book.outputs import PACKAGES, write_notebooks, write_results, write_tables
from livingreview.book.plan import Plan
from livingreview.book.record import LastBuild, Record, confirm_record, outputs_of, prepare_record
from livingreview.book.settings import Progress, Settings
from livingreview.book.site_files import take_site
from livingreview.book.snapshot import refuse_if_changed
from livingreview.book.swap import swap_in
from livingreview.cohort.files import fingerprint
from livingreview.cohort.key import KEY_FILE, key_of, shown_hash
from livingreview.cohort.study import read_study
from livingreview.endpoints.recorded import facts_of
from livingreview.intake.folder.prepare import Prepared
from livingreview.site.edition import Edition
from livingreview.words.problem_words import remark, sentence


class Run:
    """One run: `ready` the strict folder it reads, made from `copy`, and `new` what will replace the last build."""

    def __init__(
        self, settings: Settings, ready: Prepared, last: LastBuild, new: Path, tell: Progress, copy: Path
    ) -> None:
        self.settings, self.last, self.new, self.tell = settings, last, new, tell
        self.folder, self.copy = ready.folder, copy
        self.inputs = Inputs(settings.root, ready.folder, new / "results")
        self.notes = ready.notes
        self.study = read_study(ready.folder)
        self.plan = Plan(settings, self.inputs, self.study, last)
        self.seconds: dict[str, float] = {}

    def to_new_site(self, kernels: KernelHost | None, builder: Builder) -> Manifest:
        """The whole way: every changed chapter executed, the site rendered and swapped in."""
        for note in self.notes:
            self.tell(Message("note", note=sentence(note)))
        key = self._bring_key()
        inputs = Inputs(self.settings.root, self.copy, self.new).hashes()
        data = shown_hash(fingerprint(self.inputs.cohort_files()), key)
        edition = Edition.of(self.study, facts_of(self.folder, self.study), data)
        executed = self.execute(kernels, builder.prepare)
        write_notebooks(self.new / "notebooks", executed)
        write_tables(self.new, self.study.edition.kind)
        self.tell(Message("rendering"))
        marked = edition.marked(builder.marks)
        book = Book(self.settings.root, self.plan.chapters, executed, self.new / "results", marked)
        built = builder.render(book, self.inputs)
        take_site(built, self.new, self.settings.out / "html", edition, builder.marks)
        record = self.record(executed, inputs, data, builder.package)
        self._warn_of_differences(record)
        refuse_if_changed(self.settings.folder, self.copy)
        manifest = record.manifest(self.seconds).write(self.new)
        prepare_record(record, self.settings.beside("state"))
        swap_in(self.new, self.settings.out)
        confirm_record(self.settings.beside("state"))
        return manifest

    def _bring_key(self) -> bytes:
        """The key of the folder people keep, made if this is its first build, beside the tables that chapters read."""
        key = key_of(self.settings.folder, self.study.edition.kind)
        source = self.settings.folder / KEY_FILE
        if source.is_file():
            for place in {self.copy, self.folder}:
                shutil.copy(source, place / KEY_FILE)
        return key

    def _warn_of_differences(self, record: Record) -> None:
        if self.last.record is not None and self.last.record.may_be_subtracted(record):
            self.tell(Message("may-be-subtracted"))

    def execute(self, kernels: KernelHost | None, ready: Callable[[], None]) -> list[Executed]:
        """First the chapters that read the cohort, then those that read the results of the others.

        `ready` is called when the first can start.
        """
        done: list[Executed] = []
        with local_chapters(self.settings.jobs, kernels, ready) as here:
            for second in (False, True):
                executed = self._execute_stage(self.plan.stage(second=second), here)
                write_results(self.new / "results", executed)
                done += executed
        return done

    def _execute_stage(self, chapters: list[Chapter], here: Chapters) -> list[Executed]:
        paths = {
            "cohort_path": self.folder.resolve(),
            "results_path": self.new / "results",
            "evidence_path": self.settings.root / "data" / "evidence",
        }
        changed = [chapter for chapter in chapters if self.plan.why(chapter)]
        reused = [self.from_last(chapter) for chapter in chapters if chapter not in changed]
        jobs = [job(chapter, self.plan.values, paths) for chapter in changed]
        results = here.run(jobs, self._tell_of, self.tell)
        if failures := [result for result in results if isinstance(result, Failure)]:
            raise ChaptersFailed(failures)
        return [*reused, *(result for result in results if isinstance(result, Executed))]

    def _tell_of(self, result: Executed | Failure) -> None:
        if isinstance(result, Failure):
            self.tell(Message("chapter-failed", page=result.chapter))
            return
        self.seconds[result.page] = round(result.seconds, 3)
        self.tell(Message("chapter-done", page=result.page, seconds=f"{result.seconds:.1f}"))

    def from_last(self, chapter: Chapter) -> Executed:
        """A chapter as the last build left it."""
        out = self.settings.out
        results = out / "results" / f"{chapter.name}.json"
        then = self.last.chapter(chapter.page) or {}
        return Executed(
            chapter.page,
            nbformat.read(out / "notebooks" / f"{chapter.name}.ipynb", as_version=4),
            json.loads(results.read_text(encoding="utf-8")) if results.is_file() else None,
            {"tables": then["tables"], "reads": then["reads"], "modules": list(then["modules"])},
            0.0,
        )

    def record(self, executed: list[Executed], inputs: dict[str, str | None], data: str, package: str) -> Record:
        """What the new site was made of."""
        return Record(
            folder=os.path.relpath(self.settings.folder.resolve(), self.settings.out.parent.resolve()),
            kind=self.study.edition.kind,
            data=data,
            inputs=inputs,
            versions={"python": python_version(), **{name: version(name) for name in sorted((*PACKAGES, package))}},
            chapters={one.page: self.plan.made_of(one.page, one.trace) for one in executed},
            values=self.settings.values,
            notes=list(dict.fromkeys(remark(note) for note in self.notes)),
            outputs=outputs_of(self.new),
        )
