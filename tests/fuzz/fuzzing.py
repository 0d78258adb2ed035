"""One fuzzed folder after the other, in process: what the program says of it, how long it takes, what it leaves alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import resource
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.damage import KINDS, LAST, OUTSIDE, STATE, Case
from fuzz.sound import write_sound
from livingreview.analyses.support import chapters
from livingreview.book.record import Record, confirm_record, prepare_record, read_record
from livingreview.book.snapshot import refuse_if_changed, take_snapshot
from livingreview.chapter import edition_facts
from livingreview.cohort.cohort import Cohort
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.folder.prepare import prepare, readable
from livingreview.published.printed import read_published
from livingreview.words.problem_words import rule_and_fix, sentence

SECONDS, BYTES = 20, 2 * 2**30
WAITING = 300  # seconds by the clock, which on a busy machine says little: for what waits without working
BESIDE = "a file of somebody else"
SITE = {"html/index.html": "<p>the last good site</p>", "results.csv": "key\n", "manifest.json": "{}"}


@dataclass
class Outcome:
    """What many folders came to; a fault is a number of a case, its kinds of damage, and what happened."""

    folders: int = 0
    refused: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, tuple[str, ...], str]] = field(default_factory=list)
    slowest: float = 0.0
    peak: int = 0


class Hang(BaseException):
    """A case that took too long."""


def fuzz(seed: int, cases: Iterable[int]) -> Outcome:
    """Damage and read one folder for each number; the same seed and number are the same folder.

    A folder has two gigabytes more than the process has before it, and twenty seconds of the processor.
    """
    outcome = Outcome()
    for number in cases:
        with tempfile.TemporaryDirectory(prefix="fuzz") as parent:
            _one(random.Random(f"{seed} {number}"), number, Path(parent), outcome)
    outcome.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return outcome


def _one(rng: random.Random, number: int, parent: Path, outcome: Outcome) -> None:
    case = Case(parent / "cohort", parent / ".site.cohort" / "cohort", parent / "site")
    names = sorted(KINDS)
    kinds = (names[number % len(names)], *rng.choices(names, k=rng.choice([0, 0, 1, 2])))
    write_sound(rng, case.folder)
    for name, content in SITE.items():
        (case.out / name).parent.mkdir(parents=True, exist_ok=True)
        (case.out / name).write_text(content, encoding="utf-8")
    if any(kind in STATE for kind in kinds):
        prepare(case.folder, case.into)
        prepare_record(Record("cohort", "simulated", "", {}, {}, {}), case.state)
        confirm_record(case.state)
    outside = parent / OUTSIDE
    outside.write_text(BESIDE, encoding="utf-8")
    for kind in sorted(kinds, key=LAST.__contains__):
        with contextlib.suppress(OSError):  # an earlier kind left nothing to damage
            KINDS[kind](rng, case)
    assert outside.read_text(encoding="utf-8") == BESIDE, f"the damage itself left its folder: {kinds}"
    source, site = tree(case.folder), tree(case.out)
    began = time.process_time()
    fault = _read(rng, case, str(parent), outcome)
    took = time.process_time() - began
    if not fault and (tree(case.folder), tree(case.out), outside.read_text("utf-8")) != (source, site, BESIDE):
        fault = "the source, the site or a file beside them was changed"
    outcome.folders += 1
    outcome.kinds.update(kinds)
    outcome.slowest = max(outcome.slowest, took)
    if fault:
        outcome.faults.append((number, kinds, fault))


def _read(rng: random.Random, case: Case, parent: str, outcome: Outcome) -> str:
    """What is wrong with the way the folder is read; empty where it is sound or refused in words."""
    built, checked = None, None
    way = rng.choice(["check", "build", "build", "both"])
    try:
        with _limits():
            if way != "check":
                built = _build(case)
            if way != "build":
                checked = _check(case)
    except Hang:
        return f"more than {SECONDS} seconds of the processor, or {WAITING} of waiting"
    except BaseException as error:
        return f"{type(error).__name__}: " + "".join(traceback.format_exception(error)[-3:])[:1500]
    if built is not None and checked is not None and bool(built) != bool(checked):
        return f"build and check differ: {built or 'sound'} | {checked or 'sound'}"
    problems = [*(built or ()), *(checked or ())]
    outcome.refused += bool(problems)
    said = [sentence(problem) for problem in problems]
    wrong = [
        words
        for one, words in zip(problems, said, strict=True)
        if "Traceback" in words or parent in f"{rule_and_fix(one)} {one.value}"
    ]
    wrong += [words for problem, words in zip(problems, said, strict=True) if not all(rule_and_fix(problem))]
    return f"no words for people: {wrong[0][:300]}" if wrong else ""


def _build(case: Case) -> list[Problem]:
    """What `build` says, on its way up to the first chapter."""
    try:
        read_record(case.state, case.out, lambda words: None)
        copy = case.into.parent / "copy" / case.folder.name
        take_snapshot(case.folder, copy)
        ready = prepare(copy, case.into)
        read_published(ready.folder)
        cohort = Cohort(ready.folder)
        for name in ("safety", "study"):
            cohort.commentary(name)
        edition_facts(cohort)
        refuse_if_changed(case.folder, copy)
        record = Record("cohort", "simulated", "", {}, {}, {})
        prepare_record(record, case.state)
        confirm_record(case.state)
        assert read_record(case.state, case.out, lambda words: None) == record
    except CohortError as error:
        return error.problems
    return []


def _check(case: Case) -> list[Problem]:
    """What `check` says."""
    with readable(case.folder) as (strict, problems):
        try:
            read_published(strict)
        except CohortError as error:
            problems = [*problems, *error.problems]
        chapters(strict)
    return [problem for problem in problems if not problem.note]


def tree(folder: Path) -> dict[str, str]:
    """Everything in a folder without following links: the hash of small files, the kind of everything else."""
    found = {}
    for place, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = Path(place) / name
            about = path.lstat()
            small = path.is_file() and not path.is_symlink() and about.st_size < 2**24
            what = hashlib.sha256(path.read_bytes()).hexdigest() if small else f"{about.st_mode} {about.st_size}"
            found[str(path.relative_to(folder))] = what
    return found


@contextlib.contextmanager
def _limits() -> Iterator[None]:
    """Time, and memory above what the process has now, for one folder; afterwards as they were."""

    def ring(number: int, frame: object) -> None:
        raise Hang

    before = {number: signal.signal(number, ring) for number in (signal.SIGALRM, signal.SIGPROF)}
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if Path("/proc/self/statm").exists():
        size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (size + BYTES, hard))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WAITING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        for number, handler in before.items():
            signal.signal(number, handler)


def words(outcome: Outcome) -> str:
    """The outcome in a few lines."""
    lines = [
        f"{outcome.folders} folders, {len(KINDS)} kinds of damage, {outcome.refused} refused in words",
        f"{len(outcome.faults)} faults; slowest {outcome.slowest:.1f} s, peak {outcome.peak / 2**20:,.0f} MB",
    ]
    return "\n".join(lines + [f"  {number} {', '.join(kinds)}: {what}" for number, kinds, what in outcome.faults])
