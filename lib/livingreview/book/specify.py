"""One parameterized notebook executed for many sets of parameters, over many folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from livingreview.book.execute import Executed, Job, local_chapters
from livingreview.book.failures import ChaptersFailed, Failure
from livingreview.book.warm import start_kernel_server

NOTEBOOK = Path(__file__).with_name("one_specification.md")


def specify(
    folders: Mapping[int, Path],
    sets: Iterable[Mapping[str, Any]],
    shared: Mapping[str, Any],
    jobs: int,
    heard: Callable[[int], None] = lambda done: None,
) -> Iterator[tuple[int, Mapping[str, Any], dict[str, Any]]]:
    """Every folder with every set: its number, the set, and the one estimate that the notebook published.

    `shared` are parameters that are the same everywhere; `heard` is told how many are done. ChaptersFailed
    where one fails.
    """
    notebook = nbformat.writes(jupytext.read(NOTEBOOK, fmt="md:myst"))
    asked = [(number, chosen) for number in folders for chosen in sets]
    executions = [
        Job("specification", notebook, {**shared, **chosen, "cohort_path": str(folders[number])})
        for number, chosen in asked
    ]
    done: list[None] = []

    def count(_: Executed | Failure) -> None:
        done.append(None)
        heard(len(done))

    with local_chapters(jobs, start_kernel_server(), lambda: None) as here:
        found = list(here.run(executions, count))
    failures = [one for one in found if isinstance(one, Failure)]
    if failures:
        raise ChaptersFailed(failures[:5])
    for (number, chosen), one in zip(asked, found, strict=True):
        yield number, chosen, one.results["estimates"][0]
