"""An edition as a browser meets it, and what its tabs asked and reported."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, TimeoutError

SIZES = {"desktop": (1280, 900), "phone": (375, 800), "narrow": (320, 640)}
LOCAL = ("data:", "blob:", "about:")


@dataclass(frozen=True)
class Edition:
    """A built review: its folder, and where it is served."""

    name: str
    folder: Path
    address: str

    @property
    def pages(self) -> list[str]:
        """Every HTML page of the site, the search and the index too."""
        html = self.folder / "html"
        found = (path.relative_to(html).as_posix().removesuffix(".html") for path in html.rglob("*.html"))
        return sorted(page for page in found if not page.startswith("_static/"))  # the theme's templates lie there

    def url(self, page: str, *, disk: bool = False) -> str:
        """Where a page is, on the server or on disk."""
        return (self.folder / "html" / f"{page}.html").as_uri() if disk else f"{self.address}{page}.html"

    def rows(self, name: str) -> list[dict[str, str]]:
        """A table the build wrote, such as `results.csv`."""
        with (self.folder / name).open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))


@dataclass
class Watch:
    """What tabs asked of others and reported as errors."""

    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def follow(self, tab: Page, own: str) -> None:
        def request(sent):
            self.requests.append(sent.url)
            if not sent.url.startswith((own, *LOCAL)):
                self.asked.append(f"{tab.url}: {sent.url}")

        tab.on("request", request)
        tab.on(
            "console",
            lambda said: self.errors.append(f"{tab.url}: {said.text}") if said.type == "error" else None,
        )
        tab.on("pageerror", lambda error: self.errors.append(f"{tab.url}: {error}"))


def plain(text: str) -> str:
    """Words with ordinary blanks."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def until(tab: Page, expression: str, arg: object = None, *, timeout: int = 10_000) -> None:
    """Wait until the page says so. Playwright's own way would have the page eval a text, which the policy forbids."""
    end = time.monotonic() + timeout / 1000
    while not tab.evaluate(expression, arg):
        if time.monotonic() > end:
            raise TimeoutError(f"after {timeout} ms not yet: {expression}")
        tab.wait_for_timeout(20)
