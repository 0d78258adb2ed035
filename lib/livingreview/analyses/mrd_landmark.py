"""Progression-free survival after a landmark, by what the samples up to then said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from livingreview.analyses.counted import count, p_value
from livingreview.analyses.survival import milestone, survival_curve
from livingreview.endpoints.mrd import NOT_ASSESSED, POSITIVE, SUSTAINED, UNCONFIRMED, SustainedNegativity
from livingreview.results.codes import Estimator, Group, Level, ReasonCode, Statistic, Variable
from livingreview.results.curves import Curve
from livingreview.results.estimates import Estimate, NotEstimable, estimate, not_estimable
from livingreview.results.partitions import COHORT, Tally, Timeline
from livingreview.statistics.groups import Test, landmark, logrank
from livingreview.statistics.life_table import life_table
from livingreview.statistics.survival_intervals import Method

NOT_SUSTAINED = "not_sustained"
COMPARED = (SUSTAINED, NOT_SUSTAINED, NOT_ASSESSED)  # they add up to everyone followed beyond the landmark


@dataclass(frozen=True, slots=True)
class AfterLandmark:
    """What was computed, and who was followed and in which group, shape (n,) each."""

    followed: NDArray[np.bool_]
    groups: dict[str, NDArray[np.bool_]]
    estimates: list[Estimate] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)


def after_landmark(
    derived: pd.DataFrame,
    samples: pd.DataFrame,
    definition: SustainedNegativity,
    *,
    milestone_months: float,
    landmark_months: float,
    interval: Method,
    level: float,
    whole_months: bool,
) -> AfterLandmark:
    """Estimates `mrd.landmark.*` and a curve per group, of progression-free survival as derived.

    The log-rank test compares the two groups that were assessed; with those not assessed joined to the second
    it is a sensitivity analysis. Positive and unconfirmed negative patients are counted apart.
    """
    known = definition.known_at(samples, landmark_months).set_index("patient_id")["state"]
    states = derived["patient_id"].map(known).fillna(NOT_ASSESSED)
    split = landmark(derived["months"], states, landmark_months)
    nobody = np.zeros(len(derived), dtype=bool)
    groups = {state: split.groups.get(state, nobody) for state in (SUSTAINED, POSITIVE, UNCONFIRMED, NOT_ASSESSED)}
    groups[NOT_SUSTAINED] = groups[POSITIVE] | groups[UNCONFIRMED]
    found = AfterLandmark(split.followed, groups)
    found.estimates.extend(_counts(found, split.gone, landmark_months))
    drawn: dict[str, Any] = {"level": level, "start": landmark_months, "whole_months": whole_months}
    later = milestone_months > landmark_months
    why = not_estimable(ReasonCode.NOT_AFTER_LANDMARK, time=float(milestone_months))
    if later:
        why = not_estimable(ReasonCode.NOBODY_AT_LANDMARK)
    for state in COMPARED:
        members, key = derived[groups[state]], f"mrd.landmark.{state}"
        counted = members if later else members.head(0)
        found.estimates.append(survival_in_state(counted, key, state, milestone_months, interval, level, why))
        if len(members):
            found.curves.append(survival_curve(members, "mrd", key=key, group=in_state(state), **drawn))
    assessed = groups[SUSTAINED] | groups[NOT_SUSTAINED]
    for suffix, groups_compared, compared in (
        ("", "sustained_not_sustained", assessed),
        (".not_assessed_joined", "sustained_others", split.followed),
    ):
        test = _compared(derived[compared], groups[SUSTAINED][compared])
        found.estimates.append(p_estimate(f"mrd.landmark.logrank{suffix}", test, int(compared.sum()), groups_compared))
    return found


def in_state(state: str) -> Group:
    """Those in a state of minimal residual disease."""
    return (Level(Variable.MRD, state),)


def survival_in_state(
    members: pd.DataFrame, key: str, state: str, time: float, interval: Method, level: float, nobody: NotEstimable
) -> Estimate:
    """Survival of those in a state at one time, or why there is none where `members` are nobody."""
    if members.empty:
        return no_survival(key, state, time, nobody)
    table, key = life_table(members["months"], members["event"]), f"{key}.pfs.survival.{time:g}"
    return milestone(table, time, interval, level, key=key, endpoint="mrd", group=in_state(state))


def no_survival(key: str, state: str, time: float, why: NotEstimable) -> Estimate:
    """Why there is no survival of those in a state."""
    about: dict[str, Any] = {"statistic": Statistic.SURVIVAL, "unit": "fraction", "time_months": time}
    return estimate(f"{key}.pfs.survival.{time:g}", why, endpoint="mrd", group=in_state(state), **about)


def p_estimate(key: str, test: Test | NotEstimable, n: int | None, compared: str) -> Estimate:
    """The p-value of a comparison of n patients."""
    return p_value(key, test, group=(Level(Variable.MRD_COMPARED, compared),), n=n, endpoint="mrd")


def _compared(patients: pd.DataFrame, sustained: NDArray[np.bool_]) -> Test | NotEstimable:
    if patients.empty:
        return not_estimable(ReasonCode.NO_GROUPS_AT_LANDMARK)
    return logrank(patients["months"], patients["event"], sustained)


def _counts(found: AfterLandmark, gone: int, at: float) -> list[Estimate]:
    everyone, followed = found.followed.size, int(found.followed.sum())
    counted: list[tuple[str, int, int, Group, Estimator]] = [
        ("followed", followed, everyone, (), Estimator.FOLLOWED_BEYOND_LANDMARK),
        ("gone", gone, everyone, (), Estimator.GONE_BY_LANDMARK),
    ]
    for state in (SUSTAINED, NOT_SUSTAINED, POSITIVE, UNCONFIRMED, NOT_ASSESSED):
        size = int(found.groups[state].sum())
        counted.append((f"{state}.count", size, followed, in_state(state), Estimator.KNOWN_AT_LANDMARK))
    return [
        count(f"mrd.landmark.{name}", size, endpoint="mrd", time_months=at, n=n, group=group, estimator=estimator)
        for name, size, n, group, estimator in counted
    ]


def tally_landmark(tally: Tally, derived: pd.DataFrame, found: AfterLandmark) -> Timeline:
    """Add the counts of the landmark analysis to those of all patients, of `mrd.evaluated`, `mrd.negative` and `mrd.sustained`."""
    sizes = {state: int(members.sum()) for state, members in found.groups.items()}
    followed = int(found.followed.sum())
    names = {state: f"mrd.landmark.{state}" for state in found.groups}
    tally.split(COHORT, {"mrd.landmark.followed": followed}, rest="mrd.landmark.gone")
    tally.split("mrd.landmark.followed", {names[state]: sizes[state] for state in COMPARED})
    tally.split(names[NOT_SUSTAINED], {names[state]: sizes[state] for state in (POSITIVE, UNCONFIRMED)})
    tally.split("mrd.sustained", {names[SUSTAINED]: sizes[SUSTAINED]}, rest="mrd.sustained.later")
    assessed = {names[state]: sizes[state] for state in (SUSTAINED, NOT_SUSTAINED)}
    tally.split("mrd.evaluated", assessed, rest="mrd.evaluated.otherwise")
    apart = {"mrd.positive": tally.counts["mrd.positive"], names[SUSTAINED]: sizes[SUSTAINED]}
    tally.split("mrd.evaluated", apart, rest="mrd.evaluated.apart")  # nobody sustained negative is positive
    negative = {names[state]: sizes[state] for state in (SUSTAINED, UNCONFIRMED)}
    tally.split("mrd.negative", negative, rest="mrd.negative.otherwise")
    for state in COMPARED:
        survival = [row for row in found.estimates if row.key.startswith(f"{names[state]}.pfs.")]
        tally.follow(survival, names[state])
        tally.show(survival, names[state])
    tally.show([row for row in found.estimates if row.n == followed], "mrd.landmark.followed")
    tally.shows["mrd.landmark.logrank"] = (names[SUSTAINED], names[NOT_SUSTAINED])
    tally.shows["mrd.landmark.logrank.not_assessed_joined"] = ("mrd.landmark.followed", names[SUSTAINED])
    return Timeline(derived["months"], derived["event"], {names[state]: found.groups[state] for state in COMPARED})
