from __future__ import annotations

import pytest

from livingreview.cohort.vocabulary import RESPONSES
from livingreview.endpoints.response import DEPTH, NOT_EVALUABLE, THRESHOLDS, AtLeast, deepened, lost


def test_depth_is_the_vocabulary_without_not_evaluable() -> None:
    assert (*DEPTH, NOT_EVALUABLE) == RESPONSES


@pytest.mark.parametrize(
    ("key", "categories"),
    [
        ("cr_or_better", ("sCR", "CR")),
        ("vgpr_or_better", ("sCR", "CR", "VGPR")),
        ("pr_or_better", ("sCR", "CR", "VGPR", "PR")),
    ],
)
def test_thresholds(key: str, categories: tuple[str, ...]) -> None:
    assert {threshold.key: threshold.categories for threshold in THRESHOLDS}[key] == categories


def test_four_patients_counted_by_hand() -> None:
    patients = ["sCR", "VGPR", "PD", "NE"]
    assert [sum(response in threshold.categories for response in patients) for threshold in THRESHOLDS] == [1, 2, 2]


def test_the_deepest_and_the_shallowest_threshold() -> None:
    assert AtLeast("scr", "stringent complete response", "sCR").categories == ("sCR",)
    assert AtLeast("any", "any", "PD").categories == DEPTH


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
    assert (deepened(before, after), lost(before, after)) == (deeper, shallower)


@pytest.mark.parametrize(("before", "after"), [("NE", "CR"), ("CR", "NE")])
def test_not_evaluable_has_no_depth(before: str, after: str) -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        deepened(before, after)
    with pytest.raises(ValueError, match="not in tuple"):
        lost(before, after)
