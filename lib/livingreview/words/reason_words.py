"""Why a number is missing, or what must be known of it: a sentence a reason, without its full stop."""

from __future__ import annotations

from collections.abc import Mapping

from livingreview.results.codes import Fact, Level, Reason, ReasonCode
from livingreview.results.rounding import rounded
from livingreview.words.group_names import level_name
from livingreview.words.method_names import made_by
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

NBSP = "\u00a0"
SENTENCES: Mapping[ReasonCode, str] = {
    ReasonCode.NO_CALENDAR_DATES: mark(
        "the tables hold months from the time origin, no calendar dates; what study.yml says of them is in “About this edition”"
    ),
    ReasonCode.NO_MAINTENANCE_MONTHS: mark("the months of maintenance are not in the patients table"),
    ReasonCode.NO_RESPONSE_AT_TIMEPOINT: mark("no response is recorded at this timepoint"),
    ReasonCode.NOT_AT_BOTH_TIMEPOINTS: mark("responses are not recorded at both timepoints"),
    ReasonCode.RECORDED_FROM_GRADE: mark("only adverse events of grade %(grade)s or more were recorded"),
    ReasonCode.NO_TERMS: mark("the adverse event table names no terms"),
    ReasonCode.TOO_MANY_VALUES: mark("more than six different values"),
    ReasonCode.ONE_VALUE: mark("only one value is recorded"),
    ReasonCode.NO_SPECIFICATIONS: mark("no specifications were computed of these tables"),
    ReasonCode.NOBODY_EVALUATED: mark("no patient was evaluated"),
    ReasonCode.NOBODY_FOLLOWED: mark("nobody was followed to %(time)s months"),
    ReasonCode.NOBODY_IN_GROUP: mark("no patient is %(group)s"),
    ReasonCode.NOBODY_COUNTED: mark("nobody is %(group)s"),
    ReasonCode.NOBODY_SAMPLED: mark("nobody was sampled"),
    ReasonCode.NOBODY_CONFIRMED: mark("nobody was confirmed negative"),
    ReasonCode.NOBODY_AT_LANDMARK: mark("nobody was in this group at the landmark"),
    ReasonCode.NO_GROUPS_AT_LANDMARK: mark("nobody was in these groups at the landmark"),
    ReasonCode.NOT_AFTER_LANDMARK: mark("month %(time)s is not after the landmark"),
    ReasonCode.NOT_REACHED: mark("not reached"),
    ReasonCode.NOT_REACHED_BY_THEN: mark("not reached within follow-up"),
    ReasonCode.HALF_TO_THE_END: mark("not bounded above: survival stays at one half to the end of follow-up"),
    ReasonCode.ONE_GROUP: mark("fewer than two groups to compare"),
    ReasonCode.NO_EVENTS: mark("no events in either group"),
    ReasonCode.NEVER_BOTH_AT_RISK: mark("no event happened while both groups had patients at risk"),
    ReasonCode.ALL_AT_ONCE: mark("at every event everybody at risk had it"),
    ReasonCode.FEW_EVENTS: mark("no test on fewer than %(fewest)s events"),
    ReasonCode.NO_CHANGE: mark("no patient changed"),
    ReasonCode.TOO_MANY_TABLES: mark("too many tables to enumerate; use the chi-square form"),
    ReasonCode.ONLY_MARGINS: mark("who changed is not known: only the totals of each timepoint are"),
    ReasonCode.NOT_EVERY_WAY: mark("not every way to count %(group)s gives a number"),
    ReasonCode.NO_HISTORY: mark("no history of this many patients prints these numbers"),
    ReasonCode.HISTORIES_DIFFER: mark("differs between the histories"),
    ReasonCode.PRINT_ALLOWS_RANGE: mark("the printed numbers allow a range"),
    ReasonCode.FEW_PATIENTS: mark(
        "withheld: fewer than %(smallest)s patients, or a number from which so few could be worked out"
    ),
    ReasonCode.BELOW_THRESHOLD: mark("fewer than %(smallest)s patients"),
    ReasonCode.FEW_AGES: mark("fewer than %(fewest)s ages are known"),
    ReasonCode.MEDIAN_OF_FEW: mark("withheld: the median of fewer than %(fewest)s patients"),
    ReasonCode.SINGLE_PATIENT: mark("withheld: it is the value of a single patient"),
    ReasonCode.ENDS_ARE_PATIENTS: mark("the range is withheld: its ends are single patients"),
    ReasonCode.UNDECLARED: mark("withheld: nobody has said what a number of this kind gives away"),
    ReasonCode.ALL_WITHHELD: mark("withheld: the survival of all patients at this time is withheld, too"),
    ReasonCode.WAYS_TELL_COUNTS: mark("many ways to count the same patients would give small counts away"),
    ReasonCode.DRAWN_TOGETHER: mark(
        "Steps of fewer than %(smallest)s patients are drawn together, at the end of the months in which they happened; "
        "columns that would show so few are left empty."
    ),
    ReasonCode.PATIENTS_RECONSTRUCTED: mark(
        "the patients of this edition are reconstructed, and not one of them is real"
    ),
    ReasonCode.LANES_NOT_APPROVED: mark("study.yml does not say that they may be shown (disclosure: %(approval)s)"),
    ReasonCode.LANES_SHOW_FEW: mark(
        "counts of fewer than %(smallest)s patients are withheld, and a lane is one patient"
    ),
    ReasonCode.NOT_FIXED: mark("not fixed by the printed numbers: %(because)s"),
    ReasonCode.NOT_FIXED_P: mark(
        "not fixed by the printed numbers: a p-value of reconstructed patients would be an invention"
    ),
    ReasonCode.NOT_FIXED_METHOD: mark(
        "not fixed by the printed numbers: the cohorts that agree with print were analysed as %(method)s"
    ),
    ReasonCode.OTHER_LEVEL: mark("no interval: the cohorts were analysed at %(level)s only"),
    ReasonCode.LIMITS_MOVE: mark("lower limit %(low)s, upper limit %(high)s: %(because)s"),
}
NO_TABLE = {
    "flow": mark("the cohort has no flow table"),
    "adverse_events": mark("the cohort has no table of adverse events"),
    "mrd": mark("the cohort has no table of minimal residual disease samples"),
}
EMPTY_COLUMN = {
    "": mark("%(column)s is empty"),
    "patients": mark("%(column)s is empty in the patients table"),
    "adverse_events": mark("the column %(column)s of the adverse event table is empty"),
}
DRAWN = mark("%(said)s; the cohorts were drawn, so the true range may be wider")


