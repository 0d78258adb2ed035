"""Outside evidence: that which study.yml names, as printed, and no other."""

from __future__ import annotations

import pytest

from livingreview import chapter
from livingreview.cohort.problems import CohortError
from livingreview.evidence.others import evidence
from support import REFERENCE, ROOT

FOLDER = ROOT / "data" / "evidence"


def test_a_review_shows_the_studies_that_it_names():
    shown = chapter.evidence(str(FOLDER), chapter.load_cohort(REFERENCE))
    assert [row.key for row in shown.estimates] == [
        "evidence.tourmaline-mm3.pfs.hazard_ratio",
        "evidence.tourmaline-mm3.os.hazard_ratio",
        "evidence.gem2014main.pfs.hazard_ratio",
    ]
    ratio = shown["evidence.tourmaline-mm3.pfs.hazard_ratio"]
    assert (ratio.value, ratio.low, ratio.high, ratio.level, ratio.n) == (0.72, 0.582, 0.89, 0.95, 656)
    assert [row.key for row in evidence(FOLDER, ["gem2014main"]).estimates] == ["evidence.gem2014main.pfs.hazard_ratio"]


def test_a_review_that_names_none_shows_none():
    assert chapter.evidence(str(FOLDER), chapter.load_cohort(ROOT / "data" / "demo")).estimates == []
    assert evidence(FOLDER / "nowhere", []).estimates == []


def test_a_study_that_is_not_there_is_named():
    with pytest.raises(CohortError) as raised:
        evidence(FOLDER, ["tourmaline-mm3", "unheard-of"])
    assert [(problem.column, problem.value) for problem in raised.value.problems] == [("evidence", "unheard-of")]
