"""Cohorts drawn between the printed numbers have the histories of their plans."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from livingreview.cohort.study import read_study
from livingreview.published.printed import read_published
from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.drawn import member
from livingreview.reconstruction.plans import plans
from support import REFERENCE

PRINTED = Constraints.of(read_published(REFERENCE), read_study(REFERENCE))


@pytest.mark.parametrize("timing", ["random", "split", "even", "early", "late"])
def test_a_member_has_the_history_of_its_plan(timing):
    for number, plan in enumerate(islice(plans(PRINTED, 1), 25)):
        rows = member(plan, PRINTED, random.Random(number))["patients"]
        assert len(rows) == PRINTED.n
        pfs = [row for row in rows if row["pfs_event"] != "censored" and row["pfs_months"] <= 36]
        times = sorted(row["pfs_months"] for row in pfs)
        assert tuple(sum(row["pfs_months"] >= time for row in rows) for time in times) == plan.joint.pfs.at_risk
        dead = sorted(row["os_months"] for row in rows if row["os_event"] == "death" and row["os_months"] <= 36)
        assert tuple(sum(row["os_months"] >= time for row in rows) for time in dead) == plan.joint.os.at_risk
        kinds = [row["pfs_event"] for row in sorted(pfs, key=lambda row: row["pfs_months"])]
        assert tuple(place for place, kind in enumerate(kinds) if kind == "death") == plan.joint.deaths
        assert all(row["pfs_months"] <= row["os_months"] for row in rows)
        assert min(row["pfs_months"] for row in rows) > 5
