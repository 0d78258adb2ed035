"""No decision reads a sentence: reasons, methods, groups and notes are codes, and what is said of them is never read back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import ROOT

LIBRARY = ROOT / "lib" / "livingreview"
PROSE = {
    "reason",
    "method",
    "group",
    "note",
    "words",
    "sentence",
    "explanation",
    "because",
    "said",
    "rule",
    "fix",
    "label",
}
ALONE = {"reason", "note", "sentence", "explanation", "because"}  # as a name of its own
SPOKEN = {"gettext", "ngettext", "_"}  # and every function whose name ends with _words or _name
TESTS = {"startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition", "split", "find", "index"}
SEARCHES = {"match", "search", "fullmatch", "findall", "finditer", "sub"}


def called(node: ast.AST) -> str:
    """The last name of what a call calls, or of an attribute or a plain name."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_prose(node: ast.AST) -> bool:
    """Whether an expression is a sentence, a phrase, or a field that holds one."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value in PROSE
    if isinstance(node, ast.Call):
        if called(node) in {"lower", "strip", "casefold", "capitalize", "str"}:
            inner = node.func.value if isinstance(node.func, ast.Attribute) else (node.args or [node.func])[0]
            return is_prose(inner)
        return called(node) in SPOKEN or called(node).endswith(("_words", "_name"))
    if isinstance(node, ast.Name):
        return node.id in ALONE
    return isinstance(node, ast.Attribute) and node.attr in PROSE


def is_text(node: ast.AST) -> bool:
    """Whether an expression is a text that stands in the code, or several."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return bool(node.elts) and all(map(is_text, node.elts))
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ""
    )


def decisions(source: str) -> Iterator[int]:
    """The lines in which a sentence is compared, searched or cut up."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            found = any(map(is_prose, sides)) and any(map(is_text, sides))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            cut = node.func.attr in TESTS and is_prose(node.func.value)
            found = cut or (node.func.attr in SEARCHES and any(map(is_prose, node.args)))
        else:
            found = False
        if found:
            yield node.lineno


@pytest.mark.parametrize(
    "source",
    [
        'if "chi-square" in test.reason: pass',
        'found.reason.startswith("withheld")',
        'words, _, level = found.group.partition(": ")',
        'found.method.lower() == "count"',
        'row["reason"] in ("a", "b")',
        '"plain" not in method_words(found)',
        'gettext("withheld") == "withheld"',
        're.search("month", found.note)',
        'row.group != f"all"',
    ],
)
def test_a_decision_on_prose_is_found(source):
    assert list(decisions(source)) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "if test.reason.code == ReasonCode.TOO_MANY_TABLES: pass",
        "if found.interval != IntervalMethod.PLAIN: pass",
        "if found.reason: pass",
        'if found.limits == "data-range": pass',
        "match.group(1)",
        'method == "plain"',
        'words.split(" ")',
    ],
)
def test_a_decision_on_a_code_is_none(source):
    assert list(decisions(source)) == []


# A message of a problem holds its rule and its fix, with an arrow between: cut where it is said.
CUT = {"words/problem_words.py"}


def files() -> list[Path]:
    return [path for path in sorted(LIBRARY.rglob("*.py")) if path.relative_to(LIBRARY).as_posix() not in CUT]


def test_no_module_decides_by_a_sentence():
    found = [
        f"{path.relative_to(LIBRARY).as_posix()}:{line}"
        for path in files()
        for line in decisions(path.read_text(encoding="utf-8"))
    ]
    assert found == []
