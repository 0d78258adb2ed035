"""What each kind of statistic gives away of patients. One table; what is not in it is withheld.

`Estimate.statistic` is one of these names. Disclosure asks this table and nothing else what a number is, so a
new statistic is withheld from editions of observed patients until somebody has said here what it exposes.
"""

from __future__ import annotations

from enum import StrEnum


class Exposure(StrEnum):
    """What a reader learns of patients from one number."""

    COUNT = "count"  # how many patients; small ones are withheld
    SHARE = "share"  # a count and its denominator
    RATE = "rate"  # survival at a time: what happened up to then; shown where the curve may be read
    TEST = "test"  # one number made from all counts of a table; rounded
    MIDDLE = "middle"  # a time or age in the middle of many; rounded to a stated step
    EXTREME = "extreme"  # the time or age of one patient; never shown
    NOBODY = "nobody"  # of the calendar or of the design, not of patients


EXPOSES: dict[str, Exposure] = {
    "count": Exposure.COUNT,
    "events": Exposure.COUNT,
    "followed": Exposure.COUNT,
    "deaths without progression": Exposure.COUNT,
    "deepened": Exposure.COUNT,
    "lost": Exposure.COUNT,
    "path": Exposure.COUNT,
    "worst grade": Exposure.COUNT,
    "proportion": Exposure.SHARE,
    "survival": Exposure.RATE,
    "lower limit if so many were followed": Exposure.RATE,
    "what if": Exposure.RATE,
    "p": Exposure.TEST,
    "median": Exposure.MIDDLE,
    "median follow-up": Exposure.MIDDLE,
    "shortest maintenance": Exposure.EXTREME,
    "shortest time to confirmation": Exposure.EXTREME,
    "month": Exposure.NOBODY,
}


def exposure(statistic: str) -> Exposure | None:
    """What a statistic exposes; None where nobody has said so, which withholds it."""
    return EXPOSES.get(statistic)
