"""Results of the reproduction chapter: the ledger, and what the printed intervals give away."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.audit.all_histories import histories_of
from livingreview.audit.histories import PrintedSurvival, RiskSets, error_range, feasible_counts
from livingreview.published.ledger import ledger, status_counts
from livingreview.published.printed import PrintedRow
from livingreview.results.codes import Estimator, Group, Level, Limits, Reason, ReasonCode, Statistic, Variable
from livingreview.results.estimates import Estimate, Interval, Results, estimate, not_estimable
from livingreview.results.rounding import decimals_of, rounded

CHAPTER = "reproduction"
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
    histories = histories_of(row, n)
    counts = [len(found.at_risk) for found in histories]
    about = {
        "endpoint": row.endpoint,
        "group": published_group(row.group),
        "time_months": float(row.time_months),
        "n": n,
    }
    stem = f"feasible.{row.id}"
    if not histories:
        impossible = not_estimable(ReasonCode.NO_HISTORY)
        return [estimate(f"{stem}.events", impossible, statistic=Statistic.EVENTS, unit="patients", **about)]
    left = [found.at_risk[-1] - 1 for found in histories]
    return [
        estimate(
            f"{stem}.events",
            _common(counts),
            statistic=Statistic.EVENTS,
            unit="patients",
            estimator=Estimator.RISK_SET_SEARCH,
            **about,
        ),
        estimate(
            f"{stem}.histories",
            len(histories),
            statistic=Statistic.COUNT,
            unit="histories",
            estimator=Estimator.RISK_SET_SEARCH,
            **about,
        ),
        estimate(
            f"{stem}.direct",
            sum(_direct(found, row) for found in histories),
            statistic=Statistic.COUNT,
            unit="histories",
            estimator=Estimator.UNROUNDED_LIMITS,
            **about,
        ),
        estimate(
            f"{stem}.at_risk_after",
            _common(left),
            statistic=Statistic.AT_RISK_AFTER,
            unit="patients",
            estimator=Estimator.RISK_SET_SEARCH,
            **about,
        ),
        estimate(
            f"{stem}.all_event_free",
            0.025 ** (1 / max(left)),
            statistic=Statistic.LOWER_LIMIT_OF_ALL,
            unit="fraction",
            estimator=Estimator.LIMIT_IF_ALL_IN_GROUP,
            **about,
        ),
    ]


def _common(values: list[int]) -> Interval | int:
    if min(values) == max(values):
        return values[0]
    differ = Reason(ReasonCode.HISTORIES_DIFFER)
    return Interval(None, min(values), max(values), 1.0, None, differ, Limits.COHORT_RANGE)


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
