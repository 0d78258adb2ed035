"""Rules of a chapter: thin calls into the library, prose without typed numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from livingreview.book.chapters import Chapter
from livingreview.book.failures import BuildError

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
    found = [violation for chapter in chapters for violation in violations(chapter)]
    if found:
        raise BuildError("These chapters break the rules of CONTRIBUTING.md:\n" + "\n".join(found))


def violations(chapter: Chapter) -> list[str]:
    """The rules one chapter breaks, in words."""
    text = chapter.source.read_text(encoding="utf-8")
    found = [f"{chapter.page}: {words}" for words in _typed_digits(text)]
    if chapter.notebook is None:
        return found
    code = [cell for cell in chapter.notebook.cells if cell.cell_type == "code"]
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        found.append(f"{chapter.page}: one cell tagged parameters is expected, {len(tagged)} found")
    imports = sum(_is_import(node) for cell in code for node in _nodes(cell.source))
    if imports > 1:
        found.append(f"{chapter.page}: {imports} imports, one is allowed")
    for number, cell in enumerate(code, start=1):
        limit = None if cell in tagged else MAX_LINES
        found += [f"{chapter.page}, code cell {number}: {words}" for words in _cell_violations(cell.source, limit)]
    return found


def _nodes(source: str) -> list[ast.AST]:
    """Everything in a cell's code; nothing where it is no Python."""
    try:
        return list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []


def _is_import(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _cell_violations(source: str, limit: int | None) -> list[str]:
    lines = [line for line in source.splitlines() if line.strip()]
    found = [f"{len(lines)} lines, at most {limit}"] if limit and len(lines) > limit else []
    nodes = _nodes(source)
    if lines and not nodes:
        found.append("no valid Python")
    found += [f"{type(node).__name__} belongs in the library" for node in nodes if isinstance(node, FORBIDDEN)]
    if any(_is_import(node) and getattr(node, "module", "") != FACADE for node in nodes):
        found.append(f"a chapter imports from {FACADE} only")
    return found


def _typed_digits(text: str) -> list[str]:
    """Lines of prose with digits that neither a role nor a fixed term accounts for."""
    prose = _HEADER.sub(_blank, text)
    for pattern in (_CODE, _MATH, _ROLE, _LINK, _OPTION):
        prose = pattern.sub(_blank, prose)
    for term in FIXED_TERMS:
        prose = prose.replace(term, "")
    return [
        f"line {number}: digits are typed ({line.strip()[:60]}); use the num role"
        for number, line in enumerate(prose.splitlines(), start=1)
        if re.search(r"\d", line)
    ]


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")
