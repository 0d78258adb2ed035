"""Everything that chapters put on their pages, searched for times of patients and small counts; few cohorts, see benchmarks/."""

from __future__ import annotations

import sys

from support import ROOT

sys.path.append(str(ROOT / "benchmarks"))
from disclosure import attacked


def test_nothing_of_a_patient_is_in_any_output(tmp_path):
    found = attacked(tmp_path / "cohort", 28, 1)
    assert {name: found[name] for name in ("times", "counts", "proven")} == {"times": [], "counts": [], "proven": {}}
    assert found["small"] > 20 and found["shown"] > 60


def test_the_same_attack_finds_it_where_nothing_is_withheld(tmp_path):
    found = attacked(tmp_path / "cohort", 28, 1, "smallest_count: 0\n")
    assert found["times"] and found["counts"] and len(found["proven"]) > 5
