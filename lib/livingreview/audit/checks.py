"""Every check that fits a row of a table of printed numbers, and what all of them found."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from livingreview.audit.binary import binary
from livingreview.audit.categories import parent, sums
from livingreview.audit.kaplan_meier import kaplan_meier
from livingreview.audit.percentages import interval_method, percentage, whole
from livingreview.audit.ratio import ratio
from livingreview.audit.verdict import Assumption, Check, Finding, Verdict
from livingreview.audit.windows import union
from livingreview.published.printed import PrintedRow

SURVIVAL = ("kaplan-meier percent", "kaplan-meier fraction")
SHARES = ("percent", "fraction")
BINARY = ("binary mean", "binary percent")
RATIO = "hazard ratio"
ENDINGS = ("events", "deaths")


def audit(rows: Sequence[PrintedRow]) -> list[Finding]:
    """All findings, in the order of the rows; sums over categories follow the last category.

    A row that no check fits, and one that is named without being printed, has no finding.
    """
    printed = [row for row in rows if row.printed]
    by_id = {row.id: row for row in printed}
    families: dict[tuple, list[PrintedRow]] = {}
    for row in printed:
        if row.kind in ("count", "percent") and row.denominator:
            if row.partition or "." in row.id.removesuffix(".count"):
                families.setdefault(parent(row), []).append(row)
    found = []
    for row in printed:
        found += _of(row, printed, by_id, families)
        family = families.get(parent(row), [])
        if family and row is family[-1]:
            total = sums(family, int(row.denominator))
            found += [total] if total is not None else []
    return found


def _of(row: PrintedRow, rows: list[PrintedRow], by_id: dict[str, PrintedRow], families: dict) -> list[Finding]:
    """The findings of one row."""
    kind = row.kind
    n = int(row.denominator) if row.denominator else None
    if kind in SURVIVAL or kind in SHARES:
        outside = _outside(row, n)
        if outside is not None:
            return [outside]
    if kind in SURVIVAL:
        if n is None:
            return [Finding(row.id, Check.KAPLAN_MEIER, Verdict.UNDETERMINED, "patients-unknown")]
        return kaplan_meier(row, n, _events(row, rows))
    if kind in SHARES:
        return _share(row, n, by_id, families)
    if kind in BINARY:
        return [binary(row, n)]
    if kind == RATIO:
        return [ratio(row)]
    found = whole(row, n) if kind == "count" else None
    return [found] if found is not None else []


def _share(row: PrintedRow, n: int | None, by_id: dict[str, PrintedRow], families: dict) -> list[Finding]:
    siblings = len(families.get(parent(row), []))
    found = [percentage(row, n, _numerator(row, by_id), siblings)]
    if n is not None and row.printed_low and row.printed_high:
        found.append(interval_method(row, n))
    return found


def _numerator(row: PrintedRow, by_id: dict[str, PrintedRow]) -> PrintedRow | None:
    """The row that prints how many a share is about: itself, or `<id>.count` of the same denominator."""
    other = row if row.count else by_id.get(f"{row.id}.count")
    if other is None or other is row:
        return other
    return other if other.kind == "count" and other.denominator in ("", row.denominator) else None


def _outside(row: PrintedRow, n: int | None) -> Finding | None:
    """A share below 0 or above 1, or outside its own limits; None where it is neither."""
    value, whole_ = union(row.printed), 100 if row.is_percent else 1
    facts: dict[str, object] = {"printed": row.printed}
    if value.high < 0 or value.low > whole_:
        code, facts = "outside-range", facts | {"whole": whole_}
    elif row.printed_low and union(row.printed_low).low > value.high:
        code, facts = "below-limit", facts | {"limit": row.printed_low}
    elif row.printed_high and union(row.printed_high).high < value.low:
        code, facts = "above-limit", facts | {"limit": row.printed_high}
    else:
        return None
    if n is None:
        return Finding(row.id, Check.LIMITS, Verdict.UNDETERMINED, f"{code}-unknown", facts)
    return Finding(row.id, Check.LIMITS, Verdict.IMPOSSIBLE, code, facts, (Assumption.SHARE_OF_PATIENTS,))


def _events(row: PrintedRow, rows: list[PrintedRow]) -> list[tuple[PrintedRow, bool]]:
    """Rows that print how many had the event of a survival row: by the same time, or in all follow-up.

    `pfs.survival.36` looks for `pfs.events.36`, then `pfs.events`; deaths are all events of `os` alone.
    """
    found = [(row, True)] if row.count else []
    stem, survival, time = row.id.partition(".survival")
    if not survival:
        return found
    endings = ENDINGS if stem.rpartition(".")[2] == "os" else ENDINGS[:1]
    for other in rows:
        if other.kind != "count" or other.group != row.group or Fraction(other.printed).denominator != 1:
            continue
        if other.denominator not in ("", row.denominator):
            continue
        if other.id in [f"{stem}.{ending}{time}" for ending in endings] and time:
            found.append((other, True))
        elif other.id in [f"{stem}.{ending}" for ending in endings]:
            found.append((other, False))
    return found
