"""One build: check the folder, execute what changed, render, and swap the whole site in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from livingreview.book.identity import World
from livingreview.book.manifest import Manifest, read_manifest
from livingreview.book.swap import recover, refuse_foreign
from livingreview.book.warm import start_kernel_server, start_renderer
from livingreview.cohort.problems import Problem

Progress = Callable[[str], None]
Check = Callable[[Path], None]


class Ready(Protocol):
    """A folder of strict tables; `checked` says that it was found sound, with `notes` for all there is to say."""

    folder: Path
    notes: list[Problem]
    checked: bool


@dataclass(frozen=True, slots=True)
class AsItIs:
    """A folder that is built from without conversion."""

    folder: Path
    notes: list[Problem] = field(default_factory=list)
    checked: bool = False


Prepare = Callable[[Path, Path], Ready]  # the source folder, and the folder that may be written


@dataclass(frozen=True, slots=True)
class Settings:
    """What to build, from where, to where, and how."""

    root: Path
    folder: Path
    out: Path
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    values: dict[str, Any] = field(default_factory=dict)
    force: bool = False

    def beside(self, what: str) -> Path:
        """A hidden neighbour of the output, on the same file system."""
        return self.out.with_name(f".{self.out.name}.{what}")

    @property
    def converted(self) -> Path:
        """Where the source is written in strict tables, under its own name, if it does not hold such."""
        return self.beside("cohort") / self.folder.resolve().name


def build(
    settings: Settings,
    say: Progress,
    check: Check = lambda folder: None,
    prepare: Prepare = lambda folder, into: AsItIs(folder),
) -> Manifest:
    """Build one cohort folder, as little of it as needed; returns what was done.

    `prepare` may put a folder of strict tables in the place of the one people keep. `check` may refuse
    the folder for reasons that the cohort model does not know.
    Raises CohortError for a broken folder, ChaptersFailed and BuildError for the rest. Nothing
    under `settings.out` changes before the whole site is finished.
    """
    refuse_foreign(settings.out)
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    with _lock(settings, say):
        recover(settings.out)
        ready = prepare(settings.folder, settings.converted)
        settings = replace(settings, folder=ready.folder)
        world = World(settings.root, settings.folder, settings.out / "results")
        inputs = world.inputs()
        last = None if settings.force else read_manifest(settings.out)
        if last and last.inputs == inputs and last.values == settings.values:
            for remark in last.notes:
                say(f"note: {remark}")
            return last.nothing_done().write(settings.out)
        return _build(settings, world, inputs, last, say, check, ready)


@contextmanager
def _lock(settings: Settings, say: Progress) -> Iterator[None]:
    """One build of an output at a time; the second waits and says so."""
    lock = FileLock(settings.beside("lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("another build of this folder is running; waiting for it to end")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class Helpers:
    """The processes of one build: one forks kernels (None where it cannot), one renders."""

    kernels: subprocess.Popen | None
    renderer: subprocess.Popen

    def close(self) -> None:
        """End whatever still runs."""
        for process in (self.kernels, self.renderer):
            if process is not None and process.poll() is None:
                process.kill()
                process.communicate()


def _build(
    settings: Settings,
    world: World,
    inputs: dict[str, str],
    last: Manifest | None,
    say: Progress,
    check: Check,
    ready: Ready,
) -> Manifest:
    """Something changed: the heavy parts are imported only now, here and in the helpers at the same time."""
    new = settings.beside("new")
    shutil.rmtree(new, ignore_errors=True)
    with closing(Helpers(start_kernel_server(), start_renderer())) as helpers:
        from livingreview.book.work import Work

        try:
            check(settings.folder)
            return Work(settings, world, inputs, last, new, say, helpers, ready).run()
        finally:
            shutil.rmtree(new, ignore_errors=True)
