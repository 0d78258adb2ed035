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
    """Takes the sections out that are not true of this edition, before anything is numbered or listed.

    The label of a section stands at the end of the one before it: it goes with its own section, not with that one.
    """

    default_priority = 200

    def apply(self) -> None:
        """Called by Sphinx for every page."""
        for mark in list(self.document.findall(missing)):
            section = mark.parent
            while not isinstance(section, nodes.section):
                section = section.parent
            parent, place = section.parent, section.parent.index(section)
            _take_labels(parent.children[place - 1] if place else None)
            following = _take_labels(section)
            here = parent.index(section)
            parent[here : here + 1] = following
        self._forget_citations()

    def _forget_citations(self) -> None:
        """Works that only such a section cited are not in the list of references."""
        domain, page = self.env.get_domain("cite"), self.env.docname
        here = {name for node in self.document.findall(nodes.Element) for name in node.get("ids", ())}
        cited = domain.data["citation_refs"]
        domain.data["citation_refs"] = [one for one in cited if one.docname != page or one.citation_ref_id in here]


def _take_labels(node: nodes.Node | None) -> list[nodes.Node]:
    """The labels at the end of a section, or the label itself, taken out of the document: they are of what comes next."""
    if isinstance(node, nodes.target):
        before = node.parent.children[node.parent.index(node) - 1] if node.parent.index(node) else None
        node.parent.remove(node)
        return [*_take_labels(before), node]
    return _take_labels(node.children[-1]) if isinstance(node, nodes.section) and node.children else []
