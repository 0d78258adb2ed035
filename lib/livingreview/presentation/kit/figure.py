"""A figure: one Vega-Lite specification for wide screens and one for phones, with its words."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from livingreview.results.exchange import FIGURE_MIME

INK = "currentColor"
FONT = "Review Sans, sans-serif"  # that of the page
# Okabe and Ito's colours that keep 3:1 contrast on white and on the dark page.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#767676"
LINE = 16  # pixels of a line of text
WIDE, NARROW = 640, 290  # with axis and names: shrunk to a screen of 320 no letter is under 10 pixels


@dataclass(frozen=True, slots=True)
class Figure:
    """What a chapter cell returns. `title` states the finding; `note` what must be known of
    it; `description` is the alt text."""

    title: str
    description: str
    wide: dict[str, Any]
    narrow: dict[str, Any]
    note: str = ""
    kind: str = "marks"  # "survival": a reader may take a reading at any time
    illustrative: bool = False

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        # The phone's drawing travels in Vega-Lite's own place for foreign data.
        words = {"title": self.title, "note": self.note, "description": self.description}
        about = {"kind": self.kind, "illustrative": self.illustrative, "table": next(iter(self.wide["datasets"]))}
        spec = {**self.wide, "usermeta": {"narrow": self.narrow, **about, **words}}
        return {FIGURE_MIME: spec, "text/plain": "\n".join(word for word in words.values() if word)}


def theme(width: int) -> dict[str, Any]:
    """The one chart theme: quiet axes, text in the colour of the page, readable on a phone."""
    size = 13
    text = {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": size,
        "titleFontSize": size,
        "titleFontWeight": "normal",
    }
    return {
        "background": None,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **text,
            "domainColor": INK,
            "tickColor": INK,
            "gridColor": INK,
            "gridOpacity": 0.12,
            "labelLimit": 260,
            "titlePadding": 8,
        },
        "legend": {**text, "orient": "top", "title": None, "columns": 2 if width < WIDE else 0, "labelLimit": 260},
        "text": {"color": INK, "fontSize": size},
        "header": text,
    }


def drawn(chart: Any, width: int, **datasets: list[dict]) -> dict[str, Any]:
    """The specification of an Altair chart with the theme and its data, which the chart knows by name only.

    The first dataset is the table of the figure: a reader can save it.

    Altair copies and validates whatever is inside a chart many times over; rows of data need neither.
    """
    spec = chart.to_dict()
    spec["config"] = theme(width)
    spec["datasets"] = datasets
    return spec


def in_lines(rows: list[dict[str, Any]], width: int) -> int:
    """Give each row its `name` in lines for a drawing of a width; returns the most lines that one has.

    Nothing is left out: a long name has more lines. The letters are those of the widest face that may stand in.
    """
    letters = 23 if width >= WIDE else 36
    for row in rows:
        row["lines"] = wrapped(str(row["name"]), letters, most=len(str(row["name"])))
    most = max((row["lines"].count("\n") + 1 for row in rows), default=1)
    if width < WIDE:  # where names stand above their marks all end in the same line
        for row in rows:
            row["lines"] = "\n" * (most - 1 - row["lines"].count("\n")) + row["lines"]
    return most


def wrapped(words: str, width: int, most: int = 3) -> str:
    """Words in lines of at most so many letters; what does not fit into so many lines ends with an ellipsis."""
    lines = wrap(words, width) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: width - 1] + "…"]
    return "\n".join(lines)
