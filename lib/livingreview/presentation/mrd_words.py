"""Minimal residual disease: its answer, and its estimates by the analysis they belong to."""

from __future__ import annotations

from livingreview.presentation.kit.format import interval_name
from livingreview.presentation.kit.myst import Block, boxed, escaped, num
from livingreview.presentation.kit.table import estimate_table
from livingreview.results.estimates import Estimate, Results

KEY_RESULT = "lr-key-result"
LANDMARK, TIME_DEPENDENT = "mrd.landmark.", "mrd.mantel_byar"


def mrd_answer(results: Results) -> Block:
    """Survival after the landmark where it is known, then as papers count it, and why that flatters."""
    words = [found for found in (_after_landmark(results), _from_origin(results)) if found]
    if words:
        return boxed(" ".join(words), KEY_RESULT)
    why = _survival(results, "mrd.sustained") or results["mrd.sustained"]
    return boxed(f"Survival after sustained MRD negativity cannot be given: {escaped(why.reason)}.", KEY_RESULT)


def _survival(results: Results, group: str) -> Estimate | None:
    """Survival of a group at the milestone."""
    return next((row for row in results.where(statistic="survival") if row.key.startswith(f"{group}.pfs.")), None)


def _after_landmark(results: Results) -> str:
    """Both assessed groups after the landmark; nothing where one of them is not known."""
    sustained, other = (_survival(results, f"{LANDMARK}{group}") for group in ("sustained", "not_sustained"))
    if sustained is None or other is None or sustained.value is None or other.value is None:
        return ""
    words = (
        f"Of those followed without an event beyond the landmark at {num(f'{LANDMARK}followed', 'time')}, "
        f"{num(sustained.key)} of the {num(sustained.key, 'n')} patients then in sustained MRD negativity were alive "
        f"without progression at {num(sustained.key, 'time')}{_limits(sustained)}, and {num(other.key)} of the "
        f"{num(other.key, 'n')} who had been sampled and were not in it{_limits(other)}."
    )
    test = results[f"{LANDMARK}logrank"]
    return f"{words} The p-value of the log-rank test is {num(test.key)}." if test.value is not None else words


def _limits(found: Estimate) -> str:
    if found.low is None and found.high is None:
        return ""
    return f" ({interval_name(found)} {num(found.key, 'interval')})"


def _from_origin(results: Results) -> str:
    """The figure that papers print, with what its group had to survive first."""
    found = _survival(results, "mrd.sustained")
    if found is None or found.value is None:
        return ""
    words = (
        f"{num(found.key)} of patients with sustained MRD negativity at any time were alive without progression at "
        f"{num(found.key, 'time')}, "
        "counted from the time origin although every one of them had to be followed until the confirming sample."
    )
    if not _limits(found):
        return (
            f"{words} How far this can be trusted depends on what is not printed." if found.identifiability else words
        )
    if found.identifiability == "bounded":
        return (
            f"{words} How far this can be trusted depends on what is not printed: over the cohorts that were drawn to "
            f"agree with print the widest {interval_name(found)} is {num(found.key, 'interval')}."
        )
    return f"{words} The {interval_name(found)} is {num(found.key, 'interval')}."


def mrd_table(results: Results, *, caption: str, name: str) -> Block:
    """How many were negative, and survival counted from the origin."""
    rows = [row for row in results.estimates if not row.key.startswith((LANDMARK, TIME_DEPENDENT))]
    return estimate_table(rows, caption=caption, name=name)


def mrd_landmark_table(results: Results, *, caption: str, name: str) -> Block:
    """The groups at the landmark and their survival after it."""
    rows = [row for row in results.estimates if row.key.startswith(LANDMARK)]
    return estimate_table(rows, caption=caption, name=name)


def mrd_time_dependent_table(results: Results, *, caption: str, name: str) -> Block:
    """The tests in which a patient changes from one group to the other."""
    rows = [row for row in results.estimates if row.key.startswith(TIME_DEPENDENT)]
    return estimate_table(rows, caption=caption, name=name)
