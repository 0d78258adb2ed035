"""The one estimate of an endpoint that is shown first."""

from __future__ import annotations

from livingreview.estimates import Estimate, Results


def headline(results: Results, endpoint: str) -> Estimate | None:
    """The survival estimate at the last milestone that can be given, by the chosen interval."""
    main = [
        found
        for found in results.where(endpoint=endpoint, statistic="survival", group="all")
        if found.key == f"{endpoint}.survival.{found.time_months:g}"
    ]
    return next((found for found in reversed(main) if found.value is not None), main[-1] if main else None)


def beside(results: Results, found: Estimate) -> Estimate | None:
    """The beta product estimate that stands beside one from few events."""
    key = f"{found.key}.bpcp"
    return results[key] if key in results and results[key].value is not None else None
