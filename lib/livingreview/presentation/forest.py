"""Groups of patients one under the other: survival at one time, with interval, events and size."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from livingreview.presentation.kit.figure import BLUE, GREY, INK, NARROW, WIDE, Figure, drawn
from livingreview.presentation.kit.format import NBSP, number, part, plain_text
from livingreview.presentation.kit.labels import capitalised, label
from livingreview.presentation.kit.myst import Block
from livingreview.results.codes import Statistic
from livingreview.results.estimates import Estimate
from livingreview.words.group_names import level_name, variable_name
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

OUTCOME = mark("alive without progression")


def forest_figure(estimates: Sequence[Estimate]) -> Figure | Block:
    """A point with its interval for every group, under the name of its column; a dashed line for all patients.

    Limits beyond 0 or 100 % are cut off there and end in an arrow. The title says how far groups lie apart.
    """
    shown = [row for row in estimates if row.statistic == Statistic.SURVIVAL and row.value is not None]
    groups = [row for row in shown if row.group]
    if not groups:
        return Block(_("No picture is drawn: of no group the survival may be shown."))
    tests = {row.group[0].variable: row for row in estimates if row.statistic == Statistic.P and row.value is not None}
    values = sorted(row.value for row in groups)
    title = _(
        "%(outcome)s at %(time)s: %(low)s to %(high)s in %(n)s groups",
        outcome=capitalised(_(OUTCOME)),
        time=part(groups[0], "time"),
        low=number(values[0], "fraction"),
        high=number(values[-1], "fraction"),
        n=len(groups),
    )
    spoken = "; ".join(f"{label(row)}: {plain_text(row)}" for row in shown)
    return Figure(
        title.replace(NBSP, " "),
        _("Survival of groups with intervals. %(groups)s.", groups=spoken),
        _forest(shown, tests, WIDE),
        _forest(shown, tests, NARROW),
    )


def _rows(shown: Sequence[Estimate], tests: dict[str, Estimate]) -> list[dict]:
    """A row for the name of each column, then one a group; `y` counts the rows from the top."""
    rows: list[dict] = []
    column = ""
    for found in shown:
        if found.group and found.group[0].variable != column:
            column = found.group[0].variable
            test = tests.get(column)
            beside = "" if test is None else f"p {'' if test.value < 0.001 else '= '}{part(test)}"
            rows.append(
                {"y": len(rows), "name": variable_name(column), "heading": True, "everybody": False, "beside": beside}
            )
        limits = None not in (found.low, found.high)
        rows.append(
            {
                "y": len(rows),
                "name": level_name(found.group[0]) if found.group else _("All patients"),
                "heading": False,
                "everybody": not found.group,
                "beside": f"{found.events} / {found.n}",
                "value": found.value,
                "low": max(0.0, found.low) if limits else found.value,
                "high": min(1.0, found.high) if limits else found.value,
                "under": bool(limits and found.low < 0),
                "over": bool(limits and found.high > 1),
            }
        )
    return rows


def _forest(shown: Sequence[Estimate], tests: dict[str, Estimate], width: int) -> dict:
    rows = _rows(shown, tests)
    wide = width >= WIDE
    names, counts = (190, 96) if wide else (0, 0)
    plot, step = width - names - counts, 26 if wide else 36
    height = step * (len(rows) + 1)
    across = alt.Scale(domain=[0, 1], nice=False)
    down = alt.Scale(domain=[-1, len(rows)], range=[0, height], nice=False, zero=False)

    def y(shift: float = 0.5) -> alt.Y:
        return alt.Y("middle:Q", scale=down, axis=None)

    base = alt.Chart(alt.NamedData("groups")).transform_calculate(
        middle="datum.y + 0.5" if wide else "datum.y + (datum.heading ? 0.6 : 0.78)",
        words="datum.y + 0.5" if wide else "datum.y + (datum.heading ? 0.6 : 0.36)",
    )
    points = base.transform_filter("!datum.heading")
    x = alt.X("low:Q", scale=across, axis=alt.Axis(format=".0%", title=capitalised(_(OUTCOME)), tickCount=5))
    at_words = alt.Y("words:Q", scale=down, axis=None)
    left = alt.value(-names) if wide else alt.value(0)
    right = alt.value(plot + counts if wide else plot)
    layers = [
        points.mark_rule(color=BLUE, strokeWidth=2.2).encode(x=x, x2="high:Q", y=y()),
        points.mark_point(color=BLUE, filled=True, shape="square", opacity=1, size=70).encode(
            x=alt.X("value:Q", scale=across), y=y()
        ),
        _arrow(points, "under", "triangle-left", "low:Q", across, y()),
        _arrow(points, "over", "triangle-right", "high:Q", across, y()),
        _text(base, "datum.heading", fontWeight="bold", align="left").encode(x=left, y=at_words, text="name:N"),
        _text(base, "!datum.heading", align="left", dx=10 if wide else 0).encode(x=left, y=at_words, text="name:N"),
        _text(base, "true", align="right").encode(x=right, y=at_words, text="beside:N"),
        alt.Chart(alt.NamedData("head"))
        .mark_text(align="right", color=INK)
        .encode(x=right, y=alt.Y("y:Q", scale=down, axis=None), text="words:N"),
    ]
    everybody = [row["value"] for row in rows if row["everybody"]][:1]
    line = [{"value": value} for value in everybody]
    if line:
        rule = alt.Chart(alt.NamedData("everybody")).mark_rule(color=GREY, strokeDash=[4, 4], strokeWidth=1.4)
        layers.insert(0, rule.encode(x=alt.X("value:Q", scale=across)))
    head = [{"words": _("Events / patients"), "y": -0.5}]
    chart = alt.layer(*layers).properties(width=plot, height=height)
    return drawn(chart, width, groups=rows, head=head, everybody=line)


def _arrow(points: alt.Chart, flag: str, shape: str, field: str, scale: alt.Scale, y: alt.Y) -> alt.Chart:
    mark = points.transform_filter(f"datum.{flag}").mark_point(color=BLUE, filled=True, opacity=1, size=90, shape=shape)
    return mark.encode(x=alt.X(field, scale=scale), y=y)


def _text(base: alt.Chart, condition: str, **style) -> alt.Chart:
    return base.transform_filter(condition).mark_text(color=INK, limit=185, **style)
