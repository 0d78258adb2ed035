"""Survival by any time-to-event endpoint: milestones, median, events by kind, follow-up, curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from livingreview.analyses.counted import count
from livingreview.analyses.survival import FEW_EVENTS, milestone, survival_curve
from livingreview.endpoints.registry import OS, PFS, endpoints_of
from livingreview.endpoints.time_to_event import TimeToEvent
from livingreview.results.codes import Estimator, Level, ReasonCode, Statistic, Variable
from livingreview.results.estimates import Estimate, Results, absent, estimate
from livingreview.results.partitions import COHORT, Tally, Timeline, nearly_whole
from livingreview.results.rounding import rounded
from livingreview.statistics.follow_up import median_follow_up
from livingreview.statistics.life_table import LifeTable, life_table
from livingreview.statistics.quantiles import median_survival
from livingreview.statistics.survival_intervals import Method

if TYPE_CHECKING:
    from livingreview.cohort.cohort import Cohort

KEY_OF: dict[Method, str] = {"log-log": "loglog", "beta product": "bpcp", "mid-p beta product": "bpcp_midp"}

EARLY_FAILURES = (1, 3, 5)
SHOWN_DECIMALS = 3  # of survival, where small counts are withheld
REACHED = ".reached"  # ends the name of the count of those who reached the start


def endpoint_survival(
    cohort: Cohort, *, endpoint: TimeToEvent | str, milestones: Sequence[float], interval: Method, level: float
) -> Results:
    """Estimates `<key>.*` of an endpoint, given itself or by its key, and its curve.

    Where the tables lack a column of it, one estimate says so. Whoever never reached the start of the endpoint is
    not among its n.
    """
    known = endpoints_of(cohort.study)
    if isinstance(endpoint, str):
        endpoint = known[endpoint]
    patients, names = cohort.table("patients"), {endpoint.key: endpoint.names}
    if lacking := endpoint.lacking(patients):
        return Results(endpoint.page, [_absent(endpoint, lacking[0], milestones[-1])], endpoints=names)
    derived = endpoint.derive(patients)
    kinds = _kinds(endpoint, patients, derived)
    estimates = [
        *_event_counts(derived, endpoint, milestones),
        *_counts_of_kinds(endpoint, kinds, len(derived)),
        *_survival_estimates(derived, endpoint, milestones=milestones, interval=interval, level=level),
        _follow_up(derived, endpoint, level),
    ]
    if endpoint.early_failures and cohort.study.inclusion is not None:
        estimates += _with_early_failures(estimates, endpoint, milestones[-1], len(derived), cohort.smallest_shown > 1)
    months = cohort.smallest_shown > 1  # no point of the curve is the time of a patient
    curve = survival_curve(derived, endpoint.key, level=level, key=endpoint.key, whole_months=months)
    recorded = [one for one in known.values() if not one.lacking(patients)]
    tally = _tally(endpoint, patients, derived, kinds, estimates, recorded, cohort.smallest_shown)
    return Results(endpoint.page, estimates, [curve], tally=tally, endpoints=names)


def _with_early_failures(
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


def _absent(endpoint: TimeToEvent, column: str, time: float) -> Estimate:
    reason = absent(ReasonCode.EMPTY_COLUMN, column=column, table="patients")
    about: dict[str, Any] = {"endpoint": endpoint.key, "statistic": Statistic.SURVIVAL, "unit": "fraction"}
    return estimate(f"{endpoint.key}.survival.{time:g}", reason, time_months=time, **about)


def _kinds(endpoint: TimeToEvent, patients: pd.DataFrame, derived: pd.DataFrame) -> dict[str, pd.Series]:
    """Who of those derived had each kind of event first, by the key under which these are counted."""
    first = endpoint.first_events(patients.loc[derived.index]).reindex(patients.index)
    return {ending.count: first == place for place, ending in enumerate(endpoint.events) if ending.count}


def _event_counts(derived: pd.DataFrame, endpoint: TimeToEvent, milestones: Sequence[float]) -> list[Estimate]:
    """How many patients had the event, in all follow-up and up to each milestone."""
    key, months, event = endpoint.total_key, derived["months"], derived["event"]
    about: dict[str, Any] = {"endpoint": endpoint.key, "statistic": Statistic.EVENTS, "n": len(derived)}
    found = [count(key, int(event.sum()), estimator=Estimator.COUNT_IN_ALL_FOLLOW_UP, **about)]
    about["estimator"] = Estimator.COUNT_BY_TIME
    for time in milestones:
        found.append(count(f"{key}.{time:g}", int((event & (months <= time)).sum()), time_months=time, **about))
    return found


def _counts_of_kinds(endpoint: TimeToEvent, kinds: Mapping[str, pd.Series], n: int) -> list[Estimate]:
    """How many had each kind of event first; one that is an outcome of its own has its own endpoint."""
    statistics = {ending.count: Statistic(ending.statistic) for ending in endpoint.events}
    about: dict[str, Any] = {"estimator": Estimator.COUNT_IN_ALL_FOLLOW_UP, "n": n}
    return [
        count(key, int(whose.sum()), endpoint=key.partition(".")[0], statistic=statistics[key], **about)
        for key, whose in kinds.items()
    ]


def _survival_estimates(
    derived: pd.DataFrame, endpoint: TimeToEvent, *, milestones: Sequence[float], interval: Method, level: float
) -> list[Estimate]:
    """Survival at the milestones and who was still followed then, and the median.

    Under the key itself by the chosen interval; beside it by log-log and, below ten events, by the beta product
    and its mid-p form, as far as these differ from it.
    """
    table = life_table(derived["months"], derived["event"])
    key, found = endpoint.key, []
    for time in milestones:
        found.append(_followed(table, time, endpoint))
        for method in _methods(interval, table, time):
            suffix = "" if method == interval else f".{KEY_OF[method]}"
            found.append(milestone(table, time, method, level, key=f"{key}.survival.{time:g}{suffix}", endpoint=key))
    greenwood: Method = interval if interval in ("plain", "log") else "log-log"  # the beta product cannot be inverted
    median = median_survival(table, method=greenwood, level=level)
    about: dict[str, Any] = {"endpoint": key, "statistic": Statistic.MEDIAN, "unit": "months", "n": table.n}
    about |= {"estimator": Estimator.KAPLAN_MEIER_MEDIAN, "events": int(table.events.sum())}
    return [*found, estimate(f"{key}.median", median, **about)]


def _followed(table: LifeTable, time: float, endpoint: TimeToEvent) -> Estimate:
    """How many were observed event-free through the time: log-log limits do not tell."""
    about: dict[str, Any] = {"statistic": Statistic.FOLLOWED, "estimator": Estimator.COUNT_FOLLOWED, "n": table.n}
    key, through = f"{endpoint.key}.followed.{time:g}", table.event_free_through(time)
    return count(key, through, endpoint=endpoint.key, time_months=time, **about)


def _methods(interval: Method, table: LifeTable, time: float) -> list[Method]:
    """The chosen interval first. Where all or none are alive every method gives the same exact limits."""
    events, at = table.events_by(time), table.last_index(time)
    if events == 0 or table.survival[at] == 0:
        return [interval]
    few: list[Method] = ["beta product", "mid-p beta product"] if events < FEW_EVENTS else []
    return list(dict.fromkeys([interval, "log-log", *few]))


def _follow_up(derived: pd.DataFrame, endpoint: TimeToEvent, level: float) -> Estimate:
    """Reverse Kaplan-Meier median follow-up; that of all patients, whatever happened, is an endpoint of its own."""
    key = endpoint.follow_up_key
    return estimate(
        key,
        median_follow_up(derived["months"], derived["event"], level=level),
        endpoint=endpoint.key if key.startswith(f"{endpoint.key}.") else "follow-up",
        statistic=Statistic.MEDIAN_FOLLOW_UP,
        estimator=Estimator.REVERSE_KAPLAN_MEIER,
        unit="months",
        n=len(derived),
        events=int((~derived["event"]).sum()),
    )


def _tally(
    endpoint: TimeToEvent,
    patients: pd.DataFrame,
    derived: pd.DataFrame,
    kinds: Mapping[str, pd.Series],
    estimates: Sequence[Estimate],
    known: Sequence[TimeToEvent],
    smallest: int,
) -> Tally:
    """The counts behind the estimates and the curve of an endpoint, and how they lie to those of other endpoints."""
    events, key = endpoint.total_key, endpoint.key
    tally = Tally({COHORT: len(patients)}, outcomes=[events, *kinds])
    whole, censored = COHORT, f"{key}.censored"
    member = _reached(patients, derived)
    if endpoint.start:
        whole = f"{key}{REACHED}"
        tally.split(COHORT, {whole: len(derived)}, rest=f"{key}.never")
        tally.show(estimates, whole)
    tally.split(whole, {events: int(derived["event"].sum())}, rest=censored)
    if kinds:
        tally.split(events, {name: int(whose.sum()) for name, whose in kinds.items()})
    tally.show([found for found in estimates if found.statistic == Statistic.MEDIAN], events)
    tally.show([found for found in estimates if found.statistic == Statistic.MEDIAN_FOLLOW_UP], censored)
    months, happened = _of_everybody(derived, patients)
    others: dict[str, pd.Series] = {}
    for other in _answers_for(endpoint, known):
        others |= _sets(other, patients, other.derive(patients))
    _tally_beside(tally, others, _sets(endpoint, patients, derived), smallest)
    beside = tuple(_of_everybody(one.derive(patients), patients) for one in _before(endpoint, known))
    tally.timelines.append(Timeline(months, happened, {key: member.to_numpy(bool)}, total=events, within=beside))
    tally.follow(estimates, key)
    stem = f"{key}.survival."  # two intervals of one estimate tell how many were at risk
    tally.beside = {
        found.key: f"{key}.followed.{found.time_months:g}"
        for found in estimates
        if found.key.startswith(stem) and found.key != f"{stem}{found.time_months:g}"
    }
    return tally


def _of_everybody(derived: pd.DataFrame, patients: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Months and events of all patients; who never reached the start left before it."""
    return (
        derived["months"].reindex(patients.index, fill_value=-1.0),
        derived["event"].reindex(patients.index, fill_value=False),
    )


