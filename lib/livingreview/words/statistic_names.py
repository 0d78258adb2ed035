"""What kinds of statistics are called."""

from __future__ import annotations

from livingreview.results.codes import Statistic
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

NAMES = {
    Statistic.COUNT: mark("count"),
    Statistic.PROPORTION: mark("proportion"),
    Statistic.SURVIVAL: mark("survival"),
    Statistic.EVENTS: mark("events"),
    Statistic.FOLLOWED: mark("followed"),
    Statistic.MEDIAN: mark("median"),
    Statistic.MEDIAN_FOLLOW_UP: mark("median follow-up"),
    Statistic.P: mark("p"),
    Statistic.MONTH: mark("month"),
    Statistic.DEATHS_WITHOUT_PROGRESSION: mark("deaths without progression"),
    Statistic.WHAT_IF: mark("what if"),
    Statistic.DEEPENED: mark("deepened"),
    Statistic.LOST: mark("lost"),
    Statistic.PATH: mark("path"),
    Statistic.WORST_GRADE: mark("worst grade"),
    Statistic.SHORTEST_MAINTENANCE: mark("shortest maintenance"),
    Statistic.SHORTEST_CONFIRMATION: mark("shortest time to confirmation"),
    Statistic.LOWER_LIMIT: mark("lower limit"),
    Statistic.UPPER_LIMIT: mark("upper limit"),
    Statistic.LOWER_LIMIT_IF_FOLLOWED: mark("lower limit if so many were followed"),
    Statistic.LOWER_LIMIT_OF_ALL: mark("lower limit of 100 %"),
    Statistic.AT_RISK_AFTER: mark("at risk after the last event"),
    Statistic.HAZARD_RATIO: mark("hazard ratio"),
    Statistic.RATE: mark("rate"),
}


def statistic_name(statistic: Statistic) -> str:
    """The name of a kind of statistic, in small letters."""
    return _(NAMES[statistic])
