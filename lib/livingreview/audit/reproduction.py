"""Results of the reproduction chapter: the ledger, and what the printed intervals give away."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.audit.all_histories import histories_of
from livingreview.audit.histories import PrintedSurvival, RiskSets, error_range, feasible_counts
from livingreview.published.ledger import ledger, status_counts
from livingreview.published.printed import PrintedRow
from livingreview.results.estimates import Estimate, Interval, NotEstimable, Results, estimate
from livingreview.results.rounding import decimals_of, rounded

CHAPTER = "reproduction"
METHOD = "search over all risk-set sequences"
MAX_N = 60  # beyond this the sequences explode


def reproduction(rows: Sequence[PrintedRow], estimates: Sequence[Estimate], kind: str) -> Results:
    """Estimates `ledger.*` and `feasible.*`; tables `ledger`, `statuses` and `feasible_counts`."""
    compared = ledger(rows, estimates, kind)
    counts = status_counts(compared)
    found = [
        estimate(
            f"ledger.{status.replace('-', '_')}",
            count,
            endpoint="ledger",
            statistic="count",
            unit="numbers",
            method="count",
            n=len(compared),
        )
        for status, count in {"all": len(compared), **counts}.items()
    ]
    table: list[dict] = []
    for row in rows:
        if row.statistic == "Kaplan-Meier percent" and row.printed_low and row.denominator:
            n = int(row.denominator)
            if n <= MAX_N:
                found += _feasible(row, n)
                table += _counts(row, n)
    tables = {"ledger": [row.to_dict() for row in compared], "statuses": [counts], "feasible_counts": table}
    return Results(CHAPTER, found, tables=tables)


def _feasible(row: PrintedRow, n: int) -> list[Estimate]:
    """What every history behind one printed survival has in common."""
    histories = histories_of(row, n)
    counts = [len(found.at_risk) for found in histories]
    about = {"endpoint": row.endpoint, "group": row.group, "time_months": float(row.time_months), "n": n}
    stem = f"feasible.{row.id}"
    if not histories:
        impossible = NotEstimable("no history of this many patients prints these numbers")
        return [estimate(f"{stem}.events", impossible, statistic="events", unit="patients", **about)]
    left = [found.at_risk[-1] - 1 for found in histories]
    return [
        estimate(f"{stem}.events", _common(counts), statistic="events", unit="patients", method=METHOD, **about),
        estimate(f"{stem}.histories", len(histories), statistic="count", unit="histories", method=METHOD, **about),
        estimate(
            f"{stem}.direct",
            sum(_direct(found, row) for found in histories),
            statistic="count",
            unit="histories",
            method="limits from S and SE as they are, not rounded first",
            **about,
        ),
        estimate(
            f"{stem}.at_risk_after",
            _common(left),
            statistic="at risk after the last event",
            unit="patients",
            method=METHOD,
            **about,
        ),
        estimate(
            f"{stem}.all_event_free",
            0.025 ** (1 / max(left)),
            statistic="lower limit of 100 %",
            unit="fraction",
            method="exact limit if everyone still at risk belonged to the group",
            **about,
        ),
    ]


def _common(values: list[int]) -> Interval | int:
    if min(values) == max(values):
        return values[0]
    return Interval(None, min(values), max(values), 1.0, METHOD, "differs between the histories", "cohort-range")


def _direct(found: RiskSets, row: PrintedRow) -> bool:
    shown = [
        rounded(limit * 100, decimals_of(text))
        for limit, text in zip(found.limits(), (row.printed_low, row.printed_high), strict=True)
    ]
    return shown == [row.printed_low, row.printed_high]


def _counts(row: PrintedRow, n: int) -> list[dict]:
    """For counts around the feasible ones: the standard errors they could give at the printed S."""
    printed = PrintedSurvival.of(row)
    counts = feasible_counts(printed, n)
    possible = [k for k, histories in counts.items() if histories]
    if not possible:
        return []
    rows = []
    for k in range(max(1, min(possible) - 2), max(possible) + 3):
        errors = error_range(printed, n, k)
        rows.append(
            {
                "id": row.id,
                "events": k,
                "histories": counts[k],
                "smallest_error": errors.low if errors else None,
                "largest_error": errors.high if errors else None,
                "error": printed.error.low,
                "error_to": printed.error.high,
            }
        )
    return rows
