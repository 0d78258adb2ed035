"""What if patients who failed before they could be included had been among those analysed."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.endpoints.time_to_event import TimeToEvent
from livingreview.results.codes import Estimator, Level, Statistic, Variable
from livingreview.results.estimates import Estimate, estimate
from livingreview.results.rounding import rounded

EARLY_FAILURES = (1, 3, 5)
SHOWN_DECIMALS = 3  # of survival, where small counts are withheld


def with_early_failures(
    estimates: Sequence[Estimate], endpoint: TimeToEvent, time: float, n: int, as_shown: bool
) -> list[Estimate]:
    """The last milestone if patients who failed before they could be included were added to the n analysed.

    Each such patient would have been at risk from the origin and failed before the first event, which multiplies
    the estimate by n / (n + m). No interval: how many there were is not a matter of chance. `as_shown` starts from
    the estimate in the decimals that are shown: several products of the exact one would give more of them.
    """
    survival = next(found for found in estimates if found.key == f"{endpoint.key}.survival.{time:g}").value
    if as_shown and survival is not None:
        survival = float(rounded(survival, SHOWN_DECIMALS))
    return [
        estimate(
            f"{endpoint.key}.with_early_failures.{time:g}.{missing}",
            None if survival is None else survival * n / (n + missing),
            endpoint=endpoint.key,
            statistic=Statistic.WHAT_IF,
            unit="fraction",
            time_months=time,
            n=n + missing,
            group=(Level(Variable.EARLY_FAILURES, str(missing)),),
            estimator=Estimator.ADDED_EARLY_FAILURES,
        )
        for missing in EARLY_FAILURES
    ]
