"""What a kind of statistic gives away: everything in use is declared, and what is not declared is withheld."""

from __future__ import annotations

import ast

import pytest

from livingreview.disclosure.gate import releasable
from livingreview.results.estimates import Interval, NotEstimable, Results, absent, estimate
from livingreview.results.exposure import EXPOSES, Exposure, exposure
from livingreview.results.partitions import COHORT, Tally
from support import ROOT

GATED = ("responses", "safety", "population", "survival", "endpoint_survival", "early_failures", "subgroups")


def shown(*estimates, n: int = 60, **tally):
    found = Tally({COHORT: n}, **tally)
    found.show(estimates, COHORT)
    return releasable(Results("x", list(estimates), tally=found), None, 5).estimates


def months(statistic: str, result=7.3, **more):
    return estimate("x.time", result, endpoint="x", statistic=statistic, unit="months", n=60, **more)


@pytest.mark.parametrize("statistic", ["longest follow-up", "minimum", "oldest", "mean", "shortest time", "", "COUNT"])
def test_an_unknown_statistic_is_withheld_whatever_it_is_called(statistic):
    assert exposure(statistic) is None
    (found,) = shown(months(statistic, Interval(7.3, 2.1, 31.4, 0.95, "some method", "quotes 7.3")))
    assert (found.value, found.low, found.high, found.n, found.events) == (None,) * 5
    assert found.status == "withheld" and found.method == "" and "7.3" not in found.reason


def test_an_unknown_statistic_keeps_not_even_its_reason():
    (found,) = shown(months("longest follow-up", NotEstimable("nobody after 34.7 months")))
    assert "34.7" not in found.reason


@pytest.mark.parametrize("statistic", [name for name, kind in EXPOSES.items() if kind == Exposure.EXTREME])
def test_the_value_of_one_patient_is_withheld(statistic):
    (found,) = shown(months(statistic))
    assert (found.value, found.n, found.status) == (None, None, "withheld")


@pytest.mark.parametrize("statistic", EXPOSES)
def test_no_declared_kind_shows_a_number_whose_counts_nobody_knows(statistic):
    unknown = estimate("x.y", 50, endpoint="x", statistic=statistic, unit="patients", n=61)
    (found,) = releasable(Results("x", [unknown], tally=Tally({COHORT: 60})), None, 5).estimates
    assert (found.value is None) is (exposure(statistic) != Exposure.NOBODY)


def _named(path) -> set[str]:
    """Every statistic that a module names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        pairs = [(word.arg, word.value) for word in node.keywords] if isinstance(node, ast.Call) else []
        if isinstance(node, ast.Dict):
            pairs = [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
        found |= {value.value for name, value in pairs if name == "statistic" and isinstance(value, ast.Constant)}
    return found


def test_every_statistic_of_an_analysis_is_declared():
    modules = sorted((ROOT / "lib" / "livingreview" / "analyses").glob("*.py"))
    named = {path.stem: _named(path) for path in modules}
    assert all(named[name] for name in GATED)
    assert {(name, one) for name, found in named.items() for one in found if exposure(one) is None} == set()


def test_the_youngest_and_the_oldest_are_left_out_whatever_their_level():
    ages = Interval(57.0, 48.0, 69.0, 0.95, "median and range", limits="data-range")
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
    result = Interval(exact, exact - 5, None, 0.95, "Kaplan-Meier median")
    (found,) = shown(estimate("x.m", result, endpoint="x", statistic="median", unit=unit, n=n), n=n)
    assert found.value == rounded and found.high is None
    assert found.low % (6 if unit == "months" and n < 100 else 1) == 0
    assert found.method == f"Kaplan-Meier median, {words}"


def test_a_median_that_was_not_reached_quotes_no_time():
    result = Interval(None, 22.4, None, 0.95, "Kaplan-Meier median", "at least 34.7 months, not bounded above")
    (found,) = shown(months("median", result))
    assert found.status == "not-reached" and found.low == 24.0 and "34" not in found.reason


def test_an_absent_table_is_never_withheld():
    """Its reason says nothing of a patient; the number of patients beside it goes all the same."""
    nothing = absent("the cohort has no table of adverse events")
    missing = estimate("safety.any", nothing, endpoint="safety", statistic="proportion", unit="fraction", n=60)
    (found,) = releasable(Results("safety", [missing]), None, 5).estimates
    assert (found.status, found.reason, found.n) == ("absent", nothing.reason, None)
