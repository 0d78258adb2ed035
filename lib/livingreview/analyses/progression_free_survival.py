"""Progression-free survival: milestones, median, follow-up, and what the events were."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.analyses.survival import follow_up_estimate, survival_curve, survival_estimates
from livingreview.endpoints.time_to_event import PFS
from livingreview.estimates import Results, estimate
from livingreview.statistics.survival_intervals import Method

CHAPTER = "progression-free-survival"


def progression_free_survival(
    cohort, *, milestones: Sequence[float], interval: Method, level: float
) -> Results:
    """Estimates `pfs.*` and `progression.patients`, curve `pfs`."""
    patients = cohort.table("patients")
    derived = PFS.derive(patients)
    n = len(derived)
    counts = {ending.code: int((patients["pfs_event"] == ending.code).sum()) for ending in PFS.events}
    estimates = [
        estimate("pfs.events", int(derived["event"].sum()), endpoint="pfs", statistic="events", unit="patients",
                 method="count over all follow-up", n=n),
        *(
            estimate(f"pfs.events.{time:g}", int((derived["event"] & (derived["months"] <= time)).sum()),
                     endpoint="pfs", statistic="events", unit="patients", time_months=time,
                     method="count up to the time", n=n)
            for time in milestones
        ),
        estimate("progression.patients", counts["progression"], endpoint="progression", statistic="events",
                 unit="patients", method="count over all follow-up", n=n),
        estimate("pfs.events.death", counts["death"], endpoint="pfs", statistic="deaths without progression",
                 unit="patients", method="count over all follow-up", n=n),
        *survival_estimates(derived, PFS, milestones=milestones, interval=interval, level=level),
        follow_up_estimate(derived, "pfs.followup.median", "pfs", level),
    ]
    return Results(CHAPTER, estimates, [survival_curve(derived, "pfs", level=level, key="pfs")])
