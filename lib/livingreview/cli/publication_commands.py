"""Commands on what a publication prints: the cohort behind it, is it possible, its headline counted in every way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from livingreview.cli.arguments import AsJson, Jobs, MaybeFolder, settings_of


def reconstruct(
    folder: Annotated[Path, typer.Argument(help="cohort folder, or one with curve.csv", show_default=False)],
    members: Annotated[
        int, typer.Option(help="cohorts that agree with print, to see how far it fixes each number")
    ] = 310,
    seed: Annotated[int, typer.Option(min=0, help="another seed draws other cohorts")] = 1,
) -> None:
    """Write into FOLDER the cohort behind its published.csv, or the patients behind its curve.csv and at_risk.csv.

    Beside the cohort stand ensemble.csv and ensemble_curves.csv: how far each number is fixed, over many cohorts.
    """
    from livingreview.reconstruction.entry import reconstruct_folder

    def progress(done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            typer.echo(f"  {done} of {total} cohorts checked")

    written = reconstruct_folder(folder, count=members, seed=seed, progress=progress)
    typer.echo(f"{folder}: wrote {', '.join(written)}")


def audit(
    table: Annotated[Path, typer.Argument(metavar="FILE", help="table of printed numbers", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Say what printed numbers are consistent, impossible or undetermined, and which event counts can lie behind them.

    FILE is a CSV with the columns id, statistic, printed and, where printed, printed_low, printed_high, denominator,
    group, endpoint, time_months, source, note, method, level, count, sd, p, partition; digits as printed. A statistic
    that is checked: count, percent, fraction, Kaplan-Meier percent, Kaplan-Meier fraction, binary mean, binary
    percent, hazard ratio.
    Verdicts are findings, not errors: the exit code is 0 whenever the file could be read.
    """
    from livingreview.audit.checks import audit as audited
    from livingreview.cli.audit_printout import as_plain, as_text
    from livingreview.published.printed import read_any

    rows = read_any(table)
    findings = audited(rows)
    plain = [as_plain(one) for one in findings]
    typer.echo(json.dumps(plain, indent=1, ensure_ascii=False) if as_json else as_text(findings, rows))


def specifications(
    folder: MaybeFolder = None,
    members: Annotated[int, typer.Option(min=0, max=1000, help="other cohorts that agree with what was printed")] = 10,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    jobs: Jobs = None,
) -> None:
    """Count the headline in every way, one execution of a notebook each, and write specifications.csv into FOLDER."""
    from rich.progress import Progress

    from livingreview.cli.specifications_command import write_specifications_of

    (settings,) = settings_of([folder] if folder else None, None, None, jobs=jobs)
    with Progress(transient=True) as shown:
        bar = shown.add_task("executing", total=None)
        lines = write_specifications_of(
            settings, members, seed, lambda done, total: shown.update(bar, completed=done, total=total)
        )
    typer.echo(f"{settings.folder}: wrote specifications.csv, {lines} lines")
