"""The process that renders: imports Jupyter Book, waits for the folder to build, builds it."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import sys

# What those extensions that Jupyter Book sets up import only when they are used.
LATE = (
    "sphinx.builders.html",
    "myst_nb.sphinx_",
    "myst_nb.ext.glue.domain",
    "sphinx_multitoc_numbering",
    "sphinx_jupyterbook_latex.events",
    "sphinx_design.extension",
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

    An end of input instead of either means that nothing is to be done. The last line of the output names our modules.
    """
    if not sys.stdin.readline():
        return 0
    # Some libraries look through all installed packages again for every citation and page.
    importlib.metadata.entry_points = functools.cache(importlib.metadata.entry_points)  # type: ignore[assignment]
    import vl_convert
    from jupyter_book.cli.main import main as jupyter_book
    from jupyter_book.config import get_default_sphinx_config
    from sphinx.application import builtin_extensions

    for name in (*builtin_extensions, *get_default_sphinx_config()["extensions"], *LATE):
        importlib.import_module(name)
    empty = {"data": {"values": []}, "mark": "point"}
    vl_convert.vegalite_to_svg(empty, vl_version="6.4")  # its engine takes a second to start
    source = sys.stdin.readline().strip()
    if not source:
        return 0
    code = jupyter_book(["build", source, "-W", "-n", "--keep-going", "-q"], standalone_mode=False) or 0
    print("\n" + " ".join(name for name in sys.modules if name.startswith("livingreview.")))
    return code


if __name__ == "__main__":
    sys.exit(main())
