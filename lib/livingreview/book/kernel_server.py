"""A process that imported the heavy libraries once and forks a kernel for every chapter.

Run as a script by path, never imported: none of our own modules may be in the process that is forked, or
a kernel would run code that was changed since, and every chapter would seem to use all of it.
One JSON object a line: {"argv", "cwd", "env"} forks and answers {"pid"}; {"poll": pid} answers {"code"};
poll 0 only says that everything is imported.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
from typing import Any

# What nearly every chapter uses; what one or two use (lifelines, solvers) those import themselves.
HEAVY = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "psutil",
    "numpy",
    "pandas",
    "scipy.special",
    "altair",
    "pydantic",
    "pydantic.fields",
    "pydantic.functional_validators",
    "pydantic.json_schema",
    "pydantic.main",
    "pydantic.types",
    "yaml",
)


def fork(request: dict[str, Any]) -> int:
    """A child that becomes the kernel, and ends when this process does; its process id."""
    here = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=request["argv"], parent_handle=here)
    finally:
        os._exit(0)


def poll(pid: int, ended: dict[int, int]) -> int | None:
    """Exit code of a child, None while it runs."""
    if pid and pid not in ended:
        ended_pid, status = os.waitpid(pid, os.WNOHANG)
        if ended_pid:
            ended[pid] = os.waitstatus_to_exitcode(status)
    return ended.get(pid)


def _use_once() -> None:
    """Do what reads a schema or builds a table at first use, so that no kernel has to."""
    import altair
    import pydantic

    pydantic.create_model("Nothing", name=(str, ...))
    altair.Chart(altair.Data(values=[])).mark_line().encode(x="a:Q", color="b:N").to_dict()


def main() -> None:
    """Import, then serve until the other side closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    for name in HEAVY:
        importlib.import_module(name)
    _use_once()
    gc.freeze()
    ended: dict[int, int] = {}
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"code": poll(request["poll"], ended)} if "poll" in request else {"pid": fork(request)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
