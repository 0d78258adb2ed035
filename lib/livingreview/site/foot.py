"""The foot of a page: how to cite it, in every form, and how it was computed."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from livingreview.site.citation import FORMATS, Citation, reference
from livingreview.words.translate import gettext as _

FOLDER = "cite"


def foot(cited: Citation, pathto: Callable[..., str], *, computed: bool) -> str:
    """The citation as text, one menu with the citation files, and the notebook behind the page."""
    entries = "".join(_entry(cited, pathto, form) for form in FORMATS)
    heading = _("Cite this review") if cited.is_whole else _("Cite this chapter")
    notebook = _link(pathto(f"notebooks/{cited.name}.ipynb", 1), _("How this page was computed"))
    numbers = _("All numbers: %(link)s.", link=_link(pathto("results.csv", 1), "results.csv"))
    if computed:
        numbers = f"{_('%(link)s: the executed notebook.', link=notebook)} {numbers}"
    return (
        f'<section class="lr-cite" aria-labelledby="cite-this"><h2 id="cite-this">{escape(heading)}</h2>'
        f'<p class="lr-citation">{escape(reference(cited))}</p>'
        f'<details class="d-print-none"><summary>BibTeX, RIS, CSL-JSON</summary>{entries}</details></section>'
        f'<p class="lr-computed d-print-none">{numbers}</p>'
    )


def _link(address: str, words: str) -> str:
    return f'<a href="{address}" download>{escape(words)}</a>'


def _entry(cited: Citation, pathto: Callable[..., str], form: str) -> str:
    suffix, written = FORMATS[form]
    name = f"cite-{suffix}"
    copy = escape(_("Copy %(form)s", form=form))
    return (
        f'<div class="lr-cite-form"><p><strong>{form}</strong> '
        f"{_link(pathto(f'{FOLDER}/{cited.name}.{suffix}', 1), _('Download'))} "
        f'<button type="button" class="lr-copy pst-js-only" data-copy="{name}" aria-label="{copy}">'
        f"{escape(_('Copy'))}</button></p>"
        f'<pre id="{name}" tabindex="0" aria-label="{form}">{escape(written(cited)).replace(chr(13), "")}</pre></div>'
    )


def write_citations(outdir: Path, cited: Citation) -> None:
    """cite/<chapter>.bib, .ris and .json."""
    folder = outdir / FOLDER
    folder.mkdir(exist_ok=True)
    for suffix, written in FORMATS.values():
        (folder / f"{cited.name}.{suffix}").write_bytes(written(cited).encode("utf-8"))
