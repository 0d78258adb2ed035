"""The ensemble beside a reconstructed cohort: how far every number is fixed, over many cohorts that agree with print."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from livingreview.cohort.files import read_file, sha256
from livingreview.cohort.fixed import FILE as PROVENANCE
from livingreview.cohort.fixed import EstimateRule, Provenance, read_provenance
from livingreview.cohort.parameters import DEFAULTS
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import Study
from livingreview.cohort.yaml import read_yaml

FILE, CURVES = "ensemble.csv", "ensemble_curves.csv"
PRINTED = "published.csv"
# Ends of the keys of ranges over all histories behind a printed survival, which no member gives.
ALL_HISTORIES, LOWER_LIMIT = "loglog_all_histories", "bpcp_low"
VERSION = 2  # of the way members are drawn and checked: another one makes every stored ensemble stale


@dataclass(frozen=True, slots=True)
class Range:
    """One estimate over all members; fractions of 1 and months, as in an estimate.

    `lowest` and `highest` are those of the value, `lowest_low` to `highest_high` those of its limits. `n` and
    `events` are there where they are the same in all, `estimator` and `interval` are empty where they are not. `keeps_limits`: print gives the limits, and those of the
    documented member are shown.
    """

    key: str
    endpoint: str
    statistic: str
    time_months: float | None
    unit: str
    level: float | None
    estimator: str
    interval: str
    n: int | None
    events: int | None
    members: int
    lowest: float | None
    highest: float | None
    lowest_low: float | None
    highest_low: float | None
    lowest_high: float | None
    highest_high: float | None
    keeps_limits: bool
    identifiability: str


@dataclass(frozen=True, slots=True)
class CurveRange:
    """A curve over all members at one time: survival, and how many were at risk, censored or had an event before."""

    key: str
    months: float
    survival_low: float
    survival_high: float
    at_risk_low: int
    at_risk_high: int
    censored_low: int
    censored_high: int
    events_low: int
    events_high: int


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The ranges by key, the curves by key in order of time, and what the ensemble is."""

    members: int
    seed: int
    ranges: dict[str, Range]
    curves: dict[str, list[CurveRange]]
    about: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether everything that theory can count was reached, so that exact ends are."""
        return self.about.get("complete") is True


@dataclass(frozen=True, slots=True)
class Identified:
    """Reasons and ranges together: what print fixes of a reconstructed cohort."""

    provenance: Provenance
    ensemble: Ensemble
    holds: bool = True

    def asked_with(self, parameters: Mapping[str, Any]) -> Identified:
        """The same for an analysis with these parameters: no ranges where another one than the members' changes
        numbers without a trace in their keys, methods or levels."""
        ours = self.ensemble.about["parameters"]
        return replace(self, holds=all(parameters.get(name, value) == value for name, value in ours.items()))

    @property
    def members(self) -> int:
        """How many cohorts the ranges are over."""
        return self.ensemble.members

    def rule(self, key: str) -> EstimateRule:
        """Why a number is fixed or not, and whether it is withheld whatever the range."""
        rule = self.provenance.rule(key)
        return rule if self.ensemble.complete else replace(rule, exact=False)

    def range(self, key: str) -> Range | None:
        """The range of an estimate; None where none was computed."""
        return self.ensemble.ranges.get(key) if self.holds else None

    def over_histories(self, key: str, level: float | None) -> list[Range]:
        """The ranges over all histories behind the printed survival of this key, at this level; empty where there are none."""
        beginnings = (f"{key}.{ALL_HISTORIES}", f"{key}.{LOWER_LIMIT}.")
        found = [over for name, over in self.ensemble.ranges.items() if name.startswith(beginnings)]
        return [over for over in found if self.holds and over.level == level]

    def curve(self, key: str) -> list[CurveRange]:
        """The ranges of a curve in order of time; empty where none were computed."""
        return self.ensemble.curves.get(key, []) if self.holds else []


def inputs_digest(folder: Path, study: Study) -> str:
    """One hash over what an ensemble is drawn from: published.csv, and of study.yml what members or analyses use."""
    used = {
        "published": sha256(folder / PRINTED),
        "timepoints": [timepoint.name for timepoint in study.vocabulary.timepoints],
        "shortest": study.inclusion and study.inclusion.minimum_maintenance_months,
        "recorded_from_grade": study.adverse_events.recorded_from_grade,
        "parameters": {name: study.parameters[name] for name in DEFAULTS if name in study.parameters},
    }
    return hashlib.sha256(json.dumps(used, sort_keys=True, default=str).encode()).hexdigest()


def read_ensemble(folder: Path) -> Ensemble:
    """ensemble.csv, ensemble_curves.csv and what PROVENANCE.yml says of them; CohortError where one is unreadable."""
    try:
        about = read_yaml(folder / PROVENANCE)["ensemble"]
        members, seed = int(about["members"]), int(about["seed"])
        about |= {name: dict(about[name]) for name in ("parameters", "coverage")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CohortError([Problem(PROVENANCE, "ensemble-undescribed", column="ensemble")]) from None
    ranges = {row.key: row for row in _rows(folder / FILE, Range)}
    curves: dict[str, list[CurveRange]] = {}
    for row in _rows(folder / CURVES, CurveRange):
        curves.setdefault(row.key, []).append(row)
    return Ensemble(members, seed, ranges, curves, about)


def read_identified(folder: Path) -> Identified:
    """Reasons and ranges of a reconstructed folder; CohortError where they are missing."""
    provenance = read_provenance(folder)
    if provenance is None:
        raise CohortError([Problem(PROVENANCE, "provenance-missing")])
    return Identified(provenance, read_ensemble(folder))


def stale(folder: Path, study: Study) -> list[Problem]:
    """Why the stored ensemble does not belong to this folder; empty where it does."""
    try:
        about = read_ensemble(folder).about
    except CohortError as error:
        return error.problems
    if about.get("version") != VERSION:
        return [Problem(FILE, "ensemble-version", {"drawn": str(about.get("version")), "current": VERSION})]
    if about.get("inputs") != inputs_digest(folder, study):
        return [Problem(FILE, "ensemble-other-inputs", {"printed": PRINTED})]
    return [
        Problem(name, "ensemble-edited")
        for name in (FILE, CURVES)
        if about.get("files", {}).get(name) != sha256(folder / name)
    ]


def _rows(path: Path, record: type) -> list[Any]:
    try:
        lines = list(csv.DictReader(io.StringIO(read_file(path).decode("utf-8"), newline="")))
        return [
            record(**{field.name: _READ[str(field.type)](line[field.name]) for field in fields(record)})
            for line in lines
        ]
    except FileNotFoundError:
        raise CohortError([Problem(path.name, "ensemble-missing")]) from None
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        raise CohortError([Problem(path.name, "ensemble-unreadable")]) from None


_READ: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: text == "yes",
    "int | None": lambda text: int(text) if text else None,
    "float | None": lambda text: float(text) if text else None,
}
