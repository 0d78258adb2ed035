"""Kernels that talk over sockets of the file system, which no other user or port can clash with."""

from __future__ import annotations

import os
import subprocess

from jupyter_client.manager import AsyncKernelManager


class PrivateKernelManager(AsyncKernelManager):
    """A kernel manager over IPC where the system has it, over TCP elsewhere."""

    def __init__(self, **settings) -> None:
        if os.name == "posix":
            settings.setdefault("transport", "ipc")
        super().__init__(**settings)

    async def start_kernel(self, **settings) -> None:
        """Start without the kernel's own notices, which would break into the progress lines."""
        await super().start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **settings)
