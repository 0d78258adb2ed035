"""Results of the reproduction chapter: the ledger, and what the printed intervals give away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livingreview.audit.all_histories import histories_of
from livingreview.audit.histories import PrintedSurvival, RiskSets, error_range, feasible_counts
from livingreview.published.ledger import ledger, status_counts
from livingreview.published.printed import PrintedRow
from livingreview.results.codes import Estimator, Group, Level, Limits, Reason, ReasonCode, Statistic, Variable
from livingreview.results.estimates import Estimate, Interval, Results, estimate, not_estimable
from livingreview.results.rounding import decimals_of, rounded

CHAPTER = "reproduction"
MAX_N = 60  # beyond this the sequences explode
SEARCH = Estimator.RISK_SET_SEARCH


def reproduction(rows: Sequence[PrintedRow], estimates: Sequence[Estimate], kind: str) -> Results:
    """Estimates `ledger.*` and `feasible.*`; tables `ledger`, `statuses` and `feasible_counts`."""
    compared = ledger(rows, estimates, kind)
    counts = status_counts(compared)
    found = [
        estimate(
            f"ledger.{status.replace('-', '_')}",
            count,
            endpoint="ledger",
            statistic=Statistic.COUNT,
            unit="numbers",
            estimator=Estimator.COUNT,
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


def published_group(name: str) -> Group:
    """The group that a row of published.csv names in its own words."""
    return () if name == "all" else (Level(Variable.PUBLISHED, name),)


def _feasible(row: PrintedRow, n: int) -> list[Estimate]:
    """What every history behind one printed survival has in common."""

    def one(name: str, value: Any, statistic: Statistic, unit: str, estimator: Estimator | None = SEARCH) -> Estimate:
        return estimate(
            f"feasible.{row.id}.{name}",
            value,
            endpoint=row.endpoint,
            group=published_group(row.group),
            time_months=float(row.time_months) if row.time_months else None,
            n=n,
            statistic=statistic,
            unit=unit,
            estimator=estimator,
        )

    histories = histories_of(row, n)
    if not histories:
        return [one("events", not_estimable(ReasonCode.NO_HISTORY), Statistic.EVENTS, "patients", None)]
    counts = [len(history.at_risk) for history in histories]
    left = [history.at_risk[-1] - 1 if history.at_risk else n for history in histories]
    direct, if_all = sum(_direct(history, row) for history in histories), Estimator.LIMIT_IF_ALL_IN_GROUP
    return [
        one("events", _common(counts), Statistic.EVENTS, "patients"),
        one("histories", len(histories), Statistic.COUNT, "histories"),
        one("direct", direct, Statistic.COUNT, "histories", Estimator.UNROUNDED_LIMITS),
        one("at_risk_after", _common(left), Statistic.AT_RISK_AFTER, "patients"),
        one("all_event_free", 0.025 ** (1 / max(left)), Statistic.LOWER_LIMIT_OF_ALL, "fraction", if_all),
    ]


def _common(values: list[int]) -> Interval | int:
    if min(values) == max(values):
        return values[0]
    differ = Reason(ReasonCode.HISTORIES_DIFFER)
    return Interval(None, min(values), max(values), 1.0, None, differ, Limits.COHORT_RANGE)


def _direct(history: RiskSets, row: PrintedRow) -> bool:
    shown = [
        rounded(limit * 100, decimals_of(text))
        for limit, text in zip(history.limits(), (row.printed_low, row.printed_high), strict=True)
    ]
    return shown == [row.printed_low, row.printed_high]


def _counts(row: PrintedRow, n: int) -> list[dict]:
    """For counts around the feasible ones: the standard errors they could give at the printed S."""
    printed = PrintedSurvival.of(row)
    counts = feasible_counts(printed, n)
    possible = [k for k, histories in counts.items() if histories]
    if not possible:
        return []
    around = range(max(1, min(possible) - 2), max(possible) + 3)
    errors = {k: error_range(printed, n, k) for k in around}
    return [
        {
            "id": row.id,
            "events": k,
            "histories": counts[k],
            "smallest_error": one.low if one else None,
            "largest_error": one.high if one else None,
            "error": printed.error.low,
            "error_to": printed.error.high,
        }
        for k, one in errors.items()
    ]
