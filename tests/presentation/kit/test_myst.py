"""Data are text: nothing in a cell becomes markup, a role, a directive or a line of its own."""

from __future__ import annotations

import re

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import given
from hypothesis import strategies as st
from myst_parser.parsers.docutils_ import Parser

from livingreview.cohort import commentary
from livingreview.cohort.problems import UNSHOWABLE
from livingreview.presentation.kit.myst import EXTENSIONS, directive, escaped, listed_table, literal, numref, ref
from support import ROOT

HOSTILE = [
    "<script>alert(1)</script>", "{num}`pfs.survival.36`", "```{code-cell}\nimport os\n```", "[a](http://b.example)", "# heading",
    "=cmd|' /C calc'!A0", "{{ config }}", "| a | b |", "**bold** _it_ ~~x~~", "$x^2$", "a\n\n# b", "<!-- x -->", "&amp;", "\\", "- item", ":::{note}\n:::",
]  # fmt: skip


def text_of(markdown: str) -> tuple[set[str], str]:
    """Kinds of nodes and the text that MyST makes of it."""
    settings = {"myst_enable_extensions": ["colon_fence", "dollarmath", "deflist", "attrs_block"], "report_level": 5}
    tree = publish_doctree(f"before {markdown} after", parser=Parser(), settings_overrides=settings)
    return {type(node).__name__ for node in tree.findall()}, tree.astext()


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_cells_come_out_as_text(words):
    kinds, text = text_of(escaped(words))
    assert kinds <= {"document", "paragraph", "Text"}
    assert text == f"before {words.replace(chr(10), ' ')} after"


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_any_printable_text_comes_out_as_itself(words):
    kinds, text = text_of(escaped(words))
    assert kinds <= {"document", "paragraph", "Text"} and text == f"before {words} after"


@pytest.mark.parametrize("words", [*HOSTILE, "a`b", "``", "a```b``c`", " x ", "`", "```{raw} html"])
def test_hostile_words_as_code_come_out_as_code(words):
    kinds, text = text_of(literal(words))
    assert kinds <= {"document", "paragraph", "Text", "literal"}
    assert text == f"before {words.replace(chr(10), ' ')} after"


@given(st.text(alphabet="`a {}|\\<", min_size=1, max_size=12).filter(str.strip))
def test_any_words_as_code_come_out_as_themselves_in_a_table(words):
    markdown = f"::::{{list-table}} x\n:header-rows: 1\n* - h\n  - i\n* - {literal(words)}\n  - y\n::::"
    settings = {"myst_enable_extensions": ["colon_fence"], "report_level": 5}
    tree = publish_doctree(markdown, parser=Parser(), settings_overrides=settings)
    (code,) = tree.findall(nodes.literal)
    assert code.astext() == words


def test_control_characters_become_visible():
    assert escaped("a\x00b\x1bc") == "a\ufffdb\ufffdc"


def test_characters_that_hide_or_turn_letters_round_become_visible():
    assert escaped("a\u202eb\u200bc\xadd") == "a\ufffdb\ufffdc\ufffdd"


def test_what_the_gate_refuses_is_visible_where_it_comes_another_way():
    letters = [chr(code) for code in range(0x110000)]
    hidden = [letter for letter in letters if UNSHOWABLE.search(letter)]
    assert len(hidden) > 2000  # the halves of pairs are most of them
    assert [ascii(letter) for letter in hidden if escaped(letter) != "\ufffd"] == []


@pytest.mark.parametrize("words", ["می\u200cخواهم", "\N{MAN}\u200d\N{WOMAN}", "Übelkeit 日本 β ≥ é", "שלום", "مرحبا"])
def test_letters_of_every_script_are_shown_as_they_are(words):
    assert escaped(words) == words
    assert not UNSHOWABLE.search(words)


@pytest.mark.parametrize("words", ["Fe\u200dver", "\u200cFever", "Fever\u200d"])
def test_a_joiner_inside_latin_letters_hides_a_second_term(words):
    assert UNSHOWABLE.search(words)


def test_directives_and_roles_are_as_myst_writes_them():
    cards = directive("div", "lr-cards", directive("div", "lr-card", "a"), depth=5)
    assert cards == ":::::{div} lr-cards\n::::{div} lr-card\na\n::::\n:::::"
    assert (ref("method-x", "why"), numref("tbl-x")) == ("{ref}`why <method-x>`", "{numref}`tbl-x`")
    assert listed_table([["a", "b"], ["c", "d"]], caption="C", name="tbl-x", look="lr-table") == (
        "::::{list-table} C\n:name: tbl-x\n:header-rows: 1\n:stub-columns: 1\n:class: lr-table\n\n"
        "* - a\n  - b\n* - c\n  - d\n::::"
    )


def test_no_other_module_of_presentation_writes_directives_or_roles():
    folder = ROOT / "lib" / "livingreview" / "presentation"
    written = re.compile(r":::|\{(ref|numref|num|cite|div|dropdown|list-table)\}")
    found = [path.name for path in folder.rglob("*.py") if written.search(path.read_text(encoding="utf-8"))]
    assert found == ["myst.py"]


def test_commentary_is_read_with_the_syntax_of_the_pages():
    assert commentary.EXTENSIONS == EXTENSIONS
