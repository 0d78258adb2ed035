"""PROVENANCE.yml: the documented member, and why print fixes each column and number or not, as reasons.yml says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.yaml import read_yaml
from livingreview.published.printed import PrintedRow, printed_number
from livingreview.reconstruction.documented import Documented

REASONS = "reasons.yml"


def read_reasons(folder: Path) -> dict[str, Any]:
    """The reasons of a folder, with the printed numbers still to be filled in; CohortError where there are none."""
    try:
        return read_yaml(folder / REASONS)
    except FileNotFoundError:
        raise CohortError([Problem(REASONS, "reasons-missing")]) from None


def provenance(
    reasons: dict[str, Any], made: Documented, rows: Sequence[PrintedRow]
) -> tuple[list[dict], dict[str, Any]]:
    """The rows of flow.csv, and the content of PROVENANCE.yml but for the ensemble.

    Parameters
    ----------
    reasons : of reasons.yml; `{cohort_n}` in a text is what published.csv prints under cohort.n, `{events}` and
        `{deaths}` are those of the documented member by the horizon
    made : the documented member
    rows : of published.csv
    """
    values: dict[str, object] = {row.id.replace(".", "_"): row.printed for row in rows}
    values |= {"events": len(made.joint.pfs.at_risk), "deaths": len(made.joint.os.at_risk)}
    try:
        return _flow(reasons, values, list(rows)), _record(reasons, values, made)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CohortError([Problem(REASONS, "reasons-entry", {"detail": str(error)})]) from None


def _flow(reasons: dict[str, Any], values: dict[str, object], rows: list[PrintedRow]) -> list[dict]:
    """From all transplanted to those analysed; `n` of a step is the id of a printed number."""
    return [
        {
            "step": step["step"],
            "n": int(printed_number(rows, step["n"]).printed),
            "reason": step.get("reason", "").format(**values),
        }
        for step in reasons["flow"]
    ]


def _record(reasons: dict[str, Any], values: dict[str, object], made: Documented) -> dict[str, Any]:
    def filled(entry: dict[str, Any]) -> dict[str, Any]:
        return entry | {"because": entry["because"].format(**values)}

    absent = {"status": "absent", "because": reasons["absent"]}
    return {
        "statement": reasons["statement"],
        "member": {
            "pfs_at_risk": " ".join(map(str, made.joint.pfs.at_risk)),
            "os_at_risk": " ".join(map(str, made.joint.os.at_risk)),
            "pfs_events_that_are_deaths": " ".join(str(position + 1) for position in made.joint.deaths),
            "sustained_mrd_sizes_possible": f"{made.sizes[0]} to {made.sizes[-1]}",
            "sustained_mrd_size": made.size,
            "time_origin": reasons["time_origin"],
        },
        "columns": {
            table.name: {
                column.name: filled(reasons["columns"].get(table.name, {}).get(column.name, absent))
                for column in table.columns
            }
            for table in TABLES.values()
        },
        "estimates": [filled(entry) for entry in reasons["estimates"]],
    }
