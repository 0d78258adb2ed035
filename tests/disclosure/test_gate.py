"""Single patients are drawn only where study.yml says so, and never reconstructed ones."""

from __future__ import annotations

import pytest

from analyses.eight import STUDY, eight
from livingreview import chapter
from livingreview.disclosure.gate import APPROVED, releasable_lanes
from livingreview.results.curves import Lanes
from livingreview.words.reason_words import reason_words
from support import REFERENCE, ROOT

ONE = Lanes([{"lane": 1}], 1)


@pytest.mark.parametrize(
    ("kind", "disclosure", "smallest", "shown"),
    [
        ("observed", APPROVED, 0, True),
        ("simulated", APPROVED, 0, True),
        ("observed", "aggregate", 0, False),
        ("simulated", "aggregate", 0, False),
        ("observed", APPROVED, 5, False),
        ("reconstructed", APPROVED, 0, False),
        ("reconstructed", "aggregate", 0, False),
    ],
)
def test_the_gate(kind, disclosure, smallest, shown):
    asked = []
    found = releasable_lanes(lambda: asked.append(1) or ONE, kind=kind, disclosure=disclosure, smallest=smallest)
    assert bool(found.rows) is shown and bool(reason_words(found.reason)) is not shown and bool(asked) is shown


def test_a_reconstructed_folder_that_claims_approval_shows_none(tmp_path):
    claimed = STUDY.replace("kind: observed", "kind: reconstructed") + f"disclosure: {APPROVED}\n"
    found = chapter.patient_lanes(chapter.load_cohort(eight(tmp_path, study=claimed)))
    assert found.rows == [] and "reconstructed" in reason_words(found.reason)
    assert chapter.patient_lanes(chapter.load_cohort(REFERENCE)).rows == []


def test_observed_patients_are_shown_after_approval_only(tmp_path):
    assert chapter.patient_lanes(chapter.load_cohort(eight(tmp_path / "a"))).rows == []
    approved = eight(tmp_path / "b", study=STUDY + f"disclosure: {APPROVED}\n")
    assert len(chapter.patient_lanes(chapter.load_cohort(approved)).rows) == 8
    assert len(chapter.patient_lanes(chapter.load_cohort(ROOT / "data" / "demo")).rows) == 60
