"""Shares of patients as points with intervals, and what a survival of 100 % still allows."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from livingreview.presentation.kit.figure import BLUE, INK, LINE, NARROW, WIDE, Figure, drawn, in_lines
from livingreview.presentation.kit.format import NBSP, number, part, plain_text
from livingreview.presentation.kit.labels import label
from livingreview.presentation.kit.myst import Block
from livingreview.results.estimates import Estimate
from livingreview.words.translate import gettext as _
from livingreview.words.translate import ngettext


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
