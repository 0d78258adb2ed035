"""Figures and table of adverse events by term: the rows are the estimates, in order of frequency."""

from __future__ import annotations

import pytest
from drawings import readable_on_a_phone

from analyses.eight import eight
from livingreview import chapter
from livingreview.presentation.harms import grade_figure, rates_of_all, term_figure, term_table
from support import REFERENCE, ROOT


def safety(folder):
    return chapter.safety(chapter.load_cohort(folder), level=0.95)


@pytest.fixture(scope="module")
def demo():
    return safety(ROOT / "data" / "demo")


def test_terms_stand_in_order_of_frequency_with_their_intervals(demo):
    figure = term_figure(demo)
    rows = figure.wide["datasets"]["rates"]
    assert [row["value"] for row in rows] == sorted((row["value"] for row in rows), reverse=True)
    fatigue = demo["safety.term.fatigue"]
    limits = {"value": fatigue.value, "low": fatigue.low, "high": fatigue.high}
    assert rows[0] == {"name": "Fatigue", "lines": "Fatigue", **limits}
    assert figure.title == "Most frequent: Fatigue, 35.8 % of patients" and figure.note == ""
    readable_on_a_phone(figure)


def test_any_event_comes_first_and_every_bar_is_its_term(demo):
    figure = grade_figure(demo)
    rows = figure.wide["datasets"]["grades"]
    names = list(dict.fromkeys(row["name"] for row in rows))
    assert names[:2] == ["Any adverse event", "Fatigue"]
    for row in rows:
        grade = row["grade"].removeprefix("grade ")
        if row["name"] == "Any adverse event":
            assert row["count"] == demo[f"safety.worst.grade{grade}"].events
        else:
            slug = row["name"].lower().replace(" ", "_")
            assert row["count"] == demo[f"safety.term.{slug}.grade{grade}"].value
        assert row["to"] - row["from"] == row["count"]
    assert max(row["to"] for row in rows) == demo["safety.any"].events
    assert figure.title == "73 of 240 patients had an event of grade 3 or more"
    readable_on_a_phone(figure)


def test_a_table_of_a_row_a_term_and_a_column_a_grade(tmp_path):
    body = term_table(safety(eight(tmp_path)), caption="By term.", name="tbl-terms").markdown
    assert body.count("* - ") == 4  # the header, nausea, rash, sepsis
    assert [f"Grade {grade}" in body for grade in range(1, 6)] == [True, True, True, False, True]
    assert "{num}`safety.term.nausea.grade2`" in body and "A dash" not in body
    assert not any(row.key.startswith("safety.term.") for row in rates_of_all(safety(eight(tmp_path))))


def test_more_than_twenty_terms(tmp_path):
    rows = [f"{who},{1 + number % 3},Term {number:02}" for number in range(24) for who in "ABCDEFGH"[: 1 + number % 8]]
    found = safety(eight(tmp_path, adverse_events="patient_id,grade,term\n" + "\n".join(rows) + "\n"))
    figure = term_figure(found)
    assert len(figure.wide["datasets"]["rates"]) == 20
    assert figure.note == "The 20 most frequent terms; 4 rarer terms are in the table."
    assert len({row["name"] for row in grade_figure(found).wide["datasets"]["grades"]}) == 21
    assert term_table(found, caption="c", name="t").markdown.count("* - ") == 25


def test_terms_that_are_not_recorded_are_one_sentence(tmp_path):
    unnamed = safety(REFERENCE)
    assert term_figure(unnamed).markdown == "Events by term cannot be shown: the adverse event table names no terms."
    none = safety(eight(tmp_path, adverse_events=""))
    assert term_figure(none).markdown == "Events by term cannot be shown: the cohort has no table of adverse events."
    assert grade_figure(none).markdown == "Nor can worst grades by term."
    assert term_table(none, caption="c", name="t").markdown == ""


def test_what_is_withheld_stands_at_the_end_as_one(tmp_path):
    """Grades of a shown term that may not be shown are no more than a subtraction gives."""
    results = safety(eight(tmp_path))
    kept = [row for row in results.estimates if row.key != "safety.term.nausea.grade2"]
    rows = grade_figure(type(results)("safety", kept)).wide["datasets"]["grades"]
    assert [(row["grade"], row["count"]) for row in rows if row["name"] == "Nausea"] == [
        ("grade 1", 1),
        ("grades shown together", 1),
    ]
    assert "  - –" in term_table(type(results)("safety", kept), caption="c", name="t").markdown
