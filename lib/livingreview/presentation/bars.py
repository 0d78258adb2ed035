"""Bars of response over the timepoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from livingreview.presentation.kit.figure import INK, NARROW, WIDE, Figure, drawn, wrapped
from livingreview.presentation.kit.format import NBSP, part
from livingreview.presentation.kit.headline import COMPLETE, deepest
from livingreview.presentation.kit.labels import capitalised
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
from livingreview.words.translate import mark

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
    if (rate, what) != COMPLETE:
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
