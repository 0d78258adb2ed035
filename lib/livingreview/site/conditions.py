"""Prose that is true of some editions only: `{where}` with a condition, around a block or at the head of a section."""

from __future__ import annotations

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from livingreview.results.facts import CONDITIONS


class missing(nodes.Element):
    """Stands in a section that is not true of this edition."""


class Where(SphinxDirective):
    """`:::{where} NAME`: its content where the condition holds; without content, the section it stands in.

    An unknown condition is an error. Conditions are those of `Facts`.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Called by Sphinx for one use."""
        condition = self.arguments[0]
        if condition not in CONDITIONS:
            raise self.error(f"no condition is named {condition!r}; there are: {', '.join(sorted(CONDITIONS))}")
        holds = condition in self.env.app.livingreview_edition.conditions
        if not self.content:
            return [] if holds else [missing()]
        return self.parse_content_to_nodes() if holds else []


class WithoutSections(SphinxTransform):
    """Takes the sections out that are not true of this edition, before anything is numbered or listed."""

    default_priority = 200

    def apply(self) -> None:
        """Called by Sphinx for every page."""
        for mark in list(self.document.findall(missing)):
            section = mark.parent
            while not isinstance(section, nodes.section):
                section = section.parent
            section.parent.remove(section)
