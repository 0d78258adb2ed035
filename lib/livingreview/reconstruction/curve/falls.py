"""When a digitised curve fell: at a click that closes a drop, or somewhere between two clicks.

Who clicks along a curve, at even steps or where the eye falls, sees only that the curve fell since the click before:
to place the fall at the later click makes every survival time late, by half the distance of two clicks. A drop is
known to the click where both its ends were clicked at one time, or where the lower ends of single drops alone were
clicked: then nearly every click is a fall of one or two patients, and the clicks are not evenly spaced.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEW_EVENTS = 2.5  # a median drop of more patients is no single drop
UNEVEN = 0.1  # standard deviation of the steps between clicks, of their mean


def seen_before(times: NDArray, survival: NDArray, doubled: NDArray[np.bool_], at_risk: NDArray) -> NDArray[np.float64]:
    """For every point the last time at which the curve was seen before its fall; its own time where that is known.

    Parameters
    ----------
    times, survival : shape (n_points,); distinct times in increasing order, survival never rising
    doubled : of each point whether a higher one was clicked at the same time
    at_risk : shape (n_points,); how many the risk table counts about then
    """
    since = np.concatenate((times[:1], times[:-1]))
    return np.where(doubled | lower_ends(times, survival, at_risk), times, since)


def lower_ends(times: NDArray, survival: NDArray, at_risk: NDArray) -> bool:
    """Whether only the lower ends of drops were clicked, and the end of the curve."""
    falls = -np.diff(survival)[:-1] if len(times) > 2 and survival[-1] == survival[-2] else -np.diff(survival)
    if not len(falls) or np.mean(falls > 0) < 0.95:
        return False
    steps = np.diff(times)[: len(falls)]
    if len(steps) > 5 and np.std(steps) < UNEVEN * np.mean(steps):
        return False
    above = survival[: len(falls)]
    events = falls / np.where(above > 0, above, 1) * at_risk[: len(falls)]
    return float(np.median(events)) <= FEW_EVENTS or len(falls) <= 2
