"""Everything that the chapters compute of a folder, to be compared with what was printed."""

from __future__ import annotations

from pathlib import Path

from livingreview import chapter
from livingreview.results.exchange import all_estimates

SURVIVAL = {"milestones": [12, 24, 36], "interval": "plain", "level": 0.95}


def estimates(folder: Path):
    cohort = chapter.load_cohort(folder)
    pages = {
        "study": chapter.study(cohort, level=0.95),
        "responses": chapter.responses(cohort, level=0.95),
        "pfs": chapter.progression_free_survival(cohort, **SURVIVAL),
        "os": chapter.overall_survival(cohort, **SURVIVAL),
        "mrd": chapter.minimal_residual_disease(
            cohort, milestone_months=36, landmark_months=18, sustained_months=12, interval="plain", level=0.95
        ),
        "safety": chapter.safety(cohort, level=0.95),
    }
    return all_estimates(pages)
