"""Dates in every spelling; what may be two days is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from livingreview.intake.cell.cells import Refused
from livingreview.intake.cell.dates import (
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
    ("cell", "rule"),
    [
        ("03/04/2020", "this may be 3 April or 4 March"),
        ("3-4-2020", "this may be 3 April or 4 March"),
        ("03.04.20", "the year has two digits"),
        ("03APR20", "the year has two digits"),
        ("3/4/20", "the year has two digits"),
        ("2020-04", "the date is not complete"),
        ("2020", "the date is not complete"),
        ("04/2020", "the date is not complete"),
        ("Apr 2020", "the date is not complete"),
        ("2020-04-00", "the date is not complete"),
        ("2020-04-UN", "the date is not complete"),
        ("2020-02-30", "there is no such day"),
        ("31/04/2020", "there is no such day"),
        ("3 Foo 2020", "the month is not known"),
        ("1899-12-31", "a date from 1900 to 2100 is expected"),
        ("2101-01-01", "a date from 1900 to 2100 is expected"),
        (12, "a date is expected"),
        (True, "a date is expected"),
        (60_001, "a date is expected"),
        ("soon", "a date is expected"),
    ],
)
def test_what_is_no_whole_day_is_refused(cell, rule):
    found = parse(cell)
    assert isinstance(found, Refused) and found.rule == rule


def test_the_refusal_of_an_ambiguous_date_says_both_ways_out():
    assert parse("03/04/2020").fix == (
        "Write it as 2020-04-03, or add “dates: day-first” or “dates: month-first” to study.yml."
    )


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
