"""What Sphinx and its theme write, put right: a search index of the pages alone, titles as text, no unused scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.errors import ExtensionError

INDEX = "searchindex.js"
SCRIPT = "_static/searchtools.js"
# The titles of pages stand in the index as HTML, those of sections as plain text, and both are shown as HTML.
PLAIN = "for (const [title, foundTitles] of Object.entries(allTitles)) {"
ESCAPED = """for (const [plain, foundTitles] of Object.entries(allTitles)) {
      const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "@": "&#64;" };
      const title = plain.replace(/[&<>"@]/g, (sign) => signs[sign]);"""
# Scripts of extensions that Jupyter Book loads by itself; some would ask another host.
SCRIPTS = ("thebe", "mathjax", "copybutton", "clipboard", "togglebutton", "require.", "design-tabs")
STYLES = ("thebe", "copybutton", "togglebutton")
THEME_STYLE = "_static/styles/pydata-sphinx-theme.css"
# The theme's sheet brings the letters of two thousand icons; our few icons are shapes of our own.
_GLYPHS = re.compile(r'(?<=\})(?:\.fa-[\w-]+::?before,?)+\{content:"[^"]*"\}')
_FONTS = re.compile(r"@font-face\{[^}]*\}")


def needed(files: Iterable[Any], unwanted: tuple[str, ...]) -> list[Any]:
    """Style sheets or scripts of a page without those; scripts without a file configure what is not there."""
    return [file for file in files if (name := _name(file)) and not any(word in name for word in unwanted)]


def deferred(scripts: Iterable[Any]) -> list[Any]:
    """Copies of the scripts that are read while the page is shown and run in their order."""
    return [
        type(script)(script.filename, priority=script.priority, **{**script.attributes, "defer": "defer"})
        for script in scripts
    ]


def without_thebe(app: Any) -> None:
    """Disconnect the extension that writes inline scripts for live code, of which there is none."""
    for listeners in app.events.listeners.values():
        listeners[:] = [listener for listener in listeners if listener.handler.__module__ != "sphinx_thebe"]


def without_icons(site: Path) -> None:
    """Take letters and fonts of icons out of the theme's style sheet in a built site: a third of its weight."""
    sheet = site / THEME_STYLE
    if sheet.is_file():
        sheet.write_text(
            _FONTS.sub("", _GLYPHS.sub("", sheet.read_text(encoding="utf-8"))), encoding="utf-8", newline=""
        )


def _name(file: Any) -> str:
    return str(getattr(file, "filename", "") or "")


def same_search_index(site: Path) -> None:
    """Take out words that no page holds any more: Sphinx keeps them where only some pages were read again."""
    path = site / INDEX
    if not path.is_file():
        return
    before, after = "Search.setIndex(", ")"
    index = json.loads(path.read_text(encoding="utf-8").removeprefix(before).removesuffix(after))
    for part in ("terms", "titleterms"):
        index[part] = {word: pages for word, pages in index[part].items() if pages != []}
    path.write_text(before + json.dumps(index, separators=(",", ":"), sort_keys=True) + after, encoding="utf-8")


def escape_titles(site: Path) -> None:
    """Let Sphinx's script escape the titles of sections before it shows them.

    ExtensionError if the script is another one than this was written for.
    """
    path = site / SCRIPT
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    if PLAIN not in text and ESCAPED not in text:
        raise ExtensionError(f"{SCRIPT} has no “{PLAIN}”: look at how this version of Sphinx shows titles.")
    path.write_text(text.replace(PLAIN, ESCAPED), encoding="utf-8", newline="\n")
