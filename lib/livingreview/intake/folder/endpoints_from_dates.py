"""Progression-free and overall survival from the dates of what happened, by one stated rule each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from livingreview.intake.folder.timeline import Timeline

PROGRESSION, DEATH = "progression_date", "death_date"
ASSESSMENT, CONTACT = "last_assessment_date", "last_contact_date"
Event = tuple[dt.date, str, str] | None  # the day, what ended the time, the column that says so


@dataclass(frozen=True, slots=True)
class Way:
    """One endpoint: the first of `events` ends its time, otherwise it is censored at the last day of `seen`.

    All `events` and at least `needed` columns of `seen` must be there. Of two events on one day the first named
    counts; none may come before one that is named earlier.
    """

    stem: str
    events: tuple[tuple[str, str], ...]
    seen: tuple[str, ...]
    note: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of dates."""
        return (*(name for name, _ in self.events), *self.seen)

    def fits(self, there: Container[str]) -> bool:
        """Whether the columns are there."""
        return all(name in there for name, _ in self.events) and any(name in there for name in self.seen)


WAYS = (
    Way("pfs", ((PROGRESSION, "progression"), (DEATH, "death")), (ASSESSMENT,), "pfs-made-from-dates"),
    Way("os", ((DEATH, "death"),), (CONTACT, ASSESSMENT), "os-made-from-dates"),
)


def derive(way: Way, dates: Timeline) -> dict[str, list[str]]:
    """The columns of months and events of an endpoint.

    Refused by row: an event before one named earlier, such as death before progression, and a patient with none
    of the dates.
    """
    names = [name for name in way.names if dates.has(name)]
    months_name, event_name = f"{way.stem}_months", f"{way.stem}_event"
    months, events = [], []
    for at in range(len(dates.patients)):
        event = _event(way, dates, at)
        unread = any((name, at) in dates.refused for name in names)
        if event is None or unread:
            dates.draft.silenced |= {(months_name, at), (event_name, at)}
            if not unread:
                dates.records.refuse("no-date-known", dates.names[names[-1]], at, months=months_name, names=names)
        day, what, column = event if event and not unread else (None, "", names[0])
        months.append(dates.month(at, day, column, months_name) if day else "")
        events.append(what)
    dates.records.note(way.note, count=len(months), dates=names)
    return {months_name: months, event_name: events}


def _event(way: Way, dates: Timeline, at: int) -> Event:
    found: list[Event] = []
    for name, what in way.events:
        if day := dates.days(name)[at]:
            if found and day < found[0][0]:
                first = found[0]
                dates.records.refuse("death-before-event", dates.names[first[2]], at, first[0], died=day.isoformat())
            found.append((day, what, name))
    if found:
        return found[0]
    seen = [(dates.days(name)[at], "censored", name) for name in way.seen if dates.has(name) and dates.days(name)[at]]
    return max(seen) if seen else None
