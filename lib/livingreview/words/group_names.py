"""Whose an estimate is, in words: the name of a variable, of a level, and of a group of levels."""

from __future__ import annotations

from itertools import groupby

from livingreview.results.codes import NOT_EVALUABLE, NOT_RECORDED, Group, Level, Variable
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark, ngettext

AGE = "age_years"
COLUMNS = {
    "sex": mark("Sex"),
    AGE: mark("Age"),
    "iss_stage": mark("ISS stage"),
    "r_iss_stage": mark("R-ISS stage"),
    "msmart_risk": mark("mSMART risk"),
    "induction": mark("Induction"),
    "n_asct": mark("Transplantations"),
}
LEVELS: dict[tuple[str, str | None], str] = {
    (Variable.FLOW, "first"): mark("all transplanted"),
    (Variable.BASELINE, "partner"): mark("with a partner drug"),
    (Variable.BASELINE, "msmart_high"): mark("mSMART high risk"),
    (Variable.RESPONSE, NOT_EVALUABLE): mark("not assessed or not evaluable"),
    (Variable.MRD, "negative"): mark("negative at least once"),
    (Variable.MRD, "sustained"): mark("sustained negative"),
    (Variable.MRD, "not_sustained"): mark("sampled, not sustained negative"),
    (Variable.MRD, "not_assessed"): mark("not assessed"),
    (Variable.MRD, "positive"): mark("positive"),
    (Variable.MRD, "unconfirmed"): mark("negative, unconfirmed"),
    (Variable.MRD_COMPARED, "sustained_not_yet"): mark("sustained negative v not (yet) so"),
    (Variable.MRD_COMPARED, "sustained_at_the_time"): mark("sustained negative at the time v not so"),
    (Variable.MRD_COMPARED, "sustained_positive"): mark("sustained negative v positive"),
    (Variable.MRD_COMPARED, "sustained_not_sustained"): mark("sustained negative v sampled, not sustained negative"),
    (Variable.MRD_COMPARED, "sustained_others"): mark("sustained negative v all others"),
    (Variable.TERM, None): mark("by term"),
    (Variable.COUNTED, "all"): mark("all patients"),
    (Variable.COUNTED, "negative"): mark("MRD negative at least once"),
    (Variable.COUNTED, "sustained"): mark("sustained MRD negative"),
}
TOGETHER = {
    (Variable.TIMEPOINT, Variable.RESPONSE): mark("%(a)s %(b)s"),
    (Variable.FROM_TIMEPOINT, Variable.TO_TIMEPOINT): mark("%(a)s to %(b)s"),
    (Variable.RESPONSE, Variable.FROM_TIMEPOINT, Variable.RESPONSE, Variable.TO_TIMEPOINT): mark(
        "%(a)s %(b)s, %(c)s %(d)s"
    ),
    (Variable.TERM, Variable.WORST_GRADE): mark("%(a)s, %(b)s"),
    (Variable.ARM, Variable.COMPARATOR): mark("%(a)s v %(b)s"),
}


def group_words(group: Group, time_months: float | None = None) -> str:
    """The name of a group of patients; levels of one variable are joined by “or”."""
    if not group:
        return _("all")
    if group[0].variable == Variable.EARLY_FAILURES:
        return _early_failures(int(group[0].level or 0), time_months)
    runs = [(variable, list(levels)) for variable, levels in groupby(group, lambda one: one.variable)]
    names = [levels_words(levels) for _variable, levels in runs]
    if len(runs) > 1:
        pattern = TOGETHER[tuple(variable for variable, _levels in runs)]
        return _(pattern, **dict(zip("abcd", names, strict=False)))
    variable, levels = runs[0]
    if variable in set(Variable):
        return names[0]
    column = variable_name(variable)
    return column if levels[0].level is None else _("%(column)s: %(level)s", column=column, level=names[0])


def levels_words(levels: Group | list[Level]) -> str:
    """Levels of one variable taken together."""
    return _(" or ").join(level_name(one) for one in levels)


def variable_name(variable: str) -> str:
    """The name of a column as people say it; a column of the cohort's own is called as it is."""
    return _(COLUMNS[variable]) if variable in COLUMNS else variable


def level_name(one: Level) -> str:
    """The name of a level; a value of the data stays as it is."""
    if one.level == NOT_RECORDED:
        return _("not recorded")
    if one.variable == AGE and one.level:
        return _age(one.level)
    if one.variable == Variable.WORST_GRADE:
        return _("worst grade %(grade)s", grade=one.level)
    said = one.label or LEVELS.get((one.variable, one.level), "")
    return _(said) if said else one.level or ""


def _age(level: str) -> str:
    """Ages under a number of years, or of so many or more: `<65` and `>=65`."""
    if level.startswith(">="):
        return _("%(age)s years or more", age=level[2:])
    return _("under %(age)s years", age=level[1:])


def _early_failures(missing: int, time_months: float | None) -> str:
    return ngettext(
        "If %(n)s early failure had been included, at %(time)s months",
        "If %(n)s early failures had been included, at %(time)s months",
        missing,
        time=f"{time_months or 0:g}",
    )
