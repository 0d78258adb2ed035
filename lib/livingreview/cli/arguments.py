"""What the arguments of a command mean: folders and values to settings of a build."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from livingreview.book.builder import book_root
from livingreview.book.failures import BuildError
from livingreview.book.settings import Settings
from livingreview.cohort.problems import CohortError, Problem

DEFAULT = Path("data/chen-2026")
Folder = Annotated[Path, typer.Argument(help="cohort folder", show_default=False)]
MaybeFolder = Annotated[Path | None, typer.Argument(help="cohort folder (default: data/chen-2026)", show_default=False)]
Folders = Annotated[
    list[Path] | None, typer.Argument(help="cohort folders (default: data/chen-2026)", show_default=False)
]
Out = Annotated[Path | None, typer.Option(help="where the build goes (default: _build/<folder name>)")]
Values = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="value of a parameter; may be given again")
]
Jobs = Annotated[int | None, typer.Option(min=1, help="chapters executed at a time (default: cores)")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


def built(settings: Settings) -> Path:
    """The folder of the site, if there is one."""
    html = settings.out / "html"
    if not (html / "index.html").is_file():
        raise BuildError("no-site", out=near(settings.out))
    return html


def settings_of(folders, out, values, *, jobs=None, force=False) -> list[Settings]:
    """Settings of each folder; with several folders `--out` holds one build a folder."""
    root = book_root()
    chosen = folders or [root / DEFAULT]
    extra = {"jobs": jobs} if jobs else {}
    chosen_settings = []
    for folder in map(cohort_folder, chosen):
        if not folder.is_dir():
            raise CohortError([Problem(str(folder), "folder-missing")])
        name = folder.resolve().name
        target = root / "_build" / name if out is None else out if len(chosen) == 1 else out / name
        chosen_settings.append(
            Settings(root=root, folder=folder, out=target.resolve(), values=_values(values or []), force=force, **extra)
        )
    return chosen_settings


def cohort_folder(path: Path) -> Path:
    """The cohort folder; of a workbook the folder that holds it and its study.yml."""
    from livingreview.intake.read.formats import endings, holds_sheets

    if not path.is_file():
        return path
    if path.suffix.lower() in endings("folder") and holds_sheets(path) and (path.parent / "study.yml").is_file():
        return path.parent
    raise CohortError([Problem(str(path), "file-no-folder")])


def _values(pairs: list[str]) -> dict[str, object]:
    """NAME=VALUE pairs; the value is read as YAML, so that 36 is a number and [12, 24] a list."""
    import yaml

    values = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise BuildError("no-value", pair=pair, usage=True)
        try:
            values[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise BuildError("unreadable-value", pair=pair, usage=True) from None
    return values


def near(path: Path) -> str:
    """The path as seen from here, if it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
