"""Groups that keep what is printed of minimal residual disease, and the quick log-rank test that finds them."""

from __future__ import annotations

import random

from livingreview.reconstruction.member_mrd import samples, significant, smallest_significant
from livingreview.statistics.groups import logrank


def test_one_patient_can_never_be_significantly_better_and_two_can():
    assert smallest_significant(28) == 2
    p = [
        logrank(
            [*range(1, others + 1), *[99] * size], [True] * others + [False] * size, [False] * others + [True] * size
        ).p
        for others, size in ((27, 1), (26, 2))
    ]
    assert p[0] > 0.05 > p[1]


def test_the_quick_test_is_the_log_rank_test():
    draw = random.Random(3)
    for _ in range(60):
        rows = [
            {
                "patient_id": name,
                "pfs_months": float(draw.randint(1, 12)),
                "pfs_event": draw.choice(["death", "censored", "progression"]),
            }
            for name in "abcdefghijkl"
        ]
        group = set(draw.sample("abcdefghijkl", 5))
        test = logrank(
            [row["pfs_months"] for row in rows],
            [row["pfs_event"] != "censored" for row in rows],
            [row["patient_id"] in group for row in rows],
        )
        expected = getattr(test, "p", 1) < 0.05
        assert significant(rows, group, set("abcdefghijkl") - group) == expected


def test_nobody_followed_to_the_horizon_leaves_no_group():
    rows = [{"patient_id": name, "pfs_months": 30.0, "pfs_event": "censored"} for name in "ab"]
    assert samples(rows, 1, 36.0, random.Random(1)) is None
