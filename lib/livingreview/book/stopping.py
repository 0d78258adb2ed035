"""Ctrl-C and a polite kill end a command in one place, with what it started."""

from __future__ import annotations

import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """The person or the system asked the command to end; `code` is what a shell expects then."""

    def __init__(self, number: int) -> None:
        super().__init__(f"signal {number}")
        self.code = 128 + number


def stop_on_signals() -> None:
    """Raise `Stopped` in the main thread at the first signal; later ones change nothing."""

    def stop(number: int, _: object) -> None:
        for one in SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    for one in SIGNALS:
        signal.signal(one, stop)


def end_children() -> None:
    """Kill every process that this one started, and theirs."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        try:
            child.kill()
        except psutil.NoSuchProcess:
            pass
