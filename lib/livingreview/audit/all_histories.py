"""What the histories behind a printed survival agree on: one interval for all, and limits by how many were followed."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.audit.histories import PrintedSurvival, RiskSets, risk_sets
from livingreview.cohort.identifiability import ALL_HISTORIES, LOWER_LIMIT, Range
from livingreview.published.printed import PrintedRow
from livingreview.results.codes import Estimator, IntervalMethod, Statistic
from livingreview.statistics.beta_product import beta_product_limits
from livingreview.statistics.survival_intervals import greenwood_limits

FOLLOWED = (1, 5, 10)  # and as many as at least half of the histories leave


def histories_of(row: PrintedRow, n: int) -> list[RiskSets]:
    """Every risk-set sequence of n patients that prints this survival with its limits, whatever the number of events."""
    printed = PrintedSurvival.of(row)
    return [found for events in range(n + 1) for found in risk_sets(printed, n, events)]


def ranges_over_histories(row: PrintedRow, n: int, level: float = 0.95) -> list[Range]:
    """Ranges that no member of an ensemble gives, because they are over all histories; empty where there is none.

    Parameters
    ----------
    row : a Kaplan-Meier estimate printed with both limits
    n : patients
    level : of the intervals

    Returns
    -------
    The log-log interval, which depends on the history alone, with the range of both limits; and the range of the
    lower beta product limit, one for each number of patients still followed at the time.
    """
    histories = histories_of(row, n)
    if not histories:
        return []
    usual = [greenwood_limits(one.survival, (one.error / one.survival) ** 2, "log-log", level) for one in histories]
    found = [
        _range(
            row,
            n,
            histories,
            f"{row.id}.{ALL_HISTORIES}",
            Statistic.SURVIVAL,
            (Estimator.KAPLAN_MEIER, IntervalMethod.LOG_LOG),
            [one.survival for one in histories],
            usual,
            level,
        )
    ]
    for followed in _numbers_followed(histories):
        leaving = [one for one in histories if one.at_risk[-1] > followed]
        exact = [beta_product_limits(one.at_risk, followed, level=level) for one in leaving]
        found.append(
            _range(
                row,
                n,
                leaving,
                f"{row.id}.{LOWER_LIMIT}.{followed}",
                Statistic.LOWER_LIMIT_IF_FOLLOWED,
                (Estimator.LIMIT_OVER_HISTORIES, IntervalMethod.BETA_PRODUCT),
                [low for low, _ in exact],
                [],
                level,
            )
        )
    return found


def _numbers_followed(histories: Sequence[RiskSets]) -> list[int]:
    left = sorted((one.at_risk[-1] - 1 for one in histories), reverse=True)
    usual = left[(len(left) - 1) // 2]
    return sorted({*(number for number in FOLLOWED if number < usual), usual})


def _range(
    row: PrintedRow,
    n: int,
    histories: Sequence[RiskSets],
    key: str,
    statistic: Statistic,
    made: tuple[Estimator, IntervalMethod],
    values: Sequence[float],
    limits: Sequence[tuple[float, float]],
    level: float,
) -> Range:
    counts = {len(one.at_risk) for one in histories}
    lows, highs = zip(*limits, strict=True) if limits else ([None], [None])
    return Range(
        key=key,
        endpoint=row.endpoint,
        statistic=statistic,
        time_months=float(row.time_months),
        unit="fraction",
        level=level,
        estimator=made[0],
        interval=made[1],
        n=n,
        events=counts.pop() if len(counts) == 1 else None,
        members=len(histories),
        lowest=min(values),
        highest=max(values),
        lowest_low=min(lows),
        highest_low=max(lows),
        lowest_high=min(highs),
        highest_high=max(highs),
        keeps_limits=False,
        identifiability="bounded",
    )
