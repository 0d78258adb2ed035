"""Prose by message: nothing of the markup is lost, whatever a translation says."""

import nbformat
import pytest

from livingreview.book.builder import ordered_pages
from livingreview.book.prose import messages, translated
from livingreview.book.staging import parts, translate_notebook, translated_parts
from support import ROOT

TEXT = """---
kernelspec: {name: python3}
---

(a-label)=
# A title

One sentence with {num}`pfs.events`.
Another one.

- an item
  of two lines
- a second one

1. counted

```{code-cell} python
say("this is code")
```

$$S(t) = 1$$

:::{div} lr-note
:name: a-name
Inside a block.
:::

## Below
directly under it
"""
ASKED = [
    "A title",
    "One sentence with {num}`pfs.events`. Another one.",
    "an item of two lines",
    "a second one",
    "counted",
    "Inside a block.",
    "Below",
    "directly under it",
]


def test_a_translator_is_asked_for_prose_alone():
    assert messages(TEXT) == ASKED


def test_a_translation_takes_the_place_of_the_prose_and_leaves_the_markup():
    said = translated(TEXT, str.upper)
    assert messages(said) == [message.upper() for message in ASKED]
    for kept in ("(a-label)=\n# A TITLE\n\n", '```{code-cell} python\nsay("this is code")\n```', "$$S(t) = 1$$"):
        assert kept in said
    assert ":::{div} lr-note\n:name: a-name\nINSIDE A BLOCK.\n:::\n" in said
    assert "- AN ITEM OF TWO LINES\n- A SECOND ONE\n" in said


@pytest.mark.parametrize("page", ordered_pages(ROOT))
def test_what_no_catalogue_translates_stays_as_it_was_written(page):
    text = (ROOT / f"{page}.md").read_text(encoding="utf-8")
    assert translated(text, lambda message: message) == text


def test_a_notebook_is_translated_with_the_captions_of_its_figures():
    figure = {"mystnb": {"figure": {"name": "fig-a", "caption": "A curve.\n"}}}
    cells = [nbformat.v4.new_markdown_cell("# Title"), nbformat.v4.new_code_cell("draw()", metadata=figure)]
    notebook = translate_notebook(nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_code_cell("x")]), str.upper)
    assert notebook.cells[0].source == "# TITLE"
    assert notebook.cells[1].metadata.mystnb.figure == {"name": "fig-a", "caption": "A CURVE."}
    assert [cell.source for cell in notebook.cells[1:]] == ["draw()", "x"]


def test_the_parts_of_the_book_have_translated_captions_and_the_same_pages():
    order = "root: index\nparts:\n- caption: Results\n  chapters:\n  - file: chapters/a\n"
    assert parts(order) == ["Results"]
    assert translated_parts(order, str.upper) == order.replace("Results", "RESULTS")
