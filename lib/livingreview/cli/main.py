"""The command `livingreview`. What a command needs is imported when it runs: doing nothing must be quick."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from livingreview.book.build import build as build_one
from livingreview.book.stopping import Stopped
from livingreview.cli.arguments import built, holding, near, settings_of
from livingreview.cli.errors import counted, exit_code, flush_and_leave, report
from livingreview.cli.imports import import_app
from livingreview.cohort.problems import CohortError
from livingreview.intake.folder.prepare import prepare, readable
from livingreview.words.problem_words import as_dict

STOPPED = 128  # exit codes above it name a signal
app = typer.Typer(
    help="A living review of one clinical study, computed from a cohort folder.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(import_app, name="import")
Folder = Annotated[Path, typer.Argument(help="cohort folder", show_default=False)]
MaybeFolder = Annotated[Path | None, typer.Argument(help="cohort folder (default: data/chen-2026)", show_default=False)]
Folders = Annotated[
    list[Path] | None, typer.Argument(help="cohort folders (default: data/chen-2026)", show_default=False)
]
Out = Annotated[Path | None, typer.Option(help="where the build goes (default: _build/<folder name>)")]
Values = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="value of a parameter; may be given again")
]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command()
def build(
    folders: Folders = None,
    out: Out = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="chapters executed at a time (default: cores)")] = None,
    values: Values = None,
    force: Annotated[bool, typer.Option("--force", help="execute every chapter")] = False,
) -> None:
    """Check, execute and render cohort folders; only what changed since the last build."""
    for settings in settings_of(folders, out, values, jobs=jobs, force=force):
        done = build_one(settings, lambda words: typer.echo(f"  {words}"), _refuse_bad_published)
        if not done.executed:
            typer.echo("  nothing to execute")
        typer.echo(f"{settings.folder.resolve().name}: the site is in {near(settings.out)}/html/index.html")


@app.command()
def plan(folder: MaybeFolder = None, out: Out = None, values: Values = None, as_json: AsJson = False) -> None:
    """Say what a build would execute and why, without executing."""
    from livingreview.book.plan import plan as planned

    (settings,) = settings_of([folder] if folder else None, out, values)
    with TemporaryDirectory() as scratch:
        found = planned(settings, prepare(settings.folder, Path(scratch) / settings.folder.resolve().name))
    if as_json:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    for page, why in found.items():
        typer.echo(f"{page.rpartition('/')[2]}: {'; '.join(why)}")
    if not found:
        typer.echo("nothing to execute")


@app.command()
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Find everything wrong with a cohort folder, and say which chapters its data can support."""
    from livingreview.analyses.support import chapters

    folder = holding(folder)
    with readable(folder) as (strict, problems):
        try:
            _refuse_bad_published(strict)
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
            typer.echo(f"{one.chapter}: {one.supported}{_lacking(one.missing)}")
    if serious:
        raise typer.Exit(1)


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="folder to write", show_default=False)]) -> None:
    """Write a cohort folder to fill in: tables, a workbook with drop-down lists, and study.yml."""
    from livingreview.intake.template.template import write_template

    typer.echo(f"{folder}: wrote {', '.join(write_template(folder))}")
    typer.echo("Fill in study.yml, and either the workbook or the CSV tables; then run livingreview check.")


@app.command()
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


@app.command()
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


@app.command()
def specifications(
    folder: MaybeFolder = None,
    members: Annotated[int, typer.Option(min=0, max=1000, help="other cohorts that agree with what was printed")] = 10,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    jobs: Annotated[int | None, typer.Option(min=1, help="notebooks executed at a time (default: cores)")] = None,
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


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(help="folder to write", show_default=False)],
    patients: Annotated[int, typer.Option(min=1, max=5_000_000)] = 240,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Write a cohort of simulated patients: same schema, any size, planted edge cases."""
    from livingreview.simulation.simulated_folder import write_simulation

    typer.echo(f"{folder}: wrote {', '.join(write_simulation(folder, patients, seed))}")


Port = Annotated[int, typer.Option(min=0, max=65535, help="port on loopback; 0 takes a free one")]


@app.command()
def serve(folder: MaybeFolder = None, out: Out = None, port: Port = 8000) -> None:
    """Look at the built site in a browser on this machine."""
    from livingreview.book.serve import SiteServer

    (settings,) = settings_of([folder] if folder else None, out, None)
    server = SiteServer(built(settings), port)
    typer.echo(f"{server.address} (Ctrl-C ends)")
    try:
        server.serve_forever()
    except Stopped:
        pass


@app.command()
def watch(folder: MaybeFolder = None, out: Out = None, port: Port = 8000) -> None:
    """Build, serve, and build again whenever a file is saved; open pages reload."""
    import threading

    from livingreview.book import serve as serving

    (settings,) = settings_of([folder] if folder else None, out, None)
    build_one(settings, lambda words: typer.echo(f"  {words}"), _refuse_bad_published)
    server = serving.SiteServer(built(settings), port, live=True)
    serving.serve_in_background(server)
    typer.echo(f"{server.address} (Ctrl-C ends)")
    root = settings.root
    watched = [settings.folder, root / "chapters", root / "index.md", root / "lib", root / "data" / "evidence"]
    command = ["build", str(settings.folder), "--out", str(settings.out)]
    try:
        existing = [path for path in watched if path.exists()]
        serving.watch(server, existing, command, typer.echo, threading.Event())
    except Stopped:
        pass


def _refuse_bad_published(folder: Path) -> None:
    """CohortError for a published.csv that cannot be read."""
    from livingreview.published.printed import read_published

    read_published(folder)


def _lacking(missing: list[str]) -> str:
    return f" ({'; '.join(missing)})" if missing else ""


def main() -> None:
    """Run the command; a mistake that a user can mend ends in words and exit 1, never in a traceback."""
    code = exit_code(app)
    if code > STOPPED:
        flush_and_leave(code)  # threads that wait for what was killed are not waited for
    sys.exit(code)


def console() -> None:
    """The installed command: `main`, without taking a hundred libraries apart at the end."""
    flush_and_leave(exit_code(app))
