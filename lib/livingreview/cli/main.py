"""The command `livingreview`. What a command needs is imported when it runs: doing nothing must be quick."""

from __future__ import annotations

import sys

import typer

from livingreview.cli.build_commands import build, plan, serve, watch
from livingreview.cli.errors import exit_code, flush_and_leave
from livingreview.cli.folder_commands import check, new, simulate
from livingreview.cli.imports import import_app
from livingreview.cli.publication_commands import audit, reconstruct, specifications

STOPPED = 128  # exit codes above it name a signal
app = typer.Typer(
    help="A living review of one clinical study, computed from a cohort folder.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(import_app, name="import")
for command in (build, plan, check, new, reconstruct, audit, specifications, simulate, serve, watch):
    app.command()(command)


def main() -> None:
    """Run the command; a mistake that a user can mend ends in words and exit 1, never in a traceback."""
    code = exit_code(app)
    if code > STOPPED:
        flush_and_leave(code)  # threads that wait for what was killed are not waited for
    sys.exit(code)


def console() -> None:
    """The installed command: `main`, without taking a hundred libraries apart at the end."""
    flush_and_leave(exit_code(app))
