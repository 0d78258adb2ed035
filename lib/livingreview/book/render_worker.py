"""The process that renders: imports Jupyter Book, waits for the folder to build, builds it."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import sys

EXTENSIONS = (
    "sphinx.builders.html",
    "sphinx_external_toc",
    "sphinx_togglebutton",
    "sphinx_copybutton",
    "myst_nb.sphinx_",
    "myst_nb.ext.glue.domain",
    "sphinx_thebe",
    "sphinx_comments",
    "sphinx_multitoc_numbering",
    "sphinx_jupyterbook_latex.events",
    "sphinx_design.extension",
    "sphinx_book_theme",
    "a11y_pygments",
    "sphinxcontrib.bibtex",
    "sphinxcontrib.bibtex.style.referencing.foot",
    "pybtex.style.formatting.unsrt",
    "latexcodec",
    "livingreview.site.charts",
    "livingreview.site.extension",
)


def main() -> int:
    """A first line on standard input begins the imports, a second names the folder to build.

    An end of input instead of either means that nothing is to be done.
    """
    if not sys.stdin.readline():
        return 0
    # Some libraries look through all installed packages again for every citation and page.
    importlib.metadata.entry_points = functools.cache(importlib.metadata.entry_points)
    import vl_convert
    from jupyter_book.cli.main import main as jupyter_book

    _import_what_sphinx_will()
    empty = {"data": {"values": []}, "mark": "point"}
    vl_convert.vegalite_to_svg(empty, vl_version="6.4")  # its engine takes a second to start
    source = sys.stdin.readline().strip()
    if not source:
        return 0
    return jupyter_book(["build", source, "-W", "-n", "--keep-going", "-q"], standalone_mode=False) or 0


def _import_what_sphinx_will() -> None:
    """Every extension that Jupyter Book will set up, and what those import late."""
    import jupyter_book.sphinx  # noqa: F401
    from sphinx.application import builtin_extensions

    for name in (*builtin_extensions, *EXTENSIONS):
        importlib.import_module(name)


if __name__ == "__main__":
    sys.exit(main())
