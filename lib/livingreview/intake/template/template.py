"""A cohort folder to fill in: tables, a workbook with drop-down lists, and study.yml; made from the model itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.sections import Section
from livingreview.cohort.study import Study
from livingreview.intake.folder.gitignore import FILE as IGNORE
from livingreview.intake.folder.gitignore import write_ignore
from livingreview.intake.template.template_workbook import workbook_bytes

WORKBOOK = "cohort.xlsx"
TO_FILL_IN = "# TO FILL IN: "
GIVEN = {
    "edition.kind": "observed",
    "vocabulary.timepoints.name": "best",
    "vocabulary.timepoints.label": "Best response",
}
SHOWN = ("vocabulary", "vocabulary.timepoints")  # not needed by the model, but by every table of responses
EXAMPLES = {
    "publication.citation": "Author A, Author B. Title. Journal. 2026.",
    "publication.authors": "[First Author, Second Author]",
    "publication.doi": "10.1000/example",
    "publication.citation_key": "author2026",
    "authors": "[First Author, Second Author]",
    "url": "https://centre.example/review",
    "licence": "CC-BY-4.0",
    "disease": "multiple myeloma",
    "design": "single-arm",
    "response_criteria": "imwg",
    "endpoints": (
        "[{key: efs, name: event-free survival, short: EFS, "
        "events: [{words: progression, months: pfs_months, column: pfs_event, code: progression}], "
        "censoring: [{words: when last known to be alive, months: os_months}]}]"
    ),
    "adverse_event_groups": "[{key: infections, name: infections of grade 3 or more, soc: [Infections], from_grade: 3}]",
    "labels": "{del17p: Deletion 17p}",
    "chapters": "[study, responses, overall-survival]",
    "time_origin.stated_in_publication": "true",
    "data_cutoff": "2026-06",
    "dates": "day-first",
    "accrual.start": "2019-08",
    "accrual.end": "2023-08",
    "inclusion.minimum_maintenance_months": "5",
    "inclusion.words": "maintenance for at least 5 months",
    "vocabulary.ctcae": '"5.0"',
    "vocabulary.msmart": '"3.0"',
    "adverse_events.words": "Only serious events were recorded.",
    "subgroups": "[cytogenetics]",
    "parameters": "{landmark_months: 12}",
    "smallest_count": "5",
    "approval.person": "Name of who approved it",
    "approval.date": "2026-11-01",
    "approval.publication": "Author A. Title. Journal. 2026.",
}
HEAD = """\
# What the tables mean. Lines marked “TO FILL IN” are needed; take the # away from any other line to use it.
# “livingreview check FOLDER” says what is still to be done.
"""


def write_template(folder: Path) -> list[str]:
    """Write the folder; the names of its files. CohortError if there is something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CohortError([Problem(str(folder), "target-not-empty" if folder.is_dir() else "target-is-file")])
    folder.mkdir(parents=True, exist_ok=True)
    contents = {f"{name}.csv": _header(name) for name in TABLES}
    contents |= {WORKBOOK: workbook_bytes(), "study.yml": study_text().encode()}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    write_ignore(folder)
    return sorted([IGNORE, *contents])


def _header(name: str) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(column.name for column in TABLES[name].columns)
    return written.getvalue().encode()


def study_text() -> str:
    """study.yml with every entry of the model: needed ones to fill in, the others commented out."""
    return HEAD + "\n".join(_entries(Study, "", "", needed=True)) + "\n"


def _entries(model: type[Section], place: str, indent: str, *, needed: bool) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        here = f"{place}.{name}".lstrip(".")
        active = needed and (field.is_required() or here in SHOWN)
        mark = "" if active else "# "
        section, in_list = _section(field)
        if section is None or here in EXAMPLES:
            lines.append(f"{mark}{indent}{name}: {_value(here, field, active)}".rstrip())
            continue
        about = f"  # {field.description}" if field.description else ""
        lines.append(f"{mark}{indent}{name}:{about}")
        inside = _entries(section, here, f"{indent}{'    ' if in_list else '  '}", needed=active)
        if in_list:
            first = inside[0].removeprefix("# ")
            inside[0] = f"{mark}{indent}  - {first.strip()}"
        lines += inside
    return lines


def _section(field: FieldInfo) -> tuple[type[Section] | None, bool]:
    """The section an entry holds, if it holds one, and whether it is a list of them."""
    kinds = [field.annotation, *get_args(field.annotation)]
    sections = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Section)]
    return (sections[0] if sections else None), getattr(field.annotation, "__origin__", None) is list


def _value(place: str, field: FieldInfo, active: bool) -> str:
    words = field.description or ""
    if active and place not in GIVEN:
        return f"{TO_FILL_IN}{words}"
    value: Any = GIVEN.get(place) or EXAMPLES.get(place, field.default)
    return f"{value}  # {words}" if words else str(value)
