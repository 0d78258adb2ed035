from __future__ import annotations

import pytest

from livingreview.cohort.criteria import CRITERIA
from livingreview.cohort.vocabulary import RESPONSES
from livingreview.endpoints.response import NAMED, Depth

IMWG, LUGANO = Depth.of(CRITERIA["imwg"]), Depth.of(CRITERIA["lugano"])


def test_depth_is_the_vocabulary_without_not_evaluable() -> None:
    assert (*IMWG.categories, IMWG.not_evaluable) == RESPONSES


@pytest.mark.parametrize(
    ("key", "categories"),
    [
        ("cr_or_better", ("sCR", "CR")),
        ("vgpr_or_better", ("sCR", "CR", "VGPR")),
        ("pr_or_better", ("sCR", "CR", "VGPR", "PR")),
    ],
)
def test_thresholds(key: str, categories: tuple[str, ...]) -> None:
    assert {threshold.key: threshold.categories for threshold in IMWG.thresholds}[key] == categories


def test_four_patients_counted_by_hand() -> None:
    patients = ["sCR", "VGPR", "PD", "NE"]
    assert [sum(response in threshold.categories for response in patients) for threshold in IMWG.thresholds] == [
        1,
        2,
        2,
    ]


def test_neighbours_are_those_between_which_no_threshold_lies() -> None:
    assert IMWG.neighbours == (("sCR", "CR"), ("MR", "SD", "PD")) and IMWG.best == ("sCR", "CR")
    assert LUGANO.neighbours == (("SD", "PD"),) and LUGANO.best == ("CR",)
    assert {one.key: one.categories for one in LUGANO.thresholds} == {
        "cr_or_better": ("CR",),
        "pr_or_better": ("CR", "PR"),
    }


@pytest.mark.parametrize(
    ("before", "after", "deeper", "shallower"),
    [
        ("PR", "CR", True, False),
        ("CR", "sCR", True, False),
        ("CR", "CR", False, False),
        ("CR", "VGPR", False, True),
        ("SD", "PD", False, True),
    ],
)
def test_two_assessments_compared(before: str, after: str, deeper: bool, shallower: bool) -> None:
    assert (IMWG.deepened(before, after), IMWG.lost(before, after)) == (deeper, shallower)


@pytest.mark.parametrize(("before", "after"), [("NE", "CR"), ("CR", "NE")])
def test_not_evaluable_has_no_depth(before: str, after: str) -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        IMWG.deepened(before, after)
    with pytest.raises(ValueError, match="not in tuple"):
        IMWG.lost(before, after)


def test_the_words_of_every_named_criteria_are_there_for_translators() -> None:
    words = {one.words for criteria in CRITERIA.values() for one in (*criteria.categories, *criteria.thresholds)}
    assert words <= set(NAMED)
