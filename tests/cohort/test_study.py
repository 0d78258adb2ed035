from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from livingreview.cohort.problems import CohortError
from livingreview.cohort.study import read_study
from livingreview.words.problem_words import sentence


def refused(folder: Path) -> list[str]:
    """Every problem of study.yml as printed."""
    with pytest.raises(CohortError) as raised:
        read_study(folder)
    return [sentence(problem) for problem in raised.value.problems]


def replaced(edit, old: str, new: str) -> Path:
    """The folder after one piece of study.yml was replaced in the text."""
    words = (edit.folder / "study.yml").read_text(encoding="utf-8")
    assert words.count(old) == 1
    return edit.text("study.yml", words.replace(old, new)).folder


def test_the_reference_study(folder: Path) -> None:
    study = read_study(folder)
    assert (study.edition.kind, study.disclosure) == ("reconstructed", "aggregate")
    assert (study.accrual.start, study.accrual.end, study.data_cutoff) == ("2019-08", "2023-08", None)
    assert [timepoint.name for timepoint in study.vocabulary.timepoints] == ["pre_asct", "post_asct", "maintenance"]
    assert study.inclusion.minimum_maintenance_months == 5
    assert study.adverse_events.recorded_from_grade == 3


def test_the_smallest_study(edit) -> None:
    edit.text(
        "study.yml",
        "title: A\nshort_title: B\nedition: {kind: observed, date: 2026-01-31}\ntime_origin: {event: diagnosis}\ncontact: C\n",
    )
    study = read_study(edit.folder)
    assert (study.publication, study.accrual, study.inclusion, study.data_cutoff) == (None, None, None, None)
    assert (study.edition.date, study.time_origin.stated_in_publication) == (dt.date(2026, 1, 31), None)
    assert (study.vocabulary.timepoints, study.adverse_events.recorded_from_grade, study.parameters) == ([], 1, {})
    assert study.disclosure == "aggregate"


