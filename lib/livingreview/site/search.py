"""The search of the site: an index that depends on the pages alone, and results that are shown as text."""

from __future__ import annotations

import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

INDEX = "searchindex.js"
SCRIPT = "_static/searchtools.js"
AS_MARKUP = ("linkEl.innerHTML = title", 'document.createElement("span")).innerHTML =')


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


def titles_as_text(app: Sphinx, exception: Exception | None) -> None:
    """Sphinx's script writes the title of a page into the results as markup; here as text.

    ExtensionError if the script is another one than this was written for.
    """
    path = Path(app.outdir, SCRIPT)
    if exception is not None or not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    for found in AS_MARKUP:
        plain = found.replace("innerHTML", "textContent")
        if found not in text and plain not in text:
            raise ExtensionError(f"{SCRIPT} has no “{found}”: look at how this version of Sphinx shows titles.")
        text = text.replace(found, plain)
    path.write_text(text, encoding="utf-8", newline="\n")
