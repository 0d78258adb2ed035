"""Results without counts of too few patients: estimates, curves, risk tables and rows, all by one rule."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from math import floor
from typing import Any

from livingreview.disclosure.coarse_curves import coarse
from livingreview.disclosure.complementary import Suppression
from livingreview.disclosure.readable_months import BEFORE, THROUGH, Readable
from livingreview.disclosure.readings import withheld_and_read
from livingreview.results.codes import EXPOSES, Exposure, Limits, Qualified, Reason, ReasonCode, Statistic, Status
from livingreview.results.estimates import Estimate, Results
from livingreview.results.partitions import COHORT, Tally
from livingreview.results.rounding import rounded

DECIMALS = 3  # of survival and p: enough to read, too few to give the counts back
COUNTED = (Exposure.COUNT, Exposure.SHARE)
FEW = 100  # patients; below it the step of a time or age is wide
STEPS = {"months": (6, 3), "years": (5, 1)}  # of fewer than FEW patients, and of more


def without_small_counts(
    results: Results, smallest: int, *, key: bytes = b"", printed: Collection[str] = ()
) -> Results:
    """Withhold counts of 1 to `smallest` - 1 patients with everything that would give them away.

    A withheld count takes its percentage, interval and row with it; an outcome of the whole cohort is said to be
    below the threshold where that tells no more. Curves are shown at whole months between which nobody or enough
    patients had an event or were censored. Times in the middle of many patients are rounded to a stated step,
    those of a single one left out. What `EXPOSES` does not name, and whose counts the tally does not know, is
    withheld. `printed` are keys of estimates that a publication has printed and whose showing was approved: these are
    shown as they are. `key` decides between counts that are equally good to withhold.
    """
    gate = _gate(results, smallest, key, frozenset(printed))
    estimates = [kept for found in results.estimates if (kept := gate.shown(found)) is not None]
    estimates = _in_company(estimates, results.tally, printed) + _merged(results.tally, gate.suppressed)
    coarser = (coarse(curve, gate.readable.get(curve.key), smallest) for curve in results.curves)
    curves = [curve for curve in coarser if curve]
    return replace(
        results, estimates=estimates, curves=curves, tables=_rows(results, gate.suppressed.withheld, gate.reason)
    )


def too_few(smallest: int) -> Reason:
    """The one reason for everything that is withheld for the sake of a small count, so that none says more."""
    return Reason(ReasonCode.FEW_PATIENTS, {"smallest": smallest})


def read_at(
    results: Results, smallest: int, *, key: bytes = b"", printed: Collection[str] = ()
) -> Mapping[str, Readable]:
    """Where the curves of these results may be read once small counts are withheld from them, by group."""
    return _gate(results, smallest, key, frozenset(printed)).readable


def _gate(results: Results, smallest: int, key: bytes, printed: frozenset[str]) -> _Gate:
    tally = results.tally
    names = {found.key: _names(found, tally) for found in results.estimates}
    published = {name for shown in names.values() for name in shown} | tally.elsewhere
    published |= {name for rows in tally.rows.values() for name in rows}
    known = {_own(found) for found in results.estimates if found.key in printed} & set(tally.counts)
    suppressed, read = withheld_and_read(results, published, smallest, key=key, known=known, printed=printed)
    return _Gate(tally, names, suppressed, read, smallest, printed)


@dataclass(frozen=True, slots=True)
class _Gate:
    tally: Tally
    names: Mapping[str, set[str]]
    suppressed: Suppression
    readable: Mapping[str, Readable]
    smallest: int
    printed: frozenset[str]

    @property
    def reason(self) -> Reason:
        return too_few(self.smallest)

    def shown(self, found: Estimate) -> Estimate | None:
        """The estimate as far as it may be shown; None where its very name would say that somebody is meant."""
        kind = EXPOSES.get(found.statistic)
        if found.status in (Status.ABSENT, Status.WITHHELD):
            return replace(found, n=None, events=None)
        if kind is None:
            return hidden(found, Reason(ReasonCode.UNDECLARED))
        if found.key in self.printed:
            return replace(found, events=None) if kind == Exposure.RATE else found
        if kind == Exposure.EXTREME:
            single = Reason(ReasonCode.SINGLE_PATIENT)
            return hidden(found, single) if found.estimable else replace(found, n=None, events=None)
        return self._counted(_of_many(found), kind)

    def _counted(self, found: Estimate, kind: Exposure) -> Estimate | None:
        names = self.names[found.key]
        if self._is_below(found, kind, names):
            return _below(found, self.smallest)
        withheld = self.suppressed.withheld & names
        if (
            kind == Exposure.MIDDLE
            and not any(self._is_small(name) for name in withheld)
            and COHORT in names - withheld
        ):
            return self._middle(replace(found, events=None) if withheld else found)
        if withheld or not self._looked_at(found, kind, names):
            return None if found.key.startswith(self.tally.named_by_data) else hidden(found, self.reason)
        return self._middle(found) if kind == Exposure.MIDDLE else _rounded(found, kind)

    def _is_small(self, name: str) -> bool:
        return 0 < self.tally.counts[name] < self.smallest

    def _is_below(self, found: Estimate, kind: Exposure, names: set[str]) -> bool:
        own = _own(found)
        return kind in COUNTED and own in self.suppressed.below and not (names - {own}) & self.suppressed.withheld

    def _looked_at(self, found: Estimate, kind: Exposure, names: set[str]) -> bool:
        """Whether everything the estimate gives away is a count of the tally, or may be read at its time."""
        if not _tells(found):
            return True
        group = self.tally.at.get(found.key)
        if group is not None:
            # Who was still followed at a time is counted through it but for those censored just then.
            sides = (BEFORE, THROUGH) if found.statistic == Statistic.FOLLOWED else (THROUGH,)
            return all((found.time_months, side) in self.readable[group] for side in sides)
        return bool(names) or kind == Exposure.NOBODY

    def _middle(self, found: Estimate) -> Estimate:
        """A median, in steps; none of so few that their middle is one of them."""
        if not _tells(found):
            return found
        if found.n is None or found.n < 2 * self.smallest:
            return hidden(found, Reason(ReasonCode.MEDIAN_OF_FEW, {"fewest": 2 * self.smallest}))
        if found.status == Status.NOT_REACHED:
            found = replace(found, reason=Reason(ReasonCode.NOT_REACHED_BY_THEN))
        return _in_steps(found)


def _own(found: Estimate) -> str:
    """The name of an estimate's own count."""
    return found.key.removesuffix(".count")


