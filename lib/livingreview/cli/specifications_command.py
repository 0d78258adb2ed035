"""The command `livingreview specifications`: the headline counted in every way, and written beside the tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from livingreview.book.chapters import read_chapters
from livingreview.book.settings import Settings

PAGE = "chapters/specification-curve"


def write_specifications_of(settings: Settings, members: int, seed: int, on_count: Callable[[int, int], None]) -> int:
    """Execute the notebook for every combination of choices; the number of lines of specifications.csv.

    `members` other cohorts that agree with what was printed are counted too, where the folder is reconstructed.
    `on_count` is told how many of how many are done. CohortError for a folder that cannot be used.
    """
    from livingreview.analyses.specifications import (
        FILE,
        parameter_sets,
        refuse_small_counts,
        row_of,
        tables_of,
        write_specifications,
    )
    from livingreview.book.specify import specify
    from livingreview.cohort.cohort import Cohort
    from livingreview.intake.folder.prepare import prepare
    from livingreview.published.printed import FILE as PUBLISHED

    with TemporaryDirectory() as scratch:
        strict = prepare(settings.folder, Path(scratch) / settings.folder.resolve().name).folder
        cohort = Cohort(strict)
        refuse_small_counts(cohort)
        shared = _shared(settings, cohort.study.parameters)
        tables = tables_of(
            cohort,
            {
                "milestone_months": shared["milestone_months"],
                "sustained_months": shared["sustained_months"],
                "level": shared["confidence_level"],
            },
        )
        folders = {0: strict.resolve()}
        if cohort.is_reconstructed and members and (strict / PUBLISHED).is_file():
            folders |= _members(strict, members, seed, Path(scratch) / "members")
        sets = parameter_sets()
        total = len(sets) * len(folders)
        executed = specify(folders, sets, shared, settings.jobs, lambda done: on_count(done, total))
        rows = [row_of(number, chosen, numbers, tables) for number, chosen, numbers in executed]
    write_specifications(settings.folder / FILE, rows)
    return len(rows)


def _shared(settings: Settings, parameters: dict[str, object]) -> dict[str, object]:
    """What the chapter is computed with: its own values, those of study.yml over them."""
    chapter = next(one for one in read_chapters(settings.root) if one.page == PAGE)
    values = chapter.parameters | chapter.given(parameters) | chapter.given(settings.values)
    return {name: value for name, value in values.items() if name != "cohort_path"}


def _members(folder: Path, count: int, seed: int, scratch: Path) -> dict[int, Path]:
    """A folder for each of the first cohorts of the ensemble after the documented one: the extreme ones come first."""
    from livingreview.cohort.study import read_study
    from livingreview.published.printed import read_published
    from livingreview.reconstruction.documented import write_reconstruction
    from livingreview.reconstruction.reconstruct import Reconstruction

    folders = {}
    made = Reconstruction.of(folder, read_published(folder), read_study(folder))
    for number, files in enumerate(made.members(count + 1, seed)):
        if number == 0:
            continue
        folders[number] = scratch / str(number)
        folders[number].mkdir(parents=True)
        shutil.copy(folder / "study.yml", folders[number])
        write_reconstruction(folders[number], files)
    return folders
