"""The time-to-event endpoints that every review has, in the order of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livingreview.endpoints.time_to_event import Ending, TimeToEvent
from livingreview.results.endpoint_names import EndpointNames
from livingreview.words.translate import mark as _

if TYPE_CHECKING:
    from livingreview.cohort.declared import DeclaredEndpoint

PFS = TimeToEvent(
    key="pfs",
    page="progression-free-survival",
    names=EndpointNames(
        name=_("progression-free survival"),
        short="PFS",
        alive=_("alive without progression"),
        follow_up=_("Median follow-up for progression"),
        parts={
            "progression.patients": _("Patients who progressed"),
            "pfs.events.death": _("Deaths without progression, all follow-up"),
        },
    ),
    events=(
        Ending(_("first progression"), "pfs_months", "pfs_event", "progression", "progression.patients"),
        Ending(
            _("death from any cause"),
            "pfs_months",
            "pfs_event",
            "death",
            "pfs.events.death",
            "deaths without progression",
        ),
    ),
    censoring=(Ending(_("at the last disease assessment"), "pfs_months", "pfs_event", "censored"),),
    note=_("Progression is judged by the criteria of response."),
    early_failures=True,
)
OS = TimeToEvent(
    key="os",
    page="overall-survival",
    names=EndpointNames(
        name=_("overall survival"),
        short="OS",
        alive=_("alive"),
        events=_("Deaths"),
        follow_up=_("Median follow-up for survival"),
    ),
    events=(Ending(_("death from any cause"), "os_months", "os_event", "death"),),
    censoring=(Ending(_("when last known to be alive"), "os_months", "os_event", "censored"),),
    total="os.deaths",
    follow_up="followup.median",
)
TTNT = TimeToEvent(
    key="ttnt",
    page="time-to-next-treatment",
    names=EndpointNames(
        name=_("time to next treatment"),
        short="TTNT",
        alive=_("alive without a next therapy"),
        rate=_("alive without a next therapy"),
        follow_up=_("Median follow-up for a next therapy"),
        parts={
            "ttnt.events.next_therapy": _("Patients who began a next therapy"),
            "ttnt.events.death": _("Deaths without a next therapy, all follow-up"),
        },
    ),
    events=(
        Ending(_("start of the next line of therapy"), "next_therapy_months", count="ttnt.events.next_therapy"),
        Ending(_("death from any cause"), "os_months", "os_event", "death", "ttnt.events.death"),
    ),
    censoring=(Ending(_("when last known to be alive"), "os_months"),),
    cite="rajkumar2011",
    note=_("Progression alone is no event here: a next therapy may begin before it, long after it, or never."),
    caution=_("When a next therapy begins depends on who decides and on what is available, not on the disease alone."),
)
ENDPOINTS = {endpoint.key: endpoint for endpoint in (PFS, OS, TTNT)}


def endpoints_of(study) -> dict[str, TimeToEvent]:
    """Every endpoint of a review by its key, in the order of the book: those of all reviews, then those of study.yml."""
    return ENDPOINTS | {one.key: _declared(one) for one in study.endpoints}


def _declared(one: DeclaredEndpoint) -> TimeToEvent:
    """An endpoint as study.yml declares it; its words are data, and stay as they were written."""
    kinds = [f"{one.key}.events.{number}" for number in range(1, len(one.events) + 1)] if len(one.events) > 1 else [""]
    return TimeToEvent(
        key=one.key,
        page=f"endpoint-{one.key.replace('_', '-')}",
        names=EndpointNames(
            name=one.name,
            short=one.short,
            alive=one.alive or _("alive without an event"),
            rate=one.alive,
            parts={key: ending.words for key, ending in zip(kinds, one.events, strict=True) if key},
        ),
        events=tuple(
            Ending(ending.words, ending.months, ending.column, ending.code, count)
            for ending, count in zip(one.events, kinds, strict=True)
        ),
        censoring=tuple(Ending(ending.words, ending.months, ending.column, ending.code) for ending in one.censoring),
        source=one.source,
        note=one.note,
        caution=one.caution,
        start=one.start,
        start_words=one.start_words,
    )
