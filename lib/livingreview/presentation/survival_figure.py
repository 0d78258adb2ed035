"""Kaplan-Meier curves with band, censoring ticks and the KMunicate table under the axis."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt

from livingreview.presentation.kit.figure import (
    BLUE,
    GREEN,
    GREY,
    INK,
    NARROW,
    ORANGE,
    PURPLE,
    WIDE,
    Figure,
    drawn,
    wrapped,
)
from livingreview.presentation.kit.format import NBSP, part
from livingreview.presentation.kit.headline import headline
from livingreview.presentation.kit.myst import Block
from livingreview.presentation.survival_course import compared, courses, faint_from, picture, reading, why_none
from livingreview.presentation.survival_envelope import (
    envelope_counts,
    envelope_layers,
    envelope_note,
    envelope_rows,
    printed_rows,
)
from livingreview.results.curves import Curve
from livingreview.results.estimates import Estimate, Results
from livingreview.words.group_names import group_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

ROWS = (mark("At risk"), mark("Censored"), mark("Events"))
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, INK, GREY)
DASHES = ([1, 0], [6, 3], [10, 3, 2, 3], [3, 3], [12, 5], [8, 3, 2, 3, 2, 3])
DIGIT = 8.3  # pixels of a digit of DejaVu Sans
FAINT, FAINT_BAND, BAND = 0.45, 0.07, 0.18


def survival_figure(results: Results, endpoint: str) -> Figure | Block:
    """The curve of an endpoint, or one per group, on a common time axis; y runs from 0 to 100 %.

    The title states the headline estimate. Where few are left at risk the curve is faint. Where no curve may
    be shown, one sentence says so.
    """
    curves = [curve for curve in results.curves if curve.endpoint == endpoint]
    if not curves:
        return Block(_("No curve is drawn: %(reason)s.", reason=why_none(results, endpoint)))
    found = headline(results, endpoint)
    outcome, envelope = _(results.endpoints[endpoint].alive), curves[0].envelope
    title = (
        _("%(share)s were %(outcome)s at %(time)s", share=part(found), outcome=outcome, time=part(found, "time"))
        if found and found.value is not None
        else compared(results, curves, outcome)
    )
    return Figure(
        title.replace(NBSP, " "),
        " ".join(filter(None, (picture(curves[0], outcome), reading(found), courses(curves)))),
        _spec(curves, outcome, WIDE, found),
        _spec(curves, outcome, NARROW, found),
        note=reason_words(curves[0].note) if envelope is None else envelope_note(curves[0], envelope),
        kind="survival",
        illustrative=curves[0].illustrative,
    )


def _where(curves: Sequence[Curve], *, faint: bool) -> str:
    """The condition in the language of the chart for the rows of the faint, or of the whole part of each curve."""
    tests = []
    for curve in curves:
        start, group = faint_from(curve), f"datum.group === {json.dumps(group_words(curve.group))}"
        if start is not None:
            tests.append(f"{group} && datum.t {'>=' if faint else '<='} {start!r}")
        elif not faint:
            tests.append(group)
    return " || ".join(tests)


def _spec(curves: Sequence[Curve], outcome: str, width: int, found: Estimate | None) -> dict:
    last = max(curve.risk_table.times[-1] for curve in curves)
    step = _step(last, width, _digits(curves))
    ticks = [float(t) for t in range(0, int(last) + 1, step)]
    x = alt.X(
        "t:Q", scale=alt.Scale(domain=[0, last], nice=False), axis=alt.Axis(values=ticks, title=_("Months"), format="d")
    )
    parts = [_curves(curves, x, outcome, width)]
    parts += [_counts(curve, number, last, width, len(curves) > 1) for number, curve in enumerate(curves)]
    counts = {f"counts{number}": _count_rows(curve, ticks) for number, curve in enumerate(curves)}
    if curves[0].envelope is not None:
        counts["printed"] = printed_rows(found)
    chart = alt.vconcat(*parts, spacing=10)
    return drawn(chart, width, steps=_step_rows(curves), censored=_censored_rows(curves), **counts)


def _plot(width: int) -> int:
    """The width inside the axes; on a phone names and axis have to fit beside it."""
    return width if width >= WIDE else width - 88


def _digits(curves: Sequence[Curve]) -> int:
    """The most letters of a number under the axis; one that is not known goes from the fewest to the most."""
    most = len(str(max(curve.at_risk[0] for curve in curves)))
    return most if curves[0].envelope is None else 2 * most + 1


def _step(last: float, width: int, digits: int) -> int:
    """Months between two ticks, so that the numbers under them have room in the widest face that may stand in."""
    room = _plot(width) / max(last, 1)
    steps = (6, 12, 24, 48) if width >= WIDE or last <= 24 else (12, 24, 48)
    return next((step for step in steps if step * room >= (digits + 1) * DIGIT), 120)


def _step_rows(curves: Sequence[Curve]) -> list[dict]:
    """One row a step; `low` and `high` are drawn (cut off at 0 and 1), `from` and `to` are the limits as they are."""
    if curves[0].envelope is not None:
        return envelope_rows(curves[0], curves[0].envelope)
    return [
        {
            "t": t,
            "survival": survival,
            "from": low,
            "to": high,
            "at_risk": at_risk,
            "group": group_words(curve.group),
            "low": 0.0 if low is None else max(0.0, low),
            "high": 1.0 if high is None else min(1.0, high),
        }
        for curve in curves
        for t, survival, low, high, at_risk in zip(
            curve.t, curve.survival, curve.low, curve.high, curve.at_risk, strict=True
        )
    ]


def _censored_rows(curves: Sequence[Curve]) -> list[dict]:
    return [
        {"t": t, "survival": _height(curve, t), "group": group_words(curve.group)}
        for curve in curves
        for t in curve.censor_times
    ]


def _count_rows(curve: Curve, ticks: list[float]) -> list[dict]:
    if curve.envelope is not None:
        return envelope_counts(curve.envelope, ticks, _rows())
    counts = curve.risk_table
    return [
        {"t": t, "row": row, "count": str(count)}
        for row, column in zip(_rows(), (counts.at_risk, counts.censored, counts.events), strict=True)
        for t, count in zip(counts.times, column, strict=True)
        if t in ticks
    ]


def _rows() -> list[str]:
    return [_(name) for name in ROWS]


def _curves(curves: Sequence[Curve], x: alt.X, outcome: str, width: int) -> alt.LayerChart:
    y = alt.Y(
        "survival:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", title=outcome[:1].upper() + outcome[1:]),
    )
    # The script of the page knows this part and its layers by their names.
    size = {"name": "curves", "width": _plot(width), "height": 300 if width >= WIDE else 240}
    if curves[0].envelope is not None:
        return alt.layer(*envelope_layers(x, y, width)).properties(**size)
    groups = [group_words(curve.group) for curve in curves]
    dashes = list(DASHES[: len(groups)])
    style = {"symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2.2, "symbolOpacity": 1, "columns": 0}
    if width < WIDE:  # a long name in lines: the drawing stays as wide as the plot
        names = json.dumps({group: wrapped(group, 24, most=len(group)) for group in groups})
        style |= {"columns": 1, "labelExpr": f"split({names}[datum.label], '\\n')"}
    legend = alt.Legend(**style) if len(groups) > 1 else None
    scale = alt.Scale(domain=groups, range=list(COLOURS[: len(groups)]))
    colour = alt.Color("group:N", scale=scale, legend=legend)
    dash = alt.StrokeDash("group:N", scale=alt.Scale(domain=groups, range=dashes), legend=legend)
    base = alt.Chart(alt.NamedData("steps"))
    fading = any(faint_from(curve) is not None for curve in curves)
    whole = base.transform_filter(_where(curves, faint=False)) if fading else base
    faint = base.transform_filter(_where(curves, faint=True))

    def both(chart: alt.Chart, prefix: str, opacities: tuple[float, float]) -> list[alt.Chart]:
        area = chart.mark_area(interpolate="step-after", opacity=opacities[0]).properties(name=f"{prefix}band")
        line = chart.mark_line(interpolate="step-after", strokeWidth=2.2, opacity=opacities[1])
        return [
            area.encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour),
            line.properties(name=f"{prefix}line").encode(x=x, y=y, color=colour, strokeDash=dash),
        ]

    later = both(faint, "faint_", (FAINT_BAND, FAINT)) if fading else []
    tick = (
        alt.Chart(alt.NamedData("censored"))
        .mark_tick(orient="vertical", thickness=1.3, size=9)
        .encode(x=x, y=y, color=colour)
        .properties(name="censored")
    )
    return alt.layer(*both(whole, "", (BAND, 1)), tick, *later).properties(**size)


def _counts(curve: Curve, number: int, last: float, width: int, grouped: bool) -> alt.Chart:
    title = (
        {
            "title": group_words(curve.group),
            "titleLimit": 260,
            "titleAnchor": "start",
            "titleAngle": 0,
            "titleY": -6,
            "titleAlign": "left",
        }
        if grouped
        else {"title": None}
    )
    y = alt.Y("row:N", sort=_rows(), axis=alt.Axis(domain=False, ticks=False, labelPadding=_first(curve), **title))
    x = alt.X("t:Q", scale=alt.Scale(domain=[0, last], nice=False), axis=None)
    return (
        alt.Chart(alt.NamedData(f"counts{number}"))
        .mark_text(color=INK)
        .encode(x=x, y=y, text="count:N")
        .properties(width=_plot(width), height=58)
    )


def _first(curve: Curve) -> float:
    """Pixels between the names and the axis: half of the first number, which stands on it."""
    return max(20, 8 + len(str(curve.at_risk[0])) * DIGIT / 2)


def _height(curve: Curve, time: float) -> float:
    """The curve's height at a time: the value of the last step at or before it."""
    return next(s for t, s in reversed(list(zip(curve.t, curve.survival, strict=True))) if t <= time)
