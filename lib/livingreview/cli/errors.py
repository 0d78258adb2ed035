"""How a command ends: whatever goes wrong is said in words, never as a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

import typer

from livingreview.book.failures import BuildError, ChaptersFailed
from livingreview.book.stopping import Stopped, end_children, stop_on_signals
from livingreview.cohort.problems import CohortError, Problem
from livingreview.words.problem_words import sentence

UNTOUCHED = "the last good site is untouched"
FULL = (errno.ENOSPC, errno.EDQUOT)
# What to do, by the number of the system's error.
FIXES = {
    errno.EACCES: "Give yourself the right to read and write there, or choose another place.",
    errno.EPERM: "Give yourself the right to read and write there, or choose another place.",
    errno.EROFS: "The place can only be read: choose another with --out, or make it writable.",
    errno.ENOENT: "It is expected there: put it back, or name another place.",
    errno.ENOTDIR: "A folder is expected there: take the file away, or name another place.",
    errno.EISDIR: "A file is expected there: take the folder away, or name another place.",
    errno.EADDRINUSE: "Another program listens there: choose another --port.",
    errno.ENAMETOOLONG: "Choose a place with a shorter path.",
}


def exit_code(app: Callable[[], None]) -> int:
    """Run the command line; 0, 1 for what the user can mend, 2 for usage, 130 or 143 where it was stopped."""
    stop_on_signals()
    try:
        app()
    except Stopped as stop:
        end_children()
        say(f"stopped; {UNTOUCHED}")
        return stop.code
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception as error:
        return _told(error)
    return 0


def _told(error: Exception) -> int:
    if isinstance(error, CohortError):
        report(error.problems)
        say(f"{counted(len(error.problems))}; nothing was changed.")
    elif isinstance(error, ChaptersFailed):
        _report_failures(error)
    elif isinstance(error, BuildError):
        say(f"error: {error}")
        return 2 if error.usage else 1
    else:
        say(f"error: {_sentence(error)}; {UNTOUCHED}.")
    return 1


def _sentence(error: Exception) -> str:
    """One sentence for what no part of the program expected; any other exception is a fault of ours and is raised."""
    if isinstance(error, OSError):
        return _of_the_system(error)
    if isinstance(error, UnicodeError):
        return f"a text cannot be read: {error}. Save the files as UTF-8 and run again"
    if isinstance(error, RecursionError):
        return "something is nested too deeply to be read. Look for very deep brackets in study.yml or a table"
    if isinstance(error, MemoryError):
        return "the memory of this machine is used up. Close other programs, or build with --jobs 1"
    raise error


def _of_the_system(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    if error.errno in FULL:
        return f"{place}the disk is full. Free some space and run again"
    if isinstance(error, BrokenPipeError | ConnectionError):
        return "a process that helps the build was ended. Run again"
    fix = FIXES.get(error.errno, "Look at that place and run again.")
    return f"{place}{error.strerror or error}. {fix.removesuffix('.')}"


def say(words: str) -> None:
    """One line for the person, on standard error; nothing if nobody listens any more."""
    try:
        typer.echo(words, err=True)
    except OSError:
        pass


def report(problems: list[Problem]) -> None:
    """Problems, one a line."""
    for problem in problems:
        say(f"{'note' if problem.note else 'error'}: {sentence(problem)}")


def counted(problems: int) -> str:
    """How many problems, in words."""
    return "1 problem" if problems == 1 else f"{problems} problems"


def _report_failures(error: ChaptersFailed) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(*(Column(name, overflow="fold") for name in ("chapter", "cell", "message", "hint")))
    for failure in error.failures:
        table.add_row(failure.chapter, failure.cell, failure.error, str(failure.hint))
    Console(stderr=True, highlight=False, markup=False).print(table)
    say("The last good site is untouched.")


def flush_and_leave(code: int) -> None:
    """End at once, without taking a hundred libraries apart and without waiting for threads."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # nobody reads any more
            pass
    os._exit(code)
