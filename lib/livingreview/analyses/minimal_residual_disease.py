"""Minimal residual disease: how many were negative, and survival by sustained negativity."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livingreview.analyses.survival import milestone, survival_curve
from livingreview.counts import COHORT, Tally, Timeline
from livingreview.endpoints.mrd import SustainedNegativity
from livingreview.endpoints.time_to_event import PFS
from livingreview.estimates import Estimate, NotEstimable, Results, estimate
from livingreview.statistics.groups import Landmark, Test, landmark, logrank, mantel_byar
from livingreview.statistics.life_table import life_table
from livingreview.statistics.proportions import clopper_pearson
from livingreview.statistics.survival_intervals import Method

CHAPTER = "minimal-residual-disease"
MOST_SHOWN = 30  # beyond this the limit hardly moves
SUSTAINED, POSITIVE = "sustained negative", "positive"


def minimal_residual_disease(
    cohort, *, milestone_months: float, landmark_months: float, sustained_months: float, interval: Method, level: float
) -> Results:
    """Estimates `mrd.*`; curves of both groups after the landmark.

    `mrd.sustained.pfs.survival.<t>` counts from the time origin, as papers print it, and so
    grants its group the time it needed to be confirmed. The landmark and Mantel-Byar estimates
    do not; they include only patients with a sample.
    """
    patients = cohort.table("patients")
    samples = cohort.table("mrd")
    if samples.empty:
        return Results(CHAPTER, _absent(milestone_months))
    status = SustainedNegativity(sustained_months).derive(samples)
    joined = PFS.derive(patients).merge(status, on="patient_id", how="left")
    evaluated = int(joined["ever_negative"].notna().sum())
    sustained = joined["sustained_from"].notna()
    positive = joined["ever_positive"].eq(True) & ~sustained  # a patient without a sample is neither
    found = [
        estimate(
            "mrd.evaluated",
            evaluated,
            endpoint="mrd",
            statistic="count",
            unit="patients",
            method="count",
            n=len(joined),
        ),
        _share(
            "mrd.negative", "negative at least once", int(joined["ever_negative"].eq(True).sum()), len(joined), level
        ),
        _share("mrd.sustained", SUSTAINED, int(sustained.sum()), len(joined), level),
        _share("mrd.positive", POSITIVE, int(positive.sum()), len(joined), level),
    ]
    found += _counted_from_origin(joined, sustained, positive, milestone_months, interval, level)
    sampled = joined[joined["ever_negative"].notna()]
    split = landmark(sampled["months"], sampled["sustained_from"], landmark_months)
    after, curves = _after_landmark(
        sampled, split, milestone_months, landmark_months, interval, level, whole_months=cohort.smallest_shown > 1
    )
    found += after
    found.append(
        _p(
            "mrd.mantel_byar",
            mantel_byar(sampled["months"], sampled["event"], sampled["sustained_from"]),
            len(sampled),
            f"{SUSTAINED} v not (yet) so",
        )
    )
    naive = {"mrd.naive.sustained": sustained, "mrd.naive.positive": positive}
    after_landmark = {
        "mrd.landmark.sustained": joined.index.isin(sampled.index[split.in_state]),
        "mrd.landmark.other": joined.index.isin(sampled.index[split.included & ~split.in_state]),
    }
    return Results(
        CHAPTER, found, curves, tally=_tally(joined, joined["months"] > landmark_months, naive, after_landmark, found)
    )


def _tally(
    joined: pd.DataFrame, followed: pd.Series, naive: dict, after_landmark: dict, found: list[Estimate]
) -> Tally:
    """Of all some were sampled, of those some negative, of those some sustained; a landmark splits the sampled."""
    sizes = {name: int(members.sum()) for name, members in (naive | after_landmark).items()}
    sustained, positive = sizes["mrd.naive.sustained"], sizes["mrd.naive.positive"]
    in_state = {"mrd.landmark.sustained": sizes["mrd.landmark.sustained"]}
    tally = Tally({COHORT: len(joined)})
    tally.split(COHORT, {"mrd.evaluated": int(joined["ever_negative"].notna().sum())}, rest="mrd.unsampled")
    tally.split("mrd.evaluated", {"mrd.negative": int(joined["ever_negative"].eq(True).sum())}, rest="mrd.never")
    tally.split("mrd.negative", {"mrd.sustained": sustained}, rest="mrd.not_sustained")
    tally.split("mrd.evaluated", {"mrd.sustained": sustained, "mrd.positive": positive}, rest="mrd.neither")
    never = joined["ever_negative"].eq(False)
    if not (never & ~naive["mrd.naive.positive"]).any():  # no other result than negative and positive
        tally.split("mrd.positive", {"mrd.never": int(never.sum())}, rest="mrd.positive.once_negative")
    tally.split("mrd.sustained", in_state, rest="mrd.sustained.later")
    tally.split(
        "mrd.evaluated",
        in_state | {"mrd.landmark.other": sizes["mrd.landmark.other"]},
        rest="mrd.landmark.excluded",
    )
    tally.counts["pfs.followed"] = int(followed.sum())
    tally.elsewhere.add("pfs.followed")  # at risk just after the landmark, in the curve of all patients
    tally.split(
        "pfs.followed",
        in_state | {"mrd.landmark.other": sizes["mrd.landmark.other"]},
        rest="mrd.landmark.unsampled",
    )
    tally.timelines = [
        Timeline(joined["months"], joined["event"], after_landmark),
        Timeline(joined["months"], joined["event"], naive, beside=after_landmark),
    ]
    shown = {
        "mrd.sustained.": ("mrd.naive.sustained", "mrd.sustained"),
        "mrd.positive.": ("mrd.naive.positive", "mrd.positive"),
        "mrd.landmark.sustained.": ("mrd.landmark.sustained", "mrd.landmark.sustained"),
        "mrd.landmark.other.": ("mrd.landmark.other", "mrd.landmark.other"),
    }
    for beginning, (group, size) in shown.items():
        estimates = [estimate for estimate in found if estimate.key.startswith(beginning)]
        tally.follow(estimates, group)
        tally.show(estimates, size)
    tally.shows["mrd.naive.logrank"] = ("mrd.sustained", "mrd.positive")
    tally.shows["mrd.mantel_byar"] = ("mrd.evaluated",)
    tally.shows["mrd.guarantee_months"] = ("mrd.sustained",)
    tally.show([share for share in found if share.n == len(joined)], COHORT)
    return tally


def _share(key: str, words: str, count: int, n: int, level: float) -> Estimate:
    return estimate(
        key,
        clopper_pearson(count, n, level=level),
        endpoint="mrd",
        group=words,
        statistic="proportion",
        unit="fraction",
        n=n,
        events=count,
    )


def _p(key: str, test: Test | NotEstimable, n: int, group: str = f"{SUSTAINED} v {POSITIVE}") -> Estimate:
    value, method = (test.p, test.method) if isinstance(test, Test) else (test, "")
    return estimate(key, value, endpoint="mrd", group=group, statistic="p", unit="p", method=method, n=n)


def _counted_from_origin(
    joined: pd.DataFrame, sustained: pd.Series, positive: pd.Series, time: float, interval: Method, level: float
) -> list[Estimate]:
    found = []
    for name, words, members in (("sustained", SUSTAINED, sustained), ("positive", POSITIVE, positive)):
        key = f"mrd.{name}.pfs.survival.{time:g}"
        if members.any():
            table = life_table(joined.loc[members, "months"], joined.loc[members, "event"])
            found.append(milestone(table, time, interval, level, key=key, endpoint="mrd", group=words))
        else:
            found.append(_nobody(key, words, time))
    both = joined[sustained | positive]
    test = (
        logrank(both["months"], both["event"], sustained[sustained | positive])
        if len(both)
        else NotEstimable("nobody was sampled")
    )
    found.append(_p("mrd.naive.logrank", test, len(both)))
    confirmed = joined["sustained_from"].dropna()
    found.append(
        estimate(
            "mrd.guarantee_months",
            float(confirmed.min()) if len(confirmed) else NotEstimable("nobody was confirmed negative"),
            endpoint="mrd",
            group=SUSTAINED,
            statistic="shortest time to confirmation",
            unit="months",
            method="minimum",
            n=len(confirmed),
        )
    )
    return found


def _after_landmark(
    joined: pd.DataFrame, split: Landmark, time: float, at: float, interval: Method, level: float, *, whole_months: bool
) -> tuple[list[Estimate], list]:
    found = [
        estimate(
            "mrd.landmark.excluded",
            split.excluded,
            endpoint="mrd",
            statistic="count",
            unit="patients",
            method=f"sampled, but event or end of follow-up by month {at:g}",
            time_months=at,
            n=len(joined),
        )
    ]
    curves = []
    for name, words, members in (
        ("sustained", SUSTAINED, split.in_state),
        ("other", "not (yet) sustained negative", split.included & ~split.in_state),
    ):
        key = f"mrd.landmark.{name}.pfs.survival.{time:g}"
        if not np.any(members):
            found.append(_nobody(key, words, time))
            continue
        chosen = joined[members]
        table = life_table(chosen["months"], chosen["event"])
        found.append(milestone(table, time, interval, level, key=key, endpoint="mrd", group=words))
        curves.append(
            survival_curve(
                chosen,
                "mrd",
                level=level,
                key=f"mrd.landmark.{name}",
                group=words,
                start=at,
                whole_months=whole_months,
            )
        )
    return found, curves


def _nobody(key: str, words: str, time: float) -> Estimate:
    return estimate(
        key,
        NotEstimable(f"no patient is {words}"),
        endpoint="mrd",
        group=words,
        statistic="survival",
        unit="fraction",
        time_months=time,
    )


def _absent(time: float) -> list[Estimate]:
    reason = NotEstimable("the cohort has no table of minimal residual disease samples")
    keys = {
        "mrd.evaluated": "patients",
        "mrd.negative": "fraction",
        "mrd.sustained": "fraction",
        f"mrd.sustained.pfs.survival.{time:g}": "fraction",
    }
    return [estimate(key, reason, endpoint="mrd", statistic="count", unit=unit) for key, unit in keys.items()]


def lower_limits_of_all(n: int, level: float) -> list[dict]:
    """The exact lower limit of a survival of 100 % behind which 1 to n patients stand, at least 5, at most 30."""
    counts = range(1, max(5, min(n, MOST_SHOWN)) + 1)
    return [{"at_risk": count, "low": clopper_pearson(count, count, level=level).low} for count in counts]
