"""The registry of analyses: each is found, asks for parameters that chapters declare, and has the page of its results."""

from __future__ import annotations

import subprocess
import sys

import pytest

from livingreview import chapter
from livingreview.analyses.registry import ANALYSES
from livingreview.cohort.parameters import DEFAULTS
from support import REFERENCE

VALUES = DEFAULTS | {"age_split": 65, "group_by": "msmart_risk"}


def test_parameters_go_by_the_names_that_chapters_declare():
    assert ANALYSES["overall_survival"].arguments(VALUES) == {
        "milestones": [12, 24, 36],
        "interval": "log-log",
        "level": 0.95,
    }
    assert ANALYSES["subgroups"].arguments(VALUES)["group_by"] == "msmart_risk"


@pytest.mark.parametrize("name", [name for name in ANALYSES if name != "specification_curve"])
def test_results_stand_on_the_page_of_their_analysis(name):
    analysis = ANALYSES[name]
    found = analysis.load()(chapter.load_cohort(REFERENCE), **analysis.arguments(VALUES))
    assert found.chapter == analysis.page
    assert set(found.endpoints) >= {curve.endpoint for curve in found.curves}


def test_the_registry_loads_no_heavy_library():
    code = "import sys, livingreview.analyses.registry; print([n for n in ('pandas', 'numpy', 'scipy') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
