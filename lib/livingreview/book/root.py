"""Where the book is: the folder with _config.yml, _toc.yml and chapters/."""

from __future__ import annotations

from pathlib import Path

from livingreview.book.failures import BuildError


def book_root(start: Path | None = None) -> Path:
    """The book at or above `start` (default: here), or the one this code belongs to."""
    here = (start or Path.cwd()).resolve()
    for folder in [here, *here.parents, *Path(__file__).resolve().parents]:
        if (folder / "_toc.yml").is_file() and (folder / "_config.yml").is_file() and (folder / "chapters").is_dir():
            return folder
    raise BuildError("No book here: run the command in the folder that holds _config.yml, _toc.yml and chapters/.")
