"""Intervals of other honest methods, and true counts beside them, are never called impossible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from other_intervals import KINDS, printed, profile

from livingreview.audit.checks import audit

RUNS = 80


def accused(*rows) -> list[str]:
    return [found.code for found in audit(rows) if found.verdict == "impossible"]


@pytest.mark.parametrize("first", range(0, RUNS, 20))
@pytest.mark.parametrize("kind", KINDS)
def test_none_of_them_is_accused(kind, first):
    for seed in range(first, first + 20):
        rows = printed(kind, seed)
        assert accused(*rows) == [], (seed, rows)


def test_a_narrower_interval_is_undetermined_and_impossible_only_where_its_method_is_named():
    shown, events = printed("t", 3)
    value = float(shown.printed)
    narrow = replace(shown, printed_low=f"{value - 1:.1f}", printed_high=f"{value + 1:.1f}")
    found = next(one for one in audit([narrow, events]) if one.check == "kaplan-meier")
    assert found.verdict == "undetermined" and found.code == "another-kind"
    assert int(events.printed) in found.more["event_counts"] or not found.more["exact"]
    assert accused(narrow, events) == []
    named = replace(narrow, method="plain")
    assert {"error-too-small", "excluded-by-weights", "excluded-by-search"}.intersection(accused(named))
    assert next(one for one in audit([named]) if one.verdict == "impossible").more["proof"]


def test_profile_likelihood_by_hand():
    """Nobody censored, 2 of 10 failed: the limits are where 2 ln L of the binomial is 3.841459 below its top."""
    low, high = profile(np.array([10.0, 9.0]))
    for share in (low, high):
        ratio = 2 * (8 * np.log(0.8 / share) + 2 * np.log(0.2 / (1 - share)))
        assert ratio == pytest.approx(3.841458820694124, abs=1e-6)
    assert low < 0.8 < high
