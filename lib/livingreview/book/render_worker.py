"""The process that renders: imports Jupyter Book, waits for the folder to build, builds it."""

from __future__ import annotations

import functools
import importlib.metadata
import sys


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
    import myst_nb.sphinx_  # noqa: F401
    import pydata_sphinx_theme  # noqa: F401
    import sphinx.application
    import sphinx.builders.html  # noqa: F401
    import sphinx_book_theme  # noqa: F401
    import sphinx_design  # noqa: F401
    import sphinxcontrib.bibtex  # noqa: F401

    import livingreview.site.extension  # noqa: F401


if __name__ == "__main__":
    sys.exit(main())
