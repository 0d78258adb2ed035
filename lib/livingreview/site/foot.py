"""The foot of a page: how to cite it, in every form, and how it was computed."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from livingreview.site.citation import FORMATS, Citation, reference

FOLDER = "cite"


def foot(cited: Citation, pathto: Callable[..., str], *, computed: bool) -> str:
    """The citation as text, one menu with the citation files, and the notebook behind the page."""
    entries = "".join(_entry(cited, pathto, form) for form in FORMATS)
    notebook = (
        f'<a href="{pathto(f"notebooks/{cited.name}.ipynb", 1)}" download>How this page was computed</a>: '
        "the executed notebook. "
        if computed
        else ""
    )
    return (
        '<section class="lr-cite" aria-labelledby="cite-this"><h2 id="cite-this">'
        f"Cite this {'review' if cited.is_whole else 'chapter'}</h2>"
        f'<p class="lr-citation">{escape(reference(cited))}</p>'
        f'<details class="d-print-none"><summary>BibTeX, RIS, CSL-JSON</summary>{entries}</details></section>'
        f'<p class="lr-computed d-print-none">{notebook}All numbers: <a href="{pathto("results.csv", 1)}" download>'
        "results.csv</a>.</p>"
    )


def _entry(cited: Citation, pathto: Callable[..., str], form: str) -> str:
    suffix, written = FORMATS[form]
    name = f"cite-{suffix}"
    return (
        f'<div class="lr-cite-form"><p><strong>{form}</strong> '
        f'<a href="{pathto(f"{FOLDER}/{cited.name}.{suffix}", 1)}" download>Download</a> '
        f'<button type="button" class="lr-copy pst-js-only" data-copy="{name}" aria-label="Copy {form}">Copy</button></p>'
        f'<pre id="{name}" tabindex="0" aria-label="{form}">{escape(written(cited)).replace(chr(13), "")}</pre></div>'
    )


def write_citations(outdir: Path, cited: Citation) -> None:
    """cite/<chapter>.bib, .ris and .json."""
    folder = outdir / FOLDER
    folder.mkdir(exist_ok=True)
    for suffix, written in FORMATS.values():
        (folder / f"{cited.name}.{suffix}").write_bytes(written(cited).encode("utf-8"))
