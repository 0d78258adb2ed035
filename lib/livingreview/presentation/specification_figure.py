"""The specification curve: every way to count one result, lowest first, and the choices under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from livingreview.presentation.kit.figure import BLUE, GREEN, INK, NARROW, ORANGE, WIDE, Figure, drawn
from livingreview.presentation.kit.format import NBSP, part
from livingreview.presentation.kit.myst import Block, boxed, num
from livingreview.presentation.sentences import KEY_RESULT
from livingreview.results.codes import IntervalMethod, Level, Statistic, Status, Variable
from livingreview.results.estimates import Estimate, Results
from livingreview.words.group_names import group_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

KEY = "specification"
INTERVAL, COUNTED, MISSING = mark("Interval"), mark("Counted"), mark("Early failures added")
COLOURS, SHAPES = (BLUE, ORANGE, GREEN), ("circle", "square", "diamond")
ROW = 17  # pixels of a choice


def specification_answer(results: Results) -> Block:
    """Between which numbers the result lies, whatever is chosen; of all patients first."""
    count = results[f"{KEY}.count"]
    if not count.estimable:
        return boxed(_not_computed(count), KEY_RESULT)
    everybody, low = f"{KEY}.all.survival", f"{KEY}.all.lower_limit"
    said = [
        _(
            "Over %(ways)s ways to count, progression-free survival at %(time)s lies %(survival)s for all patients.",
            ways=num(f"{KEY}.estimates"),
            time=num(everybody, "time"),
            survival=num(everybody),
        ),
        _(
            "Each way has every interval, %(n)s in all: these move the width, never the estimate.",
            n=num(count.key),
        ),
        _("For all patients the lower limit lies %(low)s.", low=num(low)),
    ]
    for group in ("negative", "sustained"):
        found = results[f"{KEY}.{group}.survival"]
        if found.estimable:
            said.append(
                _(
                    "For those who were %(group)s it lies %(survival)s.",
                    group=group_words(found.group),
                    survival=num(found.key),
                )
            )
    return boxed(" ".join([*said, *_cohorts(results)]), KEY_RESULT)


def _not_computed(count: Estimate) -> str:
    """Why there is no curve; only a folder that may have one is told how."""
    if count.status == Status.WITHHELD:
        return _(
            "What the choices of an analysis do to progression-free survival is not shown: it would tell the small "
            "counts that are withheld here."
        )
    return _(
        "What the choices of an analysis do to progression-free survival was not computed for these tables: run "
        "`livingreview specifications` on the folder."
    )


def _cohorts(results: Results) -> list[str]:
    count = results[f"{KEY}.cohorts"]
    if count.value is None or count.value < 2:
        return []
    return [_("Each way was tried in %(n)s cohorts that agree with every printed number.", n=num(count.key))]


def specification_figure(results: Results, points: Sequence[Mapping[str, Any]]) -> Figure | Block:
    """Above, the estimate and interval of each way; below, what was chosen. From the rows of the specifications."""
    if not points:
        return Block(_("No picture is drawn: no specifications may be shown or were computed of these tables."))
    found = results[f"{KEY}.all.survival"]
    title = _(
        "Progression-free survival at %(time)s, over %(ways)s ways to count: all patients %(survival)s",
        time=part(found, "time"),
        ways=part(results[f"{KEY}.estimates"]),
        survival=part(found),
    )
    spoken = [
        _(
            "%(group)s: estimate %(survival)s, lower limit %(low)s",
            group=group_words(row.group),
            survival=part(row),
            low=part(results[row.key.replace(".survival", ".lower_limit")]),
        )
        for row in results.where(statistic=Statistic.SURVIVAL)
        if row.estimable
    ]
    description = _(
        "Specification curve. Above, one point for each way to count and interval, lowest first; the interval moves the "
        "width alone; below, the choices behind each. %(ranges)s.",
        ranges="; ".join(spoken),
    )
    return Figure(
        title.replace(NBSP, " "), description.replace(NBSP, " "), _curve(points, WIDE), _curve(points, NARROW)
    )


def _curve(points: Sequence[Mapping[str, Any]], width: int) -> dict:
    wide = width >= WIDE
    rows = [
        dict(point) | {"place": place, "group": _who(point["group"])} for place, point in enumerate(points, start=1)
    ]
    marks = [
        {"place": row["place"], "choice": choice, "kind": kind, "group": row["group"]}
        for row in rows
        for kind, choice in ((INTERVAL, row["interval"]), (COUNTED, row["group"]), (MISSING, str(row["missing"])))
    ]
    plot = width - (190 if wide else 60)
    groups = sorted({row["group"] for row in rows}, key=_order)
    count = len(groups)
    legend = alt.Legend(symbolOpacity=1, columns=0 if wide else 1)
    colour = alt.Color("group:N", scale=alt.Scale(domain=groups, range=list(COLOURS[:count])), legend=legend)
    shape = alt.Shape("group:N", scale=alt.Scale(domain=groups, range=list(SHAPES[:count])), legend=legend)
    across = alt.Scale(domain=[0, len(rows) + 1], nice=False)
    x = alt.X("place:Q", scale=across, axis=None)
    lowest = min(0.0, *(row["low"] for row in rows))
    highest = max(1.0, *(row["high"] for row in rows))
    y = alt.Y(
        "low:Q",
        scale=alt.Scale(domain=[lowest, highest], nice=False),
        axis=alt.Axis(format=".0%", title=_("Alive without progression") if wide else None),
    )
    base = alt.Chart(alt.NamedData("ways"))
    above = alt.layer(
        base.mark_rule(strokeWidth=1.3, opacity=0.55).encode(x=x, y=y, y2="high:Q", color=colour),
        base.mark_rule(strokeWidth=5).encode(x=x, y=alt.Y("lowest:Q"), y2="highest:Q", color=colour),
        base.mark_point(filled=True, opacity=1, size=34 if wide else 20).encode(
            x=x, y=alt.Y("highest:Q"), color=colour, shape=shape
        ),
    ).properties(width=plot, height=260 if wide else 220)
    return drawn(
        alt.vconcat(above, *(_choices(kind, marks, x, plot, wide) for kind in (INTERVAL, COUNTED, MISSING)), spacing=8),
        width,
        ways=rows,
        choices=marks,
    )


def _who(counted: str) -> str:
    return group_words((Level(Variable.COUNTED, counted),))


def _order(choice: str) -> tuple:
    """Intervals from the plain one on, all patients before some of them, numbers by size."""
    known = [*IntervalMethod, _who("all"), _who("negative"), _who("sustained")]
    return (known.index(choice) if choice in known else len(known), choice)


def _choices(kind: str, marks: Sequence[Mapping[str, Any]], x: alt.X, plot: int, wide: bool) -> alt.Chart:
    """One row a choice; a tick where it was made."""
    names = sorted({mark["choice"] for mark in marks if mark["kind"] == kind}, key=_order)
    axis = alt.Axis(domain=False, ticks=False, labels=wide, labelLimit=180, labelPadding=6)
    y = alt.Y("choice:N", sort=names, axis=axis, title=None)
    base = alt.Chart(alt.NamedData("choices")).transform_filter(f"datum.kind === '{kind}'")
    ticks = base.mark_tick(orient="vertical", color=INK, thickness=2, size=ROW * 0.55).encode(x=x, y=y)
    if not wide:
        first = base.transform_aggregate(groupby=["choice"])
        ticks = ticks + first.mark_text(align="left", baseline="bottom", dy=-5, color=INK).encode(
            x=alt.datum(0), y=y, text="choice:N"
        )
    step = ROW if wide else 2 * ROW
    title = alt.TitleParams(_(kind), anchor="start", frame="group", offset=4, fontSize=13, fontWeight="bold", color=INK)
    return ticks.properties(width=plot, height=step * len(names), title=title)
