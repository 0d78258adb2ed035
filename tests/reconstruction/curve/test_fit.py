"""Simulated digitisation: how far the reconstructed curve is from the true one, and medians that are not late."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from livingreview.reconstruction.curve.digitised import read_digitised
from livingreview.reconstruction.curve.falls import lower_ends
from livingreview.reconstruction.curve.fit import fit
from livingreview.reconstruction.curve.guyot import guyot
from livingreview.statistics.life_table import life_table
from livingreview.statistics.risk_table import risk_table
from reconstruction.curve.test_guyot import write

RUNS = 12  # of every size and number of clicks, every second with clicks at random times


def height(table, times):
    return np.concatenate(([1.0], table.survival))[np.searchsorted(table.times, times, side="right")]


def median(table) -> float:
    return float(table.times[np.flatnonzero(table.survival <= 0.5)[0]])


def digitised(folder, rng: np.random.Generator, n: int, clicks: int, *, even: bool):
    """The true life table of n patients, and their reconstruction from clicks that are off by up to 0.004."""
    while True:
        failed, lost = rng.weibull(1.2, n) * 20, rng.uniform(10, 60, n)
        times, events = np.minimum(failed, lost), failed <= lost
        truth = life_table(times, events)
        if truth.survival[-1] < 0.45:
            break
    end = truth.last_time
    at = np.linspace(0, end, clicks) if even else np.sort(np.r_[0, end, rng.uniform(0, end, clicks - 2)])
    clicked = np.clip(height(truth, at) + rng.uniform(-0.004, 0.004, clicks), 0, 1)
    columns = np.arange(0, end, end * 0.15)
    counts = risk_table(times, events, columns.tolist()).at_risk
    curve = pd.DataFrame({"arm": "A", "time": at, "survival": clicked})
    (arm,) = read_digitised(write(folder, curve, pd.DataFrame({"arm": "A", "time": columns, "at_risk": counts})))
    return truth, guyot(arm)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Of every simulated digitisation how late its median is, in steps between clicks, and its distances."""
    folder, rng, found = tmp_path_factory.mktemp("curves"), np.random.default_rng(20), []
    for n in (60, 150, 400):
        for clicks in (20, 40, 80):
            for run in range(RUNS):
                truth, ours = digitised(folder, rng, n, clicks, even=bool(run % 2))
                table, how = ours.life_table(), fit(ours)
                late = (median(table) - median(truth)) / (truth.last_time / (clicks - 1))
                at = np.union1d(truth.times, table.times)
                true = np.abs(height(truth, at) - height(table, at))[at <= truth.last_time].max()
                row = {"n": n, "clicks": clicks, "even": bool(run % 2), "late": late, "true": true}
                found.append(row | {"at_clicks": how.largest, "farthest": how.farthest})
    return pd.DataFrame(found)


def test_medians_are_not_late(runs):
    """Every event at its later click made them late by half a step, in nearly all runs."""
    even = runs[runs["even"]]
    assert abs(even["late"].mean()) < 0.2 and 0.3 < (even["late"] > 0).mean() < 0.7
    assert abs(runs["late"].median()) < 0.15
    nine = even.groupby(["n", "clicks"])["late"].mean()
    assert len(nine) == 9 and nine.max() < 0.45 and nine.min() < 0


def test_the_true_curve_is_never_farther_than_the_report_says(runs):
    assert (runs["true"] <= runs["farthest"] + 1e-9).all()
    share = (runs["true"] / runs["farthest"]).quantile([0.05, 0.95])
    assert 0.15 < share[0.05] and 0.8 < share[0.95] <= 1  # FIT.md says 0.2 to 0.9
    assert 5 < (runs["true"] / runs["at_clicks"]).median() < 20  # FIT.md says about ten


def test_lower_ends_are_seen_by_their_steps():
    uneven, even = np.array([0, 1, 1.5, 4, 4.2, 7, 9, 9.5]), np.arange(8.0)
    alone = 1 - np.arange(8) / 100
    assert lower_ends(uneven, alone, np.full(8, 100))
    assert not lower_ends(even, alone, np.full(8, 100))  # clicks at even steps
    assert not lower_ends(uneven, alone, np.full(8, 1000))  # ten patients a fall
    assert not lower_ends(uneven, np.repeat(alone[:4], 2), np.full(8, 100))  # the curve is flat now and then
