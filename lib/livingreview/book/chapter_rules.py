"""Rules of a chapter: thin calls into the library, prose without typed numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from livingreview.book.chapters import Chapter
from livingreview.book.failures import BuildError, Message

MAX_LINES = 5
FACADE = "livingreview.chapter"
FORBIDDEN = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.While,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.With,
    ast.Try,
)
IMPORTS = (ast.Import, ast.ImportFrom)
# Terms of the field that contain digits; every other digit in prose must come from a role.
FIXED_TERMS = ("grade 3", "95 %", "100 %", "CC BY 4.0")
_ROLE = re.compile(r"\{[a-z:]+\}`[^`]*`")
_CODE = re.compile(r"^(`{3,})(?:\{code-cell\}|sh$|yaml$).*?^\1\s*$", re.M | re.S)  # cells, commands, files
_MATH = re.compile(r"\$\$.*?\$\$|\$[^$]+\$|^(`{3,}|:{3,})\{math\}.*?^\1\s*$", re.M | re.S)
_LINK = re.compile(r"\]\([^)]*\)|<https?://[^>]*>|^\([a-z0-9-]+\)=\s*$|`[^`]*`", re.M)
_OPTION = re.compile(r"^:[a-z-]+:.*$|^(`{3,}|:{3,})\{?[a-z-]*\}?\s*[\w-]*\s*$", re.M)
_HEADER = re.compile(r"\A---\n.*?\n---\n", re.S)


def refuse_unruly(chapters: Iterable[Chapter]) -> None:
    """BuildError with every rule a chapter breaks."""
    if broken := tuple(violation for chapter in chapters for violation in violations(chapter)):
        raise BuildError("unruly", lines=broken)


def violations(chapter: Chapter) -> list[Message]:
    """The rules one chapter breaks."""
    page = chapter.page
    prose = _prose(chapter.source.read_text(encoding="utf-8"))
    broken = [
        Message("typed-digits", page=page, line=number, text=line.strip()[:60])
        for number, line in enumerate(prose.splitlines(), start=1)
        if re.search(r"\d", line)
    ]
    if chapter.notebook is None:
        return broken
    code = [cell for cell in chapter.notebook.cells if cell.cell_type == "code"]
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        broken.append(Message("one-parameters-cell", page=page, n=len(tagged)))
    imports = sum(isinstance(node, IMPORTS) for cell in code for node in _nodes(cell.source))
    if imports > 1:
        broken.append(Message("one-import", page=page, n=imports))
    for number, cell in enumerate(code, start=1):
        rules = _cell_rules(cell.source, limited=cell not in tagged)
        broken += [Message(rule, page=page, cell=number, **facts) for rule, facts in rules]
    return broken


def _nodes(source: str) -> list[ast.AST]:
    """Everything in a cell's code; nothing where it is no Python."""
    try:
        return list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []


def _cell_rules(source: str, *, limited: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rules that a cell breaks, with what breaks them."""
    lines = sum(bool(line.strip()) for line in source.splitlines())
    if limited and lines > MAX_LINES:
        yield "long-cell", {"n": lines, "limit": MAX_LINES}
    nodes = _nodes(source)
    if lines and not nodes:
        yield "no-python", {}
    for node in nodes:
        if isinstance(node, FORBIDDEN):
            yield "not-here", {"what": type(node).__name__}
        elif isinstance(node, IMPORTS) and getattr(node, "module", "") != FACADE:
            yield "other-import", {"facade": FACADE}


def _prose(text: str) -> str:
    """The text without all that may hold digits: code, formulas, roles, links, options, fixed terms."""
    for pattern in (_HEADER, _CODE, _MATH, _ROLE, _LINK, _OPTION):
        text = pattern.sub(_blank, text)
    for term in FIXED_TERMS:
        text = text.replace(term, "")
    return text


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")
