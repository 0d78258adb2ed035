"""Progression-free survival: milestones, median, follow-up, and what the events were."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from livingreview.analyses.survival import (
    ALL_FOLLOW_UP,
    event_counts,
    follow_up_estimate,
    survival_estimates,
    survival_tally,
    whole_curve,
)
from livingreview.endpoints.time_to_event import OS, PFS
from livingreview.results.estimates import Estimate, Results, estimate
from livingreview.results.partitions import Tally
from livingreview.results.rounding import rounded
from livingreview.statistics.survival_intervals import Method

EARLY_FAILURES = (1, 3, 5)
SHOWN_DECIMALS = 3  # of survival, where small counts are withheld
CHAPTER = "progression-free-survival"


def progression_free_survival(cohort, *, milestones: Sequence[float], interval: Method, level: float) -> Results:
    """Estimates `pfs.*` and `progression.patients`, curve `pfs`."""
    patients = cohort.table("patients")
    derived, died = PFS.derive(patients), OS.derive(patients)["event"]
    n = len(derived)
    counts = {ending.code: int((patients["pfs_event"] == ending.code).sum()) for ending in PFS.events}
    about = {"unit": "patients", "method": ALL_FOLLOW_UP, "n": n}
    estimates = [
        *event_counts(derived, "pfs.events", PFS, milestones),
        estimate("progression.patients", counts["progression"], endpoint="progression", statistic="events", **about),
        estimate("pfs.events.death", counts["death"], endpoint="pfs", statistic="deaths without progression", **about),
        *survival_estimates(derived, PFS, milestones=milestones, interval=interval, level=level),
        follow_up_estimate(derived, "pfs.followup.median", "pfs", level),
    ]
    if cohort.study.inclusion is not None:
        estimates += _with_early_failures(estimates, milestones[-1], n, as_shown=cohort.smallest_shown > 1)
    return Results(
        CHAPTER,
        estimates,
        [whole_curve(cohort, derived, PFS, level)],
        tally=_tally(derived, counts, died, estimates),
    )


def _tally(derived: pd.DataFrame, counts: dict[str, int], died: pd.Series, estimates: list[Estimate]) -> Tally:
    """Events are progressions and deaths; of all deaths, which another chapter shows, some came later."""
    tally = survival_tally(derived, PFS, "pfs.events", estimates)
    tally.outcomes = ["pfs.events", "progression.patients", "pfs.events.death"]
    first = {"pfs.events.death": counts["death"]}
    tally.split("pfs.events", {"progression.patients": counts["progression"], **first})
    tally.counts["os.deaths"] = int(died.sum())
    tally.elsewhere.add("os.deaths")
    tally.split("os.deaths", first, rest="os.deaths.later")
    if not (died & ~derived["event"]).any():
        tally.split("pfs.events", {"os.deaths": int(died.sum())}, rest="pfs.events.alive")
    return tally


def _with_early_failures(estimates: list[Estimate], time: float, n: int, *, as_shown: bool) -> list[Estimate]:
    """The last milestone if patients who failed before they could be included were added to the n analysed.

    Each such patient would have been at risk from the origin and failed before the first event, which multiplies
    the estimate by n / (n + m). No interval: how many there were is not a matter of chance. `as_shown` starts from
    the estimate in the decimals that are shown: several products of the exact one would give more of them.
    """
    survival = next(found for found in estimates if found.key == f"pfs.survival.{time:g}").value
    if as_shown and survival is not None:
        survival = float(rounded(survival, SHOWN_DECIMALS))
    return [
        estimate(
            f"pfs.with_early_failures.{time:g}.{missing}",
            None if survival is None else survival * n / (n + missing),
            endpoint="pfs",
            statistic="what if",
            unit="fraction",
            time_months=time,
            n=n + missing,
            group=f"If {missing} early failure{'s' if missing > 1 else ''} had been included, at {time:g} months",
            method="estimate times n / (n + missing)",
        )
        for missing in EARLY_FAILURES
    ]
