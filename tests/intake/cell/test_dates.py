"""Dates in every spelling; what may be two days is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from livingreview.intake.cell.cells import Refused
from livingreview.intake.cell.dates import (
    SAS,
    is_ambiguous,
    months_between,
    parse,
    read_dates,
    shown_orders,
    years_between,
)

DAY = dt.date(2020, 4, 3)


@pytest.mark.parametrize(
    "cell",
    [
        "2020-04-03",
        "2020-4-3",
        "2020/04/03",
        "2020-04-03T00:00:00",
        "20200403",
        "03.04.2020",
        "3. 4. 2020",
        "3 Apr 2020",
    ]
    + ["03-APR-2020", "03APR2020", "3 April 2020", "April 3, 2020", 43924, 43924.0, 43924.75, "43924", DAY]
    + [dt.datetime(2020, 4, 3, 14, 5)],
)
def test_one_day_in_many_spellings(cell):
    assert parse(cell) == DAY


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("03/04/2020", "date-two-days"),
        ("3-4-2020", "date-two-days"),
        ("03.04.20", "date-two-digits"),
        ("03APR20", "date-two-digits"),
        ("3/4/20", "date-two-digits"),
        ("2020-04", "date-incomplete"),
        ("2020", "date-incomplete"),
        ("04/2020", "date-incomplete"),
        ("Apr 2020", "date-incomplete"),
        ("2020-04-00", "date-incomplete"),
        ("2020-04-UN", "date-incomplete"),
        ("2020-02-30", "date-no-day"),
        ("31/04/2020", "date-no-day"),
        ("3 Foo 2020", "date-unknown-month"),
        ("1899-12-31", "date-out-of-range"),
        ("2101-01-01", "date-out-of-range"),
        (12, "date-no-date"),
        (True, "date-no-date"),
        (60_001, "date-no-date"),
        ("soon", "date-no-words"),
    ],
)
def test_what_is_no_whole_day_is_refused(cell, code):
    found = parse(cell)
    assert isinstance(found, Refused) and found.code == code


def test_the_refusal_of_an_ambiguous_date_says_both():
    assert parse("03/04/2020").facts == {"day": 3, "month": 4, "other_day": 4, "other_month": 3}


@pytest.mark.parametrize("cell", [22008.0, "22008", "03APR2020", "03APR2020:10:30:00", "2020-04-03T10:30", DAY])
def test_a_day_as_sas_counts_and_writes_it(cell):
    assert parse(cell, None, SAS) == DAY


@pytest.mark.parametrize("cell", ["2020", 2020.0, 2020, "1965", "9999", 43924.0])
def test_a_year_is_no_day_that_sas_counts(cell):
    assert isinstance(parse(cell, None, SAS), Refused)


@pytest.mark.parametrize(("order", "day"), [("day-first", DAY), ("month-first", dt.date(2020, 3, 4))])
def test_an_order_settles_it(order, day):
    assert parse("03/04/2020", order) == day


def test_a_date_with_one_number_twice_is_not_ambiguous():
    assert parse("04/04/2020") == dt.date(2020, 4, 4)
    assert [is_ambiguous(cell) for cell in ("03/04/2020", "4/04/2020", "13/04/2020", "03.04.2020", DAY)] == [
        True, False, False, False, False,
    ]  # fmt: skip


def test_columns_show_their_order_by_a_part_above_twelve():
    assert shown_orders([["03/04/2020", ""], ["", "13/04/2020"]]) == {"day-first": (1, 1)}
    assert shown_orders([["03/04/2020", "04-13-2020"]]) == {"month-first": (0, 1)}
    assert shown_orders([["13/04/2020", "04/13/2020"]]) == {"day-first": (0, 0), "month-first": (0, 1)}
    assert shown_orders([["03/04/2020"], ["13.04.2020"]]) == {}


def test_a_column_counts_serials_and_times_of_day():
    found = read_dates([43924, "N/A", "", dt.datetime(2020, 4, 3, 9), "2020-04-03"], None)
    assert (found.found, found.serials, found.times) == ([DAY, None, None, DAY, DAY], 1, 1)


def test_months_keep_order_and_equality():
    days = [DAY + dt.timedelta(days=number) for number in range(4000)]
    months = [months_between(DAY, day) for day in days]
    assert months == sorted(set(months))
    assert (months[0], months[1], months[487], months_between(DAY, dt.date(2021, 4, 3))) == (0.0, 0.033, 16.0, 11.992)


def test_years_are_completed_years():
    born = dt.date(1960, 4, 3)
    assert [years_between(born, day) for day in (dt.date(2020, 4, 2), DAY)] == [59, 60]
