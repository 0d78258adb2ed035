"""`livingreview import`: other people's files as a cohort folder."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from livingreview.cli.errors import report

if TYPE_CHECKING:
    from livingreview.cohort.problems import Problem
    from livingreview.intake.folder.import_report import Report

import_app = typer.Typer(
    help="Make a cohort folder from files in another form. Sources are read, never changed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Target = Annotated[Path, typer.Argument(metavar="DIR", help="cohort folder to write: new, or an earlier import")]
Date = Annotated[str | None, typer.Option("--date", metavar="DAY", help="date of the edition, such as 2026-11-22")]


class Unit(StrEnum):
    """Units of AVAL that can be named."""

    days = "days"
    months = "months"


@import_app.command()
def adam(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="folder with adsl, adtte and perhaps adrs, adae")],
    folder: Target,
    unit: Annotated[Unit | None, typer.Option(help="unit of AVAL, if the data do not say it")] = None,
    population: Annotated[str | None, typer.Option(metavar="FLAG", help="such as ITTFL (default: all of ADSL)")] = None,
    pfs: Annotated[str, typer.Option(metavar="PARAMCD")] = "PFS",
    os: Annotated[str, typer.Option(metavar="PARAMCD")] = "OS",
    responses: Annotated[str | None, typer.Option(metavar="PARAMCD", help="response by visit")] = None,
    best: Annotated[str | None, typer.Option(metavar="PARAMCD", help="best response")] = None,
    mrd: Annotated[str | None, typer.Option(metavar="PARAMCD", help="minimal residual disease")] = None,
    origin: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="date of ADSL months begin at, if ADTTE has no STARTDT")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="column of ADSL to keep for subgroups; may be repeated")
    ] = None,
    values: Annotated[Path | None, typer.Option(metavar="FILE", help="YAML: what words of the data mean")] = None,
    pseudonyms: Annotated[bool, typer.Option(help="write P001, P002, … for USUBJID")] = True,
    date: Date = None,
) -> None:
    """From CDISC ADaM datasets (.xpt, .sas7bdat or .csv)."""
    from livingreview.intake.adam.adam import AdamOptions, import_adam, read_values

    options = AdamOptions(
        unit=unit.value if unit else None,
        population=population,
        pfs=pfs,
        os=os,
        responses=responses,
        best=best,
        mrd=mrd,
        origin=origin,
        keep=keep or [],
        values=read_values(values),
        pseudonyms=pseudonyms,
        study=_edition(date),
    )
    _said(folder, *import_adam(source, folder, options))


@import_app.command()
def table(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="a .csv, .tsv or .xlsx file, or a folder of them")],
    folder: Target,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="which column is which; see DIR/mapping.yml")
    ] = None,
    date: Date = None,
) -> None:
    """From any spreadsheet or REDCap export, by a mapping file; without one, it is made by questions."""
    from livingreview.intake.mapping.import_table import import_table
    from livingreview.intake.mapping.mapping import read_mapping

    path = mapping or _new_mapping(source, folder)
    _said(folder, *import_table(source, folder, read_mapping(path), path.name, _edition(date)))


def _new_mapping(source: Path, folder: Path) -> Path:
    """Propose a mapping, ask about it on a terminal, and write it; elsewhere write it and stop."""
    from livingreview.cli.ask import ask
    from livingreview.cli.proposal_text import text
    from livingreview.cohort.problems import CohortError, Problem
    from livingreview.intake.folder.gitignore import write_ignore
    from livingreview.intake.folder.write import PROPOSAL, refuse_foreign
    from livingreview.intake.mapping.propose import propose
    from livingreview.intake.mapping.source_files import source_files

    refuse_foreign(folder)
    path = folder / PROPOSAL
    again = shlex.join(map(str, ("livingreview", "import", "table", source, folder, "--mapping", path)))
    if path.exists():
        raise CohortError([Problem(PROPOSAL, "mapping-there", {"again": again})])
    proposal = propose(source_files(source))
    asked = _terminal()
    if asked:
        ask(proposal)
    folder.mkdir(parents=True, exist_ok=True)
    write_ignore(folder)
    path.write_text(text(proposal), encoding="utf-8", newline="\n")
    typer.echo(f"{path}: written")
    if not asked:
        typer.echo(f"Look it over, above all what is marked “look this over”, then run: {again}", err=True)
        raise typer.Exit(1)
    return path


def _terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def _edition(date: str | None) -> dict:
    """The edition's date as study.yml has it."""
    if date is None:
        return {}
    try:
        return {"edition": {"date": dt.date.fromisoformat(date)}}
    except ValueError:
        raise typer.BadParameter("a day such as 2026-11-22 is expected", param_hint="--date") from None


def _said(folder: Path, done: Report, notes: list[Problem]) -> None:
    """What was written, and what is left to people."""
    from livingreview.intake.folder.write import is_unfilled

    report(notes)
    for name, rows in done.written.items():
        typer.echo(f"  {name}.csv: {rows} {'row' if rows == 1 else 'rows'}")
    typer.echo(f"{folder}: written; IMPORT.md says what was mapped, converted and left out.")
    if is_unfilled((folder / "study.yml").read_text(encoding="utf-8")):
        typer.echo(f"Fill in the marked places of study.yml, then run: livingreview check {folder}")
