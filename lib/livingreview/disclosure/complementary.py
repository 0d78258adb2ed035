"""Which counts to withhold: the small ones, and as few others as it takes that no subtraction gives them back.

Primary and complementary suppression, with a linear program in the part of the reader.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from livingreview.disclosure.nested import small_sums, with_differences
from livingreview.disclosure.recovery import Bounds, Linked, Reader, Solved, linked, protects, tells_no_more
from livingreview.results.partitions import COHORT, Tally


@dataclass(frozen=True, slots=True)
class Suppression:
    """Names of counts: `withheld` may not be shown; of those, `below` are said to be below the threshold.

    `blank` are parts of a count of `below`, withheld even where they are 0: otherwise the zeros would narrow the rest.
    """

    withheld: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()


def suppression(
    tally: Tally,
    published: Collection[str],
    smallest: int,
    *,
    key: bytes = b"",
    printed: Collection[str] = (),
) -> Suppression:
    """Which counts may not be shown, and which outcomes are said to be below the threshold instead.

    A count of 1 to `smallest` - 1 patients is small; zero is not, because it describes nobody. After
    withholding, nobody who sees every shown count and knows which are parts of which can prove of any
    count of the tally, published or not, that it is small, nor of the difference of two nested ones, nor of all that
    the shown parts of a count leave of it. The outcomes of the whole cohort are the exception:
    a small one is said to be so where a reader still learns no more than that. `printed` are counts that everybody
    can read elsewhere: they are shown, and nothing can protect them. `key` decides between equals.
    """
    tally = with_differences(tally, smallest)
    return _Suppressor(tally, frozenset(published) | frozenset(printed), smallest, key, frozenset(printed)).found()


@dataclass(slots=True)
class _Suppressor:
    tally: Tally
    published: frozenset[str]
    smallest: int
    key: bytes
    printed: frozenset[str]
    small: list[str] = field(default_factory=list)
    linked: Linked = field(default_factory=dict)
    wholes: set[str] = field(default_factory=set)
    solved: Solved = field(default_factory=dict)

    def __post_init__(self) -> None:
        counts = self.tally.counts
        self.small = sorted(name for name in counts if 0 < counts[name] < self.smallest and name not in self.printed)
        self.linked = linked(self.tally)
        self.wholes = {split.whole for split in self.tally.splits}

    def found(self) -> Suppression:
        withheld = frozenset(self.small) & self.published
        known = {name for name in self.printed if 0 < self.tally.counts[name] < self.smallest}
        inside = frozenset(part for name in known for part in self._parts(name)) & self.published - self.printed
        state = Suppression(withheld | inside, blank=inside)
        for name in sorted(withheld & self.tally.elsewhere):  # another chapter may say so, and a reader sees both
            state = self._with_below(name, state)
        state = self._lean(self._protected(state))
        for name in self.tally.outcomes:
            if name in state.withheld and name in self.small:
                state = self._said(name, state)
        return state

    def _said(self, name: str, state: Suppression) -> Suppression:
        """The state in which this outcome is said to be below the threshold; the same one where that tells more."""
        tried = self._protected(self._with_below(name, state))
        lost = (tried.withheld - state.withheld) & {COHORT, *self.tally.outcomes}
        return state if lost or self._open(tried) else self._lean(tried)

    def _with_below(self, name: str, state: Suppression) -> Suppression:
        """A count said to be below the threshold, and with it its parts: outcomes likewise, all others blank."""
        parts = self._parts(name) & self.published
        blank, below = parts - set(self.tally.outcomes), parts & set(self.tally.outcomes)
        return Suppression(state.withheld | parts, state.below | below | {name}, state.blank | blank)

    def _parts(self, name: str) -> set[str]:
        """What adds up to a count, and what adds up to that; an outcome of nobody is shown all the same."""
        empty = {name for name in self.tally.outcomes if self.tally.counts.get(name) == 0}
        shown = empty | {part for split in self.tally.splits if split.whole in empty for part in split.parts}
        found: set[str] = set()
        pending = [name]
        while pending:
            whole = pending.pop()
            fresh = {part for split in self.tally.splits if split.whole == whole for part in split.parts}
            pending += fresh - found - shown
            found |= fresh - shown
        return found

    def _protected(self, state: Suppression) -> Suppression:
        """As many more counts withheld as every small one needs, and every small sum of unknown parts."""
        for name in self.small:
            state = self._hiding((name,), state)
        looked_at: set[tuple[str, ...]] = set()
        while fresh := [parts for parts in self._sums(self._reader(state)) if parts not in looked_at]:
            looked_at.update(fresh)
            for parts in fresh:
                state = self._hiding(parts, state)
        return state

    def _hiding(self, names: tuple[str, ...], state: Suppression) -> Suppression:
        """The state in which these together are hidden, as far as anything can hide them."""
        reader = self._reader(state)
        while not self._hidden(names, state, reader):
            chosen = self._best(names, state, reader)
            if chosen is None:
                break
            state = replace(state, withheld=state.withheld | {chosen})
            reader = self._reader(state)
        return state

    def _sums(self, reader: Reader) -> list[tuple[str, ...]]:
        return small_sums(self.tally, reader.unknown, self.smallest)

    def _lean(self, state: Suppression) -> Suppression:
        """Without those counts that turned out to hide nothing, what matters most first."""
        more = state.withheld - set(self.small) - state.blank
        already = self._open(state) if more else set()
        for name in sorted(more, key=self._loss, reverse=True):
            tried = replace(state, withheld=state.withheld - {name})
            if self._open(tried, ignoring=already, first=True) == set():
                state = tried
        return state

    def _open(
        self, state: Suppression, ignoring: Collection[tuple[str, ...]] = (), *, first: bool = False
    ) -> set[tuple[str, ...]]:
        """Small counts, and small sums of them, that can be worked out; only the `first` where one is enough."""
        found: set[tuple[str, ...]] = set()
        reader = self._reader(state)
        for names in (*((name,) for name in self.small), *self._sums(reader)):
            if names not in ignoring and not self._hidden(names, state, reader):
                found.add(names)
                if first:
                    break
        return found

    def _hidden(self, names: tuple[str, ...], state: Suppression, reader: Reader) -> bool:
        if len(names) == 1:
            (name,) = names
            if name in state.below:
                return tells_no_more(reader.limits(name), self.smallest)
            return reader.misled(name, self.smallest)
        limits = reader.sum_limits(names)
        said = tells_no_more(limits, self.smallest) and not (state.below | state.blank).isdisjoint(names)
        return said or protects(limits, self.smallest)

    def _reader(self, state: Suppression) -> Reader:
        """Who sees the rest, and knows of a withheld count that it is not 0, unless zeros are withheld with it."""
        bounds: dict[str, Bounds] = dict.fromkeys(state.withheld, (1, None))
        bounds |= dict.fromkeys(state.blank, (0, None))
        bounds |= {name: (0, None) for name in state.withheld if name.startswith(self.tally.silent)}
        bounds |= dict.fromkeys(state.below, (1, self.smallest - 1))
        return Reader(self.tally, self.published - state.withheld, bounds, self.linked, self.solved)

    def _best(self, names: tuple[str, ...], state: Suppression, reader: Reader) -> str | None:
        """The cheapest count whose withholding hides these; failing that the cheapest that is near them."""
        fixed = {COHORT, *self.tally.elsewhere, *self.printed}
        candidates = sorted((found for found in reader.neighbours(names[0]) if found not in fixed), key=self._loss)
        for candidate in candidates:
            tried = replace(state, withheld=state.withheld | {candidate})
            if self._hidden(names, tried, self._reader(tried)):
                return candidate
        return candidates[0] if candidates else None

    def _loss(self, name: str) -> tuple[Any, ...]:
        """The least loss first: what matters least, then parts before wholes, then few patients, then by the key."""
        rank = 2 if name in self.tally.outcomes else 0 if name in self.tally.minor else 1
        tie = hmac.new(self.key, name.encode(), hashlib.sha256).hexdigest()
        return rank, name in self.wholes, self.tally.counts[name], tie
