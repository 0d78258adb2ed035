"""Pseudonyms stand in the order of the patients table, the same in every table."""

from __future__ import annotations

from livingreview.intake.folder.draft import Draft, Place
from livingreview.intake.folder.import_report import Report
from livingreview.intake.folder.pseudonyms import pseudonyms, use_pseudonyms


def test_pseudonyms_count_first_appearances() -> None:
    assert pseudonyms(["b", "a", "b", ""]) == {"b": "P001", "a": "P002"}
    assert list(pseudonyms(map(str, range(1000))).values())[-1] == "P1000"


def drafts(*tables: list[str]) -> list[Draft]:
    rows = range(2, 9)
    return [Draft("t", {"patient_id": list(ids)}, {"patient_id": Place("a.csv", "MRN", rows)}) for ids in tables]


def test_every_table_gets_the_same() -> None:
    both, report = drafts(["b", "a"], ["a", "a", "b"]), Report()
    use_pseudonyms(both, report, wanted=True)
    assert [draft.columns["patient_id"] for draft in both] == [["P001", "P002"], ["P002", "P002", "P001"]]
    assert report.problems == []


def test_strangers_are_refused_at_their_row() -> None:
    both, report = drafts(["b"], ["b", "x"]), Report()
    use_pseudonyms(both, report, wanted=True)
    (problem,) = report.refused
    found = (problem.file, problem.code, problem.row, problem.column, problem.value)
    assert found == ("a.csv", "patient-not-among-patients", 3, "MRN", "x")


def test_identifiers_stay_unless_it_is_wanted() -> None:
    both = drafts(["b"], ["x"])
    use_pseudonyms(both, Report(), wanted=False)
    assert [draft.columns["patient_id"] for draft in both] == [["b"], ["x"]]
