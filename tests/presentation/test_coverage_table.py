"""Every dimension of an ensemble has its words, and the month is that of the cohort."""

from __future__ import annotations

from livingreview.cohort.identifiability import read_ensemble
from livingreview.presentation.coverage_table import DIMENSIONS, coverage_table
from support import REFERENCE


def test_every_dimension_is_said_in_words():
    about = read_ensemble(REFERENCE).about
    assert set(about["coverage"]) == set(DIMENSIONS)
    shown = coverage_table({**about, "horizon_months": 24.0}, name="tbl").markdown
    assert "Numbers of deaths after month 24" in shown and "20 of 20" in shown
    assert "What 310 cohorts that agree with every printed number reached" in shown