def test_a_study_cannot_be_changed(folder: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_study(folder).title = "another"


@pytest.mark.parametrize(
    "entry",
    [
        "title",
        "short_title",
        "edition",
        "edition.kind",
        "edition.date",
        "time_origin.event",
        "contact",
        "publication.citation",
    ],
)
def test_a_missing_entry(edit, entry: str) -> None:
    assert refused(edit.study(entry, ...).folder) == [f"study.yml, {entry}: the entry is missing. Add it."]


@pytest.mark.parametrize(
    ("entry", "fix"),
    [
        ("data_cutof", "Is “data_cutoff” meant?"),
        ("edition.kinds", "Is “kind” meant?"),
        ("time_origin.events", "Is “event” meant?"),
        ("vocabulary.time_points", "Is “timepoints” meant?"),
        ("adverse_events.from_grade", "Is “recorded_from_grade” meant?"),
        ("zzz", "Delete it, or see the list of entries in CONTRIBUTING.md."),
    ],
)
def test_an_unknown_entry(edit, entry: str, fix: str) -> None:
    assert refused(edit.study(entry, "x").folder) == [f"study.yml, {entry}: the entry is not known. {fix}"]


def test_an_unknown_entry_of_a_timepoint(edit) -> None:
    edit.study("vocabulary.timepoints", [{"name": "day_100", "label": "Day 100", "labels": "x"}])
    assert refused(edit.folder) == [
        "study.yml, vocabulary.timepoints.0.labels: the entry is not known. Is “label” meant?"
    ]


@pytest.mark.parametrize(
    ("entry", "value", "words"),
    [
        ("title", 2026, "title: found “2026”; text is expected, in quotes if it looks like a number."),
        ("title", "  ", "title: found “  ”; at least one word is expected."),
        (
            "edition.kind",
            "Observed",
            "edition.kind: found “Observed”; one of observed, reconstructed, simulated is expected.",
        ),
        (
            "disclosure",
            "all",
            "disclosure: found “all”; one of aggregate, outcomes-as-published, patient-level-approved is expected.",
        ),
        (
            "time_origin.stated_in_publication",
            "maybe",
            "time_origin.stated_in_publication: found “maybe”; true or false is expected.",
        ),
        (
            "inclusion.minimum_maintenance_months",
            "five",
            "inclusion.minimum_maintenance_months: found “five”; a number is expected, ",
        ),
        (
            "inclusion.minimum_maintenance_months",
            -1,
            "inclusion.minimum_maintenance_months: found “-1”; 0 or more is expected.",
        ),
        (
            "adverse_events.recorded_from_grade",
            6,
            "adverse_events.recorded_from_grade: found “6”; 5 or less is expected.",
        ),
        (
            "adverse_events.recorded_from_grade",
            0,
            "adverse_events.recorded_from_grade: found “0”; 1 or more is expected.",
        ),
        (
            "vocabulary.ctcae",
            5.0,
            "vocabulary.ctcae: found “5.0”; text is expected, in quotes if it looks like a number.",
        ),
        (
            "publication.authors",
            "Chen",
            "publication.authors: found “Chen”; a list is expected, such as [first, second].",
        ),
        ("edition", ["observed"], "edition: “name: value” lines are expected."),
        ("edition.date", "soon", "edition.date: found “soon”; a day such as 2026-11-22 is expected"),
        (
            "vocabulary.timepoints",
            [{"name": "Day 100", "label": "x"}],
            "vocabulary.timepoints.0.name: found “Day 100”; small letters, digits and underscores",
        ),
        (
            "vocabulary.timepoints",
            [{"name": "a", "label": "x"}, {"name": "a", "label": "y"}],
            "vocabulary.timepoints: “a” is there twice.",
        ),
    ],
)
def test_a_wrong_entry(edit, entry: str, value: object, words: str) -> None:
    (said,) = refused(edit.study(entry, value).folder)
    assert said.startswith(f"study.yml, {words}")
    assert said.endswith((" Correct the entry.", " Keep one of the two, or give one another name."))


@pytest.mark.parametrize("month", ["2019-13", "2019-00", "2019-8", "08/2019", "2019-08-01 ", "August 2019"])
def test_a_bad_month(edit, month: str) -> None:
    assert refused(edit.study("accrual.start", month).folder) == [
        f"study.yml, accrual.start: found “{month}”; a month such as 2019-08 is expected. Correct the entry."
    ]


@pytest.mark.parametrize(
    ("value", "read"), [("2024-06", "2024-06"), (dt.date(2024, 6, 30), dt.date(2024, 6, 30)), (None, None)]
)
def test_a_cut_off_is_a_month_or_a_day(edit, value: object, read: object) -> None:
    assert read_study(edit.study("data_cutoff", value).folder).data_cutoff == read


@pytest.mark.parametrize("value", ["2024-13", "soon"])
def test_a_bad_cut_off_is_one_problem(edit, value: str) -> None:
    (said,) = refused(edit.study("data_cutoff", value).folder)
    assert said.startswith(f"study.yml, data_cutoff: found “{value}”; a month such as 2019-08")


def test_all_wrong_entries_at_once(edit) -> None:
    edit.study("title", ...).study("edition.kind", "real").study("accrual.end", "2023").study("licenses", "x")
    assert refused(edit.folder) == [
        "study.yml, title: the entry is missing. Add it.",
        "study.yml, edition.kind: found “real”; one of observed, reconstructed, simulated is expected. Correct the entry.",
        "study.yml, accrual.end: found “2023”; a month such as 2019-08 is expected. Correct the entry.",
        "study.yml, licenses: the entry is not known. Is “licence” meant?",
    ]


def test_bad_yaml_names_the_line(edit) -> None:
    edit.text("study.yml", "title: A\nshort_title: B: C\n")
    assert refused(edit.folder) == [
        "study.yml, row 2: the file is no valid YAML: mapping values are not allowed here. "
        "Check colons, quotes and indentation near this line."
    ]


def test_a_tab_names_the_line(edit) -> None:
    edit.text("study.yml", "title: A\nedition:\n\tkind: observed\n")
    (said,) = refused(edit.folder)
    assert said.startswith(
        "study.yml, row 3: the file is no valid YAML: found character '\\t' that cannot start any token."
    )


@pytest.mark.parametrize("words", ["", "# nothing yet\n", "- title\n", "just words\n", "5\n"])
def test_not_a_mapping(edit, words: str) -> None:
    assert refused(edit.text("study.yml", words).folder) == [
        "study.yml: a list of “name: value” lines is expected. Copy data/chen-2026/study.yml and edit it."
    ]


def test_no_file(folder: Path) -> None:
    (folder / "study.yml").unlink()
    assert refused(folder) == [
        "study.yml: the file is missing. Every cohort folder needs one; copy data/chen-2026/study.yml and edit it."
    ]


@pytest.mark.parametrize(("encoding", "byte"), [("cp1252", "0xfc"), ("utf-16", "0xff")])
def test_other_encodings(edit, encoding: str, byte: str) -> None:
    edit.text("study.yml", "title: Müller\n".encode(encoding))
    assert refused(edit.folder) == [f"study.yml, row 1: the byte {byte} is not UTF-8. Save the file as UTF-8."]


def test_zero_bytes_in_the_study(edit) -> None:
    (said,) = refused(edit.text("study.yml", b"title: \x00\n").folder)
    assert said.startswith("study.yml: the file is no valid YAML: ")


def test_a_byte_order_mark_is_no_matter(edit) -> None:
    content = (edit.folder / "study.yml").read_bytes()
    before = read_study(edit.folder)
    assert read_study(edit.text("study.yml", b"\xef\xbb\xbf" + content).folder) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("date: 2026-11-24", "date: 2026-11-31", id="day 31 of November"),
        pytest.param("data_cutoff: null", "data_cutoff: 2024-02-30", id="30 February"),
        pytest.param("data_cutoff: null", "data_cutoff: 2024-13-01", id="month 13"),
        pytest.param(
            "stated_in_publication: false", "stated_in_publication: " + "1" * 5000, id="a number of 5000 digits"
        ),
        pytest.param("stated_in_publication: false", "stated_in_publication: " + "[" * 5000, id="5000 open brackets"),
    ],
)
def test_values_that_yaml_cannot_build(edit, old: str, new: str) -> None:
    (said,) = refused(replaced(edit, old, new))
    assert re.match(r"study\.yml(,|:) ", said)
    assert len(said) < 400


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Patient name"], "“Patient name” speaks of what names a person: it may not become a subgroup"),
        (["centre"], "“centre” speaks of a place: it may not become a subgroup"),
        (["民族"], "“民族” speaks of an ethnic group, nationality or religion: it may not become a subgroup"),
        (["Bemerkung"], "“Bemerkung” speaks of free text: it may not become a subgroup"),
        (["visit_date"], "“visit_date” speaks of a date: it may not become a subgroup"),
        (["pfs_event"], "“pfs_event” is known only after the start: it may not split patients into groups"),
        (["del17p", "del17p"], "“del17p” is there twice"),
    ],
)
def test_what_may_not_become_a_subgroup(edit, names: list[str], said: str) -> None:
    (found,) = refused(edit.study("subgroups", names).folder)
    assert found.startswith(f"study.yml, subgroups: {said}")


