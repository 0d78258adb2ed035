"""Addresses of the product are promises: pages, sections, figures, tables and numbers that others may have linked to.

`addresses.txt` beside this file lists those of the reference edition. Run as a program with the folder of a built
site it adds what is new; what is gone it names, and keeps.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest

PINNED = Path(__file__).with_name("addresses.txt")
ADD = ".venv/bin/python tests/site/test_addresses.py _build/chen-2026"
KINDS = {"section": "section", "figure": "figure", "table": "table", "h2": "section", "span": "number"}


class Page(HTMLParser):
    """The ids of a page, those of its own parts by kind, and where it leads."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()
        self.parts: dict[str, str] = {}
        self.links: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if name := given.get("id"):
            self.ids.add(name)
            is_number = "num" in (given.get("class") or "").split()
            by_itself = name.removeprefix("id").isdigit()  # counted by Sphinx, promised to nobody
            if tag in KINDS and not by_itself and (tag != "span" or is_number):
                self.parts[name] = KINDS[tag]
            elif tag == "span" and not by_itself and not given.get("class"):
                self.parts[name] = "section"  # a label in front of a heading
        self.links += [given[name] for name in ("href", "src") if given.get(name)]


def pages(html: Path) -> dict[str, Page]:
    """Every page of a site by its address inside it."""
    found = (path.relative_to(html).as_posix() for path in sorted(html.rglob("*.html")))
    return {name: Page(html / name) for name in found if not name.startswith("_static/")}


def addresses(html: Path) -> set[str]:
    """All promised addresses: pages, and the parts of each with their kind."""
    found = set()
    for name, page in pages(html).items():
        found.add(name)
        found |= {f"{name}#{part} {kind}" for part, kind in page.parts.items()}
    return found


def pinned() -> set[str]:
    """The addresses that are promised."""
    return set(PINNED.read_text(encoding="utf-8").splitlines())


def test_no_promised_address_is_gone(built):
    gone = sorted(pinned() - addresses(built / "html"))
    words = "\n".join(
        [
            "These addresses were published, and others may have linked to them:",
            *(f"  {address}" for address in gone),
            "Give the page, section, figure, table or number its old name again: a label `(old-name)=` before a heading keeps",
            "its address, the key of a number makes it. If it must go, take its line out of tests/site/addresses.txt and",
            "say so in CHANGELOG.md.",
        ]
    )
    assert not gone, words


def test_every_address_is_promised(built):
    new = sorted(addresses(built / "html") - pinned())
    words = "\n".join(["New addresses, which will be promised from now on; add them with", f"  {ADD}", *new[:20]])
    assert not new, words


@pytest.mark.parametrize("which", ["built", "built_demo"])
def test_every_link_inside_the_site_leads_somewhere(request, which):
    html = request.getfixturevalue(which) / "html"
    found = pages(html)
    broken = []
    for name, page in found.items():
        for link in page.links:
            target, part = urldefrag(urljoin(f"site:///{name}", link))
            if not target.startswith("site:///"):
                continue
            file = unquote(target.removeprefix("site:///").partition("?")[0]) or name
            if not (html / file).is_file():
                broken.append(f"{name}: {link}: no such file")
            elif part and file in found and unquote(part) not in found[file].ids:
                broken.append(f"{name}: {link}: no such part")
    assert broken == []


def test_a_site_has_a_few_addresses_of_each_kind():
    kinds = [address.partition(" ")[2] or "page" for address in pinned()]
    assert {kind: kinds.count(kind) > 3 for kind in set(kinds)} == dict.fromkeys(
        ("page", "section", "figure", "table", "number"), True
    )


if __name__ == "__main__":
    now = addresses(Path(sys.argv[1]) / "html")
    before = pinned() if PINNED.exists() else set()
    PINNED.write_text("\n".join(sorted(before | now)) + "\n", encoding="utf-8", newline="\n")
    print(f"{len(now - before)} added, {len(before - now)} gone from the site but still promised:")
    print("\n".join(sorted(before - now)))
