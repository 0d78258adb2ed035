"""The command `livingreview`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from livingreview.book.build import Settings
from livingreview.book.build import build as build_one
from livingreview.book.chapters import book_root
from livingreview.book.problems import BuildError, ChaptersFailed
from livingreview.cohort.check import check_cohort
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import read_study
from livingreview.published.printed import read_published

app = typer.Typer(
    help="A living review of one clinical study, computed from a cohort folder.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
DEFAULT = Path("data/chen-2026")
Folder = Annotated[Path, typer.Argument(help="cohort folder", show_default=False)]


@app.command()
def build(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="cohort folders (default: data/chen-2026)", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="where the build goes (default: _build/<folder name>)")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="chapters executed at a time (default: cores)")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="value of a parameter; may be given again")
    ] = None,
) -> None:
    """Check, execute and render cohort folders."""
    root = book_root()
    chosen = folders or [root / DEFAULT]
    for folder in chosen:
        target = (
            root / "_build" / folder.resolve().name
            if out is None
            else out
            if len(chosen) == 1
            else out / folder.resolve().name
        )
        extra = {"jobs": jobs} if jobs else {}
        settings = Settings(root=root, folder=folder, out=target.resolve(), values=_values(set_ or []), **extra)
        read_published(folder)  # a broken one is refused before anything is computed
        notes = build_one(settings, lambda words: typer.echo(f"  {words}"))
        for note in notes:
            typer.echo(f"note: {note}")
        typer.echo(f"{folder.name}: the site is in {_near(target)}/html/index.html")


def _near(path: Path) -> str:
    """The path as seen from here, if it lies below."""
    return str(path.resolve().relative_to(Path.cwd())) if path.resolve().is_relative_to(Path.cwd()) else str(path)


def _values(pairs: list[str]) -> dict[str, object]:
    """NAME=VALUE pairs; the value is read as YAML, so that 36 is a number and [12, 24] a list."""
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise BuildError(f"--set {pair}: NAME=VALUE is expected, for instance --set landmark_months=12", usage=True)
        try:
            found[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise BuildError(f"--set {pair}: the value cannot be read", usage=True) from None
    return found


@app.command()
def check(folder: Folder, as_json: Annotated[bool, typer.Option("--json", help="problems as JSON")] = False) -> None:
    """Find everything wrong with a cohort folder."""
    problems = check_cohort(folder) + _published_problems(folder)
    if as_json:
        typer.echo(json.dumps([problem.to_dict() for problem in problems], indent=1, ensure_ascii=False))
    else:
        _report(problems)
        serious = sum(not problem.note for problem in problems)
        typer.echo(f"{folder}: {_counted(serious)}" if serious else f"{folder}: sound")
    if any(not problem.note for problem in problems):
        raise typer.Exit(1)


def _published_problems(folder: Path) -> list[Problem]:
    try:
        read_published(folder)
    except CohortError as error:
        return error.problems
    return []


@app.command()
def reconstruct(folder: Folder) -> None:
    """Write the cohort behind the printed numbers of FOLDER/published.csv into FOLDER."""
    from livingreview.published.reconstruct import reconstruct as reconstructed
    from livingreview.published.reconstruct import write_reconstruction

    study = read_study(folder)
    if study.edition.kind != "reconstructed":
        raise CohortError(
            [
                Problem(
                    "study.yml",
                    "only a folder whose edition is reconstructed is overwritten",
                    "Set kind: reconstructed, or name another folder.",
                    column="edition.kind",
                    value=study.edition.kind,
                )
            ]
        )
    files = reconstructed(read_published(folder), study)
    write_reconstruction(folder, files)
    typer.echo(f"{folder}: wrote {', '.join(sorted(files))}")


def _counted(problems: int) -> str:
    return "1 problem" if problems == 1 else f"{problems} problems"


def _report(problems: list[Problem]) -> None:
    for problem in problems:
        errors.print(f"{'note' if problem.note else 'error'}: {problem}")


def main() -> None:
    """Run the command; a mistake that a user can mend ends in words and exit 1, never in a traceback."""
    try:
        app(standalone_mode=True)
    except CohortError as error:
        _report(error.problems)
        errors.print(f"{_counted(len(error.problems))}; nothing was changed.")
        sys.exit(1)
    except ChaptersFailed as error:
        table = Table("chapter", "cell", "message", "hint")
        for failure in error.failures:
            table.add_row(failure.chapter, failure.cell, failure.message, failure.hint)
        errors.print(table)
        errors.print("The last good site is untouched.")
        sys.exit(1)
    except BuildError as error:
        errors.print(f"error: {error}")
        sys.exit(2 if error.usage else 1)
