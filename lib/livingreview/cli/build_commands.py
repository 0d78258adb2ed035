"""Commands around a site: build it, say what a build would do, look at it, watch it."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from livingreview.book.build import build as build_one
from livingreview.book.stopping import Stopped
from livingreview.cli.arguments import AsJson, Folders, Jobs, MaybeFolder, Out, Values, built, near, settings_of

if TYPE_CHECKING:
    from livingreview.book.failures import Message
    from livingreview.book.settings import Settings

Port = Annotated[int, typer.Option(min=0, max=65535, help="port on loopback; 0 takes a free one")]


def build(
    folders: Folders = None,
    out: Out = None,
    jobs: Jobs = None,
    values: Values = None,
    force: Annotated[bool, typer.Option("--force", help="execute every chapter")] = False,
) -> None:
    """Check, execute and render cohort folders; only what changed since the last build."""
    for settings in settings_of(folders, out, values, jobs=jobs, force=force):
        done = build_one(settings, _tell, refuse_bad_published)
        if not done.executed:
            typer.echo("  nothing to execute")
        typer.echo(f"{settings.folder.resolve().name}: the site is in {near(settings.out)}/html/index.html")


def plan(folder: MaybeFolder = None, out: Out = None, values: Values = None, as_json: AsJson = False) -> None:
    """Say what a build would execute and why, without executing."""
    from livingreview.book.plan import plan as planned
    from livingreview.intake.folder.prepare import prepare

    (settings,) = settings_of([folder] if folder else None, out, values)
    with TemporaryDirectory() as scratch:
        pages = planned(settings, prepare(settings.folder, Path(scratch) / settings.folder.resolve().name))
    reasons = {page: [str(reason) for reason in why] for page, why in pages.items()}
    if as_json:
        typer.echo(json.dumps(reasons, indent=1, ensure_ascii=False))
        return
    for page, why in reasons.items():
        typer.echo(f"{page.rpartition('/')[2]}: {'; '.join(why)}")
    if not reasons:
        typer.echo("nothing to execute")


def serve(folder: MaybeFolder = None, out: Out = None, port: Port = 8000) -> None:
    """Look at the built site in a browser on this machine."""
    from livingreview.book.serve import SiteServer

    (settings,) = settings_of([folder] if folder else None, out, None)
    server = SiteServer(built(settings), port)
    typer.echo(f"{server.address} (Ctrl-C ends)")
    with suppress(Stopped):
        server.serve_forever()


def watch(folder: MaybeFolder = None, out: Out = None, port: Port = 8000) -> None:
    """Build, serve, and build again whenever a file is saved; open pages reload."""
    from livingreview.book import serve as serving

    (settings,) = settings_of([folder] if folder else None, out, None)
    build_one(settings, _tell, refuse_bad_published)
    server = serving.SiteServer(built(settings), port, live=True)
    serving.serve_in_background(server)
    typer.echo(f"{server.address} (Ctrl-C ends)")
    command = ["build", str(settings.folder), "--out", str(settings.out)]
    with suppress(Stopped):
        serving.watch(server, _watched(settings), command, typer.echo, threading.Event())


def _watched(settings: Settings) -> list[Path]:
    root = settings.root
    places = [settings.folder, root / "chapters", root / "index.md", root / "lib", root / "data" / "evidence"]
    return [path for path in places if path.exists()]


def _tell(message: Message) -> None:
    typer.echo(f"  {message}")


def refuse_bad_published(folder: Path) -> None:
    """CohortError for a published.csv that cannot be read."""
    from livingreview.published.printed import read_published

    read_published(folder)
