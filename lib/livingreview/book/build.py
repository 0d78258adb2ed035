"""One build: check the folder, execute the chapters, render the site, swap it in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livingreview.book.chapters import Chapter, checked_values, read_chapters
from livingreview.book.execute import Executed, execute_all, job, process_pool
from livingreview.book.outputs import write_manifest, write_notebooks, write_results, write_tables
from livingreview.book.problems import ChaptersFailed, Failure
from livingreview.book.render import render, stage
from livingreview.book.rules import refuse_unruly
from livingreview.book.swap import recover, refuse_foreign, swap_in
from livingreview.cohort.check import refuse_if_broken
from livingreview.cohort.cohort import fingerprint
from livingreview.cohort.problems import Problem
from livingreview.cohort.study import Study, read_study
from livingreview.cohort.vocabulary import EDITION_STATEMENTS
from livingreview.site.edition import Edition

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What to build, from where, to where, and how."""

    root: Path
    folder: Path
    out: Path
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    values: dict[str, Any] = field(default_factory=dict)


def build(settings: Settings, say: Progress) -> list[Problem]:
    """Build one cohort folder; returns the notes of its check.

    Raises CohortError for a broken folder, ChaptersFailed and BuildError for the rest. Nothing
    under `settings.out` changes before the whole site is finished.
    """
    recover(settings.out)
    notes = refuse_if_broken(settings.folder)
    study = read_study(settings.folder)
    chapters = read_chapters(settings.root)
    refuse_unruly(chapters)
    values = checked_values(chapters, study.parameters, "study.yml, parameters", usage=False)
    values = values | checked_values(chapters, settings.values, "--set", usage=True)
    refuse_foreign(settings.out)
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{settings.out.name}-", dir=settings.out.parent))
    try:
        _build_into(work, settings, chapters, values, study, say)
        swap_in(work / "out", settings.out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return notes


def _build_into(
    work: Path, settings: Settings, chapters: list[Chapter], values: dict[str, Any], study: Study, say: Progress
) -> None:
    out = work / "out"
    executed = _execute(chapters, values, settings, out, say)
    write_notebooks(out / "notebooks", executed)
    write_tables(out, study.edition.kind)
    say("rendering the site")
    edition = Edition.of(study, EDITION_STATEMENTS[study.edition.kind], fingerprint(settings.folder))
    stage(work / "source", settings.root, chapters, executed, out, edition)
    render(work / "source", out / "html")
    _copy_for_readers(out)
    write_manifest(
        out, executed={one.page: one.seconds for one in executed}, reused=[], inputs=_inputs(settings, chapters)
    )


def _execute(
    chapters: list[Chapter], values: dict[str, Any], settings: Settings, out: Path, say: Progress
) -> list[Executed]:
    """First the chapters that read the cohort, then those that read the results of the others."""
    paths = {
        "cohort_path": settings.folder.resolve(),
        "results_path": out / "results",
        "evidence_path": settings.root / "data" / "evidence",
    }
    done: list[Executed] = []
    runnable = [chapter for chapter in chapters if chapter.notebook is not None]

    def heard(result: Executed | Failure) -> None:
        say(f"{result.page}: {result.seconds:.1f} s" if isinstance(result, Executed) else f"{result.chapter}: failed")

    with process_pool(settings.jobs) as executor:
        for second in (False, True):
            jobs = [job(chapter, values, paths) for chapter in runnable if chapter.second_stage == second]
            results = list(execute_all(jobs, executor, heard))
            failures = [result for result in results if isinstance(result, Failure)]
            if failures:
                raise ChaptersFailed(failures)
            done += results
            write_results(out / "results", results)
    return done


def _copy_for_readers(out: Path) -> None:
    """The numbers behind the pages, beside them: a site copied alone still has them."""
    for name in ("notebooks", "curves"):
        if (out / name).is_dir():
            shutil.copytree(out / name, out / "html" / name)
    for name in ("results.csv", "ledger.csv"):
        if (out / name).is_file():
            shutil.copyfile(out / name, out / "html" / name)


def _inputs(settings: Settings, chapters: list[Chapter]) -> dict[str, Path]:
    folder, root = settings.folder, settings.root
    inputs = {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()
    }
    inputs |= {f"{chapter.page}.md": chapter.source for chapter in chapters}
    return inputs | {name: root / name for name in ("_config.yml", "_toc.yml", "requirements.lock")}
