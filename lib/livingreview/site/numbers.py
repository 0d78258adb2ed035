"""The `{num}` role: a number in prose, read from the results of the book."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from livingreview.presentation.numbers import part
from livingreview.results import all_estimates, read_results

RESULTS = "_results"
logger = logging.getLogger(__name__)


class NumberRole(SphinxRole):
    """`` {num}`key` `` or `` {num}`key part` ``; an unknown key or part is a warning, and so stops the build.

    The first use of a key on a page carries its anchor: the key with hyphens for dots.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Called by Sphinx for one use of the role."""
        key, _, name = self.text.strip().partition(" ")
        found, file = self.env.app.livingreview_estimates.get(key, (None, None))
        if found is None:
            logger.warning("no result has the key %r", key, location=self.get_location())
            return [nodes.inline(text=key)], []
        self.env.note_dependency(file)
        try:
            text = part(found, name.strip() or "value")
        except KeyError as error:
            logger.warning("%s", error.args[0], location=self.get_location())
            return [nodes.inline(text=key)], []
        shown = nodes.inline(text, text, classes=["num"])
        anchor = anchor_of(key)
        if anchor not in self.env.temp_data.setdefault("livingreview_anchors", set()):
            self.env.temp_data["livingreview_anchors"].add(anchor)
            shown["ids"].append(anchor)
        return [shown], []


def anchor_of(key: str) -> str:
    """The address of a number inside its page."""
    return key.replace(".", "-").replace("_", "-")


def load_estimates(app: Sphinx) -> None:
    """Read all results once, before any page is: each estimate with the file that holds it."""
    folder = Path(app.srcdir, RESULTS)
    pages = read_results(folder)
    all_estimates(pages)  # a key stands in one chapter only
    app.livingreview_estimates = {
        row.key: (row, str(folder / f"{chapter}.json"))
        for chapter, results in pages.items()
        for row in results.estimates
    }
