"""How many are left in the curve of all patients where it is shown: whoever is counted elsewhere can be subtracted."""

from __future__ import annotations

from livingreview.analyses.registry import ANALYSES
from livingreview.cohort.parameters import DEFAULTS

APPROVED = "outcomes-as-published"


def left_of_everybody(cohort) -> set[int]:
    """The numbers followed without an event at every position of that chapter's curve and milestones.

    With the parameters of study.yml, as that chapter has them. Where numbers that are printed may be shown, any
    number of that chapter may be one of these.
    """
    from livingreview.disclosure.readings import left_at  # a solver: only where small counts are withheld
    from livingreview.disclosure.suppression import read_at

    analysis = ANALYSES["progression_free_survival"]
    everybody = analysis.load()(cohort, **analysis.arguments(DEFAULTS | cohort.study.parameters))
    printed = [()]
    if cohort.study.disclosure == APPROVED:
        printed.append(tuple(found.key for found in everybody.estimates))
    (timeline,) = everybody.tally.timelines
    return {
        left_at(timeline, position)
        for keys in printed
        for position in read_at(everybody, cohort.smallest_shown, key=cohort.key, printed=keys)["pfs"].positions
    }
