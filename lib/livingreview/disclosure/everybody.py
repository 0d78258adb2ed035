"""Groups of patients beside all of them: what another chapter shows of everybody, and what groups may then show."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from livingreview.disclosure.readings import left_at
from livingreview.disclosure.suppression import hidden, read_at, too_few, without_small_counts
from livingreview.results.codes import Reason, ReasonCode
from livingreview.results.curves import Curve
from livingreview.results.estimates import Estimate, Results
from livingreview.results.partitions import Everybody, Tally


def beside_everybody(results: Results, smallest: int, *, key: bytes = b"", approved: bool = False) -> Results:
    """The results as far as nobody can subtract them from those of all patients; all, where nothing is beside them.

    `approved`: that chapter may show any of its numbers, because it is printed.
    """
    everybody = results.tally.everybody
    if everybody is None:
        return results
    if everybody.followed:
        left = _left(everybody.results, smallest, key, approved)
        return replace(results, tally=_with_left(results.tally, everybody.followed, left))
    shown = without_small_counts(everybody.results, smallest, key=key)
    if shown[everybody.survival].value is None:
        withheld = Reason(ReasonCode.ALL_WITHHELD)
        instead = everybody.instead(withheld) if everybody.instead else []
        return replace(results, estimates=instead, curves=[], tally=Tally())
    estimates = [_foretold(found, everybody, shown, smallest) for found in results.estimates]
    curves = [_at_months_of(shown.curves, curve) for curve in results.curves]
    return replace(results, estimates=estimates, curves=[curve for curve in curves if curve.t])


def _left(everybody: Results, smallest: int, key: bytes, approved: bool) -> set[int]:
    """The numbers followed without an event at every position at which the curve of all patients may be read."""
    (timeline,) = everybody.tally.timelines
    (group,) = timeline.groups
    printed: list[Collection[str]] = [(), *([[found.key for found in everybody.estimates]] if approved else [])]
    read = [read_at(everybody, smallest, key=key, printed=keys)[group] for keys in printed]
    return {left_at(timeline, position) for one in read for position in one.positions}


def _with_left(tally: Tally, name: str, left: Collection[int]) -> Tally:
    """The count lies between two readings of the curve of all patients, or at one of them: both can be subtracted."""
    found = replace(tally, counts=dict(tally.counts), splits=list(tally.splits), elsewhere=set(tally.elsewhere))
    followed = found.counts[name]
    earlier = min((n for n in left if n >= followed), default=None)
    later = max((n for n in left if n <= followed), default=None)
    if earlier is not None:
        found.counts["pfs.left.earlier"] = earlier
        found.split("pfs.left.earlier", {name: followed}, rest="pfs.left.earlier.gone")
    if later is not None:
        found.split(name, {"pfs.left.later": later}, rest=f"{name}.gone")
    found.elsewhere |= {"pfs.left.earlier", "pfs.left.later"} & set(found.counts)
    return found


def _foretold(found: Estimate, everybody: Everybody, shown: Results, smallest: int) -> Estimate:
    """A test only where numbers that are shown say whether there are events enough for it: then it tells nothing itself.

    Its events are all events, but for at most one of each patient whom it leaves out.
    """
    if found.key not in everybody.tests:
        return found
    fewest, left_out = everybody.tests[found.key]
    events = shown[everybody.results.tally.outcomes[0]].value
    if events is not None and not fewest <= events < fewest + left_out:
        return found
    return hidden(found, too_few(smallest))


def _at_months_of(everybody: list[Curve], curve: Curve) -> Curve:
    """The curve at the months at which that of all patients is read: groups that are everybody add up to it."""
    months = {t for one in everybody for t in one.t}
    marked = {t for one in everybody for t in one.risk_table.times}
    rows = [row for row, t in enumerate(curve.t) if t in months]
    return curve.at(rows, [mark for mark, t in enumerate(curve.risk_table.times) if t in marked])
