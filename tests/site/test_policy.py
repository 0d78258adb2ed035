"""Every page carries the policy before anything it could load, and nothing on it needs an exception."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from livingreview.site.policy import POLICY, RULES
from support import PAGES

ALL = [*PAGES, "search", "genindex"]
LOADS = ("script", "link", "style", "img", "title", "noscript")


class Elements(HTMLParser):
    """The elements of a page in their order, and the scripts that stand in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self._in_script = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self._in_script = tag == "script" and not dict(attrs).get("type", "").startswith("application/")

    def handle_endtag(self, tag):
        self._in_script = False

    def handle_data(self, data):
        if self._in_script and data.strip():
            self.inline.append(data)


@pytest.mark.parametrize("page", ALL)
def test_the_policy_stands_before_whatever_a_page_loads(built, page):
    found = Elements(built / "html" / f"{page}.html").found
    policies = [place for place, (_, given) in enumerate(found) if given.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert found[policies[0]][1]["content"] == POLICY
    assert min(place for place, (tag, _) in enumerate(found) if tag in LOADS) > policies[0]


@pytest.mark.parametrize("page", ALL)
def test_no_page_has_a_script_or_a_handler_of_its_own(built, page):
    read = Elements(built / "html" / f"{page}.html")
    assert read.inline == []
    assert [(tag, name) for tag, given in read.found for name in given if name.startswith("on")] == []


def test_the_site_holds_no_html_that_is_no_page(built):
    html = built / "html"
    found = {path.relative_to(html).as_posix().removesuffix(".html") for path in html.rglob("*.html")}
    assert found == set(ALL)


def test_no_rule_lets_a_text_be_run():
    assert "unsafe" not in RULES["script-src"]
    assert RULES["default-src"] == RULES["base-uri"] == RULES["object-src"] == "'none'"
    assert not any(scheme in POLICY for scheme in ("http:", "https:", "*"))
