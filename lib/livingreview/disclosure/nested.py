"""Counts inside counts: what is left between two of them is a count as well, whatever lies between."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from livingreview.results.partitions import Split, Tally


def with_differences(tally: Tally, smallest: int) -> Tally:
    """The tally, and in it by name every difference of 1 to `smallest` - 1 patients between two nested counts.

    25 of 28 had a related event: whether the 3 others had no event, or one that was not related, they are 3.
    """
    counts, splits = dict(tally.counts), list(tally.splits)
    named = {(split.whole, part) for split in splits for part in split.parts if _of_two(split, counts)}
    wholes: dict[str, set[str]] = {}
    for split in tally.splits:
        for part in split.parts:
            wholes.setdefault(part, set()).add(split.whole)
    for part in tally.counts:
        for whole in sorted(_around(part, wholes)):
            left = counts[whole] - counts[part]
            if 0 < left < smallest and (whole, part) not in named:
                name = f"{whole} without {part}"
                counts[name] = left
                splits.append(Split(whole, (part, name)))
    return replace(tally, counts=counts, splits=splits)


def _of_two(split: Split, counts: Mapping[str, int]) -> bool:
    """Whether what one part leaves of the whole is the other part."""
    return sum(counts[part] > 0 for part in split.parts) <= 2


def _around(name: str, wholes: Mapping[str, Collection[str]]) -> set[str]:
    """All counts of which this one is a part, or a part of a part."""
    found: set[str] = set()
    pending = [name]
    while pending:
        fresh = set(wholes.get(pending.pop(), ())) - found
        found |= fresh
        pending += fresh
    return found - {name}


def small_sums(tally: Tally, unknown: Callable[[str], bool], smallest: int) -> list[tuple[str, ...]]:
    """The parts of each split that a reader does not know, where there are several and all together are few."""
    found = {tuple(part for part in split.parts if unknown(part)) for split in tally.splits}
    return sorted(
        parts for parts in found if len(parts) > 1 and 0 < sum(map(tally.counts.__getitem__, parts)) < smallest
    )
