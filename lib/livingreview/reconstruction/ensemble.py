"""Many members folded into one range an estimate: pinned, bounded or free."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

from livingreview.cohort.identifiability import CurveRange, Range
from livingreview.published.ledger import judge
from livingreview.published.printed import PrintedRow
from livingreview.results.codes import Statistic
from livingreview.results.curves import Curve
from livingreview.results.estimates import Estimate
from livingreview.results.rounding import rounded

DECIMALS = {"fraction": 3, "months": 1, "percent": 1}  # to which a reader sees a number; others are whole


def ranges(members: Sequence[Sequence[Estimate]], rows: Iterable[PrintedRow]) -> list[Range]:
    """One range a key, in the order of the first member, which is the documented one.

    Parameters
    ----------
    members : the estimates of every member as the analyses give them, before anything is withheld
    rows : what is printed; where limits are, and a member reproduces them, they are fixed by print
    """
    printed = {row.id: row for row in rows}
    by_key: dict[str, list[Estimate]] = {}
    for member in members:
        for found in member:
            by_key.setdefault(found.key, []).append(found)
    return [_range(found, len(members), printed.get(key)) for key, found in by_key.items()]


def _range(found: list[Estimate], members: int, row: PrintedRow | None) -> Range:
    first = found[0]
    known = [one for one in found if one.estimable]
    keeps = bool(row and row.printed_low)
    ends = {
        f"{end}{name}": _end(known, part, end)
        for part, name in (("value", ""), ("low", "_low"), ("high", "_high"))
        for end in ("lowest", "highest")
    }
    return Range(
        first.key,
        first.endpoint,
        first.statistic,
        first.time_months,
        first.unit,
        _same([one.level for one in known]),
        _same([one.estimator for one in known]) or "",
        _same([one.interval for one in known]) or "",
        _same([one.n for one in known]),
        _same([one.events for one in known]),
        len(known),
        **ends,
        keeps_limits=keeps,
        identifiability=_identifiability(known, members, row),
    )


def _end(known: Sequence[Estimate], part: str, end: str) -> float | None:
    values = [getattr(one, part) for one in known if getattr(one, part) is not None]
    if not values:
        return None
    return min(values) if end == "lowest" else max(values)


def _same(values: Sequence) -> object:
    """The one value that all have; None where there are several."""
    return values[0] if values and all(value == values[0] for value in values) else None


def _identifiability(known: Sequence[Estimate], members: int, row: PrintedRow | None) -> str:
    """Pinned: all members read the same. Bounded: their range is narrower than what can be at all. Else free."""
    if len(known) < members or known[0].statistic == Statistic.P or _same([one.value is None for one in known]) is None:
        return "free"
    readings = {_reading(one) for one in known}
    is_range = known[0].value is None
    if not is_range and (len(readings) == 1 or _reproduced(known[0], row)):
        return "pinned"
    if len(readings) == 1 or (not is_range and len({reading[0] for reading in readings}) == 1):
        return "bounded"
    values = [one.value for one in known if one.value is not None]
    most = _most(known)
    if most is None or len(values) < members:
        return "free"
    return "bounded" if min(values) > 0 or max(values) < most else "free"


def _reading(found: Estimate) -> tuple:
    """What a reader sees of an estimate."""
    decimals = DECIMALS.get(found.unit, 0)
    seen = (None if one is None else rounded(one, decimals) for one in (found.value, found.low, found.high))
    return (*seen, found.n, found.events)


def _reproduced(documented: Estimate, row: PrintedRow | None) -> bool:
    """Whether value and limits are printed, and are those of the documented member."""
    if row is None or not row.printed_low:
        return False
    return all(judge(row, part, printed, documented).status == "reproduced" for part, printed in row.parts())


def _most(known: Sequence[Estimate]) -> float | None:
    """The largest value that such an estimate can have at all; None where there is no such thing."""
    unit = known[0].unit
    if unit == "fraction":
        return 1.0
    return max((one.n for one in known if one.n is not None), default=None) if unit == "patients" else None


def curve_ranges(members: Sequence[Sequence[Curve]], keys: Sequence[str], times: Sequence[float]) -> list[CurveRange]:
    """The ranges of these curves at each of the times, in months."""
    found = []
    for key in keys:
        curves = [curve for member in members for curve in member if curve.key == key]
        for time in times:
            columns = list(zip(*(_at(curve, time) for curve in curves), strict=True))
            ends = [end for values in columns for end in (min(values), max(values))]
            found.append(CurveRange(key, time, *ends))
    return found


def _at(curve: Curve, time: float) -> tuple[float, int, int, int]:
    """Survival at a time; who is at risk then, and how many were censored or had an event before (KMunicate)."""
    before = [place for place, t in enumerate(curve.t) if t < time]
    here = max(place for place, t in enumerate(curve.t) if t <= time)
    n = curve.at_risk[0]
    if not before:
        return curve.survival[here], n, 0, 0
    last = before[-1]
    censored, events = curve.censored[last], curve.events[last]
    return curve.survival[here], n - censored - events, censored, events


def as_csv(rows: Sequence[Range] | Sequence[CurveRange]) -> str:
    """Text of a file of ranges: ten significant digits, nothing for what is not there."""
    opened = io.StringIO()
    columns = [field.name for field in fields(rows[0])]
    writer = csv.DictWriter(opened, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in asdict(row).items()} for row in rows)
    return opened.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else value
