"""The ledger: every printed number beside what the analyses computed from the tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from statistics import NormalDist
from typing import Any, NamedTuple

from livingreview.published.printed import PrintedRow
from livingreview.results.codes import IntervalMethod
from livingreview.results.estimates import Estimate
from livingreview.results.rounding import MODES, decimals_of, rounded

STATUSES = ("reproduced", "rounding", "differs", "bounded", "impossible-as-printed", "not-derivable", "not-printed")
COMPARED = ("reproduced", "rounding", "differs", "bounded")
BASIS = {"reconstructed": "by construction", "observed": "observed", "simulated": "simulated"}
ROUNDINGS = {"half to even": "half-to-even", "truncated": "truncated"}  # beside half up, by the code of each


class Judged(NamedTuple):
    """One part of a printed number: its status, what we computed at the printed precision, and why (code, facts)."""

    status: str
    reproduced: str
    code: str
    facts: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One part of one printed number. `reproduced` is what we computed, at the printed precision.

    `code` and `facts` say why it has its status, `made` how the number was computed; `livingreview.words.ledger_words`
    has the sentences.
    """

    id: str
    part: str
    printed: str
    reproduced: str
    status: str
    basis: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """A row of the table `ledger`."""
        return asdict(self)


def ledger(rows: Iterable[PrintedRow], estimates: Iterable[Estimate], kind: str) -> list[LedgerRow]:
    """Compare every printed number with the estimate of the same key.

    Parameters
    ----------
    rows : what the paper printed
    estimates : what the analyses computed from the tables, never from `rows`
    kind : edition kind; says whether agreement is a finding or holds by construction
    """
    computed = {one.key: one for one in estimates}
    return [
        _row(row, part, printed, computed.get(row.id), BASIS[kind]) for row in rows for part, printed in row.parts()
    ]


def _row(row: PrintedRow, part: str, printed: str, computed: Estimate | None, basis: str) -> LedgerRow:
    status, reproduced, code, facts = judge(row, part, printed, computed)
    basis = basis if status in COMPARED else ""
    made = None if computed is None else _made(computed)
    return LedgerRow(row.id, part, printed, reproduced, status, basis, code, facts, made)


def _made(computed: Estimate) -> dict[str, Any]:
    """How a number was computed, or why it was not."""
    record = asdict(computed)
    return {name: record[name] for name in ("estimator", "interval", "qualifiers", "unit", "time_months", "reason")}


def judge(row: PrintedRow, part: str, printed: str, computed: Estimate | None) -> Judged:
    """One part of one printed number against the estimate of its key."""
    if not printed:
        return _unprinted(row, computed)
    contradiction = _contradiction(row)
    if computed is None:
        if contradiction:
            return Judged("impossible-as-printed", "", contradiction)
        return Judged("not-derivable", "", "no-analysis")
    scale = 100 if row.is_percent else 1
    value = getattr(computed, part)
    if value is None:
        return _without_value(printed, part, computed, scale, contradiction)
    decimals = decimals_of(printed)
    shown = rounded(value * scale, decimals)
    if shown == printed:
        return Judged("reproduced", shown, "half-up" if decimals else "as-computed")
    for mode in MODES:
        if rounded(value * scale, decimals, mode) == printed:
            return Judged("rounding", shown, ROUNDINGS[mode], {"exact": value * scale})
    rounded_first = _limit_from_rounded(computed, part)
    if rounded_first is not None and rounded(rounded_first * scale, decimals) == printed:
        return Judged("rounding", shown, "rounded-first")
    return Judged("differs", shown, "other-number", {"printed": printed, "shown": shown})


def _unprinted(row: PrintedRow, computed: Estimate | None) -> Judged:
    note = {"note": row.note}
    if computed is None or computed.value is None:
        return Judged("not-printed", "", "noted" if row.note else "unprinted", note)
    if computed.unit == "fraction" and row.statistic == "count":
        return Judged("not-printed", "" if computed.events is None else str(computed.events), "noted", note)
    return Judged("not-printed", f"{computed.value * (100 if row.is_percent else 1):g}", "noted", note)


def _without_value(printed: str, part: str, computed: Estimate, scale: int, contradiction: str) -> Judged:
    if part == "value" and computed.low is not None and computed.high is not None:
        low, high = computed.low * scale, computed.high * scale
        if low <= float(printed) <= high:
            return Judged("bounded", f"{low:g} to {high:g}", "within-range")
        return Judged("differs", f"{low:g} to {high:g}", "outside-range", {"printed": printed})
    if contradiction:
        return Judged("impossible-as-printed", "", contradiction)
    return Judged("not-derivable", "", "because" if computed.reason else "no-number")


def _contradiction(row: PrintedRow) -> str:
    """The code of why the row cannot be right whatever the data; empty where it can."""
    try:
        value = float(row.printed)
        low, high = (float(text) if text else None for text in (row.printed_low, row.printed_high))
        denominator = float(row.denominator) if row.denominator else None
    except ValueError:
        return ""
    if (low is not None and value < low) or (high is not None and value > high):
        return "outside-limits"
    if row.is_percent and not 0 <= value <= 100:
        return "no-percentage"
    return "above-denominator" if row.statistic == "count" and denominator is not None and value > denominator else ""


def _limit_from_rounded(computed: Estimate, part: str) -> float | None:
    """The limit a paper prints when it first rounds S and its standard error to three decimals."""
    known = (computed.value, computed.low, computed.high)
    if part == "value" or computed.interval != IntervalMethod.PLAIN or None in known:
        return None
    z = NormalDist().inv_cdf(0.5 + computed.level / 2)
    survival = float(rounded(computed.value, 3))
    error = float(rounded((computed.high - computed.low) / (2 * z), 3))
    return survival - z * error if part == "low" else survival + z * error


def status_counts(rows: Iterable[LedgerRow]) -> dict[str, int]:
    """How many parts have each status, in the order of the statuses; absent ones are 0."""
    counts = dict.fromkeys(STATUSES, 0)
    for row in rows:
        counts[row.status] += 1
    return counts
