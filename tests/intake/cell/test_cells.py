"""Numbers, words for "not known" and terms, as spreadsheets hold them."""

from __future__ import annotations

import datetime as dt

import pytest

from livingreview.cohort.vocabulary import MRD_STATUS, PFS_EVENTS, RESPONSES, YES_NO
from livingreview.intake.cell.cells import NOT_AVAILABLE, Refused, as_text, decimal, decimals, is_missing, term

NO_NUMBER = Refused("cell-no-number")
AMBIGUOUS = Refused("number-comma", {"point": "1.234", "none": "1234"})
GROUPED = Refused("number-grouped")


@pytest.mark.parametrize(
    ("cell", "with_points", "with_commas"),
    [
        ("12.5", 12.5, 12.5),
        ("12,5", 12.5, 12.5),
        ("12,5000", 12.5, 12.5),
        ("0,125", 0.125, 0.125),
        ("1,234", AMBIGUOUS, 1.234),
        ("1234,567", 1234.567, 1234.567),
        ("-3,5", -3.5, -3.5),
        ("1,0E-05", 1e-05, 1e-05),
        ("12\u00a0345", 12345.0, 12345.0),
        ("1.234,5", GROUPED, GROUPED),
        ("1,234.5", GROUPED, GROUPED),
        ("1,234,567", GROUPED, GROUPED),
        ("12%", Refused("number-percentage"), Refused("number-percentage")),
        ("twelve", NO_NUMBER, NO_NUMBER),
        ("inf", NO_NUMBER, NO_NUMBER),
        ("N/A", None, None),
        ("", None, None),
        (7, 7.0, 7.0),
        (float("inf"), NO_NUMBER, NO_NUMBER),
        (True, NO_NUMBER, NO_NUMBER),
        (dt.datetime(2020, 4, 3), Refused("number-is-date"), Refused("number-is-date")),
    ],
)  # fmt: skip
def test_a_number_is_read_where_it_can_be_only_one(cell, with_points, with_commas):
    for comma, wanted in ((False, with_points), (True, with_commas)):
        assert decimal(cell, comma) == wanted


def test_points_and_commas_in_one_column_make_thousands_possible():
    assert decimals(["12,5", "1.234", "7"], True) == [12.5, Refused("number-mixed"), 7.0]
    assert decimals(["12.5", "1.234"], True) == [12.5, 1.234]
    assert decimals(["12.5", "1,234"], True)[1] == 1.234  # no cell shows that commas are anything else


@pytest.mark.parametrize(
    "word", ["N/A", "na", " n.a. ", "NULL", ".", "-", "?", "Missing", "not done", "ND", "UNK", "unknown"]
)
def test_words_for_not_known(word):
    assert is_missing(word)


@pytest.mark.parametrize("word", ["none", "NE", "SD", "no", "0", "unbekannt"])
def test_words_that_say_something(word):
    assert not is_missing(word)


def test_in_an_open_column_unknown_is_an_answer():
    assert [is_missing(word, NOT_AVAILABLE) for word in ("N/A", "unknown", "-", "none")] == [True, False, False, False]


@pytest.mark.parametrize(
    ("cell", "allowed", "read"),
    [
        ("PROGRESSION ", PFS_EVENTS, "progression"),
        ("cr", RESPONSES, "CR"),
        ("SCR", RESPONSES, "sCR"),
        ("ne", RESPONSES, "NE"),
        ("nCR", RESPONSES, "nCR"),
        ("Not_Evaluable", MRD_STATUS, "not_evaluable"),
        ("neg", MRD_STATUS, "neg"),
        (True, YES_NO, "yes"),
        ("FALSE", YES_NO, "no"),
        ("Yes", YES_NO, "yes"),
        ("y", YES_NO, "y"),
        ("unk", YES_NO, ""),
        (True, RESPONSES, "TRUE"),
    ],
)
def test_a_term_in_another_spelling_is_that_term_and_nothing_else(cell, allowed, read):
    assert term(cell, allowed) == read


@pytest.mark.parametrize(
    ("cell", "words"),
    [(101, "101"), (101.0, "101"), (12.3, "12.3"), (12.300000000000001, "12.3"), (True, "TRUE"), (" a ", "a")]
    + [(dt.datetime(2020, 4, 3), "2020-04-03"), (dt.datetime(2020, 4, 3, 9, 30), "2020-04-03 09:30:00")],
)
def test_a_cell_of_a_workbook_as_the_words_of_a_csv(cell, words):
    assert as_text(cell) == words
