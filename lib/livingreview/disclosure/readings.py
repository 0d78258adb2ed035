"""Counts and curves together: what a curve tells of a total that is withheld."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from livingreview.disclosure.coarse_curves import readable
from livingreview.disclosure.complementary import Suppression, suppression
from livingreview.disclosure.readable_months import Position, Readable
from livingreview.results.estimates import Results
from livingreview.results.partitions import Tally, Timeline


def withheld_and_read(
    results: Results,
    published: Collection[str],
    smallest: int,
    *,
    key: bytes = b"",
    known: Collection[str] = (),
    printed: Collection[str] = (),
) -> tuple[Suppression, Mapping[str, Readable]]:
    """Which counts are withheld, and at which positions curves may be read.

    All events are at least those up to the last position, and at most those and all who are left there. Where the
    total is withheld, the other counts are chosen once more by somebody who knows both. `known` are counts, `printed`
    estimates that can be read elsewhere.
    """
    suppressed = suppression(results.tally, published, smallest, key=key, printed=known)
    read = readable(results, smallest, suppressed.withheld, printed)
    totals = [one for one in results.tally.timelines if one.total in suppressed.withheld and _last(one, read)]
    if not totals:
        return suppressed, read
    tally = _with_last(results.tally, totals, read)
    hidden = {timeline.total for timeline in totals}
    again = suppression(tally, (set(published) | tally.elsewhere) - hidden, smallest, key=key, printed=known)
    return replace(again, withheld=again.withheld | hidden), read


def _last(timeline: Timeline, read: Mapping[str, Readable]) -> Position | None:
    """The last position by which anybody had an event."""
    last = max(read[next(iter(timeline.groups))].positions, default=None)
    return last if last and _events(timeline, last) else None


def _events(timeline: Timeline, position: Position) -> int:
    return int(np.asarray(timeline.event, dtype=bool)[_passed(timeline, position)].sum())


def _passed(timeline: Timeline, position: Position) -> np.ndarray:
    month, through = position
    months = np.asarray(timeline.months)
    return months <= month if through else months < month


def left_at(timeline: Timeline, position: Position) -> int:
    """How many have neither had an event nor left before (or through) a month."""
    return int((~_passed(timeline, position)).sum())


def _with_last(tally: Tally, timelines: Collection[Timeline], read: Mapping[str, Readable]) -> Tally:
    """The counts with those that the last position shows."""
    found = replace(tally, counts=dict(tally.counts), splits=list(tally.splits), elsewhere=set(tally.elsewhere))
    for timeline in timelines:
        if (last := _last(timeline, read)) is None:
            continue
        by_then, left, after = (f"{timeline.total}.{name}" for name in ("read", "left", "unread"))
        found.split(timeline.total, {by_then: _events(timeline, last)}, rest=after)
        found.counts[left] = left_at(timeline, last)
        found.split(left, {after: found.counts[after]}, rest=f"{left}.censored")
        found.elsewhere |= {by_then, left}
    return found
