"""One parameterized notebook executed for many sets of parameters, over many folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from livingreview.book.execute import Executed, Job, local_chapters
from livingreview.book.failures import ChaptersFailed, Failure
from livingreview.book.kernel_host import kernel_host

NOTEBOOK = Path(__file__).with_name("one_specification.md")


def specify(
    folders: Mapping[int, Path],
    sets: Iterable[Mapping[str, Any]],
    shared: Mapping[str, Any],
    jobs: int,
    on_count: Callable[[int], None] = lambda done: None,
) -> Iterator[tuple[int, Mapping[str, Any], dict[str, Any]]]:
    """Every folder with every set: its number, the set, and the one estimate that the notebook published.

    `shared` are parameters that are the same everywhere; `on_count` is told how many are done. ChaptersFailed
    where one fails.
    """
    notebook = nbformat.writes(jupytext.read(NOTEBOOK, fmt="md:myst"))
    asked = [(number, chosen) for number in folders for chosen in sets]
    executions = [
        Job("specification", notebook, {**shared, **chosen, "cohort_path": str(folders[number])})
        for number, chosen in asked
    ]
    numbers = count(1)
    with kernel_host() as host, local_chapters(jobs, host, lambda: None) as here:
        results = here.run(executions, lambda _: on_count(next(numbers)))
    if failures := [one for one in results if isinstance(one, Failure)]:
        raise ChaptersFailed(failures[:5])
    for (number, chosen), one in zip(asked, results, strict=True):
        assert isinstance(one, Executed) and one.results is not None
        yield number, chosen, one.results["estimates"][0]
