"""Every code that a build tells of or stops with has a sentence, and every sentence a code."""

from __future__ import annotations

import ast
import re
from string import ascii_lowercase

import pytest

from livingreview.book.failures import BuildError, ChaptersFailed, Failure, Message
from livingreview.words.build_words import SENTENCES, build_sentence
from support import ROOT

TREES = [
    ast.parse(path.read_text(encoding="utf-8"))
    for room in ("book", "cli")
    for path in sorted((ROOT / "lib" / "livingreview" / room).glob("*.py"))
]
# Codes that are chosen where they are told, or made from what became of a file.
CHOSEN = {"run-check", "open-chapter", "appeared", "is-gone", "changed", "is-new", "is-changed"}
CHOSEN |= {"long-cell", "no-python", "not-here", "other-import", "chapters-failed"}


def told() -> dict[str, set[str]]:
    """Every code that is written out in a call, with the facts it is given."""
    found: dict[str, set[str]] = {}
    for call in (node for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", "")
        if name in ("Message", "BuildError") and call.args and isinstance(call.args[0], ast.Constant):
            found[call.args[0].value] = {keyword.arg for keyword in call.keywords} - {"usage"}
    return found


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    assert set(told()) | CHOSEN == set(SENTENCES)


@pytest.mark.parametrize("code", sorted(told()))
def test_a_sentence_has_the_gaps_that_its_facts_fill(code):
    assert set(re.findall(r"%\((\w+)\)s", SENTENCES[code])) == told()[code]


def test_of_many_files_the_first_are_named_and_the_others_counted():
    files = dict(zip(ascii_lowercase[:5], ("gone", "changed", "new", "gone", "new"), strict=True))
    assert build_sentence("site-damaged", {"files": files}) == (
        "the built site was damaged (a is gone; b is changed; c is new; and 2 more): it is made again"
    )


def test_lists_and_messages_are_said_inside_a_sentence():
    assert str(Message("results-may-change", names=("safety", "study"))) == "results of safety, study may change"
    assert str(Message("changed", what=Message("the-module", name="x"))) == "module x changed"
    unruly = BuildError("unruly", lines=(Message("one-import", page="p", n=2), Message("one-import", page="q", n=3)))
    assert str(unruly).splitlines()[1:] == ["p: 2 imports, one is allowed", "q: 3 imports, one is allowed"]
    failed = ChaptersFailed([Failure("chapters/x", "3", "NameError: y", Message("open-chapter"))])
    assert str(failed) == "chapters failed: chapters/x" and not failed.usage
