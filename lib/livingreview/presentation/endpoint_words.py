"""What a time-to-event endpoint means, in words made of its declaration: on its own page and among the methods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from livingreview.presentation.kit.definitions import method_label
from livingreview.presentation.kit.labels import capitalised, endpoint_title
from livingreview.presentation.kit.myst import Block, cited, escaped, headed, joined
from livingreview.presentation.kit.table import estimate_table
from livingreview.results.endpoint_names import EndpointNames
from livingreview.results.estimates import Results
from livingreview.words.translate import gettext as _


class Ending(Protocol):
    """One way a patient's time can end, as a clinician would say it."""

    words: str


class EventGroup(Protocol):
    """What study.yml says of a group of adverse events."""

    name: str
    terms: Sequence[str]
    soc: Sequence[str]
    from_grade: int
    words: str


class Endpoint(Protocol):
    """What a declaration says of an endpoint."""

    key: str
    names: EndpointNames
    events: Sequence[Ending]
    censoring: Sequence[Ending]
    note: str
    cite: str
    source: str
    caution: str
    start_words: str


def endpoint_table(results: Results, endpoint: str, *, name: str) -> Block:
    """Survival, events and follow-up of an endpoint."""
    caption = _("%(endpoint)s: survival, events and follow-up.", endpoint=endpoint_title(endpoint, results.endpoints))
    return estimate_table(results.estimates, endpoints=results.endpoints, caption=caption, name=name)


def endpoint_definition(endpoint: Endpoint, origin: str) -> Block:
    """Start, events, censoring, and whose convention it is; `origin` is the time origin of the review."""
    events = _(" or ").join(escaped(_(ending.words)) for ending in endpoint.events)
    start = escaped(_(endpoint.start_words) or origin)
    if len(endpoint.events) > 1:
        first = _("Time from %(start)s to %(events)s, whichever comes first.", start=start, events=events)
    else:
        first = _("Time from %(start)s to %(events)s.", start=start, events=events)
    left = _(" or ").join(escaped(_(ending.words)) for ending in endpoint.censoring)
    sentences = [first, _("Whoever had no event is censored %(when)s.", when=left)]
    if endpoint.note:
        sentences.append(escaped(_(endpoint.note)))
    if endpoint.cite:
        sentences.append(_("The convention is that of %(source)s.", source=cited(endpoint.cite)))
    elif endpoint.source:
        sentences.append(_("The convention is that of %(source)s.", source=escaped(endpoint.source)))
    return Block("\n".join(sentences))


def response_definition(name: str, source: str, categories: Sequence[str]) -> Block:
    """The criteria of response, with their categories, best first."""
    listed = joined([escaped(_(words)) for words in categories])
    whose = escaped(f"{name} ({source})" if source else name)
    return Block(
        _("Depth of response follows %(criteria)s, best first: %(categories)s.", criteria=whose, categories=listed)
    )


def group_definitions(groups: Iterable[EventGroup]) -> Block:
    """What each declared group of adverse events holds; nothing where none is declared."""
    lines = []
    for group in groups:
        held = [_("one of the terms %(terms)s", terms=escaped(", ".join(group.terms)))] if group.terms else []
        if group.soc:
            held.append(_("one of the system organ classes %(classes)s", classes=escaped(", ".join(group.soc))))
        line = _(
            "*%(name)s*: at least one event of %(what)s, of grade %(grade)s or more.",
            name=escaped(group.name),
            what=_(" or ").join(held),
            grade=group.from_grade,
        )
        lines.append(f"- {line} {escaped(group.words)}".rstrip())
    return Block("\n".join(lines))


def endpoint_cautions(endpoint: Endpoint) -> Block:
    """What the endpoint cannot tell, where its declaration says so."""
    return Block(escaped(_(endpoint.caution)) if endpoint.caution else "")


def definitions(endpoints: Iterable[Endpoint], origin: str) -> Block:
    """The definition of each endpoint under its name, at the address its numbers lead to."""
    return Block(
        "\n\n".join(
            headed(
                method_label(endpoint.key),
                escaped(capitalised(_(endpoint.names.name))),
                endpoint_definition(endpoint, origin).markdown,
            )
            for endpoint in endpoints
        )
    )
