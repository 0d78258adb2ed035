"""A mapping by questions: what the proposal guessed is the answer to Enter."""

from __future__ import annotations

import typer

from livingreview.intake.cell.synonyms import is_origin
from livingreview.intake.folder.import_report import counted
from livingreview.intake.mapping.mapping import UNDECIDED
from livingreview.intake.mapping.propose import Block, Guess, Proposal

UNITS = ("months", "days", "weeks", "years", "date")
NONE_OF_THEM = "-"


def ask(proposal: Proposal) -> None:
    """Go through the tables and columns of a proposal and settle what is undecided, by questions on the terminal."""
    kept = []
    for block in proposal.blocks:
        place = f"{block.file}, {block.sheet}" if block.sheet else block.file
        which = "".join(f", where {name} is {value or 'empty'}" for name, value in block.where.items())
        if typer.confirm(f"{place}{which}: is this the table {block.table}?", default=True):
            _columns(proposal, block)
            kept.append(block)
    proposal.blocks[:] = kept


def _columns(proposal: Proposal, block: Block) -> None:
    names = list(block.cells.cells.columns)
    found = []
    for guess in block.guesses:
        if guess.value is not None:
            found.append(guess)
            continue
        typer.echo(f"{guess.column.name}: {guess.column.meaning}")
        if guess.source:
            typer.echo(f"  seen in “{guess.source}”: {block.seen(guess.source)}")
        source = _source(guess, names)
        if source is None:
            continue
        if source != guess.source:
            typer.echo(f"  seen in “{source}”: {block.seen(source)}")
            guess = proposal.guess(block, guess.column, source)
        _settle(guess)
        found.append(guess)
    block.guesses = found
    if any(guess.unit == "date" for guess in found) and block.table == "patients":
        block.origin = _origin(block, names)


def _source(guess: Guess, names: list[str]) -> str | None:
    required = guess.column.required
    hint = "column" if required else f"column ({NONE_OF_THEM} for none)"
    while True:
        answer = typer.prompt(f"  {hint}", default=guess.source)
        if answer in names:
            return answer
        if answer == NONE_OF_THEM and not required:
            return None
        typer.echo(f"  Columns there are: {', '.join(names)}")


def _settle(guess: Guess) -> None:
    if guess.unit is not None:
        guess.unit = _one_of("  unit", UNITS, None if guess.unit == UNDECIDED else guess.unit)
    for word, term in guess.values.items():
        if term == UNDECIDED:
            typer.echo(f"  “{word}” in {counted(guess.counts[word], 'row')}")
            terms = (*guess.column.values, NONE_OF_THEM)
            answer = _one_of(f"  means ({NONE_OF_THEM} to leave the cell empty)", terms, None)
            guess.values[word] = "" if answer == NONE_OF_THEM else answer


def _one_of(words: str, allowed: tuple[str, ...], default: str | None) -> str:
    while True:
        answer = typer.prompt(f"{words}: {', '.join(allowed)}", default=default)
        if answer in allowed:
            return answer
        typer.echo(f"  One of {', '.join(allowed)} is expected.")


def _origin(block: Block, names: list[str]) -> str:
    default = block.origin or next((name for name in names if is_origin(name)), None)
    return _one_of("The date that months are counted from", tuple(names), default)
