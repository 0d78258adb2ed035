"""The pinned R results, and the settings shared by the property tests."""

import json
from math import inf
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st

FIXED = settings(derandomize=True, deadline=None, database=None, max_examples=100)
TO_ROUNDING = 1e-9  # R is pinned to 15 digits; 1e-9 leaves room for the order of summation only
TO_A_ROOT = 1e-6  # where either side solves an equation by iteration

ORACLES = Path(__file__).parent.parent / "oracles"
NO_NUMBER = {"NA": None, "NaN": None, "Inf": inf, "-Inf": -inf}

# Whole numbers of months on a short scale, so that ties are common.
patients = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30)


def cases(topic, having):
    """The pinned cases of a topic with a result of this name, as pytest parameters."""
    record = json.loads((ORACLES / f"{topic}.json").read_text(encoding="utf-8"))
    found = [pytest.param(plain(case), id=case["name"]) for case in record["cases"] if having in case["results"]]
    assert found, f"nothing pinned for {having} in {topic}"
    return found


def case_named(topic, name):
    """The one pinned case of this name."""
    record = json.loads((ORACLES / f"{topic}.json").read_text(encoding="utf-8"))
    return next(plain(case) for case in record["cases"] if case["name"] == name)


def plain(value):
    """R's words for no number and for infinity, everywhere in a record."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return NO_NUMBER.get(value, value) if isinstance(value, str) else value


def close(value, expected, tolerance=TO_ROUNDING):
    """Equal within the tolerance, absolute and relative; None equals only None."""
    if expected is None or value is None:
        return value is expected
    return value == pytest.approx(expected, rel=tolerance, abs=tolerance)


def split(rows):
    """Times and events from a list of pairs."""
    return [float(time) for time, _ in rows], [int(event) for _, event in rows]
