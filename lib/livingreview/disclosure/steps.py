"""Times and ages in the middle of many patients, rounded to a stated step: nobody's own."""

from __future__ import annotations

from math import floor

from livingreview.results.codes import Qualified
from livingreview.results.estimates import Estimate

FEW = 100  # patients; below it the step is wide
STEPS = {"months": (6, 3), "years": (5, 1)}  # of fewer than FEW patients, and of more


def in_steps(found: Estimate) -> Estimate:
    """The value and the limits to the nearest step, half up; a qualifier says which."""
    if found.unit not in STEPS or not found.estimable:
        return found
    wide, narrow = STEPS[found.unit]
    step = wide if found.n is None or found.n < FEW else narrow
    value, low, high = (
        None if number is None else float(floor(number / step + 0.5) * step)
        for number in (found.value, found.low, found.high)
    )
    return found.qualified(Qualified.NEAREST, step, value=value, low=low, high=high)
