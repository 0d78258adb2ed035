"""How a command ends: one sentence that names the place and what to do, whatever went wrong; never a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from livingreview.book.stopping import SIGNALS, Stopped
from livingreview.cli import errors as cli_errors
from livingreview.cli.errors import exit_code
from livingreview.cohort.problems import CohortError, Problem


@pytest.fixture(autouse=True)
def no_signals(monkeypatch):
    monkeypatch.setattr(cli_errors, "stop_on_signals", lambda: None)
    monkeypatch.setattr(cli_errors, "end_children", lambda: None)


def ended(error: BaseException, capsys) -> tuple[int, str]:
    def fail() -> None:
        raise error

    return exit_code(fail), capsys.readouterr().err


END = "; the last good site is untouched.\n"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "Permission denied. Give yourself the right to read and write there, or choose another place"),
        (
            errno.EPERM,
            "Operation not permitted. Give yourself the right to read and write there, or choose another place",
        ),
        (
            errno.EROFS,
            "Read-only file system. The place can only be read: choose another with --out, or make it writable",
        ),
        (errno.ENOENT, "No such file or directory. It is expected there: put it back, or name another place"),
        (errno.ENOTDIR, "Not a directory. A folder is expected there: take the file away, or name another place"),
        (errno.EISDIR, "Is a directory. A file is expected there: take the folder away, or name another place"),
        (errno.ENOSPC, "the disk is full. Free some space and run again"),
        (errno.EDQUOT, "the disk is full. Free some space and run again"),
        (errno.EIO, "Input/output error. Look at that place and run again"),
        (errno.ELOOP, "Too many levels of symbolic links. Look at that place and run again"),
        (errno.EMFILE, "Too many open files. Look at that place and run again"),
        (errno.ENAMETOOLONG, "File name too long. Choose a place with a shorter path"),
    ],
)
def test_an_error_of_the_system_names_the_place_and_what_is_missing(number, said, capsys):
    error = OSError(number, os.strerror(number), "some/place")
    assert ended(error, capsys) == (1, f"error: some/place: {said}{END}")


def test_without_a_place_it_is_said_without_one(capsys):
    busy = OSError(errno.EADDRINUSE, "Address already in use")
    said = "error: Address already in use. Another program listens there: choose another --port"
    assert ended(busy, capsys) == (1, said + END)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BrokenPipeError("gone"), "a process that helps the build was ended. Run again"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "a text cannot be read: 'utf-8' codec"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), "a text cannot be read: 'utf-8' codec"),
        (RecursionError("maximum recursion depth exceeded"), "something is nested too deeply to be read"),
        (MemoryError(), "the memory of this machine is used up"),
    ],
)
def test_what_nobody_expected_is_one_sentence(error, said, capsys):
    code, words = ended(error, capsys)
    assert code == 1 and words.startswith(f"error: {said}") and words.endswith(END) and words.count("\n") == 1


def test_a_fault_of_ours_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        exit_code(lambda: 1 / 0)


def test_problems_of_a_folder_are_listed_and_counted(capsys):
    problem = Problem("patients.csv", "patients-missing")
    code, words = ended(CohortError([problem]), capsys)
    assert (code, words) == (
        1,
        "error: patients.csv: the file is missing. Every cohort folder needs one.\n1 problem; nothing was changed.\n",
    )


@pytest.mark.parametrize(("number", "code"), list(zip(SIGNALS, (130, 143), strict=True)))
def test_a_stop_is_said_with_the_code_that_a_shell_expects(number, code, capsys):
    assert ended(Stopped(number), capsys) == (code, "stopped; the last good site is untouched\n")


SLEEPER = """
import subprocess, sys, time
from livingreview.cli.errors import exit_code, flush_and_leave
def work():
    child = subprocess.Popen([sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"])
    print(child.pid, flush=True)
    time.sleep(60)
flush_and_leave(exit_code(work))
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_command_and_what_it_started(number, tmp_path: Path):
    import psutil

    process = subprocess.Popen(
        [sys.executable, "-c", SLEEPER],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    child = psutil.Process(int(process.stdout.readline()))
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (128 + number, "stopped; the last good site is untouched\n")
    assert psutil.wait_procs([child], timeout=5)[1] == []
