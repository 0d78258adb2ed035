"""Which counts to withhold: the small ones, and as few others as it takes that no subtraction gives them back."""

from __future__ import annotations

from collections.abc import Collection

from livingreview.counts import COHORT, Tally
from livingreview.withholding.recover import neighbours, possible, proves_small


def withheld_counts(tally: Tally, published: Collection[str], smallest: int) -> set[str]:
    """Names of the counts that may not be shown.

    A count of 1 to `smallest` - 1 patients is small; zero is not, because it describes nobody. After
    withholding, nobody who sees every shown count and knows which are parts of which can prove of any
    count of the tally, published or not, that it is small.
    """
    small = sorted(name for name, count in tally.counts.items() if 0 < count < smallest)
    withheld = {name for name in small if name in published}
    for name in small:
        while _proven(name, tally, published, withheld, smallest):
            chosen = _best(name, tally, published, withheld, smallest)
            if chosen is None:
                break
            withheld.add(chosen)
    return withheld


def _proven(name: str, tally: Tally, published: Collection[str], withheld: set[str], smallest: int) -> bool:
    shown = set(published) - withheld
    return proves_small(possible(name, tally, shown, withheld), smallest)


def _best(name: str, tally: Tally, published: Collection[str], withheld: set[str], smallest: int) -> str | None:
    """The cheapest count whose withholding blurs this one; failing that the cheapest that is near it."""
    fixed = {COHORT, *tally.elsewhere}
    candidates = [found for found in neighbours(name, tally, set(published) - withheld) if found not in fixed]
    for candidate in candidates:
        if not _proven(name, tally, published, withheld | {candidate}, smallest):
            return candidate
    return candidates[0] if candidates else None
