"""Which chapters the data of a folder can support, and what the others lack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from livingreview.analyses.population import nobody_misses
from livingreview.analyses.registry import Analysis, analyses
from livingreview.cohort.cohort import Cohort
from livingreview.cohort.problems import CohortError
from livingreview.endpoints.registry import endpoints_of

BASELINE = ("age_years", "sex", "iss_stage", "r_iss_stage", "msmart_risk", "induction")
UNREADABLE = "what it needs cannot be read: see the problems"


@dataclass(frozen=True, slots=True)
class Support:
    """One chapter. `supported` is yes, partly or no; `missing` says in words what it lacks."""

    chapter: str
    supported: str
    missing: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def chapters(folder: Path) -> list[Support]:
    """Every chapter of the review, in the order of the book, as far as the tables can be read.

    None for a folder without a study.yml that can be read: what the tables mean is not known then.
    """
    try:
        cohort = Cohort(folder)
    except CohortError:
        return []
    known = [one for one in analyses(endpoints_of(cohort.study).values()) if one.name in LACKING or one.fixed]
    return [*(_support(one, cohort) for one in known), *(_printed(name, cohort) for name in ("reproduction", "audit"))]


def _support(analysis: Analysis, cohort: Cohort) -> Support:
    try:
        table = cohort.table(analysis.table)
        prevented = _prevented(analysis, cohort, table)
        lacking = [] if prevented else LACKING.get(analysis.name, _events)(analysis, cohort, table)
    except CohortError:
        return Support(analysis.page, "no", [UNREADABLE])
    if prevented:
        return Support(analysis.page, "no", prevented)
    return Support(analysis.page, "partly" if lacking else "yes", lacking)


def _prevented(analysis: Analysis, cohort: Cohort, table: pd.DataFrame) -> list[str]:
    """Why there is nothing to say."""
    if not cohort.has(analysis.table):
        return [f"no table {analysis.table}"]
    if table.empty:
        return [f"the table {analysis.table} has no rows"]
    if analysis.table == "responses" and not cohort.study.vocabulary.timepoints:
        return ["study.yml names no timepoints"]
    return _empty(table, analysis.columns)


def _empty(table: pd.DataFrame, names: Sequence[str]) -> list[str]:
    return [f"{name} is empty" for name in names if table[name].isna().all()]


def _study(analysis: Analysis, cohort: Cohort, patients: pd.DataFrame) -> list[str]:
    flow = cohort.table("flow")
    without = ["the table flow has no rows"] if cohort.has("flow") and flow.empty else []
    asked = [name for name in BASELINE if not nobody_misses(cohort, name)]
    return _empty(patients, asked) + (without if cohort.has("flow") else ["no table flow"])


def _responses(analysis: Analysis, cohort: Cohort, responses: pd.DataFrame) -> list[str]:
    timepoints, seen = [one.name for one in cohort.study.vocabulary.timepoints], set(responses["timepoint"])
    lacking = [f"no response at the timepoint {name}" for name in timepoints if name not in seen]
    return lacking + (["only one timepoint: no change can be shown"] if len(timepoints) == 1 else [])


def _events(analysis: Analysis, cohort: Cohort, patients: pd.DataFrame) -> list[str]:
    endpoint = endpoints_of(cohort.study)[analysis.fixed["endpoint"]]
    return [] if endpoint.derive(patients)["event"].any() else ["nobody had the event: there is no median"]


def _mrd(analysis: Analysis, cohort: Cohort, samples: pd.DataFrame) -> list[str]:
    once = "only one sample per patient: sustained negativity cannot be confirmed"
    alone = [once] if samples["patient_id"].value_counts().max() == 1 else []
    return alone + _empty(samples, ("method", "sensitivity_reached"))


def _safety(analysis: Analysis, cohort: Cohort, events: pd.DataFrame) -> list[str]:
    lowest = cohort.study.adverse_events.recorded_from_grade
    lacking = [f"only grade {lowest} and above is recorded"] if lowest > 1 else []
    return lacking + _empty(events, ("term", "serious", "related"))


def _printed(page: str, cohort: Cohort) -> Support:
    """A page about the paper, not about the tables."""
    there = (cohort.folder / "published.csv").is_file()
    return Support(page, "yes", []) if there else Support(page, "no", ["no published.csv"])


# What makes a page incomplete; an endpoint's has no median without events.
LACKING: dict[str, Callable[[Analysis, Cohort, pd.DataFrame], list[str]]] = {
    "study": _study,
    "responses": _responses,
    "minimal_residual_disease": _mrd,
    "safety": _safety,
}
