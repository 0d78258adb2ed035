"""One browser, both editions behind the project's own server, and tabs that remember what they asked and reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import SIZES, Edition, Watch
from find_browser import FLAGS, system_browser
from playwright.sync_api import Browser, Page, sync_playwright

from livingreview.book.serve import SiteServer, serve_in_background


@pytest.fixture(scope="session")
def editions(built: Path, built_demo: Path) -> Iterator[dict[str, Edition]]:
    """Both editions, each behind a server of its own."""
    servers = {name: SiteServer(folder / "html", 0) for name, folder in (("chen-2026", built), ("demo", built_demo))}
    for server in servers.values():
        serve_in_background(server)
    yield {
        name: Edition(name, folder, servers[name].address)
        for name, folder in (("chen-2026", built), ("demo", built_demo))
    }
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(params=["chen-2026", "demo"])
def edition(request: pytest.FixtureRequest, editions: dict[str, Edition]) -> Edition:
    """One edition after the other."""
    return editions[request.param]


@pytest.fixture
def reference(editions: dict[str, Edition]) -> Edition:
    """The reference edition."""
    return editions["chen-2026"]


@pytest.fixture
def demo(editions: dict[str, Edition]) -> Edition:
    """The edition with every table filled."""
    return editions["demo"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a file of tests."""
    with sync_playwright() as running:
        opened = running.chromium.launch(executable_path=system_browser(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_tab(chromium: Browser):
    """Opens a tab of a size on an edition; afterwards no tab has asked another host or reported an error."""
    contexts, watch = [], Watch()

    def opened(edition: Edition, size: str = "desktop", *, disk: bool = False, **options) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        tab = context.new_page()
        watch.follow(tab, "file:" if disk else edition.address)
        return tab

    opened.watch = watch
    yield opened
    for context in contexts:
        context.close()
    assert (watch.asked, watch.errors) == ([], [])
