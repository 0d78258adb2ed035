"""A survival curve that is not known: the area in which it may run, one example in it, and what is printed."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt

from livingreview.presentation.kit.figure import BLUE, GREY, INK, WIDE
from livingreview.presentation.kit.format import number, part
from livingreview.results.curves import Curve, Envelope
from livingreview.results.estimates import Estimate
from livingreview.words.group_names import group_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

AREA, EXAMPLE, PRINTED = mark("may run in here (not a CI)"), mark("one example"), mark("printed value, our CI")
DASH = [2, 2]
BAND = 0.32


def envelope_note(curve: Curve, envelope: Envelope) -> str:
    """What must be known of the picture before anything is read off it."""
    area = _(
        "The grey area is no confidence interval: cohorts that agree with everything printed fill it "
        "(lowest and highest of %(n)s).",
        n=envelope.members,
    )
    return f"{reason_words(curve.note)} {area}"


def spoken_envelope(curve: Curve, envelope: Envelope) -> str:
    """The area in words: how far the curve is fixed at each year and at its end."""
    times = [t for t in envelope.t if t and (t % 12 == 0 or t == envelope.t[-1])]
    at = [_("at %(time)g months %(survival)s", time=t, survival=_ends(envelope, envelope.t.index(t))) for t in times]
    return _(
        "Drawn to %(time)g months for %(n)s patients. Grey area: where the curve may run, no confidence interval; %(areas)s, "
        "over %(members)s cohorts. Dotted: one of them, illustrative",
        time=curve.t[-1],
        n=curve.at_risk[0],
        areas=", ".join(at),
        members=envelope.members,
    )


def _ends(envelope: Envelope, place: int) -> str:
    low, high = (number(ends[place], "fraction").replace("\u00a0", " ") for ends in (envelope.low, envelope.high))
    return low if low == high else _("%(low)s to %(high)s", low=low, high=high)


def envelope_rows(curve: Curve, envelope: Envelope) -> list[dict]:
    """One row a month: the example, and the area as `low` and `high`; at risk from the fewest to the most."""
    return [
        {
            "t": t,
            "survival": next(s for at, s in reversed(list(zip(curve.t, curve.survival, strict=True))) if at <= t),
            "from": low,
            "to": high,
            "at_risk": span(at_risk),
            "group": group_words(curve.group),
            "low": low,
            "high": high,
        }
        for t, low, high, at_risk in zip(envelope.t, envelope.low, envelope.high, envelope.at_risk, strict=True)
    ]


def span(ends: tuple[int, int]) -> str:
    """Fewest and most, or the one number."""
    fewest, most = ends
    return str(fewest) if fewest == most else f"{fewest}–{most}"


def envelope_counts(envelope: Envelope, ticks: list[float], names: Sequence[str]) -> list[dict]:
    """The rows under the axis, each number from the fewest to the most."""
    columns = (envelope.at_risk, envelope.censored, envelope.events)
    return [
        {"t": t, "row": name, "count": span(column[envelope.t.index(t)])}
        for name, column in zip(names, columns, strict=True)
        for t in ticks
        if t in envelope.t
    ]


def printed_rows(found: Estimate | None) -> list[dict]:
    """The estimate that is printed, with its limits cut off at 0 and 1 for drawing; none where there is none."""
    if found is None or found.value is None or found.low is None or found.high is None:
        return []
    words = f"{part(found)} ({part(found, 'interval')})".replace("\u00a0", " ")
    ends = {"low": max(0.0, found.low), "high": min(1.0, found.high)}
    return [{"t": found.time_months, "survival": found.value, **ends, "words": words}]


def envelope_layers(x: alt.X, y: alt.Y, width: int) -> list[alt.Chart]:
    """Area, example, then the printed estimate with its interval.

    The script of the page knows the line by its name, and takes a legend of it for groups.
    """
    area, example, value = _(AREA), _(EXAMPLE), _(PRINTED)
    scale = alt.Scale(domain=[area, example, value], range=[GREY, BLUE, INK])
    legend = alt.Legend(symbolType="square", symbolOpacity=1, columns=0 if width >= WIDE else 1)
    ink = alt.Color("is:N", scale=scale)

    def chart(data: str, words: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(data)).transform_calculate(**{"is": json.dumps(words)})

    return [
        chart("steps", area)
        .mark_area(interpolate="step-after", opacity=BAND)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=alt.Color("is:N", scale=scale, legend=legend))
        .properties(name="band"),
        chart("steps", example)
        .mark_line(interpolate="step-after", strokeWidth=1.6, strokeDash=DASH)
        .encode(x=x, y=y, color=ink)
        .properties(name="line"),
        chart("printed", value).mark_rule(strokeWidth=2.4).encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=ink),
        chart("printed", value).mark_point(filled=True, size=80, opacity=1).encode(x=x, y=y, color=ink),
    ]
