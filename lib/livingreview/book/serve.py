"""Looking at a built site over loopback, compressed, and reloading open pages after a rebuild."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from livingreview.book.failures import Message
from livingreview.book.settings import Progress

VERSION = "/__version"
LOOPBACK = "127.0.0.1"
HTTP_PORT = 80
# Only what this server sends holds it; the site on disk has no such script.
RELOAD = "/__reload.js"
RELOAD_TAG = f'<script src="{RELOAD}"></script></body>'.encode()
RELOAD_SCRIPT = f"""(function(){{let seen=null;setInterval(async()=>{{try{{
const now=await (await fetch("{VERSION}",{{cache:"no-store"}})).text();
if(seen!==null&&now!==seen)location.reload();seen=now;}}catch(e){{}}}},400)}})()"""
COMPRESSED = (".html", ".css", ".js", ".json", ".csv", ".svg", ".ipynb")


class SiteServer(ThreadingHTTPServer):
    """Serves one folder on loopback; `version` counts the builds that open pages should reload for."""

    daemon_threads = True

    def __init__(self, html: Path, port: int, *, live: bool = False) -> None:
        self.live = live
        self.version = 0
        self.root = html
        super().__init__((LOOPBACK, port), partial(_Handler, directory=str(html)))
        own = self.server_address[1]
        self.hosts = {f"{name}:{own}" for name in (LOOPBACK, "localhost")}
        self.hosts |= {LOOPBACK, "localhost"} if own == HTTP_PORT else set()

    @property
    def address(self) -> str:
        """Where to point a browser."""
        return f"http://{LOOPBACK}:{self.server_address[1]}/"


class _Handler(SimpleHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"  # one connection for many files
    timeout = 60  # seconds after which a silent connection is given up

    def do_GET(self) -> None:
        """One file, compressed where the browser takes it; a folder means its index."""
        if self.headers.get("Host") not in self.server.hosts:  # a page elsewhere whose name was made to lead here
            self.send_error(421, "Open the address that livingreview named")
            return
        if self.path == VERSION:
            self._send(str(self.server.version).encode(), "text/plain", compress=False)
            return
        if self.server.live and self.path == RELOAD:
            self._send(RELOAD_SCRIPT.encode(), "text/javascript", compress=False)
            return
        path = self._file()
        if path is None:
            self.send_error(404)
            return
        content = path.read_bytes()
        if self.server.live and path.suffix == ".html":
            content = content.replace(b"</body>", RELOAD_TAG, 1)
        compress = path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
        self._send(content, self.guess_type(str(path)), compress=compress)

    do_HEAD = do_GET

    def _file(self) -> Path | None:
        """The regular file that the address names; None for anything else, also for what a link leads out of the site."""
        try:
            path = Path(self.translate_path(self.path)).resolve()
            path = (path / "index.html").resolve() if path.is_dir() else path
            return path if path.is_relative_to(self.server.root.resolve()) and path.is_file() else None
        except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no file can have
            return None

    def end_headers(self) -> None:
        """With every answer: its type is what it says."""
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def _send(self, content: bytes, kind: str, *, compress: bool) -> None:
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}{"-gzip" if compress else ""}"'
        if not self.server.live and tag in self.headers.get("If-None-Match", ""):
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        if compress:
            content = gzip.compress(content, 6)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store" if self.server.live else "no-cache")
        self.send_header("ETag", tag)
        if compress:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing: the terminal belongs to the builds."""


def serve_in_background(server: SiteServer) -> None:
    """Answer requests in a thread that ends with the process."""
    threading.Thread(target=server.serve_forever, daemon=True).start()


def watch(
    server: SiteServer, watched: Iterable[Path], command: list[str], tell: Progress, stop: threading.Event
) -> None:
    """Build again whenever a watched file is saved, in a new process, which reads our own code anew."""
    from watchfiles import watch as changes_of

    for changes in changes_of(*watched, stop_event=stop, debounce=300, raise_interrupt=False):
        names = sorted({Path(path).name for _, path in changes})
        tell(Message("saved", names=tuple(names[:5])))
        if (
            subprocess.run(
                [sys.executable, "-c", "from livingreview.cli.main import main; main()", *command]
            ).returncode
            == 0
        ):
            server.version += 1
