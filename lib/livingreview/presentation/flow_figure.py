"""From all transplanted to those analysed, as boxes: who remains in the middle, who left beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from livingreview.presentation.kit.figure import GREY, INK, NARROW, WIDE, Figure, drawn, wrapped
from livingreview.presentation.kit.myst import Block
from livingreview.words.translate import gettext as _
from livingreview.words.translate import ngettext

LINE = 17  # pixels of a line of text
PADDING = 12
BETWEEN = 58  # pixels between two boxes at least


def flow_figure(rows: Sequence[Mapping[str, Any]]) -> Figure | Block:
    """A box a step with those who remain, and beside each arrow those who left; from the rows of the flow table."""
    if not rows:
        return Block(_("No picture is drawn: from how many patients these were taken is not recorded."))
    first, last = rows[0]["n"], rows[-1]["n"]
    title = _("How many left at each step")
    if last is not None and first in (None, last):
        title = ngettext("%(n)s patient was analysed", "%(n)s patients were analysed", last)
    elif last is not None:
        title = _("%(n)s of %(all)s patients were analysed", n=last, all=first)
    spoken = [_("Boxes from top to bottom."), _("%(step)s: %(count)s.", **_step(rows[0]))]
    for earlier, later in pairwise(rows):
        spoken.append(_("%(left)s. Then %(step)s: %(count)s.", left=_left(earlier, later), **_step(later)))
    return Figure(title, " ".join(spoken), _boxes(rows, WIDE), _boxes(rows, NARROW))


def _step(row: Mapping[str, Any]) -> dict[str, str]:
    return {"step": row["step"], "count": _counted(row["n"])}


def _counted(n: int | None) -> str:
    return _("number withheld") if n is None else ngettext("%(n)s patient", "%(n)s patients", n)


def _left(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> str:
    """Those who are in one box and not in the next, and why."""
    if earlier["n"] is None or later["n"] is None:
        return _("Number of those who left withheld")
    left = ngettext("%(n)s left", "%(n)s left", earlier["n"] - later["n"])
    return f"{left}: {later['reason']}" if later.get("reason") else left


def _boxes(rows: Sequence[Mapping[str, Any]], width: int) -> dict:
    """Boxes at pixels from the top left corner: the scales of the chart are pixels, too."""
    wide = width >= WIDE
    box, letters, side = (280, 38, 44) if wide else (width - 2, 36, 31)
    boxes: list[dict] = []
    notes: list[dict] = []
    arrows: list[dict] = []
    top = 1.0
    for place, row in enumerate(rows):
        words = wrapped(str(row["step"]), letters)
        lines = words.count("\n") + 1
        bottom = top + lines * LINE + LINE + PADDING
        boxes.append({"words": words, "n": _counted(row["n"]), "left": 1, "right": box, "top": top, "bottom": bottom})
        if place + 1 < len(rows):
            gone = wrapped(_left(row, rows[place + 1]), side, 4)
            height = (gone.count("\n") + 1) * LINE
            room = max(BETWEEN, height + 2 * PADDING)
            x = box / 2 if wide else 18
            notes.append(
                {
                    "words": gone,
                    "x": box + 14 if wide else 34,
                    "y": bottom + (room - height) / 2,
                    "from": x,
                    "middle": bottom + room / 2,
                }
            )
            arrows.append({"x": x, "y": bottom, "to": bottom + room})
            top = bottom + room
        else:
            top = bottom
    steps = [
        {"step": row["step"], "n": row["n"], "left": _left(rows[place - 1], row) if place else ""}
        for place, row in enumerate(rows)
    ]
    return drawn(_drawn_boxes(width, top + 1, wide), width, steps=steps, boxes=boxes, left=notes, arrows=arrows)


def _drawn_boxes(width: int, height: float, wide: bool) -> alt.LayerChart:
    across = alt.Scale(domain=[0, width], range=[0, width], nice=False)
    down = alt.Scale(domain=[0, height], range=[0, height], nice=False)

    def x(field: str) -> alt.X:
        return alt.X(field, scale=across, axis=None)

    def y(field: str) -> alt.Y:
        return alt.Y(field, scale=down, axis=None)

    boxes, arrows, left = (alt.Chart(alt.NamedData(name)) for name in ("boxes", "arrows", "left"))
    frame = boxes.mark_rect(fill=GREY, fillOpacity=0.12, stroke=INK, strokeWidth=1.2, cornerRadius=3)
    words = boxes.transform_calculate(x="datum.left + 12", y=f"datum.top + {PADDING / 2} + 3")
    number = boxes.transform_calculate(x="datum.left + 12", y=f"datum.bottom - {PADDING / 2}")
    text = {"align": "left", "color": INK}
    layers = [
        arrows.mark_rule(stroke=INK, strokeWidth=1.2).encode(x=x("x:Q"), y=y("y:Q"), y2="to:Q"),
        arrows.mark_point(shape="triangle-down", filled=True, opacity=1, size=70, color=INK, yOffset=-5).encode(
            x=x("x:Q"), y=y("to:Q")
        ),
        frame.encode(x=x("left:Q"), x2="right:Q", y=y("top:Q"), y2="bottom:Q"),
        words.mark_text(lineBreak="\n", baseline="top", lineHeight=LINE, **text).encode(
            x=x("x:Q"), y=y("y:Q"), text="words:N"
        ),
        number.mark_text(baseline="bottom", fontWeight="bold", **text).encode(x=x("x:Q"), y=y("y:Q"), text="n:N"),
        left.mark_text(lineBreak="\n", baseline="top", lineHeight=LINE, **text).encode(
            x=x("x:Q"), y=y("y:Q"), text="words:N"
        ),
    ]
    if wide:  # from the arrow to the words beside it
        branch = left.transform_calculate(end="datum.x - 6").mark_rule(stroke=INK, strokeWidth=1.2)
        layers.append(branch.encode(x=x("from:Q"), x2="end:Q", y=y("middle:Q")))
    return alt.layer(*layers).properties(width=width, height=height)
