"""Formulas as MathML, which browsers draw without a script."""

from __future__ import annotations

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.writers.html5 import HTML5Translator

from livingreview.words.translate import gettext as _


def inline_math(writer: HTML5Translator, node: nodes.math) -> None:
    """A formula inside a line."""
    writer.body.append(convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def block_math(writer: HTML5Translator, node: nodes.math_block) -> None:
    """A formula of its own."""
    writer.body.append(
        writer.starttag(node, "div", CLASS="lr-math", tabindex="0", role="group", **{"aria-label": _("Formula")})
    )
    writer.body.append(convert(node.astext(), display="block"))
    writer.body.append("</div>")
    raise nodes.SkipNode
