"""One build: check the folder, execute what changed, render, and swap the whole site in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from livingreview.book.builder import JupyterBook
from livingreview.book.failures import Message
from livingreview.book.inputs import Inputs
from livingreview.book.intact import remove
from livingreview.book.kernel_host import kernel_host
from livingreview.book.manifest import Manifest
from livingreview.book.record import LastBuild, Record, read_record, refuse_other_folder
from livingreview.book.settings import Progress, Settings
from livingreview.book.snapshot import take_snapshot
from livingreview.book.swap import recover, refuse_foreign


def build(settings: Settings, tell: Progress, check: Callable[[Path], None] = lambda folder: None) -> Manifest:
    """Build one cohort folder, as little of it as needed; returns what was done.

    The folder is copied once and built from the copy. `check` may refuse the folder for reasons that the cohort
    model does not know. Raises CohortError for a broken folder, ChaptersFailed and BuildError for the rest, also for
    a folder that changed meanwhile. Nothing under `settings.out` changes before the whole site is finished.
    """
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    with _lock(settings, tell):
        recover(settings.out)
        last = read_record(settings.beside("state"), settings.out, tell)
        damage = last.damage(settings.out) if last else None
        refuse_foreign(settings.out, damage)
        refuse_other_folder(last, settings.folder, settings.out)
        if damage:
            tell(Message("site-damaged", files=damage))
        if last and not damage and not settings.force and _is_same(last, settings):
            for note in last.notes:
                tell(Message("note", note=note))
            return last.rewrite_manifest(settings.out, tell)
        return _build(settings, LastBuild(last, damage or {}, settings.force), tell, check)


def _is_same(last: Record, settings: Settings) -> bool:
    inputs = Inputs(settings.root, settings.folder, settings.out / "results")
    return last.inputs == inputs.hashes() and last.values == settings.values


@contextmanager
def _lock(settings: Settings, tell: Progress) -> Iterator[None]:
    """One build of an output at a time; the second waits and says so."""
    place = settings.beside("lock")
    if place.is_symlink() or (place.exists() and not place.is_file()):
        remove(place)
        tell(Message("lock-damaged"))
    lock = FileLock(place)
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        tell(Message("another-build"))
        held = lock.acquire()
    with held:
        yield


def _build(settings: Settings, last: LastBuild, tell: Progress, check: Callable[[Path], None]) -> Manifest:
    """Something changed: the heavy parts are imported only now, here and in two other processes at the same time."""
    new, private = settings.beside("new"), settings.beside("cohort")
    for left in (new, private):  # by a build that was killed
        remove(left)
    with kernel_host() as kernels, closing(JupyterBook(settings.beside("work"), tell)) as builder:
        from livingreview.book.run import Run
        from livingreview.intake.folder.prepare import prepare

        try:
            copy = settings.scratch("source")
            take_snapshot(settings.folder, copy)
            ready = prepare(copy, settings.scratch("strict"))
            check(ready.folder)
            return Run(settings, ready, last, new, tell, copy).to_new_site(kernels, builder)
        finally:
            shutil.rmtree(new, ignore_errors=True)
            shutil.rmtree(private, ignore_errors=True)
