"""Vega, Vega-Lite and vega-embed as one classic script, so that charts come alive from disk, too."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from livingreview.site.charts import VEGA_LITE

BUNDLE = "livingreview-vega.js"


def bundle() -> str:
    """The script, the same for every review: made once in two seconds and kept in the user's cache."""
    kept = user_cache_path("livingreview") / f"vega-{VEGA_LITE}-{version('vl-convert-python')}.js"
    with suppress(OSError, UnicodeDecodeError):
        return kept.read_text(encoding="utf-8")
    made = _made()
    with suppress(OSError):  # no home, no room: it is made again
        kept.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(kept, made)
    return made


def _made() -> str:
    """Closed in a function: it would otherwise leave names behind and break when loaded twice."""
    import vl_convert

    return f"(()=>{{{vl_convert.javascript_bundle('window.vegaEmbed=vegaEmbed;', vl_version=VEGA_LITE)}}})();"


def _write_whole(path: Path, text: str) -> None:
    """In one step: another build may read it at the same time."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
