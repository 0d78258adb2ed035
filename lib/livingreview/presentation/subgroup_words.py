"""What may be said of subgroups: each beside the others, and how little a test among many is worth."""

from __future__ import annotations

from livingreview.presentation.kit.myst import Block, boxed, escaped, num
from livingreview.presentation.sentences import KEY_RESULT
from livingreview.results.codes import Statistic
from livingreview.results.estimates import Results
from livingreview.words.group_names import group_words

EXPLORATORY = (
    "Subgroups of one cohort are exploratory: nothing here says that they were chosen beforehand, nobody was assigned to one, and the more of "
    "them are looked at, the more differ by chance."
)


def subgroups_answer(results: Results) -> Block:
    """Survival of every group that has a curve; without curves, what prevents them."""
    groups = [
        row
        for curve in results.curves
        for row in results.where(statistic=Statistic.SURVIVAL, group=curve.group)
        if row.key.startswith(f"{curve.key}.") and row.value is not None
    ]
    if groups:
        said = "; ".join(
            f"{escaped(group_words(row.group))} {num(row.key)} ({num(row.key, 'interval')})" for row in groups
        )
        time = num(groups[0].key, "time")
        return boxed(f"Alive without progression at {time}: {said}. {EXPLORATORY}", KEY_RESULT)
    if any(row.value is not None for row in results.where(statistic=Statistic.SURVIVAL)):
        return boxed(f"Survival by group is in the figure and the table below. {EXPLORATORY}", KEY_RESULT)
    return boxed(
        "Whether survival differed between groups of patients cannot be said: below the table stands the reason for each column.",
        KEY_RESULT,
    )


def p_values_words(results: Results) -> Block:
    """How many p-values were computed, and that nothing was done about their number."""
    tests = results.where(statistic=Statistic.P)
    computed = [row for row in tests if row.value is not None]
    if not computed:
        return Block("No p-value was computed: a test asks for at least ten events and two groups that may be shown.")
    small = [row for row in computed if row.value < 0.05]
    one = len(computed) == 1
    return Block(
        f"{len(computed)} log-rank p-value{' was' if one else 's were'} computed, a column each, and {'it is' if one else 'they are'} not adjusted for "
        f"their number; {len(small)} of them {'is' if len(small) == 1 else 'are'} below 0.05. "
        "Without any difference one in twenty would be, on average."
    )
