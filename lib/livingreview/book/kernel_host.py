"""The process that imported the heavy libraries and forks a kernel for every chapter, seen from the build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

SCRIPT = Path(__file__).with_name("kernel_server.py")


class KernelHost:
    """Spoken to over its standard input and output, one request at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"},  # its notice would break into the progress lines
        )
        assert self._process.stdin and self._process.stdout
        self._requests, self._answers = self._process.stdin, self._process.stdout

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it is gone."""
        return self._process.poll() is not None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer; BrokenPipeError if it has ended."""
        answer = ""
        with self._lock:
            with suppress(BrokenPipeError):
                print(json.dumps(request), file=self._requests, flush=True)
                answer = self._answers.readline()
        if not answer.endswith("\n"):
            self._process.wait()
            raise BrokenPipeError("the process that starts kernels has ended")
        answered: dict[str, Any] = json.loads(answer)
        return answered

    def wait_until_ready(self) -> None:
        """Come back when everything heavy is imported, or when it has died: the first chapter finds out."""
        with suppress(BrokenPipeError):
            self.ask({"poll": 0})

    def close(self) -> None:
        """End it; its kernels end with it."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        with suppress(OSError):  # a request it did not read
            self._requests.close()


@contextmanager
def kernel_host() -> Iterator[KernelHost | None]:
    """One that imports at once; None where the system cannot fork, or LIVINGREVIEW_PLAIN_KERNELS=1 forbids it."""
    if not hasattr(os, "fork") or sys.platform != "linux" or os.environ.get("LIVINGREVIEW_PLAIN_KERNELS"):
        yield None
        return
    host = KernelHost()
    try:
        yield host
    finally:
        host.close()
