"""What a page does not need: style sheets and scripts of extensions without use here, and a font of icons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
