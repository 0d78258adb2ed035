"""Every message of the review, for translators: `python -m livingreview.book.message_template` writes the gettext template."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import jupytext
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from livingreview.book.builder import ORDER, book_root, ordered_pages
from livingreview.book.prose import messages
from livingreview.book.staging import captions, parts
from livingreview.words import problem_words
from livingreview.words.plural import Plural
from livingreview.words.problem_words import messages as messages_of_problems
from livingreview.words.translate import locale_folder

LIBRARY = Path(__file__).parents[1]
TEMPLATE = "livingreview.pot"
HEADER = "# The words of the review. Save the translation beside this file as <language>.po."
KEYWORDS = {"_": 1, "gettext": 1, "mark": 1, "ngettext": 2}  # how many of the arguments are messages
SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # same messages, same bytes


def template(root: Path) -> Catalog:
    """The messages of the library, of the chapters' sources and of the order of the book, without translations."""
    catalog = Catalog(header_comment=HEADER, project="livingreview", fuzzy=False, creation_date=SINCE)
    for path in sorted(LIBRARY.rglob("*.py")):
        for message in code_messages(path.read_text(encoding="utf-8")):
            catalog.add(message)
    for said in messages_of_problems():
        catalog.add(said if isinstance(said, str) else said[:2])
    for message in problem_words.messages():
        catalog.add(message[:2] if isinstance(message, Plural) else message)
    for page in ordered_pages(root):
        for message in page_messages((root / f"{page}.md").read_text(encoding="utf-8")):
            catalog.add(message)
    for caption in parts((root / ORDER).read_text(encoding="utf-8")):
        catalog.add(caption)
    for entry in catalog:
        if "%(" not in str(entry.id):  # “95 % is” is no gap
            entry.flags.discard("python-format")
    return catalog


def page_messages(text: str) -> Iterator[str | tuple[str, ...]]:
    """The messages of a chapter: its prose, the captions of its figures, and the words of its code."""
    if "{code-cell}" not in text:
        yield from messages(text)
        return
    for cell in jupytext.reads(text, fmt="md:myst").cells:
        if cell.cell_type == "markdown":
            yield from messages(cell.source)
            continue
        if caption := captions(cell):
            yield caption
        yield from code_messages(cell.source)


def code_messages(source: str) -> Iterator[str | tuple[str, ...]]:
    """The messages of Python code, also those inside an f-string; the two forms of a plural together."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (called := getattr(node.func, "id", "")) in KEYWORDS:
            said = tuple(str(one.value) for one in node.args[: KEYWORDS[called]] if isinstance(one, ast.Constant))
            if said and said[0]:
                yield said if len(said) > 1 else said[0]


def main() -> None:
    """Write the template where the catalogues are."""
    folder = locale_folder()
    folder.mkdir(exist_ok=True)
    with (folder / TEMPLATE).open("wb") as opened:
        write_po(opened, template(book_root()), width=120, sort_output=True)


if __name__ == "__main__":
    main()
