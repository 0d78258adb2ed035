"""Executing chapters: papermill in processes of their own, notebooks without traces of the machine."""

from __future__ import annotations

import json
import logging
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from livingreview.book.chapters import PATHS, Chapter
from livingreview.book.problems import Failure
from livingreview.results import RESULTS_MIME

KERNEL = "python3"
# Names under which the notebook shows folders whose real place is nobody's business.
LOGICAL = {"results_path": "results", "evidence_path": "evidence"}


@dataclass(frozen=True, slots=True)
class Executed:
    """A chapter after its run. `results` is None for a chapter that publishes nothing."""

    page: str
    notebook: NotebookNode
    results: dict[str, Any] | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """Everything one execution needs, picklable: a staged notebook and its parameters."""

    page: str
    notebook: str
    parameters: dict[str, Any]


def job(chapter: Chapter, values: dict[str, Any], paths: dict[str, Path]) -> Job:
    """The chapter with the values it declares and the folders it asks for."""
    given = {name: values[name] for name in chapter.parameters if name in values}
    given |= {name: str(path) for name, path in paths.items() if name in chapter.parameters}
    return Job(chapter.page, nbformat.writes(chapter.notebook), given)


def process_pool(jobs: int) -> Executor:
    """Processes for `jobs` chapters at a time; any `concurrent.futures` executor would do."""
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


def execute_all(
    jobs: Iterable[Job], executor: Executor, done: Callable[[Executed | Failure], None]
) -> Iterator[Executed | Failure]:
    """Results in the order given; `done` hears of each as it ends. One failure stops no other."""
    futures = [executor.submit(execute, one) for one in jobs]
    for future in as_completed(futures):
        done(future.result())
    for future in futures:
        yield future.result()


def execute(one: Job) -> Executed | Failure:
    """Run one chapter in a kernel of its own."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from livingreview.book.kernels import PrivateKernelManager

    logging.getLogger("papermill").setLevel(logging.ERROR)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, "in.ipynb"), Path(scratch, "out.ipynb")
        source.write_text(one.notebook, encoding="utf-8")
        try:
            papermill.execute_notebook(
                source,
                target,
                one.parameters,
                kernel_name=KERNEL,
                progress_bar=False,
                cwd=scratch,
                kernel_manager_class=PrivateKernelManager,
            )
        except PapermillExecutionError as error:
            return Failure(one.page, str(error.exec_count), f"{error.ename}: {error.evalue}", _hint(error.ename))
        except Exception as error:  # a kernel that dies raises one of many types
            return Failure(
                one.page,
                "–",
                f"{type(error).__name__}: {error}",
                "The kernel did not come up or died; run the build again.",
            )
        notebook = nbformat.read(target, as_version=4)
    results = _results(notebook, one)
    return Executed(one.page, scrubbed(notebook, one.parameters), results, time.perf_counter() - started)


def _hint(name: str) -> str:
    if name == "CohortError":
        return "Run “livingreview check” on the folder."
    return "Open the chapter in JupyterLab and run it up to this cell."


def _results(notebook: NotebookNode, one: Job) -> dict[str, Any] | None:
    """What the chapter published, with the parameters it ran with; taken from its outputs."""
    found = [
        output["data"][RESULTS_MIME]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result" and RESULTS_MIME in output["data"]
    ]
    if not found:
        return None
    parameters = {name: value for name, value in one.parameters.items() if name not in PATHS}
    return {
        **found[-1],
        "chapter": one.page.rpartition("/")[2],
        "estimates": [row for part in found for row in part["estimates"]],
        "curves": [curve for part in found for curve in part["curves"]],
        "parameters": parameters,
    }


def scrubbed(notebook: NotebookNode, parameters: dict[str, Any]) -> NotebookNode:
    """The notebook without run times, absolute paths, users or random ids: same inputs, same bytes."""
    from papermill.translators import PythonTranslator

    shown = {
        name: LOGICAL.get(name, Path(value).name) if name in PATHS else value for name, value in parameters.items()
    }
    notebook.metadata = nbformat.from_dict(
        {name: value for name, value in notebook.metadata.items() if name in ("kernelspec", "language_info")}
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict(
            {name: value for name, value in cell.metadata.items() if name in ("tags", "mystnb")}
        )
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = PythonTranslator.codify(shown, "Parameters of this edition")
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.output_type != "stream"]
    return notebook


def written(notebook: NotebookNode) -> str:
    """The notebook as text, keys in one order."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
