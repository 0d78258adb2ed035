"""What may be said of subgroups: each beside the others, and how little a test among many is worth."""

from __future__ import annotations

from livingreview.presentation.kit.myst import Block, boxed, escaped, num
from livingreview.presentation.sentences import KEY_RESULT
from livingreview.results.codes import Statistic
from livingreview.results.estimates import Results
from livingreview.words.group_names import group_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import ngettext


def subgroups_answer(results: Results) -> Block:
    """Survival of every group that has a curve; without curves, what prevents them."""
    groups = [
        row
        for curve in results.curves
        for row in results.where(statistic=Statistic.SURVIVAL, group=curve.group)
        if row.key.startswith(f"{curve.key}.") and row.value is not None
    ]
    if groups:
        named = [f"{escaped(group_words(row.group))} {num(row.key)} ({num(row.key, 'interval')})" for row in groups]
        words = {"time": num(groups[0].key, "time"), "groups": "; ".join(named)}
        first = _("Alive without progression at %(time)s: %(groups)s.", **words)
    elif any(row.value is not None for row in results.where(statistic=Statistic.SURVIVAL)):
        first = _("Survival by group is in the figure and the table below.")
    else:
        nothing = _(
            "Whether survival differed between groups of patients cannot be said: the reason for each column stands below."
        )
        return boxed(nothing, KEY_RESULT)
    exploratory = _(
        "Subgroups of one cohort are exploratory: nothing here says that they were chosen beforehand or assigned "
        "by chance, and the more of them are looked at, the more differ by chance."
    )
    return boxed(f"{first} {exploratory}", KEY_RESULT)


def p_values_words(results: Results) -> Block:
    """How many p-values were computed, and that nothing was done about their number."""
    computed = [row for row in results.where(statistic=Statistic.P) if row.value is not None]
    if not computed:
        return Block(
            _("No p-value was computed: a test asks for at least ten events and two groups that may be shown.")
        )
    number = ngettext(
        "%(n)s log-rank p-value was computed, a column each, and it is not adjusted for their number;",
        "%(n)s log-rank p-values were computed, a column each, and they are not adjusted for their number;",
        len(computed),
    )
    small = ngettext(
        "%(n)s of them is below 0.05.", "%(n)s of them are below 0.05.", sum(row.value < 0.05 for row in computed)
    )
    return Block(f"{number} {small} {_('Without any difference one in twenty would be, on average.')}")
