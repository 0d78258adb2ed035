"""Kernels for chapters: forked from a warm process where the system can fork, started plainly elsewhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from queue import Empty
from threading import Lock
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Type

STARTUP_SECONDS = 60
LONGEST_SOCKET = 90  # the system allows about 104 characters, of which the port takes some


class KernelServer:
    """The warm process, spoken to over its standard input and output; one request at a time."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._lock = Lock()
        self._process = process

    @property
    def pid(self) -> int:
        """Process id of the warm process."""
        return self._process.pid

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer."""
        answer = ""
        with self._lock:
            try:
                print(json.dumps(request), file=self._process.stdin, flush=True)
                answer = self._process.stdout.readline()
            except BrokenPipeError:
                pass
        if not answer.endswith("\n"):
            self._process.wait()
            raise BrokenPipeError("the process that starts kernels has ended")
        return json.loads(answer)

    @property
    def has_ended(self) -> bool:
        """Whether the warm process is gone."""
        return self._process.poll() is not None

    def wait_until_ready(self) -> None:
        """Come back when everything heavy is imported, or when the process has died: the first chapter finds out."""
        try:
            self.ask({"poll": 0})
        except BrokenPipeError:
            pass

    def close(self) -> None:
        """Let it end; its kernels end with it."""
        try:
            self._process.stdin.close()
        except OSError:  # it was ended before it read everything
            pass
        self._process.wait()
        self._process.stdout.close()


class ForkedProcess:
    """A forked kernel with the methods of `subprocess.Popen` that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: KernelServer, pid: int) -> None:
        self._server = server
        self.pid = pid

    def poll(self) -> int | None:
        """Exit code, None while it runs; killed if the warm process is gone, for its kernels end with it."""
        try:
            return self._server.ask({"poll": self.pid})["code"]
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

    server: KernelServer

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> dict[str, Any]:
        """Fork; the arguments after `-m ipykernel_launcher` go to the kernel."""
        environment = {**settings.get("env", os.environ), "JPY_PARENT_PID": str(self.server.pid)}
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        answer = self.server.ask({"argv": arguments, "cwd": str(settings["cwd"]), "env": environment})
        self.process = ForkedProcess(self.server, answer["pid"])
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
    """A kernel that works in a folder of its own and, with a server, is forked from the warm process.

    It talks over sockets of the file system where there are any: no port can clash, nobody else can listen.
    """

    server: KernelServer | None = None
    folder = "."
    client_factory = Type(PromptKernelClient)

    def __init__(self, **settings: Any) -> None:
        socket = os.path.join(self.folder, "kernel")
        if os.name == "posix" and len(socket) < LONGEST_SOCKET:
            settings |= {"transport": "ipc", "ip": socket}
        super().__init__(**settings)

    async def start_kernel(self, **settings: Any) -> None:
        """Start without the kernel's own notices, which would break into the progress lines."""
        if self.server is not None:
            self.provisioner = ForkProvisioner(kernel_id="", kernel_spec=self.kernel_spec, parent=self)
            self.provisioner.server = self.server
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self.folder}
        await super().start_kernel(**{**settings, **quiet})


def kernel_manager(server: KernelServer | None, folder: Path) -> type[AsyncKernelManager]:
    """The class papermill is given for one chapter; papermill's own `cwd` moves the whole process."""
    return type("KernelManager", (ChapterKernelManager,), {"server": server, "folder": str(folder)})
