"""`serve` and `watch`: compressed, on loopback only, and a saved data file reaches the open page."""

from __future__ import annotations

import gzip
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from livingreview.book.serve import SiteServer, serve_in_background
from support import COMMAND, run, small_book


@pytest.fixture
def served(built):
    server = SiteServer(built / "html", 0)
    serve_in_background(server)
    yield server
    server.shutdown()
    server.server_close()


def get(address: str, **headers: str):
    return urllib.request.urlopen(urllib.request.Request(address, headers=headers))


def test_pages_come_compressed_and_as_they_are_on_disk(served, built):
    page = (built / "html" / "index.html").read_bytes()
    with get(served.address, **{"Accept-Encoding": "gzip"}) as answer:
        body = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip" and len(body) < len(page) / 3
        assert gzip.decompress(body) == page
    with get(served.address + "chapters/safety.html") as answer:
        assert answer.headers["Content-Encoding"] is None
        assert answer.read() == (built / "html" / "chapters" / "safety.html").read_bytes()


@pytest.mark.parametrize("path", ["nothing.html", "../manifest.json", "%2e%2e/manifest.json"])
def test_nothing_outside_the_site_is_served(served, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(served.address + path)


def test_it_listens_on_loopback_only(served):
    assert served.server_address[0] == "127.0.0.1" and served.address.startswith("http://127.0.0.1:")


def test_without_a_site_serve_says_what_to_do(book):
    done = run("serve", cwd=book)
    assert done.returncode == 1 and "run livingreview build first" in done.stderr and "Traceback" not in done.stderr


def test_a_saved_data_file_reaches_the_open_page(chromium, tmp_path):
    book = small_book(tmp_path / "book", "Ill: {num}`safety.grade3plus.count`.")
    demo = Path("data/demo")
    watching = subprocess.Popen([*COMMAND, "watch", demo, "--port", "0"], cwd=book, stdout=subprocess.PIPE, text=True)
    try:
        lines = iter(watching.stdout.readline, "")
        address = next(found.group() for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        page = chromium.new_page()
        page.goto(address + "chapters/small.html")
        before = int(page.locator(".num").inner_text())
        page.wait_for_timeout(1000)  # the page has asked for the version once
        events = book / demo / "adverse_events.csv"
        text = events.read_text(encoding="utf-8")
        known = {line.split(",")[0] for line in text.splitlines() if line.split(",")[1] in "345"}
        healthy = next(line for line in text.splitlines()[1:] if line.split(",")[0] not in known)
        patient, _, rest = healthy.split(",", 2)
        events.write_text(text.replace(healthy, f"{patient},3,{rest}", 1), encoding="utf-8")
        expect(page.locator(".num")).to_have_text(str(before + 1), timeout=60_000)  # over the navigation, too
    finally:
        watching.terminate()
        watching.wait()
        watching.stdout.close()
