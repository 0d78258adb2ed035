"""Single patients as lanes of time: treatment, follow-up, and what happened; only where they may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import altair as alt

from livingreview.presentation.kit.figure import BLUE, GREEN, GREY, INK, NARROW, ORANGE, PURPLE, WIDE, Figure, drawn
from livingreview.presentation.kit.myst import Block, directive, escaped
from livingreview.presentation.kit.table import table
from livingreview.results.curves import Lanes
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark, ngettext

ON, OFF, FOLLOWED = mark("On treatment"), mark("Followed without it"), mark("Followed")
PROGRESSED, DIED, ONGOING = mark("Progression"), mark("Death"), mark("Treatment going on")
OTHER, UNKNOWN = mark("Stopped: other reason"), mark("Stopped: reason not recorded")
MOST_REASONS = 2
SHAPES = {PROGRESSED: ("triangle-up", ORANGE), DIED: ("cross", INK), ONGOING: ("triangle-right", INK)}
STOPS = (("circle", PURPLE), ("square", GREEN), ("diamond", GREY), ("triangle-down", INK))


def swimmer_figure(lanes: Lanes) -> Figure | Block:
    """A lane a patient, the longest follow-up first; one sentence where no patient may be shown alone."""
    if lanes.reason:
        return Block(
            _("No lanes of single patients are drawn: %(reason)s.", reason=escaped(reason_words(lanes.reason)))
        )
    reasons = _reasons(lanes.rows)
    marks = [mark for row in lanes.rows for mark in _marks(row, reasons)]
    treated = _treated(lanes)
    segments = [segment for row in lanes.rows for segment in _segments(row, treated)]
    counted = Counter(mark["what"] for mark in marks)
    drawn_of = (
        _("Each lane is a patient, all %(all)s.", all=lanes.of)
        if len(lanes.rows) == lanes.of
        else _(
            "Each lane is a patient: %(n)s of %(all)s, evenly from the longest follow-up to the shortest.",
            n=len(lanes.rows),
            all=lanes.of,
        )
    )
    happened = ", ".join(f"{what} {count}" for what, count in counted.items()) or _("nothing")
    return Figure(
        ngettext(
            "%(n)s of %(all)s patients was still on treatment when last seen",
            "%(n)s of %(all)s patients were still on treatment when last seen",
            lanes.ongoing,
            all=lanes.of,
        )
        if treated
        else _("Time on treatment is not recorded: lanes of follow-up"),
        _("Lanes of time in months. %(drawn)s Marked in the lanes drawn: %(marks)s.", drawn=drawn_of, marks=happened),
        _lanes(segments, marks, len(lanes.rows), WIDE),
        _lanes(segments, marks, len(lanes.rows), NARROW),
        note=drawn_of,
    )


def _treated(lanes: Lanes) -> bool:
    """Whether a treatment was recorded; of nobody is not the same as that nobody was treated."""
    return bool(lanes.ongoing) or any(row["treated_to"] is not None for row in lanes.rows)


def _stop(row: dict) -> float | None:
    """The end of treatment, unless a progression or death at the same time says it already."""
    ended = row["stopped"]
    if ended is None or ended == row["progressed"] or (row["died"] and ended == row["followed_to"]):
        return None
    return ended


def _reasons(rows: Sequence[dict]) -> dict[str | None, str]:
    """What a stop is called in the legend: the two most frequent reasons by name."""
    counts = Counter(row["why"] for row in rows if _stop(row) is not None)
    named = [why for why, _ in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))) if why][:MOST_REASONS]
    return {None: _(UNKNOWN)} | {
        why: _("Stopped: %(why)s", why=why) if why in named else _(OTHER) for why in counts if why
    }


def _segments(row: dict, treated: bool) -> list[dict]:
    lane, end = row["lane"], row["followed_to"]
    if row["treated_to"] is None:
        return [{"lane": lane, "what": _(OFF if treated else FOLLOWED), "start": 0.0, "end": end}]
    found = [{"lane": lane, "what": _(ON), "start": row["treated_from"], "end": row["treated_to"]}]
    if row["treated_from"] > 0:
        found.insert(0, {"lane": lane, "what": _(OFF), "start": 0.0, "end": row["treated_from"]})
    if end > row["treated_to"]:
        found.append({"lane": lane, "what": _(OFF), "start": row["treated_to"], "end": end})
    return found


def _marks(row: dict, reasons: dict[str | None, str]) -> list[dict]:
    lane, end = row["lane"], row["followed_to"]
    found = [] if row["progressed"] is None else [{"lane": lane, "t": row["progressed"], "what": _(PROGRESSED)}]
    if (stop := _stop(row)) is not None:
        found.append({"lane": lane, "t": stop, "what": reasons[row["why"]]})
    if row["died"]:
        found.append({"lane": lane, "t": end, "what": _(DIED)})
    elif row["ongoing"]:
        found.append({"lane": lane, "t": end, "what": _(ONGOING)})
    return found


def _lanes(segments: list[dict], marks: list[dict], count: int, width: int) -> dict:
    last = max((segment["end"] for segment in segments), default=1)
    step = 12 if width < WIDE or last > 90 else 6
    ticks = list(range(0, int(last) + 1, step))
    x = alt.X(
        "start:Q",
        scale=alt.Scale(domain=[0, last * 1.02], nice=False),
        axis=alt.Axis(values=ticks, title=_("Months"), format="d"),
    )
    order = list(dict.fromkeys(segment["lane"] for segment in segments))
    y = alt.Y("lane:O", scale=alt.Scale(paddingInner=0.3), sort=order, axis=None)
    present = {segment["what"] for segment in segments}
    fill = {_(what): colour for what, colour in ((ON, BLUE), (OFF, GREY), (FOLLOWED, GREY)) if _(what) in present}
    fills = alt.Scale(domain=list(fill), range=list(fill.values()))
    bars = (
        alt.Chart(alt.NamedData("lanes"))
        .mark_bar(opacity=0.75)
        .encode(x=x, x2="end:Q", y=y, color=alt.Color("what:N", scale=fills, legend=alt.Legend(symbolType="square")))
    )
    layers = [bars]
    if marks:
        styles = _styles(marks)
        names = list(styles)
        shape = alt.Scale(domain=names, range=[styles[name][0] for name in names])
        colour = alt.Scale(domain=names, range=[styles[name][1] for name in names])
        legend = alt.Legend(orient="bottom", columns=1 if width < WIDE else 3, labelLimit=240, symbolSize=80)
        layers.append(
            alt.Chart(alt.NamedData("marks"))
            .mark_point(filled=True, opacity=1, size=52 if width >= WIDE else 40)
            .encode(
                x=alt.X("t:Q"),
                y=y,
                shape=alt.Shape("what:N", scale=shape, legend=legend),
                color=alt.Color("what:N", scale=colour, legend=legend),
            )
        )
    chart = alt.layer(*layers).resolve_scale(color="independent", shape="independent")
    return drawn(chart.properties(width=width, height=max(60, 9 * count)), width, lanes=segments, marks=marks)


def _styles(marks: Sequence[dict]) -> dict[str, tuple[str, str]]:
    """Shape and colour of every mark that occurs."""
    present = {mark["what"] for mark in marks}
    fixed = {_(what): style for what, style in SHAPES.items() if _(what) in present}
    last = [_(name) for name in (OTHER, UNKNOWN) if _(name) in present]
    stops = [*sorted(present - set(fixed) - set(last)), *last]
    return fixed | dict(zip(stops, STOPS, strict=False))


def lane_table(lanes: Lanes, *, caption: str, name: str) -> Block:
    """The lanes in numbers, folded away; nothing where none may be shown, no columns of a treatment that nobody recorded."""
    if lanes.reason:
        return Block("")
    reasons, treated = _reasons(lanes.rows), _treated(lanes)
    body = [
        [
            row["lane"],
            *(
                [_month(row["treated_from"]), _month(row["treated_to"]), escaped(_ending(row, reasons))]
                if treated
                else []
            ),
            _month(row["progressed"]),
            _month(row["followed_to"]),
            _("yes") if row["died"] else _("no"),
        ]
        for row in lanes.rows
    ]
    header = [
        _("Lane"),
        *([_("Treated from"), _("Treated to"), _("How it ended")] if treated else []),
        _("Progression"),
        _("Followed to"),
        _("Died"),
    ]
    folded = table(header, body, caption=f"{caption} {_('Months.')}", name=name).markdown
    return Block(directive("dropdown", _("The lanes as a table"), folded, depth=5))


def _ending(row: dict, reasons: dict[str | None, str]) -> str:
    """How a treatment ended, in the words of the figure: rarer reasons, which may be of one patient, are not told."""
    if row["ongoing"]:
        return _(ONGOING)
    if _stop(row) is not None:
        return reasons[row["why"]]
    if row["stopped"] is None:
        return "–"
    return _(PROGRESSED) if row["stopped"] == row["progressed"] else _(DIED)


def _month(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
