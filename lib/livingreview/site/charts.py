"""Charts as SVG drawn at build time, one for wide screens and one for phones."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes

from livingreview.results import FIGURE_MIME

VEGA_LITE = "6.4"
_IDS = re.compile(r'(id="|url\(#|href="#)((?:clip|gradient)[\w-]*)')


def svg(spec: dict[str, Any], prefix: str) -> str:
    """The drawing of a Vega-Lite specification, its ids made unique on the page, scaling with it."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    drawn = _IDS.sub(rf"\g<1>{prefix}-\g<2>", drawn)
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def chart_html(spec: dict[str, Any], prefix: str) -> str:
    """Both drawings in one element that has the title and description as its words."""
    about = spec["usermeta"]
    wide = {name: value for name, value in spec.items() if name != "usermeta"}
    spoken = [about["title"] + ".", about["note"], about["description"]]
    words = escape(" ".join(part for part in spoken if part), quote=True)
    note = f'<p class="lr-chart-note">{escape(about["note"])}</p>' if about["note"] else ""
    return (
        f'<div class="lr-chart"><p class="lr-chart-title">{escape(about["title"])}</p>{note}'
        f'<div role="img" aria-label="{words}">'
        f'<div class="lr-chart-wide">{svg(wide, prefix + "w")}</div>'
        f'<div class="lr-chart-narrow">{svg(about["narrow"], prefix + "n")}</div></div></div>'
    )


class ChartRenderer:
    """MyST-NB's plug-in for the mime type of our figures."""

    mime_priority_overrides = (("html", FIGURE_MIME, 1),)

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """The chart as raw HTML; None leaves any other type to others."""
        if inline or data.mime_type != FIGURE_MIME:
            return None
        docname = renderer.renderer.sphinx_env.docname
        temp = renderer.renderer.sphinx_env.temp_data
        number = temp["livingreview_charts"] = temp.get("livingreview_charts", 0) + 1
        prefix = f"{docname.rpartition('/')[2]}-{number}"
        return [nodes.raw("", chart_html(data.content, prefix), format="html")]
