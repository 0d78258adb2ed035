"""Which chapters the data of a folder can support, and what the others lack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from livingreview.cohort.cohort import Cohort
from livingreview.cohort.problems import CohortError

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


Found = tuple[list[str], list[str]]  # what makes a chapter impossible, and what makes it incomplete


def chapters(folder: Path) -> list[Support]:
    """Every chapter of the review, in the order of the book, as far as the tables can be read.

    None for a folder without a study.yml that can be read: what the tables mean is not known then.
    """
    try:
        cohort = Cohort(folder)
    except CohortError:
        return []
    return [_support(name, needs, cohort) for name, needs in CHAPTERS.items()]


def _support(name: str, needs: Callable[[Cohort], Found], cohort: Cohort) -> Support:
    try:
        prevented, lacking = needs(cohort)
    except CohortError:
        return Support(name, "no", [UNREADABLE])
    if prevented:
        return Support(name, "no", prevented)
    return Support(name, "partly" if lacking else "yes", lacking)


def _table(cohort: Cohort, name: str) -> tuple[pd.DataFrame, list[str]]:
    """A table, and why there is nothing in it."""
    if not cohort.has(name):
        return pd.DataFrame(), [f"no table {name}"]
    table = cohort.table(name)
    return table, [f"the table {name} has no rows"] if table.empty else []


def _empty(table: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    return [f"{name} is empty" for name in names if table[name].isna().all()]


def _study(cohort: Cohort) -> Found:
    patients, prevented = _table(cohort, "patients")
    if prevented:
        return prevented, []
    return [], _empty(patients, BASELINE) + _table(cohort, "flow")[1]


def _responses(cohort: Cohort) -> Found:
    responses, prevented = _table(cohort, "responses")
    timepoints = [timepoint.name for timepoint in cohort.study.vocabulary.timepoints]
    if not prevented and not timepoints:
        prevented = ["study.yml names no timepoints"]
    if prevented:
        return prevented, []
    seen = set(responses["timepoint"])
    lacking = [f"no response at the timepoint {name}" for name in timepoints if name not in seen]
    if len(timepoints) == 1:
        lacking.append("only one timepoint: no change can be shown")
    return [], lacking


def _time_to_event(stem: str, what: str) -> Callable[[Cohort], Found]:
    def needs(cohort: Cohort) -> Found:
        patients, prevented = _table(cohort, "patients")
        prevented = prevented or _empty(patients, (f"{stem}_months", f"{stem}_event"))
        if prevented:
            return prevented, []
        return [], [] if (patients[f"{stem}_event"] != "censored").any() else [f"{what}: there is no median"]

    return needs


def _mrd(cohort: Cohort) -> Found:
    samples, prevented = _table(cohort, "mrd")
    if prevented:
        return prevented, []
    lacking = []
    if samples["patient_id"].value_counts().max() == 1:
        lacking.append("only one sample per patient: sustained negativity cannot be confirmed")
    return [], lacking + _empty(samples, ("method", "sensitivity_reached"))


def _safety(cohort: Cohort) -> Found:
    events, prevented = _table(cohort, "adverse_events")
    if prevented:
        return prevented, []
    lowest = cohort.study.adverse_events.recorded_from_grade
    lacking = [f"only grade {lowest} and above is recorded"] if lowest > 1 else []
    return [], lacking + _empty(events, ("term", "serious", "related"))


def _reproduction(cohort: Cohort) -> Found:
    return [] if (cohort.folder / "published.csv").is_file() else ["no published.csv"], []


CHAPTERS: dict[str, Callable[[Cohort], Found]] = {
    "study": _study,
    "responses": _responses,
    "progression-free-survival": _time_to_event("pfs", "nobody progressed or died"),
    "overall-survival": _time_to_event("os", "nobody died"),
    "minimal-residual-disease": _mrd,
    "safety": _safety,
    "reproduction": _reproduction,
    "audit": _reproduction,
}