def reason_words(reason: Reason | None) -> str:
    """The reason in words; empty where there is none."""
    if reason is None:
        return ""
    facts = dict(reason.facts)
    said = _sentence(reason.code, facts)
    return _(DRAWN, said=said) if facts.get("drawn") else said


def _sentence(code: ReasonCode, facts: Mapping[str, Fact]) -> str:
    if code == ReasonCode.BECAUSE:
        return str(facts["because"])  # the folder's own sentence
    if code == ReasonCode.NO_TABLE:
        return _(NO_TABLE[str(facts["table"])])
    if code == ReasonCode.EMPTY_COLUMN:
        return _(EMPTY_COLUMN[str(facts["table"])], column=facts["column"])
    return _(SENTENCES[code], **_gaps(facts))


def _gaps(facts: Mapping[str, Fact]) -> dict[str, object]:
    """The values of a sentence as people read them."""
    gaps: dict[str, object] = {
        name: f"{value:g}" if isinstance(value, float) else value for name, value in facts.items()
    }
    if "variable" in facts:
        gaps["group"] = level_name(Level(str(facts["variable"]), _text(facts["level"])))
    if "estimator" in facts:
        gaps["method"] = made_by(_text(facts["estimator"]), _text(facts["interval"]))
    if "confidence" in facts:
        gaps["level"] = f"{facts['confidence']:.0%}"
    if "lowest_low" in facts:
        gaps |= {end: _between(facts, end) for end in ("low", "high")}
    return gaps


def _text(value: Fact) -> str | None:
    return None if value in (None, "") else str(value)


def _between(facts: Mapping[str, Fact], end: str) -> str:
    """Where a limit lies over all cohorts."""
    unit = str(facts["unit"])
    low, high = (_read(facts[f"{side}_{end}"], unit) for side in ("lowest", "highest"))
    return low if low == high else _("between %(low)s and %(high)s", low=low, high=high)


def _read(value: Fact, unit: str) -> str:
    """A number as it is read."""
    if not isinstance(value, int | float):
        return _("not estimable")
    return f"{rounded(value * 100, 1)}{NBSP}%" if unit == "fraction" else rounded(value, 0 if unit == "patients" else 1)
