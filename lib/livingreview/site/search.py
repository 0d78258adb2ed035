"""The search of the site: an index that depends on the pages alone, and results that are shown as text."""

from __future__ import annotations

import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

INDEX = "searchindex.js"
SCRIPT = "_static/searchtools.js"
# The titles of pages stand in the index as HTML, those of sections as plain text, and both are shown as HTML.
PLAIN = "for (const [title, foundTitles] of Object.entries(allTitles)) {"
ESCAPED = """for (const [plain, foundTitles] of Object.entries(allTitles)) {
      const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "@": "&#64;" };
      const title = plain.replace(/[&<>"@]/g, (sign) => signs[sign]);"""


def same_search_index(app: Sphinx, exception: Exception | None) -> None:
    """Take out words that no page holds any more: Sphinx keeps them where only some pages were read again."""
    path = Path(app.outdir, INDEX)
    if exception is not None or not path.is_file():
        return
    before, after = "Search.setIndex(", ")"
    index = json.loads(path.read_text(encoding="utf-8").removeprefix(before).removesuffix(after))
    for part in ("terms", "titleterms"):
        index[part] = {word: pages for word, pages in index[part].items() if pages != []}
    path.write_text(before + json.dumps(index, separators=(",", ":"), sort_keys=True) + after, encoding="utf-8")


def escape_titles(app: Sphinx, exception: Exception | None) -> None:
    """Let Sphinx's script escape the titles of sections before it shows them.

    ExtensionError if the script is another one than this was written for.
    """
    path = Path(app.outdir, SCRIPT)
    if exception is not None or not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    if PLAIN not in text and ESCAPED not in text:
        raise ExtensionError(f"{SCRIPT} has no “{PLAIN}”: look at how this version of Sphinx shows titles.")
    path.write_text(text.replace(PLAIN, ESCAPED), encoding="utf-8", newline="\n")
