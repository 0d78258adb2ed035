"""Kernels for chapters: forked from a warm process where the system can fork, started plainly elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Type

from livingreview.book.kernel_host import KernelHost

STARTUP_SECONDS = 60
LONGEST_SOCKET = 90  # the system allows about 104 characters, of which the port takes some


class ForkedProcess:
    """A forked kernel with the methods of `subprocess.Popen` that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, host: KernelHost, pid: int) -> None:
        self._host = host
        self.pid = pid

    def poll(self) -> int | None:
        """Exit code, None while it runs; killed if the warm process is gone, for its kernels end with it."""
        try:
            code: int | None = self._host.ask({"poll": self.pid})["code"]
            return code
        except BrokenPipeError:  # raised further, it would be lost in the client, which would wait for ever
            return -signal.SIGKILL

    def wait(self) -> int:
        """Wait for the end."""
        while (code := self.poll()) is None:
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        """Signal the kernel, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class ForkProvisioner(LocalProvisioner):
    """Launches a kernel by a fork of the warm process instead of a new interpreter."""

    host: KernelHost

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> KernelConnectionInfo:
        """Fork; the arguments after `-m ipykernel_launcher` go to the kernel."""
        environment = {**settings.get("env", os.environ), "JPY_PARENT_PID": str(self.host.pid)}
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        answer = self.host.ask({"argv": arguments, "cwd": str(settings["cwd"]), "env": environment})
        self.process = ForkedProcess(self.host, answer["pid"])  # type: ignore[assignment]
        self.pid, self.pgid, self.cwd = answer["pid"], None, settings["cwd"]
        return self.connection_info


class PromptKernelClient(AsyncKernelClient):
    """A client that waits for the kernel's first "idle", and not for a fifth of a second of silence after it."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Come back when the kernel has answered; RuntimeError if it has not in time, or has died."""
        ends = time.monotonic() + (timeout or STARTUP_SECONDS)
        asked = set()
        while True:
            asked.add(self.kernel_info())
            try:
                reply = await self.get_shell_msg(timeout=1)
            except Empty:
                if time.monotonic() > ends or not await self.is_alive():
                    raise RuntimeError("the kernel did not answer") from None
                continue
            if reply["msg_type"] == "kernel_info_reply":
                self._handle_kernel_info_reply(reply)
                break
        try:
            while not _ends(await self.get_iopub_msg(timeout=0.2), asked):
                pass
        except Empty:  # it was said before we listened
            pass


def _ends(message: dict[str, Any], requests: set[str]) -> bool:
    """Whether the kernel says that it has finished one of these requests."""
    asked = message["parent_header"].get("msg_id") in requests
    return asked and message["content"].get("execution_state") == "idle"


class ChapterKernelManager(AsyncKernelManager):
    """A kernel that works in a folder of its own and, with a host, is forked from the warm process.

    It talks over sockets of the file system where there are any: no port can clash, nobody else can listen.
    """

    host: KernelHost | None = None
    folder = "."
    client_factory = Type(PromptKernelClient)

    def __init__(self, **settings: Any) -> None:
        socket = os.path.join(self.folder, "kernel")
        if os.name == "posix" and len(socket) < LONGEST_SOCKET:
            settings |= {"transport": "ipc", "ip": socket}
        super().__init__(**settings)

    async def start_kernel(self, **settings: Any) -> None:  # type: ignore[override]
        """Start without the kernel's own notices, which would break into the progress lines."""
        if self.host is not None:
            self.provisioner = ForkProvisioner(kernel_id="", kernel_spec=self.kernel_spec, parent=self)
            self.provisioner.host = self.host
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self.folder}
        await super().start_kernel(**{**settings, **quiet})


def kernel_manager(host: KernelHost | None, folder: Path) -> type[AsyncKernelManager]:
    """The class papermill is given for one chapter; papermill's own `cwd` moves the whole process."""
    return type("KernelManager", (ChapterKernelManager,), {"host": host, "folder": str(folder)})
