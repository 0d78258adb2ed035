"""The ledger: every printed number beside what the analyses computed from the tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from scipy.stats import norm

from livingreview.published.printed import PrintedRow
from livingreview.results.codes import IntervalMethod
from livingreview.results.estimates import Estimate
from livingreview.results.rounding import MODES, decimals_of, rounded
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words

STATUSES = ("reproduced", "rounding", "differs", "bounded", "impossible-as-printed", "not-derivable", "not-printed")
BASIS = {"reconstructed": "by construction", "observed": "observed", "simulated": "simulated"}
ROUNDED_FIRST = "S and SE rounded to 3 decimals before the interval was formed"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One part of one printed number. `reproduced` is what we computed, at the printed precision."""

    id: str
    part: str
    printed: str
    reproduced: str
    status: str
    basis: str
    explanation: str

    def to_dict(self) -> dict[str, str]:
        """A row of ledger.csv."""
        return asdict(self)


def ledger(rows: Iterable[PrintedRow], estimates: Iterable[Estimate], kind: str) -> list[LedgerRow]:
    """Compare every printed number with the estimate of the same key.

    Parameters
    ----------
    rows : what the paper printed
    estimates : what the analyses computed from the tables, never from `rows`
    kind : edition kind; says whether agreement is a finding or holds by construction
    """
    computed = {found.key: found for found in estimates}
    return [
        _row(row, part, printed, computed.get(row.id), BASIS[kind]) for row in rows for part, printed in row.parts()
    ]


def _row(row: PrintedRow, part: str, printed: str, found: Estimate | None, basis: str) -> LedgerRow:
    status, reproduced, explanation = judge(row, part, printed, found)
    compared = status in ("reproduced", "rounding", "differs", "bounded")
    return LedgerRow(row.id, part, printed, reproduced, status, basis if compared else "", explanation)


def judge(row: PrintedRow, part: str, printed: str, found: Estimate | None) -> tuple[str, str, str]:
    """(status, reproduced, explanation) of one part of one printed number."""
    if not printed:
        return "not-printed", *_unprinted(row, found)
    contradiction = _contradiction(row)
    if found is None:
        return (
            ("impossible-as-printed", "", contradiction)
            if contradiction
            else ("not-derivable", "", "the analyses compute no such number")
        )
    scale = 100 if row.is_percent else 1
    value = getattr(found, part)
    if value is None:
        return _without_value(printed, part, found, scale, contradiction)
    decimals = decimals_of(printed)
    shown = rounded(value * scale, decimals)
    if shown == printed:
        return "reproduced", shown, f"{method_words(found)}, rounded half up" if decimals else method_words(found)
    for name in MODES:
        if rounded(value * scale, decimals, name) == printed:
            return "rounding", shown, _named_rounding(name, value * scale)
    rounded_first = _limit_from_rounded(found, part)
    if rounded_first is not None and rounded(rounded_first * scale, decimals) == printed:
        return "rounding", shown, ROUNDED_FIRST
    return "differs", shown, f"printed {printed}, computed {shown} ({method_words(found)})"


def _unprinted(row: PrintedRow, found: Estimate | None) -> tuple[str, str]:
    if found is None or found.value is None:
        return "", row.note or "named but not printed"
    scale = 100 if row.is_percent else 1
    if found.unit == "fraction" and row.statistic == "count":
        return str(found.events if found.events is not None else ""), row.note
    return f"{found.value * scale:g}", row.note


def _without_value(printed: str, part: str, found: Estimate, scale: int, contradiction: str) -> tuple[str, str, str]:
    if part == "value" and found.low is not None and found.high is not None:
        low, high = found.low * scale, found.high * scale
        if low <= float(printed) <= high:
            return "bounded", f"{low:g} to {high:g}", f"{method_words(found)}: {reason_words(found.reason)}"
        return "differs", f"{low:g} to {high:g}", f"printed {printed}, outside the range; {reason_words(found.reason)}"
    if contradiction:
        return "impossible-as-printed", "", contradiction
    return "not-derivable", "", reason_words(found.reason) or "the tables hold no such number"


def _contradiction(row: PrintedRow) -> str:
    """Why the row cannot be right whatever the data; empty where it can."""
    try:
        value = float(row.printed)
        low, high = (float(text) if text else None for text in (row.printed_low, row.printed_high))
        denominator = float(row.denominator) if row.denominator else None
    except ValueError:
        return ""
    if (low is not None and value < low) or (high is not None and value > high):
        return "the value lies outside its own limits"
    if row.is_percent and not 0 <= value <= 100:
        return "a percentage below 0 or above 100"
    if row.statistic == "count" and denominator is not None and value > denominator:
        return "the count exceeds its denominator"
    return ""


def _named_rounding(name: str, exact: float) -> str:
    return f"{name}: {exact:.4f} is printed {'cut off' if name == 'truncated' else 'rounded half to even'}"


def _limit_from_rounded(found: Estimate, part: str) -> float | None:
    """The limit a paper prints when it first rounds S and its standard error to three decimals."""
    if part == "value" or found.interval != IntervalMethod.PLAIN or None in (found.value, found.low, found.high):
        return None
    z = float(norm.ppf(0.5 + found.level / 2))
    survival = float(rounded(found.value, 3))
    error = float(rounded((found.high - found.low) / (2 * z), 3))
    return survival - z * error if part == "low" else survival + z * error


def status_counts(rows: Iterable[LedgerRow]) -> dict[str, int]:
    """How many parts have each status, in the order of the statuses; absent ones are 0."""
    found: dict[str, int] = dict.fromkeys(STATUSES, 0)
    for row in rows:
        found[row.status] += 1
    return found
