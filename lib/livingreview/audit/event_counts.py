"""Event counts that can have produced a printed survival among n patients: exact up to 60, proven bounds beyond.

Where the value can stand for 1 nobody need have had an event, whatever interval was printed: every program has its own
for that case. Where it can stand for 0 the last patient at risk had the event, and any history before is possible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from livingreview.audit.bounds import count_bounds
from livingreview.audit.branching import settled
from livingreview.audit.certificate import Certificate
from livingreview.audit.enumeration import LARGEST, histories
from livingreview.audit.neighbours import more_than
from livingreview.audit.region import Region, region, slices
from livingreview.audit.scales import Box

MOST_SEQUENCES = 100_000
MORE = f"more than {MOST_SEQUENCES}"
NODES, COUNTING = 30_000, 3_000_000  # of a row: nodes of all trees, branches of counting the histories
DEPTHS = (100, 2000, NODES)  # nodes of one tree: what is easy elsewhere is found before what is hard is searched


@dataclass(slots=True)
class Counts:
    """What a set of boxes leaves.

    `possible` are counts that have a witness or, where not `exact`, were not excluded. `sequences` is None where
    counting them would take too long, and above 60 patients. `proofs` exclude counts by weights; `searched` are
    counts without a history that a complete tree ruled out, with the number of its nodes.
    """

    n: int
    exact: bool
    possible: list[int] = field(default_factory=list)
    sequences: int | str | None = None
    witnesses: dict[int, tuple[int, ...]] = field(default_factory=dict)
    proofs: list[Certificate] = field(default_factory=list)
    searched: dict[int, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """`event_counts`, `exact`, `sequences` and `proof`, ready for JSON."""
        ends = [self.possible[0], self.possible[-1]] if self.possible else []
        found: dict[str, Any] = {"event_counts": self.possible if self.exact else ends, "exact": self.exact}
        if self.n <= LARGEST:
            found["sequences"] = self.sequences
        proof: dict[str, Any] = {"n": self.n, "excluded_by_weights": [proof.to_dict() for proof in self.proofs]}
        if self.searched:
            proof["excluded_by_search"] = {str(k): branches for k, branches in sorted(self.searched.items())}
        if self.witnesses:
            proof["witnesses"] = {str(k): list(self.witnesses[k]) for k in sorted(self.witnesses)}
        return {**found, "proof": proof}


def event_counts(boxes: list[Box], n: int, *, sequences: bool = True) -> Counts:
    """The counts behind any of the boxes; `sequences` counts the histories too, up to 100,000."""
    if any(box.survival.low <= 0 for box in boxes):
        return _down_to_zero(boxes, n)
    regions = [region(box, n) for box in boxes]
    found = _exact(regions, n, sequences) if n <= LARGEST else _bounded(regions, n)
    if any(box.survival.high >= 1 for box in boxes) and 0 not in found.possible:
        found.possible = sorted([0, *found.possible])
        found.witnesses[0] = ()
        if isinstance(found.sequences, int):
            found.sequences += 1
    return found


def _down_to_zero(boxes: list[Box], n: int) -> Counts:
    """The value can stand for 0: then any count but none is possible, the last event in the last patient at risk.

    Any set of the others may have come before: 2^(n - 1) histories, beside those that end a little above 0.
    """
    first = 0 if any(box.survival.high >= 1 for box in boxes) else 1
    witnesses = {k: tuple(range(k, 0, -1)) for k in range(first, n + 1)} if n <= LARGEST else {}
    sequences: int | str | None = MORE
    if 2 ** (n - 1) <= MOST_SEQUENCES:
        others = _how_many(n, dict.fromkeys(range(n), tuple(region(box, n) for box in boxes)))
        sequences = 2 ** (n - 1) + others if isinstance(others, int) else others
        sequences = MORE if isinstance(sequences, int) and sequences > MOST_SEQUENCES else sequences
    return Counts(n, n <= LARGEST, list(range(first, n + 1)), sequences, witnesses)


def _bounded(regions: list[Region], n: int) -> Counts:
    bounds = [count_bounds(one, n) for one in regions]
    proofs = [proof for found in bounds for proof in found.proofs]
    open_ = [found for found in bounds if not found.empty]
    if not open_:
        return Counts(n, False, proofs=proofs)
    low, high = min(found.low for found in open_), max(found.high for found in open_)
    return Counts(n, False, list(range(low, high + 1)), proofs=proofs)


def _exact(regions: list[Region], n: int, sequences: bool) -> Counts:
    bounds = [count_bounds(one, n) for one in regions]
    found = Counts(n, True, proofs=[proof for one in bounds for proof in one.proofs])
    ranges = [range(one.low, one.high + 1) for one in bounds]
    places = {
        events: tuple(one for one, counts in zip(regions, ranges, strict=True) if events in counts)
        for events in sorted({k for one in ranges for k in one})
    }
    left = NODES
    for events, those in places.items():
        left -= _first_history(found, those, events, left)
    if sequences and found.exact:
        found.sequences = _how_many(n, {events: places[events] for events in found.possible})
        if found.sequences is None and more_than(MOST_SEQUENCES, regions, n, list(found.witnesses.values())):
            found.sequences = MORE
    return found


def _first_history(found: Counts, regions: tuple[Region, ...], events: int, budget: int) -> int:
    """One history of so many events, or the complete tree that has none; the nodes it took."""
    nodes, open_ = 0, [narrow for one in regions for narrow in slices(one, found.n)]
    for depth in DEPTHS:
        undecided = []
        for narrow in open_:
            got = settled(narrow, found.n, events, budget=max(0, min(depth, budget - nodes)))
            nodes += got.branches
            if got.first is not None:
                found.witnesses[events] = got.first
                found.possible.append(events)
                return nodes
            if not got.complete:
                undecided.append(narrow)
        open_ = undecided
    if not open_:
        found.searched[events] = nodes
    else:  # not decided: never excluded
        found.possible.append(events)
        found.exact = False
    return nodes


def _how_many(n: int, places: dict[int, tuple[Region, ...]]) -> int | str | None:
    """All histories of all counts, each once; None where counting them would take too long.

    The counts in the middle have the most histories and come first.
    """
    total, left = 0, COUNTING
    middle = sorted(places)[len(places) // 2] if places else 0
    for events in sorted(places, key=lambda k: abs(k - middle)):
        for position, one in enumerate(places[events]):
            wanted = MOST_SEQUENCES + 1 - total
            got = histories(one, n, events, most=wanted, budget=left, unless=places[events][:position])
            total, left = total + got.count, left - got.branches
            if total > MOST_SEQUENCES:
                return MORE
            if not got.complete:
                return None
    return total
