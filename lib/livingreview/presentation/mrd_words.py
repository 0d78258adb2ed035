"""Minimal residual disease: its answer, and its estimates by the analysis they belong to."""

from __future__ import annotations

from livingreview.presentation.kit.format import interval_name
from livingreview.presentation.kit.myst import Block, boxed, escaped, num
from livingreview.presentation.kit.table import estimate_table
from livingreview.results.codes import Statistic
from livingreview.results.estimates import Estimate, Results
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _

KEY_RESULT = "lr-key-result"
LANDMARK, TIME_DEPENDENT = "mrd.landmark.", "mrd.mantel_byar"


def mrd_answer(results: Results) -> Block:
    """Survival after the landmark where it is known, then as papers count it, and why that flatters."""
    words = [found for found in (_after_landmark(results), _from_origin(results)) if found]
    if words:
        return boxed(" ".join(words), KEY_RESULT)
    why = _survival(results, "mrd.sustained") or results["mrd.sustained"]
    return boxed(
        _(
            "Survival after sustained MRD negativity cannot be given: %(reason)s.",
            reason=escaped(reason_words(why.reason)),
        ),
        KEY_RESULT,
    )


def _survival(results: Results, group: str) -> Estimate | None:
    """Survival of a group at the milestone."""
    return next(
        (row for row in results.where(statistic=Statistic.SURVIVAL) if row.key.startswith(f"{group}.pfs.")), None
    )


def _after_landmark(results: Results) -> str:
    """Both assessed groups after the landmark; nothing where one of them is not known."""
    sustained, other = (_survival(results, f"{LANDMARK}{group}") for group in ("sustained", "not_sustained"))
    if sustained is None or other is None or sustained.value is None or other.value is None:
        return ""
    words = _(
        "Of those followed without an event beyond the landmark at %(landmark)s, %(sustained)s of the %(n)s patients then "
        "in sustained MRD negativity were alive without progression at %(time)s%(limits)s, and %(other)s of the "
        "%(other_n)s who had been sampled and were not in it%(other_limits)s.",
        landmark=num(f"{LANDMARK}followed", "time"),
        sustained=num(sustained.key),
        n=num(sustained.key, "n"),
        time=num(sustained.key, "time"),
        limits=_limits(sustained),
        other=num(other.key),
        other_n=num(other.key, "n"),
        other_limits=_limits(other),
    )
    test = results[f"{LANDMARK}logrank"]
    if test.value is None:
        return words
    return f"{words} {_('The p-value of the log-rank test is %(p)s.', p=num(test.key))}"


def _limits(found: Estimate) -> str:
    if found.low is None and found.high is None:
        return ""
    return f" ({interval_name(found)} {num(found.key, 'interval')})"


def _from_origin(results: Results) -> str:
    """The figure that papers print, with what its group had to survive first."""
    found = _survival(results, "mrd.sustained")
    if found is None or found.value is None:
        return ""
    words = _(
        "%(share)s of patients with sustained MRD negativity at any time were alive without progression at %(time)s, "
        "counted from the time origin although every one of them had to be followed until the confirming sample.",
        share=num(found.key),
        time=num(found.key, "time"),
    )
    return f"{words} {_trust(found)}".strip()


def _trust(found: Estimate) -> str:
    """The interval, or what print leaves open of it."""
    if not _limits(found):
        return _("How far this can be trusted depends on what is not printed.") if found.identifiability else ""
    limits = {"name": interval_name(found), "interval": num(found.key, "interval")}
    if found.identifiability == "bounded":
        return _(
            "How far this can be trusted depends on what is not printed: over the cohorts that were drawn to agree with "
            "print the widest %(name)s is %(interval)s.",
            **limits,
        )
    return _("The %(name)s is %(interval)s.", **limits)


def mrd_table(results: Results, *, caption: str, name: str) -> Block:
    """How many were negative, and survival counted from the origin."""
    rows = [row for row in results.estimates if not row.key.startswith((LANDMARK, TIME_DEPENDENT))]
    return estimate_table(rows, caption=caption, name=name, endpoints=results.endpoints)


def mrd_landmark_table(results: Results, *, caption: str, name: str) -> Block:
    """The groups at the landmark and their survival after it."""
    rows = [row for row in results.estimates if row.key.startswith(LANDMARK)]
    return estimate_table(rows, caption=caption, name=name, endpoints=results.endpoints)


def mrd_time_dependent_table(results: Results, *, caption: str, name: str) -> Block:
    """The tests in which a patient changes from one group to the other."""
    rows = [row for row in results.estimates if row.key.startswith(TIME_DEPENDENT)]
    return estimate_table(rows, caption=caption, name=name, endpoints=results.endpoints)
