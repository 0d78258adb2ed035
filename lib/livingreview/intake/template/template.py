"""A cohort folder to fill in: tables, a workbook with drop-down lists, and study.yml; made from the model itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic.fields import FieldInfo

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.sections import Section
from livingreview.cohort.study import Study
from livingreview.intake.folder.gitignore import FILE as IGNORE
from livingreview.intake.folder.gitignore import write_ignore
from livingreview.intake.template.template_workbook import workbook_bytes
from livingreview.words.intake_messages import fact_words
from livingreview.words.translate import gettext

WORKBOOK = "cohort.xlsx"
EXAMPLES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("examples.yml").read_text(encoding="utf-8"))


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
    head = [f"# {fact_words(code)}" for code in ("template-head", "template-check")]
    return "\n".join([*head, *_entries(Study, "", "", needed=True)]) + "\n"


def _entries(model: type[Section], place: str, indent: str, *, needed: bool) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        here = f"{place}.{name}".lstrip(".")
        active = needed and (field.is_required() or here in EXAMPLES["shown"])
        mark = "" if active else "# "
        section, in_list = _section(field)
        if section is None or here in EXAMPLES["examples"]:
            lines.append(f"{mark}{indent}{name}: {_value(here, field, active)}".rstrip())
            continue
        about = f"  # {gettext(field.description)}" if field.description else ""
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
    words = gettext(field.description) if field.description else ""
    if active and place not in EXAMPLES["given"]:
        return "# " + fact_words("to-fill-in", what=words)
    value: Any = EXAMPLES["given"].get(place) or EXAMPLES["examples"].get(place, field.default)
    return f"{value}  # {words}" if words else str(value)
