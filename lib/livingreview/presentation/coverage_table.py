"""How much of all that print leaves open the cohorts of an ensemble reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livingreview.presentation.kit.myst import Block, escaped
from livingreview.presentation.kit.table import table
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

DIMENSIONS = {
    "pfs_histories": mark("Histories of progression-free survival"),
    "os_histories": mark("Histories of overall survival"),
    "pairs": mark("Pairs of them"),
    "deaths": mark("Orders of deaths and progressions"),
    "joint_histories": mark("Joint histories"),
    "pfs_followed": mark("Numbers followed without event past month %(month)s"),
    "os_followed": mark("Numbers followed for survival past month %(month)s"),
    "later_deaths": mark("Numbers of deaths after month %(month)s"),
    "sustained_mrd": mark("Sizes of the group with sustained MRD negativity"),
    "severe_grades": mark("Worst grades of the severe event"),
    "paths": mark("Fewest and most patients of every path between responses"),
    "changes": mark("Fewest and most patients whose response deepened or was lost"),
}


def coverage_table(about: Mapping[str, Any], *, name: str) -> Block:
    """What the ensemble reached of everything that print leaves open; `about` is what PROVENANCE.yml says of it."""
    month = f"{float(about['horizon_months']):g}"
    body = [[_(DIMENSIONS[code], month=month), escaped(reached)] for code, reached in about["coverage"].items()]
    caption = _(
        "What %(members)s cohorts that agree with every printed number reached of all that print leaves open.",
        members=about["members"],
    )
    return table([_("Of all that is possible"), _("Reached")], body, caption=caption, name=name)
