"""The counts behind a chapter's estimates and how they add up: what disclosure needs, and no reader sees.

A `Tally` travels with `Results` from an analysis to disclosure and ends there. It says which counts are
parts of which, so that disclosure can find what a reader could compute by subtraction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livingreview.results.estimates import Estimate

COHORT = "cohort.n"
Merged = Callable[[list[str], int], list[Any]]  # names and sum of parts, to estimates of them together


@dataclass(frozen=True, slots=True)
class Split:
    """A count and the disjoint parts that add up to it; `merged` describes several parts taken together."""

    whole: str
    parts: tuple[str, ...]
    merged: Merged | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The times behind curves: one entry per patient of the cohort.

    `groups` maps the key of a curve, or of estimates at a time, to its members; `beside` holds further groups,
    shown elsewhere, that a reader could subtract. `total` names the count of all events over all follow-up, if
    that is shown as well. `within` holds times and event flags of other endpoints of the same patients: the difference would
    show who is between the two.
    """

    months: Any
    event: Any
    groups: Mapping[str, Any]
    beside: Mapping[str, Any] = field(default_factory=dict)
    total: str = ""
    within: tuple[tuple[Any, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Everybody:
    """All patients, as another chapter shows them: groups of this chapter could be subtracted from them.

    `results` are those of that chapter, as analysed. `followed` names the count of those followed beyond a time,
    which lies between two readings of its curve. Groups that add up to everybody are read where that curve is:
    where the estimate `survival` is not shown, `instead` gives what is said for a reason. `tests` maps the key of a test to the
    number of events it asks for, and to that of patients whom it leaves out.
    """

    results: Any
    followed: str = ""
    survival: str = ""
    instead: Callable[[Any], list[Any]] | None = None
    tests: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """Counts by name, the splits between them, and which estimates show which of them.

    An estimate shows the count of its own key (without a closing `.count`), the split it is a share of, and
    those `shows` adds. `elsewhere` names counts that another chapter shows, `rows` the count in each row of a
    further table, `named_by_data` the beginnings of keys whose very presence says that somebody has the property.
    `outcomes` are those of the whole cohort, the most important first: the last to be withheld for the sake of
    others, and said to be below the threshold where they are; `minor` counts are the first. `beside` maps the key of an
    estimate to that of another, without which it is left out: together with the rest it would give that one away.
    """

    counts: dict[str, int] = field(default_factory=dict)
    splits: list[Split] = field(default_factory=list)
    shows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    timelines: list[Timeline] = field(default_factory=list)
    at: dict[str, str] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    rows: dict[str, list[str]] = field(default_factory=dict)
    named_by_data: tuple[str, ...] = ()
    outcomes: list[str] = field(default_factory=list)
    minor: set[str] = field(default_factory=set)
    beside: dict[str, str] = field(default_factory=dict)
    everybody: Everybody | None = None

    @property
    def silent(self) -> tuple[str, ...]:
        """Beginnings of counts that leave no trace where they are withheld: neither a row nor a name in a joined one."""
        return () if any(split.merged for split in self.splits) else self.named_by_data

    def split(self, whole: str, parts: Mapping[str, int], *, rest: str = "", merged: Merged | None = None) -> None:
        """Say that a known count is the sum of parts; `rest` names what the parts given leave."""
        parts = dict(parts)
        if rest:
            parts[rest] = self.counts[whole] - sum(parts.values())
        if sum(parts.values()) != self.counts[whole] or min(parts.values(), default=0) < 0:
            raise ValueError(f"{whole} = {self.counts[whole]} is not the sum of {parts}")
        self.counts |= parts
        self.splits.append(Split(whole, tuple(parts), merged))

    def add_up(self, whole: str, parts: Mapping[str, int]) -> None:
        """Count the parts together."""
        self.counts[whole] = sum(parts.values())
        self.split(whole, parts)

    def show(self, estimates: Iterable[Estimate], *names: str) -> None:
        """Say that these estimates show further counts."""
        for found in estimates:
            self.shows[found.key] = (*self.shows.get(found.key, ()), *names)

    def follow(self, estimates: Iterable[Estimate], group: str) -> None:
        """Say that these estimates are read at their time from a group of a timeline."""
        self.at |= {found.key: group for found in estimates if found.time_months is not None}


def nearly_whole(
    counted: Mapping[str, frozenset[Any]], own: Collection[str], smallest: int
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Sets, or two disjoint ones together, with disjoint sets inside that leave nobody or fewer than `smallest` of them.

    Of equal sets the first stands for all. Only where a set of one's `own` is among them, and not where one set lies
    inside one other: that is a pair.
    """
    sets = {whose: name for name, whose in reversed(list(counted.items())) if whose}
    names = {name: whose for whose, name in sets.items()}
    wholes: list[tuple[tuple[str, ...], frozenset[Any]]] = [((name,), whose) for name, whose in names.items()]
    wholes += [
        ((one, two), names[one] | names[two]) for one, two in combinations(names, 2) if not names[one] & names[two]
    ]
    for whole, whose in wholes:
        inside = [name for name, part in names.items() if part <= whose and name not in whole]
        for parts in _filling(whose, inside, names, smallest):
            if len(whole) + len(parts) > 2 and not {*whole, *parts}.isdisjoint(own):
                yield whole, parts


def _filling(
    left: frozenset[Any], names: list[str], sets: Mapping[str, frozenset[Any]], smallest: int
) -> Iterator[tuple[str, ...]]:
    """Disjoint sets out of those named that leave fewer than `smallest` of `left`."""
    if len(frozenset[Any]().union(*(sets[name] for name in names))) <= len(left) - smallest:
        return  # not even all together
    for place, name in enumerate(names):
        if not sets[name] <= left:
            continue
        rest = left - sets[name]
        if len(rest) < smallest:
            yield (name,)
        further = [one for one in names[place + 1 :] if sets[one] <= rest]
        yield from ((name, *more) for more in _filling(rest, further, sets, smallest) if rest)
