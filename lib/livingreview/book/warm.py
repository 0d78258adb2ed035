"""Starting the two helper processes of a build before anything heavy is imported here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

KERNEL_SERVER = Path(__file__).with_name("kernel_server.py")


def can_fork() -> bool:
    """Whether kernels can be forked here; LIVINGREVIEW_PLAIN_KERNELS=1 says no."""
    return hasattr(os, "fork") and sys.platform == "linux" and not os.environ.get("LIVINGREVIEW_PLAIN_KERNELS")


def start_kernel_server() -> subprocess.Popen | None:
    """The process that forks kernels, importing; None where the system cannot fork."""
    if not can_fork():
        return None
    return subprocess.Popen(
        [sys.executable, "-P", str(KERNEL_SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"},  # its notice would break into the progress lines
    )


def start_renderer() -> subprocess.Popen:
    """The process that renders, waiting for its first line before it imports anything heavy."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    environment.pop("SOURCE_DATE_EPOCH", None)  # pages show the edition's date, never that of a package
    return subprocess.Popen(
        [sys.executable, "-m", "livingreview.book.render_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