def test_subgroups_must_be_columns_of_few_words(edit) -> None:
    edit.study("subgroups", ["del17q", "clone", "maintenance_partner"]).cell("patients", 2, "del17p", "yes")
    for row in range(2, 10):
        edit.cell("patients", row, "clone", f"c{row}")
    found = [line for line in edit.found() if not line.startswith("note: ")]
    assert found == [
        "study.yml, subgroups.0: found “del17q”; the patients table has no such column. Is “del17p” meant?",
        "study.yml, subgroups.1: found “clone”; the column holds 8 different words: a subgroup has 2 to 6. "
        "Join them to groups, or take it out.",
    ]


@pytest.mark.parametrize(
    ("entries", "shown"),
    [
        ({"disclosure": "patient-level-approved"}, "patients-shown"),
        ({"disclosure": "patient-level-approved", "smallest_count": 5}, "observed"),
        ({"disclosure": "aggregate", "smallest_count": 0}, "observed"),
    ],
)
def test_the_code_behind_the_sentence_on_every_page_says_whether_single_patients_are_shown(
    edit, entries: dict, shown: str
) -> None:
    edit.study("edition.kind", "observed")
    for entry, value in entries.items():
        edit.study(entry, value)
    assert read_study(edit.folder).data == shown


def test_patients_who_are_not_real_are_not_approved(edit) -> None:
    study = read_study(edit.study("disclosure", "patient-level-approved").folder)
    assert study.data == "reconstructed"