def _names(found: Estimate, tally: Tally) -> set[str]:
    """The counts that an estimate shows, with or without a value: its own, its n, and those the analysis adds."""
    if not _tells(found):
        return set()
    own = _own(found)
    names = {own} if own in tally.counts else set()
    names |= {split.whole for split in tally.splits if own in split.parts and tally.counts[split.whole] == found.n}
    names |= {COHORT} if found.n == tally.counts.get(COHORT) else set()
    return names | set(tally.shows.get(found.key, ()))


def _tells(found: Estimate) -> bool:
    return found.estimable or found.n is not None or found.events is not None


def hidden(found: Estimate, reason: Reason) -> Estimate:
    """The question with nothing of its answer, not even how it was looked for."""
    return replace(found.with_reason(reason, Status.WITHHELD), estimator=None, interval=None, qualifiers=())


def _below(found: Estimate, smallest: int) -> Estimate:
    """An outcome of the whole cohort that only says that it is below the threshold."""
    most = smallest - 1 if found.unit == "patients" else (smallest - 1) / (found.n or 1)
    told = hidden(found, Reason(ReasonCode.BELOW_THRESHOLD, {"smallest": smallest}))
    return replace(told, n=found.n, high=most, limits=Limits.BELOW_THRESHOLD)


def _of_many(found: Estimate) -> Estimate:
    """The estimate without the ends of a range, which are single patients."""
    if found.limits != Limits.DATA_RANGE:
        return found
    ends = Reason(ReasonCode.ENDS_ARE_PATIENTS)
    return replace(found, low=None, high=None, level=None, limits=Limits.NONE, interval=None, reason=ends)


def _rounded(found: Estimate, kind: Exposure) -> Estimate:
    """The estimate rounded where it would otherwise be an exact product of counts."""
    if kind not in (Exposure.RATE, Exposure.TEST):
        return found
    return _each(found, lambda number: float(rounded(number, DECIMALS)))


def _in_steps(found: Estimate) -> Estimate:
    """The value and the limits to the nearest step, half up, so that they are nobody's own; a qualifier says which."""
    if found.unit not in STEPS or not found.estimable:
        return found
    wide, narrow = STEPS[found.unit]
    step = wide if found.n is None or found.n < FEW else narrow
    return _each(found, lambda number: float(floor(number / step + 0.5) * step)).qualified(Qualified.NEAREST, step)


def _each(found: Estimate, changed: Callable[[float], float]) -> Estimate:
    """The value and those limits that exist, changed."""
    numbers: dict[str, Any] = {name: getattr(found, name) for name in ("value", "low", "high")}
    known: dict[str, Any] = {name: changed(number) for name, number in numbers.items() if number is not None}
    return replace(found, **known)


def _in_company(estimates: list[Estimate], tally: Tally, printed: Collection[str]) -> list[Estimate]:
    """Without those that need another one to be shown, where that is withheld."""
    shown = {found.key for found in estimates if found.estimable}
    alone = {key for key, other in tally.beside.items() if other not in shown} - set(printed)
    return [found for found in estimates if found.key not in alone]


def _merged(tally: Tally, suppressed: Suppression) -> list[Estimate]:
    """Withheld parts of a shown count, taken together: no more than a subtraction would give."""
    found: list[Estimate] = []
    for split in tally.splits:
        parts = [part for part in split.parts if part in suppressed.withheld]
        total = sum(tally.counts[part] for part in parts)
        hides = suppressed.withheld & {split.whole} or suppressed.blank & set(parts)
        if split.merged is not None and len(parts) > 1 and not hides:
            found += split.merged(parts, total)
    return found


def _rows(results: Results, withheld: Collection[str], reason: Reason) -> dict[str, list[dict[str, Any]]]:
    """Rows of further tables; one whose count is withheld loses it, and its words with it."""
    found = {}
    for name, table in results.tables.items():
        names = results.tally.rows.get(name, [""] * len(table))
        found[name] = [
            {**row, "n": None, "reason": None, "withheld": asdict(reason)} if count in withheld else row
            for row, count in zip(table, names, strict=True)
        ]
    return found
