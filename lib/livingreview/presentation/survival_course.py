"""A survival figure in words: its title, its alternative text, and why there may be none."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.presentation.kit.format import part, plain_text
from livingreview.presentation.kit.myst import escaped
from livingreview.presentation.survival_envelope import spoken_envelope
from livingreview.results.codes import Statistic, Status
from livingreview.results.curves import Curve
from livingreview.results.estimates import Estimate, Results
from livingreview.words.group_names import group_words
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import ngettext

FEW = 5  # and a tenth of the patients: where fewer are left the curve is faint


def why_none(results: Results, endpoint: str) -> str:
    """Why there is no curve: the reason of what the tables lack, unless something is withheld."""
    rows = [row for row in results.estimates if row.endpoint == endpoint]
    lacking = (Status.ABSENT, Status.NOT_ESTIMABLE)
    absent = next((reason_words(row.reason) for row in rows if row.status in lacking and row.reason), "")
    withheld = not absent or any(row.status in (Status.OK, Status.WITHHELD) for row in rows)
    return _("none may be shown") if withheld else escaped(absent)


def picture(curve: Curve, outcome: str) -> str:
    """What kind of picture it is."""
    if curve.envelope is not None:
        return _("Kaplan-Meier curve of patients %(outcome)s.", outcome=outcome)
    band = {"level": f"{curve.level * 100:g} %", "method": method_words(curve)}
    return _("Kaplan-Meier curve of patients %(outcome)s, with %(level)s band (%(method)s).", outcome=outcome, **band)


def reading(found: Estimate | None) -> str:
    """The headline, as the picture shows it."""
    if not found or not found.estimable:
        return ""
    words = {"estimate": plain_text(found), "method": method_words(found), "time": found.time_months}
    return _("%(estimate)s, %(method)s, at %(time)g months.", **words)


def courses(curves: Sequence[Curve]) -> str:
    """The course of every curve in words."""
    return f"{'; '.join(_spoken(curve) for curve in curves)}."


def compared(results: Results, curves: Sequence[Curve], outcome: str) -> str:
    """The survival of every group at the milestone, where there is one."""
    found = [
        row
        for curve in curves
        for row in results.where(statistic=Statistic.SURVIVAL, group=curve.group)
        if row.key.startswith(f"{curve.key}.") and row.value is not None
    ]
    if not found:
        return _("%(outcome)s over time", outcome=outcome.capitalize())
    words = {"outcome": outcome.capitalize(), "time": part(found[0], "time")}
    groups = "; ".join(f"{group_words(row.group)} {part(row)}" for row in found)
    return _("%(outcome)s at %(time)s: %(groups)s", groups=groups, **words)


def _spoken(curve: Curve) -> str:
    """The course of a curve in words; of an illustrative one how far it is fixed."""
    if curve.envelope is not None:
        return spoken_envelope(curve, curve.envelope)
    course = ngettext(
        "%(n)s event among %(patients)s patients, drawn to %(end)g months",
        "%(n)s events among %(patients)s patients, drawn to %(end)g months",
        curve.events[-1],
        patients=curve.at_risk[0],
        end=curve.t[-1],
    )
    said = f"{group_words(curve.group)}: {course}" if curve.group else course
    faint = faint_from(curve)
    if faint is None:
        return said
    return _("%(curve)s, faint from %(time)g months on, where few are left at risk", curve=said, time=max(faint, 0))


def faint_from(curve: Curve) -> float | None:
    """After which time fewer than five, or than a tenth, are left at risk; None where enough are to the end.

    `at_risk` counts just before a time, so from the last time with enough of them on there are fewer.
    """
    enough = [t for t, left in zip(curve.t, curve.at_risk, strict=True) if left >= max(FEW, curve.at_risk[0] / 10)]
    if not enough:
        return curve.t[0] - 1
    return None if enough[-1] == curve.t[-1] else enough[-1]
