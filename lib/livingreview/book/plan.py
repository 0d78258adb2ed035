"""What a build will execute, with which parameters, and why."""

from __future__ import annotations

import shutil
from typing import Any

from livingreview.book.chapter_rules import refuse_unruly
from livingreview.book.chapters import Chapter, checked_values, pages_of_endpoints, read_chapters, refuse_wrong_values
from livingreview.book.failures import BuildError, Message
from livingreview.book.inputs import Inputs, identity, reasons
from livingreview.book.record import LastBuild, read_record
from livingreview.book.settings import Settings
from livingreview.cohort.key import KEY_FILE
from livingreview.cohort.study import Study, read_study
from livingreview.endpoints.recorded import recorded_endpoints
from livingreview.intake.folder.prepare import Prepared
from livingreview.words.translate import languages, speaking


class Plan:
    """The chapters of the book, the values they are computed with, and what the `last` build left of them.

    `inputs` are the files as they are now, the cohort's those of the strict folder that chapters read.
    """

    def __init__(self, settings: Settings, inputs: Inputs, study: Study, last: LastBuild) -> None:
        self.inputs, self.last = inputs, last
        self.chapters = read_chapters(settings.root)
        refuse_unruly(self.chapters)
        with speaking(study.language):
            self.chapters = pages_of_endpoints(settings.root, self.chapters, recorded_endpoints(inputs.folder, study))
        self.values = checked_values(self.chapters, study.parameters, "study.yml, parameters", usage=False)
        self.values |= checked_values(self.chapters, settings.values, "--set", usage=True)
        refuse_wrong_values(settings.values, study.subgroups)
        if study.language not in languages():
            raise BuildError("no-catalogue", language=study.language, known=tuple(languages()))

    def stage(self, *, second: bool) -> list[Chapter]:
        """The chapters that read the cohort, or those that read the results of the others."""
        return [one for one in self.chapters if one.notebook is not None and one.second_stage == second]

    def why(self, chapter: Chapter) -> list[Message]:
        """Why this chapter must run; none if the last run of it is still right."""
        if self.last.damaged(chapter.page) and not self.last.forget:
            return [Message("outputs-damaged")]
        then = self.last.chapter(chapter.page)
        return reasons(then, self.inputs.file(chapter.source), chapter.given(self.values), self.inputs)

    def made_of(self, page: str, trace: dict[str, Any]) -> dict[str, Any]:
        """What an executed page was made of, for the record."""
        chapter = next(one for one in self.chapters if one.page == page)
        return identity(self.inputs.file(chapter.source), chapter.given(self.values), trace, self.inputs)


def plan(settings: Settings, ready: Prepared) -> dict[str, list[Message]]:
    """What a build would execute and why, by page; nothing is executed.

    `ready` is the folder of strict tables. A chapter that reads the results of others runs if one of those runs,
    because they may change.
    """
    record = read_record(settings.beside("state"), settings.out, lambda message: None)
    last = LastBuild(record, record.damage(settings.out) if record else {})
    if ready.folder != settings.folder and (key := settings.folder / KEY_FILE).is_file():
        shutil.copy(key, ready.folder / KEY_FILE)
    inputs = Inputs(settings.root, ready.folder, settings.out / "results")
    planned = Plan(settings, inputs, read_study(ready.folder), last)
    first, second = ({one.page: planned.why(one) for one in planned.stage(second=after)} for after in (False, True))
    if changing := tuple(page.rpartition("/")[2] for page, why in first.items() if why):
        second = {page: why or [Message("results-may-change", names=changing)] for page, why in second.items()}
    return {page: why for page, why in (first | second).items() if why}
