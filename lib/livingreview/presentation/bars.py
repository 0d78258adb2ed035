"""Bars of response over the timepoints, and points with intervals for rates."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from livingreview.estimates import Estimate
from livingreview.presentation.figure import BLUE, INK, NARROW, WIDE, Figure, drawn
from livingreview.presentation.labels import label
from livingreview.presentation.markup import Block
from livingreview.presentation.numbers import plain_text

# Deepest first; luminance falls with depth, so that the order survives greyscale.
DEPTH_COLOURS = {
    "sCR": "#00324f",
    "CR": "#00517f",
    "VGPR": "#0072B2",
    "PR": "#56B4E9",
    "MR": "#b5d9f0",
    "SD": "#E69F00",
    "PD": "#D55E00",
}
TOGETHER = "shown together"  # each of them too few to be shown
DARK = {"sCR", "CR", "VGPR", "PD"}


def response_figure(estimates: Sequence[Estimate], timepoints: dict[str, str], *, title: str) -> Figure | Block:
    """Stacked bars, one per timepoint in order, a segment per response category with its count."""
    shares = [
        _segment(found, words)
        for name, words in timepoints.items()
        for found in estimates
        if found.statistic == "proportion"
        and found.events  # nobody is no segment
        and found.group.partition(" ")[0] == name
        and (found.group.partition(" ")[2] in DEPTH_COLOURS or found.key == f"response.{name}.merged")
    ]
    if not shares:
        return Block("No picture is drawn: no response was recorded.")
    spoken = "; ".join(
        f"{words}: " + ", ".join(f"{row['response']} {row['count']}" for row in shares if row["timepoint"] == words)
        for words in timepoints.values()
    )
    return Figure(
        title,
        f"Stacked bars of response at each timepoint. {spoken}.",
        _bars(shares, timepoints, WIDE),
        _bars(shares, timepoints, NARROW),
    )


def _segment(found: Estimate, timepoint: str) -> dict:
    """One segment; categories that may only be shown together are one grey segment at the end."""
    category = found.group.partition(" ")[2]
    known = category in DEPTH_COLOURS
    return {
        "timepoint": timepoint,
        "response": category if known else TOGETHER,
        "share": found.value,
        "count": found.events,
        "order": list(DEPTH_COLOURS).index(category) if known else len(DEPTH_COLOURS),
        "dark": category in DARK,
    }


def _bars(shares: list[dict], timepoints: dict[str, str], width: int) -> dict:
    colours = DEPTH_COLOURS | {TOGETHER: "#bdbdbd"}
    used = [name for name in colours if any(row["response"] == name for row in shares)]
    base = alt.Chart(alt.NamedData("shares")).encode(
        y=alt.Y(
            "timepoint:N",
            sort=list(timepoints.values()),
            axis=alt.Axis(title=None, domain=False, ticks=False, labelLimit=180),
        ),
        x=alt.X(
            "share:Q",
            stack="zero",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", title="Patients", tickCount=5),
        ),
        order=alt.Order("order:Q"),
    )
    colour = alt.Color(
        "response:N", scale=alt.Scale(domain=used, range=[colours[name] for name in used]), legend=alt.Legend()
    )
    bars = base.mark_bar(stroke="white", strokeWidth=1, height={"band": 0.7}).encode(color=colour)
    place = (
        alt.Chart(alt.NamedData("shares"))
        .transform_stack(stack="share", as_=["from", "to"], groupby=["timepoint"], sort=[alt.SortField("order")])
        .transform_calculate(middle="(datum.from + datum.to) / 2")
        .mark_text(fontWeight="bold")
        .encode(
            y=alt.Y("timepoint:N", sort=list(timepoints.values())),
            x=alt.X("middle:Q"),
            text="count:N",
            color=alt.condition("datum.dark", alt.value("white"), alt.value("black")),
        )
    )
    return drawn(
        alt.layer(bars, place).properties(width=width - (0 if width >= WIDE else 60), height=56 * len(timepoints)),
        width,
        shares=shares,
    )


def rate_figure(estimates: Sequence[Estimate], *, title: str) -> Figure | Block:
    """A point with its interval for every rate that can be estimated, from 0 to 100 %."""
    shown = [found for found in estimates if found.value is not None]
    if not shown:
        return Block("No picture is drawn: no rate can be estimated.")
    rows = [{"name": label(found), "value": found.value, "low": found.low, "high": found.high} for found in shown]
    spoken = "; ".join(f"{label(found)}: {plain_text(found)}" for found in shown)
    return Figure(title, f"Rates with exact intervals. {spoken}.", _points(rows, WIDE), _points(rows, NARROW))


def _points(rows: list[dict], width: int) -> dict:
    base = alt.Chart(alt.NamedData("rates")).encode(
        y=alt.Y(
            "name:N",
            sort=None,
            axis=alt.Axis(title=None, domain=False, ticks=False, labels=width >= WIDE, labelLimit=300),
        )
    )
    x = alt.X("low:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", title="Patients", tickCount=5))
    layers = [
        base.mark_rule(color=BLUE, strokeWidth=2.4).encode(x=x, x2="high:Q"),
        base.mark_point(color=BLUE, filled=True, opacity=1, size=90).encode(x="value:Q"),
    ]
    if width < WIDE:  # no room beside the plot: the names stand above their lines
        layers.append(base.mark_text(align="left", dy=-14, color=INK).encode(x=alt.datum(0), text="name:N"))
    step = 40 if width >= WIDE else 52
    return drawn(
        alt.layer(*layers).properties(width=width - (180 if width >= WIDE else 0), height=step * max(1, len(rows))),
        width,
        rates=rows,
    )


def lower_limit_figure(rows: Sequence[dict], *, title: str) -> Figure:
    """What a survival of 100 % still allows, by the number of patients behind it."""
    spoken = ", ".join(
        f"{row['at_risk']} patients {row['low'] * 100:.0f} %" for row in rows if row["at_risk"] in (1, 5, 10, len(rows))
    )
    return Figure(
        title,
        f"Lower confidence limit of a survival of 100 % by patients still followed: {spoken}.",
        _limits(list(rows), WIDE),
        _limits(list(rows), NARROW),
    )


def _limits(rows: list[dict], width: int) -> dict:
    base = alt.Chart(alt.NamedData("limits")).encode(
        x=alt.X(
            "at_risk:Q",
            scale=alt.Scale(domain=[0, len(rows) + 1], nice=False),
            axis=alt.Axis(title="Patients still followed without an event", format="d", tickMinStep=1),
        ),
        y=alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", title="Survival compatible with the data"),
        ),
    )
    layers = [
        base.mark_rule(color=BLUE, strokeWidth=3, opacity=0.5).encode(y2=alt.datum(1)),
        base.mark_point(color=BLUE, filled=True, opacity=1, size=60),
    ]
    return drawn(alt.layer(*layers).properties(width=width, height=240), width, limits=rows)
