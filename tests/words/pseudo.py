"""A language in which every message is the English one between ⟦ and ⟧: what a page shows outside was not translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import write_po

from livingreview.book.message_template import template

LANGUAGE = "eo"  # the theme has words of its own in it
OPEN, CLOSE = "⟦", "⟧"
SPOKEN = ("alt", "aria-label", "title", "placeholder", "content", "data-about", "data-title", "data-bs-title", "value")
UNSPOKEN = ("script", "style", "pre", "code", "math")
OF_THE_THEME = {
    "Link to this heading",
    "Link to this table",
    "Link to this image",
    "Index",
    "Ctrl",
    "Color mode",
    "Main",
    "Page",
    "Toggle primary sidebar",
    "Toggle secondary sidebar",
}
VOID = ("meta", "link", "img", "input", "br", "hr", "wbr", "source", "path", "rect", "line")


def write_catalogue(root: Path, folder: Path) -> None:
    """The catalogue of the marked language."""
    marked = Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)
    for message in template(root):
        if message.id:
            marked.add(message.id, mark(message.id), flags=message.flags)
    with (folder / f"{LANGUAGE}.po").open("wb") as opened:
        write_po(opened, marked)


def mark(message: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """A message, or each form of one, between the marks."""
    return tuple(map(mark, message)) if isinstance(message, tuple) else f"{OPEN}{message}{CLOSE}"


class Page(HTMLParser):
    """The visible words of a page that no marks enclose, each with where it stands; what is spoken counts as visible."""

    def __init__(self, text: str, skip: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.unmarked: list[tuple[str, str]] = []
        self._open: list[tuple[str, str, bool, bool]] = []
        self._depth, self._skip = 0, skip
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attributes}
        names = known.get("class", "").split()
        silent = bool(self._open and self._open[-1][2]) or tag in UNSPOKEN or any(name in self._skip for name in names)
        hidden = known.get("aria-hidden") == "true" or bool(self._open and self._open[-1][3])
        if not silent and not hidden:
            for name in SPOKEN:
                if name in known and not (name == "content" and known.get("name", "") != "description"):
                    self._note(f"{tag} {name}", outside(known[name])[0])
        if tag not in VOID:
            self._open.append((tag, ".".join(names[:2]), silent, hidden))
        if tag == "text":
            self._depth = 0  # a long word of a drawing may have lost its closing mark

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][2]:
            return
        found, self._depth = outside(data, self._depth)
        self._note(" ".join(f"{tag}.{names}" for tag, names, *_ in self._open[-2:]), found)

    def _note(self, place: str, found: list[str]) -> None:
        self.unmarked += [(place, piece) for piece in found]


def outside(text: str, depth: int = 0) -> tuple[list[str], int]:
    """The pieces of a text outside the marks that hold a letter, and how many marks are open at its end."""
    pieces, piece = [], ""
    for letter in text:
        if letter in (OPEN, CLOSE):
            pieces.append(piece)
            piece, depth = "", max(0, depth + (1 if letter == OPEN else -1))
        elif not depth:
            piece += letter
    pieces.append(piece)
    return [" ".join(one.split()) for one in pieces if re.search(r"[^\W\d_]{2}", one)], depth


def of_the_theme() -> set[str]:
    """Words that Sphinx and the themes say: they have catalogues of their own, and English where one lacks a word."""
    said = set()
    for package, domain in (
        ("sphinx", "sphinx"),
        ("pydata_sphinx_theme", "sphinx"),
        ("sphinx_book_theme", "booktheme"),
    ):
        folder = Path(str(find_spec(package).submodule_search_locations[0]))
        for path in folder.rglob(f"LC_MESSAGES/{domain}.mo"):
            with path.open("rb") as opened:
                for message in read_mo(opened):
                    said |= {message.id, message.string} if LANGUAGE in path.parts else {message.id}
    return {word for word in said if isinstance(word, str) and word} | OF_THE_THEME


def of_the_data(*places: Path) -> str:
    """Every text of the files that an edition is made from, on one line: what pages show of it stays as it is."""
    files = [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*")))]
    texts = [
        path.read_text(encoding="utf-8") for path in files if path.suffix in (".csv", ".yml", ".md", ".bib", ".cff")
    ]
    return plain(" ".join(texts))


def plain(text: str) -> str:
    """Letters alone, each run of others a blank: markup and line breaks are no difference."""
    words = " ".join(re.findall(r"[^\W_]+", text))
    return f" {words.casefold()} "


def unmarked(page: Path, skip: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Place and words of everything on a page that was not translated."""
    yield from Page(page.read_text(encoding="utf-8"), skip).unmarked
