"""What members settle: the same first ones whatever the count, and what is new first."""

from __future__ import annotations

from itertools import islice

from livingreview.cohort.study import read_study
from livingreview.published.printed import read_published
from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.plans import plans
from support import REFERENCE

PRINTED = Constraints.of(read_published(REFERENCE), read_study(REFERENCE))


def test_plans_do_not_depend_on_how_many_are_taken_and_bring_what_is_new_first():
    few, many = list(islice(plans(PRINTED, 1), 20)), list(islice(plans(PRINTED, 1), 80))
    assert many[:20] == few and list(islice(plans(PRINTED, 2), 20)) != few
    assert len({plan.joint.pfs.at_risk for plan in many}) == 59
