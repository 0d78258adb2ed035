"""Kaplan-Meier curves with band, censoring ticks and the KMunicate table under the axis."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from livingreview.estimates import Curve, Results
from livingreview.presentation.figure import BLUE, INK, NARROW, ORANGE, WIDE, Figure, drawn
from livingreview.presentation.headline import headline
from livingreview.presentation.markup import Block
from livingreview.presentation.numbers import NBSP, part, plain_text

OUTCOMES = {"pfs": "alive without progression", "os": "alive", "mrd": "alive without progression"}
ROWS = ("At risk", "Censored", "Events")
COLOURS = (BLUE, ORANGE)
DASHES = ([1, 0], [6, 3])
ILLUSTRATIVE = [2, 2]  # a curve that is not known is never drawn as a whole line


def survival_figure(results: Results, endpoint: str) -> Figure | Block:
    """The curve of an endpoint, or one per group, on a common time axis; y runs from 0 to 100 %.

    The title states the headline estimate. Where no curve may be shown, one sentence says so.
    """
    curves = [curve for curve in results.curves if curve.endpoint == endpoint]
    if not curves:
        return Block("No curve is drawn: none may be shown.")
    found = headline(results, endpoint)
    outcome = OUTCOMES[endpoint]
    title = (
        f"{part(found)} were {outcome} at {part(found, 'time')}"
        if found and found.value is not None
        else f"{outcome.capitalize()} over time"
    )
    reading = (
        f" {plain_text(found)}, {found.method}, at {found.time_months:g} months." if found and found.estimable else ""
    )
    ends = "; ".join(_spoken(curve) for curve in curves)
    description = (
        f"Kaplan-Meier curve of patients {outcome}, with {curves[0].level * 100:g} % band ({curves[0].method})."
        f"{reading} {ends}."
    )
    return Figure(
        title.replace(NBSP, " "),
        description,
        _spec(curves, outcome, WIDE),
        _spec(curves, outcome, NARROW),
        note=curves[0].note,
        kind="survival",
        illustrative=curves[0].illustrative,
    )


def _spoken(curve: Curve) -> str:
    """The course of a curve in words; of an illustrative one only where it ends."""
    if curve.illustrative:
        return f"Drawn to {curve.t[-1]:g} months for {curve.at_risk[0]} patients"
    group = "" if curve.group == "all" else f"{curve.group}: "
    return f"{group}{curve.events[-1]} events among {curve.at_risk[0]} patients, followed to {curve.t[-1]:g} months"


def _spec(curves: Sequence[Curve], outcome: str, width: int) -> dict:
    step = 12 if width < WIDE or curves[0].t[-1] > 90 else 6
    last = max(curve.risk_table.times[-1] for curve in curves)
    ticks = [float(t) for t in range(0, int(last) + 1, step)]
    x = alt.X(
        "t:Q", scale=alt.Scale(domain=[0, last], nice=False), axis=alt.Axis(values=ticks, title="Months", format="d")
    )
    parts = [_curves(curves, x, outcome, width)]
    parts += [_counts(curve, number, last, width, len(curves) > 1) for number, curve in enumerate(curves)]
    counts = {f"counts{number}": _count_rows(curve, ticks) for number, curve in enumerate(curves)}
    chart = alt.vconcat(*parts, spacing=10)
    return drawn(chart, width, steps=_step_rows(curves), censored=_censored_rows(curves), **counts)


def _step_rows(curves: Sequence[Curve]) -> list[dict]:
    """One row a step; `low` and `high` are drawn (cut off at 0 and 1), `from` and `to` are the limits as they are."""
    return [
        {
            "t": t,
            "survival": survival,
            "from": low,
            "to": high,
            "at_risk": at_risk,
            "group": curve.group,
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
        {"t": t, "survival": _height(curve, t), "group": curve.group} for curve in curves for t in curve.censor_times
    ]


def _count_rows(curve: Curve, ticks: list[float]) -> list[dict]:
    counts = curve.risk_table
    return [
        {"t": t, "row": row, "count": str(count)}
        for row, column in zip(ROWS, (counts.at_risk, counts.censored, counts.events), strict=True)
        for t, count in zip(counts.times, column, strict=True)
        if t in ticks
    ]


def _curves(curves: Sequence[Curve], x: alt.X, outcome: str, width: int) -> alt.LayerChart:
    groups = [curve.group for curve in curves]
    dashes = [ILLUSTRATIVE if curve.illustrative else dash for curve, dash in zip(curves, DASHES, strict=False)]
    legend = alt.Legend() if len(groups) > 1 else None
    scale = alt.Scale(domain=groups, range=list(COLOURS[: len(groups)]))
    colour = alt.Color("group:N", scale=scale, legend=legend)
    unnamed = alt.Color("group:N", scale=scale, legend=None)  # the line alone names a group
    dash = alt.StrokeDash("group:N", scale=alt.Scale(domain=groups, range=dashes), legend=legend)
    y = alt.Y(
        "survival:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", title=outcome[:1].upper() + outcome[1:]),
    )
    base = alt.Chart(alt.NamedData("steps"))
    band = base.mark_area(interpolate="step-after", opacity=0.18).encode(
        x=x, y=alt.Y("low:Q"), y2="high:Q", color=unnamed
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(x=x, y=y, color=colour, strokeDash=dash)
    tick = (
        alt.Chart(alt.NamedData("censored"))
        .mark_tick(orient="vertical", thickness=1.3, size=9)
        .encode(x=x, y=y, color=unnamed)
    )
    return alt.layer(band, line, tick).properties(width=width, height=300 if width >= WIDE else 240)


def _counts(curve: Curve, number: int, last: float, width: int, grouped: bool) -> alt.Chart:
    title = (
        {"title": curve.group, "titleAnchor": "start", "titleAngle": 0, "titleY": -6, "titleAlign": "left"}
        if grouped
        else {"title": None}
    )
    y = alt.Y("row:N", sort=list(ROWS), axis=alt.Axis(domain=False, ticks=False, labelPadding=16, **title))
    x = alt.X("t:Q", scale=alt.Scale(domain=[0, last], nice=False), axis=None)
    return (
        alt.Chart(alt.NamedData(f"counts{number}"))
        .mark_text(color=INK)
        .encode(x=x, y=y, text="count:N")
        .properties(width=width, height=58)
    )


def _height(curve: Curve, time: float) -> float:
    """The curve's height at a time: the value of the last step at or before it."""
    return next(s for t, s in reversed(list(zip(curve.t, curve.survival, strict=True))) if t <= time)
