"""What a cohort folder has recorded: its endpoints, and the facts of an edition."""

from __future__ import annotations

from pathlib import Path

from livingreview.cohort.columns import TABLES
from livingreview.cohort.filled import filled_columns
from livingreview.endpoints.registry import endpoints_of
from livingreview.endpoints.time_to_event import TimeToEvent
from livingreview.results.facts import Facts

FILES = ("published.csv", "specifications.csv")


def recorded_endpoints(folder: Path, study) -> list[TimeToEvent]:
    """Those endpoints of the review whose columns the patients table fills, in the order of the book.

    What has no column there has no page: a reader would open it to learn that there is nothing in it.
    """
    known = endpoints_of(study)
    wanted = {name for endpoint in known.values() for name in endpoint.columns}
    there = filled_columns(folder, "patients", wanted)
    return [endpoint for endpoint in known.values() if there.issuperset(endpoint.columns)]


def facts_of(folder: Path, study) -> Facts:
    """Read from a folder of strict tables; a table counts from its first row."""
    return Facts(
        kind=study.edition.kind,
        design=study.design,
        disease=study.disease or "",
        criteria=study.response_criteria.name,
        origin=study.time_origin.event,
        inclusion=study.inclusion.words if study.inclusion else "",
        tables=tuple(name for name, table in TABLES.items() if filled_columns(folder, name, table.required)),
        files=tuple(name for name in FILES if (folder / name).is_file()),
    )
