"""Executing chapters with papermill: in parallel, each in a kernel of its own, leaving no trace of the machine."""

from __future__ import annotations

import errno
import logging
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from papermill.translators import PythonTranslator

from livingreview.book.chapters import PATHS, Chapter
from livingreview.book.failures import Failure, Message
from livingreview.book.kernel_host import KernelHost
from livingreview.book.kernel_manager import kernel_manager
from livingreview.book.settings import Progress
from livingreview.book.stopping import Stopped, end_children
from livingreview.results.exchange import RESULTS_MIME, TRACE_MIME

KERNEL = "python3"
TRACE = "from livingreview.chapter import trace\ntrace()"
# Names under which the notebook shows folders whose real place is nobody's business.
LOGICAL = {"results_path": "results", "evidence_path": "evidence"}
OnResult = Callable[["Executed | Failure"], None]


@dataclass(frozen=True, slots=True)
class Executed:
    """A chapter after its run. `results` is None for a chapter that publishes nothing.

    `trace` says what the run opened: {"tables", "reads", "modules"}.
    """

    page: str
    notebook: NotebookNode
    results: dict[str, Any] | None
    trace: dict[str, Any]
    seconds: float

    @property
    def name(self) -> str:
        """The last part of the page's address; names its notebook and results."""
        return self.page.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Job:
    """Everything one execution needs: a notebook and its parameters."""

    page: str
    notebook: str
    parameters: dict[str, Any]


def job(chapter: Chapter, values: dict[str, Any], paths: dict[str, Path]) -> Job:
    """The chapter with the values it declares and the folders it asks for."""
    given = chapter.given(values) | {name: str(path) for name, path in paths.items() if name in chapter.parameters}
    return Job(chapter.page, nbformat.writes(chapter.notebook), given)


class Chapters:
    """Executes jobs; the only thing a build needs to know of how and where.

    `executor` may be any `concurrent.futures` executor.
    """

    def __init__(self, executor: Executor, host: KernelHost | None, scratch: Path) -> None:
        self._executor, self._host, self._scratch = executor, host, scratch

    def run(self, jobs: Iterable[Job], on_result: OnResult, tell: Progress = print) -> list[Executed | Failure]:
        """Results in the order given; `on_result` is called with each as it ends. One failure stops no other.

        If the warm process has died, what died with it is executed once more, in kernels of its own.
        """
        jobs = list(jobs)
        futures = [self._executor.submit(execute, one, self._host, self._scratch) for one in jobs]
        lost = set()
        for future in as_completed(futures):
            if self._lost(future.result()):
                lost.add(futures.index(future))
            else:
                on_result(future.result())
        results = [future.result() for future in futures]
        if lost:
            tell(Message("kernel-host-ended"))
            self._host = None
            again = self.run([jobs[place] for place in sorted(lost)], on_result, tell)
            results = [again.pop(0) if place in lost else one for place, one in enumerate(results)]
        return results

    def _lost(self, result: Executed | Failure) -> bool:
        died = isinstance(result, Failure) and result.kernel_died
        return died and self._host is not None and self._host.has_ended


@contextmanager
def local_chapters(jobs: int, host: KernelHost | None, ready: Callable[[], None]) -> Iterator[Chapters]:
    """Chapters executed on this machine, `jobs` at a time, from the warm process if there is one, which is then ended.

    `ready` is called once chapters can start: what else wants the processor may begin then.
    """
    executor, wait = ThreadPoolExecutor(jobs), True
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        try:
            if host is not None:
                host.wait_until_ready()
            ready()
            yield Chapters(executor, host, Path(scratch))
        except Stopped:
            wait = False  # a thread may wait long for a kernel that is no more
            end_children()
            raise
        finally:
            executor.shutdown(wait=wait, cancel_futures=True)
            if host is not None:
                host.close()


def execute(one: Job, host: KernelHost | None = None, place: Path | None = None) -> Executed | Failure:
    """Run one chapter in a kernel of its own, which works in a folder in `place`."""
    logging.getLogger("papermill").setLevel(logging.ERROR)
    started = time.perf_counter()
    notebook = nbformat.reads(one.notebook, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(TRACE))
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as scratch:
        source, target = Path(scratch, "in.ipynb"), Path(scratch, "out.ipynb")
        try:
            nbformat.write(notebook, source)
            papermill.execute_notebook(
                source,
                target,
                one.parameters,
                kernel_name=KERNEL,
                progress_bar=False,
                request_save_on_cell_execute=False,  # written once, at the end
                autosave_cell_every=0,
                kernel_manager_class=kernel_manager(host, Path(scratch)),
                shutdown_kernel="immediate",
            )
        except PapermillExecutionError as error:
            hint = Message("run-check" if error.ename == "CohortError" else "open-chapter")
            return Failure(one.page, str(error.exec_count), f"{error.ename}: {error.evalue}", hint)
        except Exception as error:  # a kernel that dies raises one of many types
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise
            words, hint = f"{type(error).__name__}: {error}", Message("kernel-died")
            return Failure(one.page, "–", words, hint, kernel_died=True)
        notebook = nbformat.read(target, as_version=4)
    trace = _outputs(notebook.cells.pop(), TRACE_MIME)[0]
    return Executed(
        one.page,
        scrubbed(notebook, one.parameters),
        _results(notebook, one),
        trace,
        time.perf_counter() - started,
    )


def _outputs(cell: NotebookNode, mime: str) -> list[Any]:
    """What a cell returned in this mime type."""
    results = [output for output in cell.get("outputs", []) if output.output_type == "execute_result"]
    return [output["data"][mime] for output in results if mime in output["data"]]


def _results(notebook: NotebookNode, one: Job) -> dict[str, Any] | None:
    """What the chapter published, with the parameters it ran with; taken from its outputs."""
    published = [part for cell in notebook.cells for part in _outputs(cell, RESULTS_MIME)]
    if not published:
        return None
    return {
        **published[-1],
        "chapter": one.page.rpartition("/")[2],
        "estimates": [row for part in published for row in part["estimates"]],
        "curves": [curve for part in published for curve in part["curves"]],
        "endpoints": {key: names for part in published for key, names in part["endpoints"].items()},
        "parameters": {name: value for name, value in one.parameters.items() if name not in PATHS},
    }


def scrubbed(notebook: NotebookNode, parameters: dict[str, Any]) -> NotebookNode:
    """The notebook without run times, absolute paths, users or random ids: same inputs, same bytes."""
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
