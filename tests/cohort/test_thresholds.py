"""Presets of the smallest number shown, and the approval that shows what a publication has printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from livingreview import chapter
from livingreview.chapter import edition_facts
from livingreview.cohort.cohort import Cohort
from livingreview.cohort.problems import CohortError
from livingreview.cohort.study import read_study
from livingreview.cohort.thresholds import PRESETS, USUAL
from livingreview.presentation.edition_words import THRESHOLDS, threshold_words
from observed import demo, observed_study

APPROVAL = """disclosure: outcomes-as-published
approval: {person: A. Chair, date: 2026-11-01, publication: "Front Med 2026;13:1"}
"""
HEADER = "id,endpoint,statistic,group,time_months,printed,printed_low,printed_high,denominator,source,note\n"


def folder(tmp_path: Path, more: str, printed: tuple[str, ...] = ()) -> Path:
    """28 patients of whom 3 had a serious event and 2 a fatal one."""
    tables = demo(28)
    events = tables["adverse_events"]
    ill = sorted(set(events["patient_id"]))
    events["serious"] = events["patient_id"].isin(ill[:3]).map({True: "yes", False: "no"})
    events["grade"] = events["grade"].mask(events["patient_id"].isin(ill[:2]), "5")
    for name, table in tables.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "study.yml").write_text(observed_study() + more, encoding="utf-8")
    if printed:
        (tmp_path / "published.csv").write_text(HEADER + "".join(f"{row}\n" for row in printed), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("smallest", PRESETS)
def test_every_preset_says_whose_rule_it_is(tmp_path, smallest):
    study = read_study(folder(tmp_path, f"smallest_count: {smallest}\n"))
    assert study.smallest_shown == smallest
    assert THRESHOLDS[smallest] in threshold_words(smallest) and f"1 to {smallest - 1} " in threshold_words(smallest)


def test_the_usual_one_holds_where_nothing_is_said(tmp_path):
    assert read_study(folder(tmp_path, "")).smallest_shown == USUAL == 5


@pytest.mark.parametrize("smallest", [1, 2, 4])
def test_a_threshold_below_every_rule_is_refused(tmp_path, smallest):
    with pytest.raises(CohortError) as caught:
        read_study(folder(tmp_path, f"smallest_count: {smallest}\n"))
    (problem,) = caught.value.problems
    assert (problem.column, problem.code) == ("smallest_count", "smallest-count")
    assert problem.facts == {"allowed": [5, 8, 10, 11], "usual": 5}


def test_outcomes_as_published_need_somebody_who_approved(tmp_path):
    with pytest.raises(CohortError) as caught:
        read_study(folder(tmp_path, "disclosure: outcomes-as-published\n"))
    (problem,) = caught.value.problems
    assert problem.column == "approval"


def _rows(cohort: Path) -> dict:
    return {row.key: row for row in chapter.safety(Cohort(cohort), level=0.95).estimates}


def test_only_what_is_printed_and_agrees_is_shown(tmp_path):
    exact = chapter_without_threshold(tmp_path / "open")
    serious, fatal = exact["safety.serious"].events, exact["safety.grade5"].events
    assert (serious, fatal) == (3, 2)
    printed = (
        f"safety.serious,safety,count,all,,{serious},,,28,text,",
        f"safety.grade5,safety,count,all,,{fatal + 1},,,28,text,printed of other data",
        "safety.grade3plus,safety,count,all,,,,,28,text,named only",
    )
    printed = tuple(row.replace("safety.serious,", "safety.serious.count,", 1) for row in printed)
    (tmp_path / "a").mkdir()
    shown = _rows(folder(tmp_path / "a", APPROVAL, printed))
    assert shown["safety.serious"].events == serious and shown["safety.serious.count"].value == serious
    assert shown["safety.grade5"].value is None
    (tmp_path / "b").mkdir()
    assert _rows(folder(tmp_path / "b", "", printed))["safety.serious"].value is None


def chapter_without_threshold(tmp_path: Path) -> dict:
    tmp_path.mkdir()
    return _rows(folder(tmp_path, "smallest_count: 0\n"))


def test_the_approval_is_named_among_the_facts(tmp_path):
    facts = edition_facts(Cohort(folder(tmp_path, APPROVAL)))
    assert "A. Chair, 2026-11-01" in facts["Small counts"] and "Front Med" in facts["Small counts"]
