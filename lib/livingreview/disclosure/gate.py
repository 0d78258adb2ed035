"""Estimates to estimates that may be shown: the one gate between the analyses and everything a reader sees."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from livingreview.cohort.identifiability import Identified
from livingreview.disclosure.unfixed import released
from livingreview.results.codes import Reason, ReasonCode
from livingreview.results.curves import Lanes
from livingreview.results.estimates import Results
from livingreview.results.partitions import Tally


def releasable(
    results: Results,
    fixed: Identified | None,
    smallest: int = 0,
    *,
    key: bytes = b"",
    printed: Collection[str] = (),
    approved: bool = False,
) -> Results:
    """The results that may be shown.

    `fixed` says how far print fixes a number of reconstructed patients. Counts of 1 to `smallest` - 1
    patients, and whatever would give them away, are withheld; 0 withholds nothing. `printed` are keys whose numbers
    a publication has printed, where somebody has `approved` of showing those. `key` decides between counts equally good to withhold.
    The tally of counts ends here.
    """
    if fixed is not None:
        results = released(results, fixed)
    if smallest > 1:
        from livingreview.disclosure.everybody import beside_everybody  # a solver: only where needed
        from livingreview.disclosure.suppression import without_small_counts

        results = beside_everybody(results, smallest, key=key, approved=approved)
        results = without_small_counts(results, smallest, key=key, printed=printed)
    return replace(results, tally=Tally())


APPROVED = "patient-level-approved"


def releasable_lanes(lanes: Callable[[], Lanes], *, kind: str, disclosure: str, smallest: int) -> Lanes:
    """Single patients, where they may be shown; otherwise none, with the reason, and `lanes` is not even asked.

    They may where study.yml says so, no smallest count is set, and the patients are no reconstruction.
    """
    if kind == "reconstructed":
        return Lanes([], reason=Reason(ReasonCode.PATIENTS_RECONSTRUCTED))
    if disclosure != APPROVED:
        return Lanes([], reason=Reason(ReasonCode.LANES_NOT_APPROVED, {"approval": APPROVED}))
    if smallest > 1:
        return Lanes([], reason=Reason(ReasonCode.LANES_SHOW_FEW, {"smallest": smallest}))
    return lanes()
