"""Paths between responses and worst grades of a term, on eight patients: counted by hand."""

from __future__ import annotations

import pytest

from analyses.eight import eight
from livingreview import chapter
from livingreview.words.group_names import group_words
from livingreview.words.reason_words import reason_words
from support import REFERENCE, ROOT

PATHS = {
    "pr.cr": 3,  # A, D, H
    "pr.pr": 1,  # C
    "vgpr.vgpr": 1,  # B
    "vgpr.scr": 1,  # F
    "cr.vgpr": 1,  # E
    "not_evaluable.not_evaluable": 1,  # G: not evaluable, then not assessed
}


@pytest.fixture
def cohort(tmp_path):
    return chapter.load_cohort(eight(tmp_path / "eight"))


def test_everybody_takes_one_path(cohort):
    found = chapter.responses(cohort, level=0.95).where(statistic="path")
    assert {row.key: row.value for row in found} == {f"response.path.before.after.{k}": v for k, v in PATHS.items()}
    assert {row.n for row in found} == {8}
    assert group_words(found[0].group) == "CR before, VGPR after"


def test_paths_add_up_to_both_bars_and_to_the_changes():
    found = chapter.responses(chapter.load_cohort(ROOT / "data" / "demo"), level=0.95)
    depth = ["scr", "cr", "vgpr", "pr", "mr", "sd", "pd"]
    for before, after in (("before", "after"), ("after", "best")):
        stem = f"response.path.{before}.{after}."
        paths = {tuple(row.key.split(".")[4:]): row.value for row in found.estimates if row.key.startswith(stem)}
        assert sum(paths.values()) == 240
        for category in ("cr", "vgpr", "pr"):
            assert (
                sum(v for (a, _), v in paths.items() if a == category) == found[f"response.{before}.{category}"].events
            )
            assert (
                sum(v for (_, b), v in paths.items() if b == category) == found[f"response.{after}.{category}"].events
            )
        rank = {name: place for place, name in enumerate(depth)}
        deeper = sum(v for (a, b), v in paths.items() if a in rank and b in rank and rank[b] < rank[a])
        assert deeper == found[f"response.deepened.{before}.{after}"].value


def test_a_reconstructed_cohort_has_no_paths():
    found = chapter.responses(chapter.load_cohort(REFERENCE), level=0.95)
    assert found.where(statistic="path") == []
    assert chapter.load_cohort(REFERENCE).provenance.rule("response.path.a.b.cr.pr").status == "free"


def test_one_timepoint_has_no_path(tmp_path):
    only = "patient_id,timepoint,response\nA,before,PR\n"
    found = chapter.responses(chapter.load_cohort(eight(tmp_path, responses=only)), level=0.95)
    assert found.where(statistic="path") == []


def test_worst_grades_of_a_term_add_up_to_it(cohort):
    found = chapter.safety(cohort, level=0.95)
    grades = {row.key: row.value for row in found.where(statistic="worst grade")}
    # Nausea: A at grade 1, C twice at grade 2. Rash: A at 3. Sepsis: B at 5.
    assert grades == {
        "safety.term.nausea.grade1": 1,
        "safety.term.nausea.grade2": 1,
        "safety.term.rash.grade3": 1,
        "safety.term.sepsis.grade5": 1,
    }


def test_terms_that_nobody_named_have_no_grades(tmp_path):
    unnamed = "patient_id,grade,term\nA,3,\nB,2,\n"
    found = chapter.safety(chapter.load_cohort(eight(tmp_path, adverse_events=unnamed)), level=0.95)
    assert found.where(statistic="worst grade") == []
    assert reason_words(found["safety.terms"].reason) == "the adverse event table names no terms"
    assert found["safety.grade3plus"].events == 1
