"""What a publication fixes of a reconstructed cohort: a status for every column and estimate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.vocabulary import IDENTIFIABILITY
from livingreview.cohort.yaml import read_yaml

FILE = "PROVENANCE.yml"
FREE = "free"


@dataclass(frozen=True, slots=True)
class EstimateRule:
    """Why the estimates whose keys match are fixed or not; how far, the ensemble says.

    `status` is “free” where they are withheld whatever the ensemble says, otherwise empty. `exact`: theory gives
    the ends of the range, and an ensemble that reached everything reached them. `until_months` is where a curve
    must end.
    """

    keys: str
    because: str
    status: str = ""
    exact: bool = False
    until_months: float | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Status of columns, and reasons for estimates: the first rule that matches a key holds."""

    columns: dict[str, dict[str, dict[str, str]]]
    estimates: tuple[EstimateRule, ...]

    def rule(self, key: str) -> EstimateRule:
        """The rule of one estimate; a key nobody ruled on is free."""
        for rule in self.estimates:
            if fnmatchcase(key, rule.keys):
                return rule
        return EstimateRule(key, "nothing is printed of it", FREE)


def read_provenance(folder: Path) -> Provenance | None:
    """PROVENANCE.yml of a folder; None where there is none."""
    try:
        record = read_yaml(folder / FILE)
    except FileNotFoundError:
        return None
    except CohortError as error:
        raise CohortError([replace(one, code="provenance-unreadable", facts={}) for one in error.problems]) from None
    try:
        provenance = Provenance(record["columns"], tuple(EstimateRule(**rule) for rule in record["estimates"]))
        statuses = [entry["status"] for table in provenance.columns.values() for entry in table.values()]
    except (KeyError, TypeError, AttributeError) as error:
        raise CohortError([Problem(FILE, "provenance-entry", {"detail": str(error)})]) from None
    for status in statuses:
        if status not in IDENTIFIABILITY:
            raise CohortError([Problem(FILE, "one-of", {"allowed": list(IDENTIFIABILITY)}, value=str(status))])
    for rule in provenance.estimates:
        if rule.status not in ("", FREE):
            raise CohortError([Problem(FILE, "provenance-status", {"free": FREE}, value=str(rule.status))])
    return provenance


def to_yaml(record: dict[str, Any]) -> str:
    """YAML in the order given, unicode kept, lines not folded."""
    return yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=10_000)
