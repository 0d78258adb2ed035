"""One build: check the folder, execute what changed, render, and swap the whole site in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from livingreview.book.identity import World
from livingreview.book.intact import in_words, remove
from livingreview.book.manifest import Manifest
from livingreview.book.snapshot import take_snapshot
from livingreview.book.state import Memory, Past, refuse_other_folder, remembered
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

    def scratch(self, what: str) -> Path:
        """A folder of this build alone, named as the cohort folder; gone at its end, for it may hold patients."""
        return self.beside("cohort") / what / self.folder.resolve().name


def build(
    settings: Settings,
    say: Progress,
    check: Check = lambda folder: None,
    prepare: Prepare = lambda folder, into: AsItIs(folder),
) -> Manifest:
    """Build one cohort folder, as little of it as needed; returns what was done.

    The folder is copied once and built from the copy. `prepare` may put a folder of strict tables in the place of
    the one people keep. `check` may refuse the folder for reasons that the cohort model does not know.
    Raises CohortError for a broken folder, ChaptersFailed and BuildError for the rest, also for a folder that
    changed meanwhile. Nothing under `settings.out` changes before the whole site is finished.
    """
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    with _lock(settings, say):
        recover(settings.out)
        last = remembered(settings.beside("state"), settings.out, say)
        damage = last.damage(settings.out) if last else None
        refuse_foreign(settings.out, damage)
        refuse_other_folder(last, settings.folder, settings.out)
        if damage:
            say(f"the built site was damaged ({in_words(damage)}): it is made again")
        world = World(settings.root, settings.folder, settings.out / "results")
        if last and not damage and not settings.force and _is_same(last, world, settings):
            for remark in last.notes:
                say(f"note: {remark}")
            return last.rewrite_manifest(settings.out, say)
        return _build(settings, Past(last, damage or {}, settings.force), say, check, prepare)


def _is_same(last: Memory, world: World, settings: Settings) -> bool:
    return last.inputs == world.inputs() and last.values == settings.values


@contextmanager
def _lock(settings: Settings, say: Progress) -> Iterator[None]:
    """One build of an output at a time; the second waits and says so."""
    place = settings.beside("lock")
    if place.is_symlink() or (place.exists() and not place.is_file()):
        remove(place)
        say("the lock of the last build was damaged: it was thrown away")
    lock = FileLock(place)
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


def _build(settings: Settings, past: Past, say: Progress, check: Check, prepare: Prepare) -> Manifest:
    """Something changed: the heavy parts are imported only now, here and in the helpers at the same time."""
    new, private = settings.beside("new"), settings.beside("cohort")
    for left in (new, private):  # by a build that was killed
        remove(left)
    with closing(Helpers(start_kernel_server(), start_renderer())) as helpers:
        from livingreview.book.work import Work

        try:
            copy = settings.scratch("source")
            take_snapshot(settings.folder, copy)
            ready = prepare(copy, settings.scratch("strict"))
            check(ready.folder)
            return Work(settings, ready, past, new, say, helpers, copy).run()
        finally:
            shutil.rmtree(new, ignore_errors=True)
            shutil.rmtree(private, ignore_errors=True)
