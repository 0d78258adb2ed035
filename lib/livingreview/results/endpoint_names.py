"""What a time-to-event endpoint is called: words that travel with results, from a declaration to the pages."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EndpointNames:
    """Names in English, marked for translation where the endpoint is declared; pages translate them.

    `alive` says who has not had the event, as after “patients were …”; `rate` what their share at a time is called, where
    that is not the name. `events` heads counts of events, `follow_up` is the label of the median follow-up, `parts` the
    label of each count of one kind of event, by its key.
    """

    name: str
    short: str
    alive: str
    events: str = "Events"
    follow_up: str = "Median follow-up"
    rate: str = ""
    parts: dict[str, str] = field(default_factory=dict)
