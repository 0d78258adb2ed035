"""The `{num}` role: a number in prose, read from the results of the book, that can explain itself."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from livingreview.presentation.kit.definitions import about, definition
from livingreview.presentation.kit.format import part
from livingreview.results.exchange import all_estimates, read_results
from livingreview.site.edition import RESULTS

METHODS = "chapters/methods"
logger = logging.getLogger(__name__)


class number(nodes.inline):
    """A shown number with its key and what is known of it."""


def visit_number(translator: Any, node: number) -> None:
    """Open the element: its key and what it rests on are at hand for a script."""
    anchor = f' id="{node["ids"][0]}"' if node["ids"] else ""
    translator.body.append(
        f'<span class="num"{anchor} data-key="{node["key"]}" data-row="{node["row"]}"'
        f' data-about="{escape(node["about"])}">'
    )


def depart_number(translator: Any, node: number) -> None:
    """Close it."""
    translator.body.append("</span>")


class NumberRole(SphinxRole):
    """`` {num}`key` `` or `` {num}`key part` ``; an unknown key or part is a warning, and so stops the build.

    The number links to its definition, where the book has one. The first use of a key on a page carries its anchor: the key with
    hyphens for dots.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Called by Sphinx for one use of the role."""
        key, _, name = self.text.strip().partition(" ")
        estimate, file = self.env.app.livingreview_estimates.get(key, (None, None))
        if estimate is None:
            logger.warning("no result has the key %r", key, location=self.get_location())
            return [nodes.inline(text=key)], []
        self.env.note_dependency(file)
        try:
            text = part(estimate, name.strip() or "value")
        except KeyError as error:
            logger.warning("%s", error.args[0], location=self.get_location())
            return [nodes.inline(text=key)], []
        row = self.env.app.livingreview_edition.marks.row(key)
        shown = number(text, text, key=key, row=row, about=about(estimate))
        anchor = anchor_of(key)
        if anchor not in self.env.temp_data.setdefault("livingreview_anchors", set()):
            self.env.temp_data["livingreview_anchors"].add(anchor)
            shown["ids"].append(anchor)
        if METHODS not in self.env.found_docs:
            return [shown], []
        # Of the references to a label this is the one that keeps what it is given to show.
        target = {
            "refdomain": "std",
            "reftype": "keyword",
            "reftarget": definition(estimate, self.env.app.livingreview_endpoints),
            "refexplicit": True,
        }
        return [pending_xref("", shown, refdoc=self.env.docname, refwarn=False, **target)], []


def anchor_of(key: str) -> str:
    """The address of a number inside its page."""
    return key.replace(".", "-").replace("_", "-")


def load_estimates(app: Sphinx) -> None:
    """Read all results once, before any page is: each estimate with the file that holds it."""
    folder = Path(app.srcdir, RESULTS)
    pages = read_results(folder)
    all_estimates(pages)  # a key stands in one chapter only
    app.livingreview_endpoints = {key for results in pages.values() for key in results.endpoints}
    app.livingreview_estimates = {
        row.key: (row, str(folder / f"{chapter}.json"))
        for chapter, results in pages.items()
        for row in results.estimates
    }
