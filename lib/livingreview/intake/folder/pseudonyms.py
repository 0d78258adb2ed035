"""One pseudonym a patient, the same in every table of an import; the key lives in memory only."""

from __future__ import annotations

from collections.abc import Iterable

from livingreview.intake.folder.draft import Draft
from livingreview.intake.folder.import_report import Line, Report


def pseudonyms(identifiers: Iterable[str | None]) -> dict[str, str]:
    """P001, P002, … in order of first appearance."""
    different = [identifier for identifier in dict.fromkeys(identifiers) if identifier]
    width = max(3, len(str(len(different))))
    return {identifier: f"P{number:0{width}d}" for number, identifier in enumerate(different, start=1)}


def use_pseudonyms(drafts: list[Draft], report: Report, *, wanted: bool) -> None:
    """Put pseudonyms into all tables, in the order of the first, which is that of patients, if `wanted`.

    Refused: identifiers that are not in the first table.
    """
    patients, *others = drafts
    source = patients.places["patient_id"].column
    if not wanted:
        report.map("", "patient_id", source)
        return
    names = pseudonyms(patients.columns["patient_id"])
    for draft in others:
        for at, patient in enumerate(draft.columns.get("patient_id", ())):
            if patient and patient not in names:
                place = draft.places["patient_id"]
                report.refuse(place.file, "patient-not-among-patients", place.rows[at], place.column, patient)
    for draft in drafts:
        if "patient_id" in draft.columns:
            draft.columns["patient_id"] = [names.get(patient) for patient in draft.columns["patient_id"]]
    report.map("", "patient_id", source, Line("pseudonyms", {"count": len(names)}))
