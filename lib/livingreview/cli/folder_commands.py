"""Commands on a cohort folder: is it sound, one to fill in, one that is simulated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from livingreview.cli.arguments import AsJson, Folder, cohort_folder
from livingreview.cli.build_commands import refuse_bad_published
from livingreview.cli.errors import counted, report
from livingreview.cohort.problems import CohortError


def check(folder: Folder, as_json: AsJson = False) -> None:
    """Find everything wrong with a cohort folder, and say which chapters its data can support."""
    from livingreview.analyses.support import chapters
    from livingreview.intake.folder.prepare import readable
    from livingreview.words.problem_words import as_dict

    folder = cohort_folder(folder)
    with readable(folder) as (strict, problems):
        try:
            refuse_bad_published(strict)
        except CohortError as error:
            problems += error.problems
        supported = chapters(strict)
    serious = sum(not problem.note for problem in problems)
    if as_json:
        plain = {"problems": [*map(as_dict, problems)], "chapters": [one.to_dict() for one in supported]}
        typer.echo(json.dumps(plain, indent=1, ensure_ascii=False))
    else:
        report(problems)
        typer.echo(f"{folder}: {counted(serious)}" if serious else f"{folder}: sound")
        for one in supported:
            typer.echo(f"{one.chapter}: {one.supported}" + (f" ({'; '.join(one.missing)})" if one.missing else ""))
    if serious:
        raise typer.Exit(1)


def new(folder: Annotated[Path, typer.Argument(help="folder to write", show_default=False)]) -> None:
    """Write a cohort folder to fill in: tables, a workbook with drop-down lists, and study.yml."""
    from livingreview.intake.template.template import write_template

    typer.echo(f"{folder}: wrote {', '.join(write_template(folder))}")
    typer.echo("Fill in study.yml, and either the workbook or the CSV tables; then run livingreview check.")


def simulate(
    folder: Annotated[Path, typer.Argument(help="folder to write", show_default=False)],
    patients: Annotated[int, typer.Option(min=1, max=5_000_000)] = 240,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Write a cohort of simulated patients: same schema, any size, planted edge cases."""
    from livingreview.simulation.simulated_folder import write_simulation

    typer.echo(f"{folder}: wrote {', '.join(write_simulation(folder, patients, seed))}")
