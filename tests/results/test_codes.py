"""What a kind of statistic gives away: everything in use is declared, and what is not declared is withheld."""

from __future__ import annotations

import ast

import pytest

from livingreview.disclosure.gate import releasable
from livingreview.results.codes import (
    EXPOSES,
    Estimator,
    Exposure,
    IntervalMethod,
    Limits,
    Reason,
    ReasonCode,
    Statistic,
)
from livingreview.results.estimates import Interval, Results, absent, estimate, not_estimable
from livingreview.results.partitions import COHORT, Tally
from livingreview.words.method_names import method_words
from support import ROOT

GATED = ("responses", "safety", "population", "survival", "endpoint_survival", "subgroups")


def shown(*estimates, n: int = 60, **tally):
    found = Tally({COHORT: n}, **tally)
    found.show(estimates, COHORT)
    return releasable(Results("x", list(estimates), tally=found), None, 5).estimates


def months(statistic: str, result=7.3, **more):
    return estimate("x.time", result, endpoint="x", statistic=statistic, unit="months", n=60, **more)


@pytest.mark.parametrize("statistic", ["longest follow-up", "minimum", "oldest", "mean", "shortest time", "", "COUNT"])
def test_an_unknown_statistic_is_withheld_whatever_it_is_called(statistic):
    assert statistic not in EXPOSES
    because = Reason(ReasonCode.BECAUSE, {"because": "quotes 7.3"})
    (found,) = shown(months(statistic, Interval(7.3, 2.1, 31.4, 0.95, IntervalMethod.LOG, because)))
    assert (found.value, found.low, found.high, found.n, found.events) == (None,) * 5
    assert found.status == "withheld" and found.reason == Reason(ReasonCode.UNDECLARED)
    assert (found.estimator, found.interval, found.qualifiers) == (None, None, ())


def test_an_unknown_statistic_keeps_not_even_its_reason():
    (found,) = shown(months("longest follow-up", not_estimable(ReasonCode.NOBODY_FOLLOWED, time=34.7)))
    assert found.reason == Reason(ReasonCode.UNDECLARED)


@pytest.mark.parametrize("statistic", [name for name, kind in EXPOSES.items() if kind == Exposure.EXTREME])
def test_the_value_of_one_patient_is_withheld(statistic):
    (found,) = shown(months(statistic))
    assert (found.value, found.n, found.status) == (None, None, "withheld")


@pytest.mark.parametrize("statistic", EXPOSES)
def test_no_declared_kind_shows_a_number_whose_counts_nobody_knows(statistic):
    unknown = estimate("x.y", 50, endpoint="x", statistic=statistic, unit="patients", n=61)
    (found,) = releasable(Results("x", [unknown], tally=Tally({COHORT: 60})), None, 5).estimates
    assert (found.value is None) is (EXPOSES[statistic] != Exposure.NOBODY)


def _named(path) -> set[str]:
    """Every statistic that a module names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        pairs = [(word.arg, word.value) for word in node.keywords] if isinstance(node, ast.Call) else []
        if isinstance(node, ast.Dict):
            pairs = [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
        found |= {value.attr for name, value in pairs if name == "statistic" and isinstance(value, ast.Attribute)}
    return found


def test_every_statistic_of_an_analysis_is_declared():
    modules = sorted((ROOT / "lib" / "livingreview" / "analyses").glob("*.py"))
    named = {path.stem: _named(path) for path in modules}
    assert all(named[name] for name in GATED)
    assert {(name, one) for name, found in named.items() for one in found if Statistic[one] not in EXPOSES} == set()


def test_the_youngest_and_the_oldest_are_left_out_whatever_their_level():
    ages = Interval(57.0, 48.0, 69.0, 0.95, IntervalMethod.RANGE, limits=Limits.DATA_RANGE)
    (found,) = shown(estimate("x.age", ages, endpoint="x", statistic="median", unit="years", n=60))
    assert (found.value, found.low, found.high, found.limits) == (55.0, None, None, "")


@pytest.mark.parametrize(
    ("unit", "n", "exact", "rounded", "words"),
    [
        ("months", 28, 32.9, 30.0, "to the nearest 6 months"),
        ("months", 28, 33.0, 36.0, "to the nearest 6 months"),
        ("months", 99, 2.9, 0.0, "to the nearest 6 months"),
        ("months", 100, 34.6, 36.0, "to the nearest 3 months"),
        ("years", 28, 57.0, 55.0, "to the nearest 5 years"),
        ("years", 300, 57.5, 58.0, "to the nearest year"),
    ],
)
def test_medians_are_rounded_to_a_stated_step(unit, n, exact, rounded, words):
    median = Estimator.KAPLAN_MEIER_MEDIAN
    result = Interval(exact, exact - 5, None, 0.95)
    (found,) = shown(estimate("x.m", result, endpoint="x", statistic="median", unit=unit, estimator=median, n=n), n=n)
    assert found.value == rounded and found.high is None
    assert found.low % (6 if unit == "months" and n < 100 else 1) == 0
    assert method_words(found) == f"Kaplan-Meier median, {words}"


def test_a_median_that_was_not_reached_quotes_no_time():
    why = Reason(ReasonCode.BECAUSE, {"because": "at least 34.7 months, not bounded above"})
    result = Interval(None, 22.4, None, 0.95, IntervalMethod.LOG_LOG, why)
    (found,) = shown(months("median", result))
    assert found.status == "not-reached" and found.low == 24.0
    assert found.reason == Reason(ReasonCode.NOT_REACHED_BY_THEN)


def test_an_absent_table_is_never_withheld():
    """Its reason says nothing of a patient; the number of patients beside it goes all the same."""
    nothing = absent(ReasonCode.NO_TABLE, table="adverse_events")
    missing = estimate("safety.any", nothing, endpoint="safety", statistic="proportion", unit="fraction", n=60)
    (found,) = releasable(Results("safety", [missing]), None, 5).estimates
    assert (found.status, found.reason, found.n) == ("absent", nothing.reason, None)
