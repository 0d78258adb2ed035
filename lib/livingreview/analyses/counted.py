"""Counts, shares and p-values as estimates: the three kinds that most chapters are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from livingreview.results.codes import Estimator, Group, Statistic
from livingreview.results.estimates import Estimate, Interval, NotEstimable, estimate
from livingreview.statistics.groups import Test
from livingreview.statistics.proportions import clopper_pearson


def count(
    key: str,
    number: int | Interval | NotEstimable,
    *,
    statistic: Statistic = Statistic.COUNT,
    estimator: Estimator = Estimator.COUNT,
    unit: str = "patients",
    **about: Any,
) -> Estimate:
    """How many patients, or a range of how many; `about` are further fields of the estimate."""
    made = None if isinstance(number, NotEstimable) else estimator
    return estimate(key, number, statistic=statistic, unit=unit, estimator=made, **about)


def share(key: str, number: int | NotEstimable, *, level: float = 0.95, n: int | None = None, **about: Any) -> Estimate:
    """How many of n patients, as a fraction of 1 with its exact interval; or why that is not known."""
    about |= {"statistic": Statistic.PROPORTION, "unit": "fraction", "estimator": Estimator.PROPORTION, "n": n}
    if isinstance(number, NotEstimable) or n is None:
        return estimate(key, number, **about)
    return estimate(key, clopper_pearson(number, n, level=level), events=number, **about)


def share_and_count(key: str, number: int, *, level: float, **about: Any) -> list[Estimate]:
    """How many of n patients as a share, and under `<key>.count` as a number."""
    return [share(key, number, level=level, **about), count(f"{key}.count", number, **about)]


def p_value(key: str, test: Test | NotEstimable, *, group: Group, n: int | None, endpoint: str) -> Estimate:
    """The p-value of a comparison of n patients."""
    value, estimator = (test.p, test.estimator) if isinstance(test, Test) else (test, None)
    return estimate(
        key, value, endpoint=endpoint, group=group, statistic=Statistic.P, unit="p", estimator=estimator, n=n
    )


def counted(estimates: Iterable[Estimate]) -> dict[str, int]:
    """The patients of each count or share that has any, by key: the parts of a whole are stated by their estimates."""
    known = (one for one in estimates if one.n is not None and one.value is not None)
    of = {one.key: one.events if one.statistic == Statistic.PROPORTION else one.value for one in known}
    return {key: int(number) for key, number in of.items() if number is not None}
