"""Charts as SVG drawn at build time, one for wide screens and one for phones."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from docutils import nodes

from livingreview.results.exchange import FIGURE_MIME
from livingreview.site.typeface import as_shown, laid_out_with_room
from livingreview.words.translate import gettext as _

VEGA_LITE = "6.4"
LEFT_OUT = ("datasets", "$schema")  # the rows stand once; the name of the language is an address
_IDS = re.compile(r'(id="|url\(#|href="#)((?:clip|gradient)[\w-]*)')


def svg(spec: dict[str, Any], prefix: str) -> str:
    """The drawing of a Vega-Lite specification, its ids made unique on the page, scaling with it."""
    import vl_convert

    drawn = as_shown(vl_convert.vegalite_to_svg(laid_out_with_room(spec), vl_version=VEGA_LITE))
    drawn = _IDS.sub(rf"\g<1>{prefix}-\g<2>", drawn)
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _save() -> str:
    """A way to save a chart in each form."""
    buttons = "".join(
        f'<button type="button" data-save="{form.lower()}" '
        f'aria-label="{escape(_("Save figure as %(form)s", form=form))}">{form}</button>'
        for form in ("SVG", "PNG", "CSV")
    )
    return f'<p class="lr-save pst-js-only d-print-none">{escape(_("Save"))} {buttons}</p>'


def chart_html(spec: dict[str, Any], prefix: str) -> str:
    """Both drawings in one element that has the title and description as its words.

    The specification stands beside them as data: a script may put a live chart in the drawing's place.
    """
    about = spec["usermeta"]
    wide = {name: value for name, value in spec.items() if name != "usermeta"}
    spoken = [about["title"] + ".", about["note"], about["description"]]
    words = escape(" ".join(part for part in spoken if part), quote=True)
    note = f'<p class="lr-chart-note">{escape(about["note"])}</p>' if about["note"] else ""
    illustrative = ' data-illustrative="yes"' if about["illustrative"] else ""
    return (
        f'<div class="lr-chart" data-kind="{about["kind"]}" data-name="{prefix}" data-table="{about["table"]}"{illustrative}>'
        f'<p class="lr-chart-title">{escape(about["title"])}</p>{note}'
        f'<div class="lr-drawing" role="img" aria-label="{words}">'
        f'<div class="lr-chart-wide">{svg(wide, prefix + "w")}</div>'
        f'<div class="lr-chart-narrow">{svg(about["narrow"], prefix + "n")}</div></div>'
        f'<p class="lr-reading d-print-none" aria-live="polite"></p>{_save()}'
        f'<script type="application/json" class="lr-spec">{_data(wide, about["narrow"])}</script></div>'
    )


def _data(wide: dict[str, Any], narrow: dict[str, Any]) -> str:
    """Both specifications with their rows once, safe inside a page."""
    shared = {
        "datasets": wide["datasets"],
        "wide": {name: value for name, value in wide.items() if name not in LEFT_OUT},
        "narrow": {name: value for name, value in narrow.items() if name not in LEFT_OUT},
        "narrow_datasets": {
            name: rows for name, rows in narrow["datasets"].items() if rows != wide["datasets"].get(name)
        },
    }
    return json.dumps(shared, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


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
