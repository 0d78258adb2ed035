"""Minimal residual disease: how many were negative, and survival by sustained negativity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from livingreview.analyses.counted import count, share
from livingreview.analyses.mrd_landmark import (
    COMPARED,
    after_landmark,
    in_state,
    no_survival,
    p_estimate,
    survival_in_state,
    tally_landmark,
)
from livingreview.analyses.registry import ANALYSES
from livingreview.cohort.parameters import DEFAULTS
from livingreview.endpoints.mrd import POSITIVE, SUSTAINED, SustainedNegativity
from livingreview.endpoints.registry import PFS
from livingreview.results.codes import Estimator, ReasonCode, Statistic, Variable
from livingreview.results.estimates import Estimate, Interval, Results, absent, estimate, not_estimable
from livingreview.results.partitions import COHORT, Everybody, Tally, Timeline
from livingreview.statistics.groups import logrank, mantel_byar
from livingreview.statistics.proportions import clopper_pearson
from livingreview.statistics.survival_intervals import Method

if TYPE_CHECKING:
    from livingreview.cohort.cohort import Cohort

CHAPTER = "minimal-residual-disease"
NAMES = {"mrd": PFS.names}  # every survival here is progression-free
MOST_SHOWN = 30  # beyond this the limit hardly moves


def minimal_residual_disease(
    cohort: Cohort,
    *,
    milestone_months: float,
    landmark_months: float,
    sustained_months: float,
    interval: Method,
    level: float,
) -> Results:
    """Estimates `mrd.*`; curves of the groups after the landmark.

    `mrd.sustained.pfs.survival.<t>` counts from the time origin, as papers print it, and so
    grants its group the time it needed to be confirmed. The landmark and Mantel-Byar estimates
    do not: they use what was known at the time, and leave out nobody for never having been sampled.
    """
    patients = cohort.table("patients")
    samples = cohort.table("mrd")
    if samples.empty:
        return Results(CHAPTER, _absent(milestone_months), endpoints=NAMES)
    definition = SustainedNegativity(sustained_months)
    joined = PFS.derive(patients).merge(definition.derive(samples), on="patient_id", how="left")
    evaluated = int(joined["ever_negative"].notna().sum())
    sustained = joined["sustained_from"].notna()
    positive = joined["ever_positive"].eq(True) & ~sustained  # a patient without a sample is neither
    about: dict[str, Any] = {"endpoint": "mrd", "n": len(joined)}
    found = [count("mrd.evaluated", evaluated, **about)]
    for key, state, members in (
        ("mrd.negative", "negative", joined["ever_negative"].eq(True)),
        ("mrd.sustained", SUSTAINED, sustained),
        ("mrd.positive", POSITIVE, positive),
    ):
        found.append(share(key, int(members.sum()), level=level, group=in_state(state), **about))
    found += _counted_from_origin(joined, sustained, positive, milestone_months, interval, level)
    after = after_landmark(
        joined,
        samples,
        definition,
        milestone_months=milestone_months,
        landmark_months=landmark_months,
        interval=interval,
        level=level,
        whole_months=cohort.smallest_shown > 1,
    )
    found += after.estimates
    found += _time_dependent(joined, definition.stretches(samples))
    naive = {"mrd.naive.sustained": sustained, "mrd.naive.positive": positive}
    tally = _tally(joined, naive, found)
    landmark = tally_landmark(tally, joined, after)
    tally.timelines = [landmark, Timeline(joined["months"], joined["event"], naive, beside=landmark.groups)]
    if cohort.smallest_shown > 1:
        everybody = ANALYSES["progression_free_survival"]
        shown = everybody.load()(cohort, **everybody.arguments(DEFAULTS | cohort.study.parameters))  # as its chapter
        tally.everybody = Everybody(shown, followed="mrd.landmark.followed")
    return Results(CHAPTER, found, after.curves, tally=tally, endpoints=NAMES)


def _tally(joined: pd.DataFrame, naive: dict[str, pd.Series], found: list[Estimate]) -> Tally:
    """Of all some were sampled, of those some negative, of those some sustained."""
    sustained, positive = (int(members.sum()) for members in naive.values())
    tally = Tally({COHORT: len(joined)})
    tally.split(COHORT, {"mrd.evaluated": int(joined["ever_negative"].notna().sum())}, rest="mrd.unsampled")
    tally.split("mrd.evaluated", {"mrd.negative": int(joined["ever_negative"].eq(True).sum())}, rest="mrd.never")
    tally.split("mrd.negative", {"mrd.sustained": sustained}, rest="mrd.not_sustained")
    tally.split("mrd.evaluated", {"mrd.sustained": sustained, "mrd.positive": positive}, rest="mrd.neither")
    never = joined["ever_negative"].eq(False)
    if not (never & ~naive["mrd.naive.positive"]).any():  # no other result than negative and positive
        tally.split("mrd.positive", {"mrd.never": int(never.sum())}, rest="mrd.positive.once_negative")
    tally.split("mrd.evaluated", {ENTERED: int(_entered(joined).sum())}, rest="mrd.never_at_risk")
    for beginning, group in (("mrd.sustained.", "mrd.naive.sustained"), ("mrd.positive.", "mrd.naive.positive")):
        estimates = [estimate for estimate in found if estimate.key.startswith(beginning)]
        tally.follow(estimates, group)
        tally.show(estimates, beginning.removesuffix("."))
    tally.shows |= {
        "mrd.naive.logrank": ("mrd.sustained", "mrd.positive"),
        "mrd.mantel_byar": (COHORT, "mrd.sustained"),
        "mrd.mantel_byar.current": (COHORT, "mrd.sustained"),
        "mrd.mantel_byar.entry": (ENTERED, "mrd.sustained"),
        "mrd.guarantee_months": ("mrd.sustained",),
    }
    tally.show([share for share in found if share.n == len(joined)], COHORT)
    return tally


ENTERED = "mrd.mantel_byar.entered"


def _entered(joined: pd.DataFrame) -> pd.Series:
    """Who was still followed when the first sample came."""
    return joined["assessed_from"] < joined["months"]


def _time_dependent(joined: pd.DataFrame, stretches: pd.DataFrame) -> list[Estimate]:
    """Mantel-Byar tests: of negativity as attained; as that from the first sample on; and as a current state."""
    months, events = joined["months"], joined["event"]
    attained = mantel_byar(months, events, joined["sustained_from"])
    entry = mantel_byar(months, events, joined["sustained_from"], entry=joined["assessed_from"])
    current = mantel_byar(
        months,
        events,
        stretches["sustained_from"],
        state_until=stretches["sustained_until"],
        patient=pd.Index(joined["patient_id"]).get_indexer(stretches["patient_id"]),
    )
    return [
        p_estimate("mrd.mantel_byar", attained, len(joined), "sustained_not_yet"),
        p_estimate("mrd.mantel_byar.entry", entry, int(_entered(joined).sum()), "sustained_not_yet"),
        p_estimate("mrd.mantel_byar.current", current, len(joined), "sustained_at_the_time"),
    ]


def _counted_from_origin(
    joined: pd.DataFrame, sustained: pd.Series, positive: pd.Series, time: float, interval: Method, level: float
) -> list[Estimate]:
    found = []
    for name, members in ((SUSTAINED, sustained), (POSITIVE, positive)):
        nobody = not_estimable(ReasonCode.NOBODY_IN_GROUP, variable=Variable.MRD, level=name)
        found.append(survival_in_state(joined[members], f"mrd.{name}", name, time, interval, level, nobody))
    both = joined[sustained | positive]
    test = (
        logrank(both["months"], both["event"], sustained[sustained | positive])
        if len(both)
        else not_estimable(ReasonCode.NOBODY_SAMPLED)
    )
    found.append(p_estimate("mrd.naive.logrank", test, len(both), "sustained_positive"))
    confirmed = joined["sustained_from"].dropna()
    found.append(
        estimate(
            "mrd.guarantee_months",
            float(confirmed.min()) if len(confirmed) else not_estimable(ReasonCode.NOBODY_CONFIRMED),
            endpoint="mrd",
            group=in_state(SUSTAINED),
            statistic=Statistic.SHORTEST_CONFIRMATION,
            unit="months",
            estimator=Estimator.MINIMUM,
            n=len(confirmed),
        )
    )
    return found


def _absent(time: float) -> list[Estimate]:
    nothing = absent(ReasonCode.NO_TABLE, table="mrd")
    survival = [("mrd.sustained", SUSTAINED), *((f"mrd.landmark.{state}", state) for state in COMPARED)]
    return [
        count("mrd.evaluated", nothing, endpoint="mrd"),
        *(share(key, nothing, endpoint="mrd") for key in ("mrd.negative", "mrd.sustained")),
        *(no_survival(key, state, time, nothing) for key, state in survival),
        p_estimate("mrd.mantel_byar", nothing, None, "sustained_not_yet"),
    ]


def lower_limits_of_all(n: int, level: float) -> list[dict[str, Any]]:
    """The exact lower limit of a survival of 100 % behind which 1 to n patients stand, at least 5, at most 30."""
    counts = range(1, max(5, min(n, MOST_SHOWN)) + 1)
    exact = ((count, clopper_pearson(count, count, level=level)) for count in counts)
    return [{"at_risk": count, "low": limits.low} for count, limits in exact if isinstance(limits, Interval)]
