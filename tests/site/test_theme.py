"""The search script escapes the titles of sections, or the build says that it is another script."""

from __future__ import annotations

import pytest
from sphinx.errors import ExtensionError

from livingreview.site.theme import ESCAPED, PLAIN, SCRIPT, escape_titles


def script_of(folder, text):
    path = folder / SCRIPT
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_titles_of_sections_are_escaped_once(tmp_path):
    path = script_of(tmp_path, f"before\n{PLAIN}\nafter\n")
    for _ in range(2):  # the second build of a folder of work
        escape_titles(tmp_path)
        assert path.read_text(encoding="utf-8") == f"before\n{ESCAPED}\nafter\n"


def test_another_script_stops_the_build(tmp_path):
    script_of(tmp_path, "another\n")
    with pytest.raises(ExtensionError, match="look at how this version of Sphinx shows titles"):
        escape_titles(tmp_path)
