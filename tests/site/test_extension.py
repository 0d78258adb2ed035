"""What the site extension sets, so that no page reads a file by itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.parsers.docutils_ import Parser

from livingreview.site.extension import read_no_files

WORDS = (
    "```{include} secret.csv\n```",
    "```{csv-table}\n:file: secret.csv\n```",
    "```{raw} html\n<b>secret,2</b>\n```",
)


def shown(words: str, settings: dict) -> tuple[bool, bool]:
    """Whether a page shows the file, and whether it holds raw markup."""
    quiet = {"report_level": 5, "halt_level": 5}
    tree = publish_doctree(words, parser=Parser(), settings_overrides={**settings, **quiet})
    for message in list(tree.findall(nodes.system_message)):
        message.parent.remove(message)
    return "secret" in tree.astext(), any(tree.findall(nodes.raw))


@pytest.mark.parametrize("words", WORDS)
def test_directives_that_read_files_or_write_markup_are_off(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("secret,2\n", encoding="utf-8")
    app = SimpleNamespace(env=SimpleNamespace(settings={"input_encoding": "utf-8"}))
    assert any(shown(words, app.env.settings))
    read_no_files(app)
    assert shown(words, app.env.settings) == (False, False)
