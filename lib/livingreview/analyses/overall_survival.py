"""Overall survival: milestones, median, deaths, follow-up."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.analyses.survival import follow_up_estimate, survival_curve, survival_estimates
from livingreview.endpoints.time_to_event import OS
from livingreview.estimates import Results, estimate
from livingreview.statistics.survival_intervals import Method

CHAPTER = "overall-survival"


def overall_survival(cohort, *, milestones: Sequence[float], interval: Method, level: float) -> Results:
    """Estimates `os.*` and `followup.median`, curve `os`."""
    derived = OS.derive(cohort.table("patients"))
    n = len(derived)
    estimates = [
        estimate(
            "os.deaths",
            int(derived["event"].sum()),
            endpoint="os",
            statistic="events",
            unit="patients",
            method="count over all follow-up",
            n=n,
        ),
        *(
            estimate(
                f"os.deaths.{time:g}",
                int((derived["event"] & (derived["months"] <= time)).sum()),
                endpoint="os",
                statistic="events",
                unit="patients",
                time_months=time,
                method="count up to the time",
                n=n,
            )
            for time in milestones
        ),
        *survival_estimates(derived, OS, milestones=milestones, interval=interval, level=level),
        follow_up_estimate(derived, "followup.median", "follow-up", level),
    ]
    return Results(
        CHAPTER,
        estimates,
        [survival_curve(derived, "os", level=level, key="os", exact_if_few=not cohort.is_reconstructed)],
    )
