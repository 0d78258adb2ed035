"""Estimates to estimates that may be shown: the one gate between the analyses and everything a reader sees."""

from __future__ import annotations

from dataclasses import replace

from livingreview.counts import Tally
from livingreview.estimates import Results
from livingreview.withholding.reconstructed import RuleOf, released


def releasable(results: Results, rule_of: RuleOf | None, smallest: int = 0) -> Results:
    """The results that may be shown.

    `rule_of` says how far print fixes a number of reconstructed patients. Counts of 1 to `smallest` - 1
    patients, and whatever would give them away, are withheld; 0 withholds nothing. The tally of counts
    ends here.
    """
    if rule_of is not None:
        results = released(results, rule_of)
    if smallest > 1:
        from livingreview.withholding.small_counts import without_small_counts  # a solver: only where needed

        results = without_small_counts(results, smallest)
    return replace(results, tally=Tally())
