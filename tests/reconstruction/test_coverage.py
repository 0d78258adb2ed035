"""What an ensemble reached, on three patients that can be counted by eye."""

from __future__ import annotations

import pandas as pd
import pytest

from livingreview.audit.histories import RiskSets
from livingreview.published.printed import read_published
from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.coverage import Coverage
from livingreview.reconstruction.joint import Joint
from support import REFERENCE

PFS, OS = (row for row in read_published(REFERENCE) if row.id in ("pfs.survival.36", "os.survival.36"))
MARGINS = {"before": {"CR": 1, "PR": 2}, "after": {"CR": 2, "PR": 1}}
PRINTED = Constraints(3, 36.0, 5.0, 48, (48, 57, 69), 1, PFS, OS, MARGINS, 1)


def tables(pfs: list[tuple[float, str]], os: list[tuple[float, str]], answers: str) -> dict[str, pd.DataFrame]:
    names = [f"R{place}" for place in range(len(pfs))]
    patients = pd.DataFrame({"patient_id": names})
    patients["pfs_months"], patients["pfs_event"] = zip(*pfs, strict=True)
    patients["os_months"], patients["os_event"] = zip(*os, strict=True)
    points = ["before"] * len(names) + ["after"] * len(names)
    responses = pd.DataFrame({"patient_id": names * 2, "timepoint": points, "response": answers.split()})
    mrd = pd.DataFrame({"patient_id": ["R2", "R2", "R1"], "status": ["negative", "negative", "positive"]})
    return {"patients": patients, "responses": responses, "mrd": mrd, "adverse_events": pd.DataFrame({"grade": [3]})}


def test_coverage_is_counted_from_the_tables():
    """Three patients: one dies at 10, one progresses at 20, one is followed to 40; 3 and then 2 are at risk."""
    one = tables(
        [(10, "death"), (20, "progression"), (40, "censored")], [(10, "death"), (50, "death"), (40, "censored")],
        "CR PR PR CR CR PR",
    )  # fmt: skip
    coverage = Coverage(PRINTED)
    coverage.add(one)
    assert coverage.reached == {
        "pfs_histories": {(3, 2)}, "os_histories": {(3,)}, "pairs": {((3, 2), (3,))}, "deaths": {(0,)},
        "joint_histories": {((3, 2), (3,), (0,))}, "pfs_followed": {1}, "os_followed": {2}, "later_deaths": {1},
        "sustained_mrd": {1}, "severe_grades": {3},
    }  # fmt: skip
    joint = [
        Joint(RiskSets((3, 2), 0, 0), RiskSets((3,), 0, 0), (0,)),
        Joint(RiskSets((3, 2), 0, 0), RiskSets((2,), 0, 0), (1,)),
    ]
    assert list(coverage.report(joint, 1).values()) == [
        (1, 1), (1, 2), (1, 2), (1, 2), (1, 2), (1, 1), (1, 2), (1, 3), (1, 1), (1, 3),
        (4, 8),  # CR to CR 0 or 1, CR to PR 0 or 1, PR to CR 1 or 2, PR to PR 0 or 1: one table reached
        (2, 4),  # deepened 1 or 2, lost 0 or 1
    ]  # fmt: skip


def test_what_cannot_be_is_no_coverage():
    coverage = Coverage(PRINTED)
    coverage.add(tables([(10, "death"), (20, "death"), (40, "censored")], [(10, "death"), (20, "death"), (40, "censored")], "CR PR PR CR CR PR"))  # fmt: skip
    joint = [Joint(RiskSets((3, 2), 0, 0), RiskSets((3,), 0, 0), (0,))]
    with pytest.raises(ValueError, match=r"os_histories: \[\(3, 2\)\] is outside what is possible"):
        coverage.report(joint, 1)
