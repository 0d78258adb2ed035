"""The template for translators holds every message, and each can be translated."""

import ast
import re

from babel.messages.pofile import read_po

from livingreview.book.message_template import KEYWORDS, LIBRARY, TEMPLATE, page_messages, template
from livingreview.words.translate import locale_folder
from support import ROOT

GAP = re.compile(r"%(?!\(\w+\)(?:[sdg]|\.\d+f)|%)")


def test_the_template_is_that_of_the_code_and_the_chapters():
    with (locale_folder() / TEMPLATE).open("rb") as opened:
        written = {message.id for message in read_po(opened)}
    now = {message.id for message in template(ROOT)}
    assert written == now, f"run “make words”: {sorted(map(str, written ^ now))}"


def test_every_gap_has_a_name():
    wrong = [m.id for m in template(ROOT) if "%(" in str(m.id) and any(map(GAP.search, _forms(m.id)))]
    assert wrong == []


def _forms(message: str | tuple[str, ...]) -> tuple[str, ...]:
    forms = message if isinstance(message, tuple) else (message,)
    return tuple(form.replace("%%", "") for form in forms)


def test_a_message_is_written_out_where_it_is_asked_for():
    """What is put together before it is looked up is in no catalogue; a name, or what a table of words holds, may be."""
    wrong = []
    for path in sorted(LIBRARY.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS and node.args:
                built = (ast.JoinedStr, ast.BinOp) if node.func.id != "mark" else ast.AST
                if isinstance(node.args[0], built) and not isinstance(node.args[0], ast.Constant):
                    wrong.append(f"{path.name}:{node.lineno}")
    assert wrong == []


def test_a_chapter_gives_its_prose_its_captions_and_the_words_of_its_code():
    text = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
---
# Title

```{code-cell} python
---
mystnb:
  figure:
    caption: |
      Of the figure.
---
table(caption=_("Of the table."), name="tbl-a")
```
"""
    assert list(page_messages(text)) == ["Title", "Of the figure.", "Of the table."]
