"""Bars of response over the timepoints, and points with intervals for rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from livingreview.presentation.kit.figure import BLUE, INK, LINE, NARROW, WIDE, Figure, drawn, in_lines, wrapped
from livingreview.presentation.kit.format import NBSP, number, part, plain_text
from livingreview.presentation.kit.headline import COMPLETE, deepest
from livingreview.presentation.kit.labels import capitalised, label
from livingreview.presentation.kit.myst import Block
from livingreview.presentation.paths import (
    CHANGE_COLOURS,
    JOINED,
    NAMES,
    NOBODY,
    ORDER,
    category,
    names_of,
    path_note,
    paths,
    ribbons,
    spoken_paths,
)
from livingreview.results.codes import Statistic
from livingreview.results.estimates import Estimate
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark, ngettext

# Deepest first; luminance falls with depth, so that the order survives greyscale.
_OF_ONE = {
    "sCR": "#00324f",
    "CR": "#00517f",
    "VGPR": "#0072B2",
    "PR": "#56B4E9",
    "MR": "#b5d9f0",
    "SD": "#E69F00",
    "PD": "#D55E00",
}
DEPTH_COLOURS = {name: _OF_ONE[JOINED.get(name, name)] for name in ORDER}
TOGETHER = mark("shown together")  # each of them too few to be shown
NOT_ASSESSED = mark("not assessed")
COLOURS = DEPTH_COLOURS | {TOGETHER: "#bdbdbd", NOT_ASSESSED: "#ececec"}
DARK = {_OF_ONE[name] for name in ("sCR", "CR", "VGPR", "PD")}
BAR, GAP = 1.0, 1.7  # heights; the gap is where ribbons run
LETTER = 8  # pixels of a digit


def response_figure(
    estimates: Sequence[Estimate], timepoints: dict[str, str], *, title: str | None = None
) -> Figure | Block:
    """Stacked bars, one per timepoint in order; ribbons join them where the paths of patients may be shown.

    The title says how many reached a complete response, first and last. A ribbon stands for at least three patients.
    """
    response = names_of(estimates)
    shares = [row for name, words in timepoints.items() for row in _segments(estimates, name, words, response)]
    if not shares:
        return Block(_("No picture is drawn: no response was recorded."))
    taken = paths(estimates)
    edges = _edges([row["timepoint"] for row in shares], gap=bool(taken))
    names = {words: name for name, words in timepoints.items()}
    places = {(names[row["timepoint"]], row["stem"]): row["from"] for row in shares}
    joined = ribbons(taken, places, {names[words]: edge for words, edge in edges.items()})
    for row in shares:
        row["top"], row["bottom"] = edges[row["timepoint"]]
        del row["stem"]
    spoken = "; ".join(
        f"{words}: " + ", ".join(f"{row['response']} {row['count']}" for row in shares if row["timepoint"] == words)
        for words in timepoints.values()
    )
    return Figure(
        title or _deepest(estimates, timepoints),
        " ".join(
            filter(
                None,
                (
                    _("Stacked bars of response at each timepoint. %(bars)s.", bars=spoken),
                    spoken_paths(taken, timepoints),
                ),
            )
        ),
        _alluvial(shares, joined, WIDE, _palette(response)),
        _alluvial(shares, joined, NARROW, _palette(response)),
        note=path_note(estimates, timepoints),
    )


def _deepest(estimates: Sequence[Estimate], timepoints: dict[str, str]) -> str:
    """Complete response or better at the first and the last timepoint that have one."""
    found, (rate, what) = {row.key: row for row in estimates}, deepest(estimates)
    known = [
        f"{part(found[key])} {words[:1].lower()}{words[1:]}"
        for name, words in timepoints.items()
        if (key := f"response.{name}.{rate}") in found and found[key].value is not None
    ]
    if not known:
        return _("Depth of response at each timepoint")
    ends = ", ".join(dict.fromkeys((known[0], known[-1])))
    if rate != COMPLETE:
        return f"{capitalised(_(what))}: {ends}".replace(NBSP, " ")
    return _("Complete response or better: %(shares)s", shares=ends).replace(NBSP, " ")


def _segments(estimates: Sequence[Estimate], name: str, words: str, response: Mapping[str, str]) -> list[dict]:
    """The segments of one bar from the left; categories shown together and those not assessed at the end."""
    found = [
        _segment(row, words, response)
        for row in estimates
        if row.statistic == Statistic.PROPORTION
        and row.events  # nobody is no segment
        and row.group[0].level == name
        and (category(row) in response or row.key == f"response.{name}.merged")
    ]
    reached = 0.0
    for row in sorted(found, key=lambda row: row["order"]):
        row["from"], row["to"] = round(reached, 4), round(reached + row["share"], 4)
        row["middle"] = round(reached + row["share"] / 2, 4)
        reached += row["share"]
    return sorted(found, key=lambda row: row["order"])


def _segment(found: Estimate, timepoint: str, response: Mapping[str, str]) -> dict:
    stem = category(found)
    name = NOT_ASSESSED if stem == NOBODY else response.get(stem, TOGETHER)
    return {
        "timepoint": timepoint,
        "response": _(name),
        "count": found.events,
        "share": found.value,
        "order": list(_palette(response)).index(name),
        "dark": _palette(response)[name] in DARK,
        "stem": stem,
    }


def _palette(response: Mapping[str, str]) -> dict[str, str]:
    """The colour of every category; those of criteria of a cohort's own take theirs by depth."""
    if response is NAMES:
        return COLOURS
    own, colours = [name for stem, name in response.items() if stem != NOBODY], list(_OF_ONE.values())
    spread = {name: colours[place * len(colours) // len(own)] for place, name in enumerate(own)}
    return spread | {name: COLOURS[name] for name in (TOGETHER, NOT_ASSESSED)}


def _edges(bars: Sequence[str], *, gap: bool) -> dict[str, tuple[float, float]]:
    """The upper and lower edge of the bar of each timepoint."""
    step = BAR + (GAP if gap else 0.35)
    return {
        words: (round(place * step, 3), round(place * step + BAR, 3)) for place, words in enumerate(dict.fromkeys(bars))
    }


def _alluvial(shares: list[dict], joined: list[dict], width: int, palette: Mapping[str, str]) -> dict:
    room, unit = (150, 44) if width >= WIDE else (98, 40)
    plot, height = width - room, max(row["bottom"] for row in shares)
    across = alt.Scale(domain=[0, 1], nice=False)
    down = alt.Scale(domain=[height, 0], nice=False, zero=False)
    axis = alt.Axis(format=".0%", title=_("Patients"), tickCount=5 if width >= WIDE else 2)
    x, y = alt.X("from:Q", scale=across, axis=axis), alt.Y("top:Q", scale=down, axis=None)
    base = alt.Chart(alt.NamedData("shares"))
    colours = {_(name): colour for name, colour in palette.items()}
    used = [name for name in colours if any(row["response"] == name for row in shares)]
    scale = alt.Scale(domain=used, range=[colours[name] for name in used])
    bars = base.mark_rect(stroke=INK, strokeWidth=1).encode(
        x=x,
        x2="to:Q",
        y=y,
        y2="bottom:Q",
        color=alt.Color("response:N", scale=scale, legend=alt.Legend(symbolType="square")),
    )
    in_bar = base.transform_calculate(y="(datum.top + datum.bottom) / 2")
    wide_enough = f"(datum.to - datum.from) * {plot} >= {LETTER} * length(toString(datum.count)) + 4"
    counts = (
        in_bar.transform_filter(wide_enough)
        .mark_text(fontWeight="bold")
        .encode(
            x="middle:Q",
            y=alt.Y("y:Q", axis=None),
            text="count:N",
            color=alt.condition("datum.dark", alt.value("white"), alt.value("black")),
        )
    )
    rows = [
        {"words": wrapped(words, 20 if width >= WIDE else 15), "y": (row["top"] + row["bottom"]) / 2}
        for words, row in {row["timepoint"]: row for row in shares}.items()
    ]
    names = alt.Chart(alt.NamedData("names")).mark_text(align="right", lineBreak="\n", baseline="middle", color=INK)
    names = names.encode(x=alt.value(-8), y=alt.Y("y:Q", axis=None), text="words:N")
    layers = [*([_ribbons(joined, across, down, axis)] if joined else []), bars, counts, names]
    chart = alt.layer(*layers).resolve_scale(color="independent").properties(width=plot, height=round(unit * height))
    return drawn(chart, width, shares=shares, names=rows, **({"ribbons": joined} if joined else {}))


def _ribbons(joined: list[dict], across: alt.Scale, down: alt.Scale, axis: alt.Axis) -> alt.Chart:
    changes = {_(name): colour for name, colour in CHANGE_COLOURS.items()}
    used = [name for name in changes if any(row["change"] == name for row in joined)]
    scale = alt.Scale(domain=used, range=[changes[name] for name in used])
    legend = alt.Legend(orient="bottom", symbolType="square", symbolStrokeWidth=1)
    area = alt.Chart(alt.NamedData("ribbons")).mark_area(
        orient="horizontal", interpolate="monotone", fillOpacity=0.42, strokeWidth=0.8, strokeOpacity=1, line=False
    )
    colour = alt.Color("change:N", scale=scale, legend=legend)
    return area.encode(
        x=alt.X("left:Q", scale=across, axis=axis),
        x2="right:Q",
        y=alt.Y("y:Q", scale=down, axis=None),
        detail="path:N",
        color=colour,
        stroke=alt.Stroke("change:N", scale=scale, legend=None),
    )


def rate_figure(estimates: Sequence[Estimate], *, title: str | None = None) -> Figure | Block:
    """A point with its interval for every rate that can be estimated, from 0 to 100 %.

    The title says the rate of grade 3 or more, or else the first one.
    """
    shown = [found for found in estimates if found.value is not None]
    if not shown:
        return Block(_("No picture is drawn: no rate can be estimated."))
    rows = [{"name": label(found), "value": found.value, "low": found.low, "high": found.high} for found in shown]
    spoken = "; ".join(f"{label(found)}: {plain_text(found)}" for found in shown)
    first = next((found for found in shown if found.key == "safety.grade3plus"), shown[0])
    title = title or _("%(event)s: %(share)s of patients", event=label(first), share=part(first)).replace(NBSP, " ")
    return Figure(
        title,
        _("Rates with exact intervals. %(rates)s.", rates=spoken),
        rate_points(rows, WIDE),
        rate_points(rows, NARROW),
    )


def rate_points(rows: list[dict], width: int) -> dict:
    """The specification of points with intervals; `rows` hold name, value, low and high."""
    rows = [dict(row) for row in rows]
    most = in_lines(rows, width)
    base = alt.Chart(alt.NamedData("rates")).encode(y=alt.Y("lines:N", sort=None, axis=names_axis(width)))
    x = alt.X("low:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", title=_("Patients"), tickCount=5))
    layers = [
        base.mark_rule(color=BLUE, strokeWidth=2.4).encode(x=x, x2="high:Q"),
        base.mark_point(color=BLUE, filled=True, opacity=1, size=90).encode(x="value:Q"),
    ]
    if width < WIDE:  # no room beside the plot: the names stand above their lines
        above = base.mark_text(
            align="left", baseline="bottom", dy=-7 - (most - 1) * LINE, lineBreak="\n", lineHeight=LINE, color=INK
        )
        layers.append(above.encode(x=alt.datum(0), text="lines:N"))
    step = (40 if width >= WIDE else 52) if len(rows) < 10 else (26 if width >= WIDE else 42)
    step = max(step, most * LINE + 8) if width >= WIDE else step + 2 * (most - 1) * LINE
    return drawn(
        alt.layer(*layers).properties(width=width - (180 if width >= WIDE else 0), height=step * max(1, len(rows))),
        width,
        rates=rows,
    )


def names_axis(width: int) -> alt.Axis:
    """The axis of names in lines, beside the plot where there is room."""
    lines = "split(datum.label, '\\n')"
    style = {"title": None, "domain": False, "ticks": False, "labelLimit": 0, "labelPadding": 10}
    return alt.Axis(labels=width >= WIDE, labelExpr=lines, labelLineHeight=LINE, **style)


def lower_limit_figure(rows: Sequence[dict]) -> Figure:
    """What a survival of 100 % still allows, by the number of patients behind it; the title says it of five."""
    spoken = ", ".join(
        ngettext("%(n)s patient %(low)s", "%(n)s patients %(low)s", row["at_risk"], low=f"{row['low'] * 100:.0f} %")
        for row in rows
        if row["at_risk"] in (1, 5, 10, len(rows))
    )
    low = next(number(row["low"], "fraction") for row in rows if row["at_risk"] == 5)
    return Figure(
        _("No event among 5 patients: survival may still be as low as %(low)s", low=low).replace(NBSP, " "),
        _("Lower confidence limit of a survival of 100 %% by patients still followed: %(limits)s.", limits=spoken),
        _limits(list(rows), WIDE),
        _limits(list(rows), NARROW),
    )


def _limits(rows: list[dict], width: int) -> dict:
    base = alt.Chart(alt.NamedData("limits")).encode(
        x=alt.X(
            "at_risk:Q",
            scale=alt.Scale(domain=[0, len(rows) + 1], nice=False),
            axis=alt.Axis(title=_("Patients still followed without an event"), format="d", tickMinStep=1),
        ),
        y=alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", title=_("Survival compatible with the data")),
        ),
    )
    layers = [
        base.mark_rule(color=BLUE, strokeWidth=3, opacity=0.5).encode(y2=alt.datum(1)),
        base.mark_point(color=BLUE, filled=True, opacity=1, size=60),
    ]
    return drawn(
        alt.layer(*layers).properties(width=width if width >= WIDE else width - 76, height=240), width, limits=rows
    )
