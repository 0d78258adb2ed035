"""What the server on this machine answers: the site's regular files, to this machine, under its own name."""

from __future__ import annotations

import http.client
import os
from pathlib import Path

import pytest

from livingreview.book.serve import SiteServer, serve_in_background


@pytest.fixture
def served(tmp_path: Path):
    root = tmp_path / "html"
    (root / "chapters").mkdir(parents=True)
    (root / "index.html").write_text("<body>home</body>", encoding="utf-8")
    (root / "chapters" / "index.html").write_text("<body>chapters</body>", encoding="utf-8")
    (tmp_path / "patients.csv").write_text("patient_id\nR01\n", encoding="utf-8")
    server = SiteServer(root, 0)
    serve_in_background(server)
    yield server
    server.shutdown()
    server.server_close()


def ask(server: SiteServer, path: str, method: str = "GET", host: str | None = None):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{server.server_address[1]}")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_its_own_name_is_answered_and_types_are_what_they_say(served, name):
    answer, body = ask(served, "/", host=f"{name}:{served.server_address[1]}")
    assert (answer.status, body) == (200, b"<body>home</body>")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example", ""]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_name_that_was_made_to_lead_here_is_refused(served, host, method):
    answer, body = ask(served, "/index.html", method, host or " ")
    assert answer.status == 421 and b"home" not in body
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_request_without_a_host_is_refused(served):
    connection = http.client.HTTPConnection("127.0.0.1", served.server_address[1], timeout=5)
    connection.putrequest("GET", "/", skip_host=True)
    connection.endheaders()
    assert connection.getresponse().status == 421


def test_head_is_answered_without_a_body_and_lists_no_folder(served):
    answer, body = ask(served, "/index.html", "HEAD")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "17", b"")
    (served.root / "chapters" / "index.html").unlink()
    for method in ("GET", "HEAD"):
        assert ask(served, "/chapters/", method)[0].status == 404


def leaving(root: Path) -> None:
    (root / "page.html").symlink_to(root.parent / "patients.csv")


def folder_leaving(root: Path) -> None:
    (root / "page.html").symlink_to(root.parent)


def loop(root: Path) -> None:
    (root / "page.html").symlink_to(root / "page.html")


def pipe(root: Path) -> None:
    os.mkfifo(root / "page.html")


def device(root: Path) -> None:
    (root / "page.html").symlink_to("/dev/zero")


@pytest.mark.parametrize("plant", [leaving, folder_leaving, loop, pipe, device])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_only_regular_files_inside_the_site_are_sent(served, plant, method):
    plant(served.root)
    for path in ("/page.html", "/page.html/patients.csv", "/page.html/"):
        answer, body = ask(served, path, method)
        assert answer.status == 404 and b"R01" not in body


def test_a_link_that_stays_inside_is_followed(served):
    (served.root / "home.html").symlink_to("index.html")
    assert ask(served, "/home.html")[1] == b"<body>home</body>"


@pytest.mark.parametrize(
    "path", ["/%00", "/" + "a" * 300, "/../patients.csv", "/%2e%2e/patients.csv", "//etc/passwd", "/index.html%00.css"]
)
def test_odd_addresses_are_not_found(served, path):
    assert ask(served, path)[0].status == 404
