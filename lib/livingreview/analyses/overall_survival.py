"""Overall survival: milestones, median, deaths, follow-up."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.analyses.survival import (
    event_counts,
    follow_up_estimate,
    survival_estimates,
    survival_tally,
    whole_curve,
)
from livingreview.endpoints.time_to_event import OS, PFS
from livingreview.results.estimates import Results
from livingreview.statistics.survival_intervals import Method

CHAPTER = "overall-survival"


def overall_survival(cohort, *, milestones: Sequence[float], interval: Method, level: float) -> Results:
    """Estimates `os.*` and `followup.median`, curve `os`."""
    patients = cohort.table("patients")
    derived, earlier = OS.derive(patients), PFS.derive(patients)
    estimates = [
        *event_counts(derived, "os.deaths", OS, milestones),
        *survival_estimates(derived, OS, milestones=milestones, interval=interval, level=level),
        follow_up_estimate(derived, "followup.median", "follow-up", level),
    ]
    return Results(
        CHAPTER,
        estimates,
        [whole_curve(cohort, derived, OS, level)],
        tally=survival_tally(derived, OS, "os.deaths", estimates, ((earlier["months"], earlier["event"]),)),
    )
