"""Prose of chapters by message: a heading, a paragraph or an item of a list each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Say = Callable[[str], str]
# What is no prose: the header of a file, blocks of code and formulas, labels, fences and options of a directive.
_HEADER = re.compile(r"\A---\n.*?\n---\n", re.S)
_CLOSED = re.compile(r"^(`{3,})(?![^\n]*`).*?^\1\s*$|^\$\$.*?\$\$\s*$", re.M | re.S)
_MARKUP = re.compile(r"^\s*(?:\([a-z0-9-]+\)=|:{3,}.*|:[a-z-]+:.*)?$")
_BEGINS = re.compile(r"^(#+ |\s*(?:[-*+]|\d+\.) )")


def _pieces(text: str) -> Iterator[tuple[str, str, bool]]:
    """The whole of a text in order: what leads a piece (the sign of a heading or an item), the piece, whether it is prose."""
    at = 0
    for block in [*_HEADER.finditer(text), *_CLOSED.finditer(text)]:
        if block.start() >= at:
            yield from _paragraphs(text[at : block.start()])
            yield "", block.group(), False
            at = block.end()
    yield from _paragraphs(text[at:])


def _paragraphs(text: str) -> Iterator[tuple[str, str, bool]]:
    lead, lines = "", ""
    for line in text.splitlines(keepends=True):
        begins = _BEGINS.match(line)
        if lines and (begins or _MARKUP.match(line) or lead.startswith("#")):
            yield lead, lines, True
            lead, lines = "", ""
        if _MARKUP.match(line):
            yield "", line, False
        else:
            lead = begins.group() if begins else lead
            lines += line[len(begins.group()) if begins else 0 :]
    if lines:
        yield lead, lines, True


def messages(text: str) -> list[str]:
    """What a translator is asked of a text: one line each, without the sign of a heading or an item."""
    return [" ".join(piece.split()) for _, piece, prose in _pieces(text) if prose]


def translated(text: str, say: Say) -> str:
    """The text with every message as `say` says it; what it leaves alone stays as it was written."""
    return "".join(lead + (_said(piece, say) if prose else piece) for lead, piece, prose in _pieces(text))


def _said(piece: str, say: Say) -> str:
    message = " ".join(piece.split())
    other = say(message)
    return piece if other == message else other + piece[len(piece.rstrip()) :]