def _before(endpoint: TimeToEvent, known: Sequence[TimeToEvent]) -> Sequence[TimeToEvent]:
    keys = [one.key for one in known]
    return known[: keys.index(endpoint.key)]


def _answers_for(endpoint: TimeToEvent, known: Sequence[TimeToEvent]) -> Sequence[TimeToEvent]:
    """The endpoints with whose counts this one's must not be subtracted: those before it; of the first two, the first
    answers for the second.
    """
    return {PFS.key: (OS,), OS.key: ()}.get(endpoint.key, _before(endpoint, known))


def _reached(patients: pd.DataFrame, derived: pd.DataFrame) -> pd.Series:
    return pd.Series(patients.index.isin(derived.index), index=patients.index)


def _sets(endpoint: TimeToEvent, patients: pd.DataFrame, derived: pd.DataFrame) -> dict[str, pd.Series]:
    """Who is counted under each name of an endpoint: its events, all and by kind, and who reached its start."""
    found = {endpoint.total_key: _of_everybody(derived, patients)[1], **_kinds(endpoint, patients, derived)}
    return found | ({f"{endpoint.key}{REACHED}": _reached(patients, derived)} if endpoint.start else {})


def _tally_beside(tally: Tally, others: Mapping[str, pd.Series], own: Mapping[str, pd.Series], smallest: int) -> None:
    """What other chapters' endpoints count, and what this one counts inside or around it, one by one and added up."""
    for name, theirs in others.items():
        tally.counts[name] = int(theirs.sum())
        tally.elsewhere.add(name)
        for key, whose in own.items():
            if not (whose & ~theirs).any():
                tally.split(name, {key: tally.counts[key]}, rest=f"{name}.without.{key}")
            elif not (theirs & ~whose).any():
                tally.split(key, {name: tally.counts[name]}, rest=f"{key}.without.{name}")
    if others and smallest > 1:
        counted = {name: frozenset(whose.index[whose]) for name, whose in {**own, **others}.items()}
        for whole, parts in nearly_whole(counted, own, smallest):
            _tally_sum(tally, whole, parts)


def _tally_sum(tally: Tally, whole: tuple[str, ...], parts: tuple[str, ...]) -> None:
    name = "+".join(whole)
    if len(whole) > 1 and name not in tally.counts:
        tally.add_up(name, {one: tally.counts[one] for one in whole})
    tally.split(name, {part: tally.counts[part] for part in parts}, rest=f"{name}.without.{'+'.join(parts)}")
