"""Rules of a chapter: thin calls into the library, prose without typed numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from livingreview.book.chapters import Chapter
from livingreview.book.problems import BuildError

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
FIXED_TERMS = (
    "grade 3",
    "grade 4",
    "grade 5",
    "95 %",
    "100 %",
    "50:50",
    "CC BY 4.0",
    "SHA-256",
    "TOURMALINE-MM3",
    "mSMART 3.0",
)
_ROLE = re.compile(r"\{[a-z:]+\}`[^`]*`")
_CODE_CELL = re.compile(r"^(`{3,})\{code-cell\}.*?^\1\s*$", re.M | re.S)
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
    imports = 0
    for number, cell in enumerate(code, start=1):
        where = f"{chapter.page}, code cell {number}"
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if len(lines) > MAX_LINES and cell not in tagged:
            found.append(f"{where}: {len(lines)} lines, at most {MAX_LINES}")
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as error:
            found.append(f"{where}: no valid Python ({error.msg})")
            continue
        for node in ast.walk(tree):
            if isinstance(node, FORBIDDEN):
                found.append(f"{where}: {type(node).__name__} belongs in the library")
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                imports += 1
                if not (isinstance(node, ast.ImportFrom) and node.module == FACADE):
                    found.append(f"{where}: a chapter imports from {FACADE} only")
    if imports > 1:
        found.append(f"{chapter.page}: {imports} imports, one is allowed")
    return found


def _typed_digits(text: str) -> list[str]:
    """Lines of prose with digits that neither a role nor a fixed term accounts for."""
    prose = _HEADER.sub(_blank, text)
    for pattern in (_CODE_CELL, _MATH, _ROLE, _LINK, _OPTION):
        prose = pattern.sub(_blank, prose)
    for term in FIXED_TERMS:
        prose = prose.replace(term, "")
    return [
        f"line {number}: digits are typed ({line.strip()[:60]}); use the num role"
        for number, line in enumerate(prose.splitlines(), start=1)
        if re.search(r"\d", line)
    ]


def _blank(match: re.Match) -> str:
    return "\n" * match.group().count("\n")
