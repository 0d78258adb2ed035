"""Vega, Vega-Lite and vega-embed as one classic script, so that charts come alive from disk, too."""

from __future__ import annotations

from livingreview.site.charts import VEGA_LITE

BUNDLE = "livingreview-vega.js"


def bundle() -> str:
    """The script. Closed in a function: it would otherwise leave names behind and break when loaded twice."""
    import vl_convert

    return f"(()=>{{{vl_convert.javascript_bundle('window.vegaEmbed=vegaEmbed;', vl_version=VEGA_LITE)}}})();"
