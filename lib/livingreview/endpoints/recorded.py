"""The endpoints for which a cohort folder has something recorded."""

from __future__ import annotations

from pathlib import Path

from livingreview.cohort.filled import filled_columns
from livingreview.endpoints.registry import endpoints_of
from livingreview.endpoints.time_to_event import TimeToEvent


def recorded_endpoints(folder: Path, study) -> list[TimeToEvent]:
    """Those endpoints of the review whose columns the patients table fills, in the order of the book.

    What has no column there has no page: a reader would open it to learn that there is nothing in it.
    """
    known = endpoints_of(study)
    wanted = {name for endpoint in known.values() for name in endpoint.columns}
    there = filled_columns(folder, "patients", wanted)
    return [endpoint for endpoint in known.values() if there.issuperset(endpoint.columns)]
