"""A mapping by questions: what the proposal guessed is the answer to Enter."""

from __future__ import annotations

import typer

from livingreview.intake.cell.synonyms import is_origin
from livingreview.intake.mapping.mapping import UNDECIDED
from livingreview.intake.mapping.propose import Block, Guess, Proposal
from livingreview.words.translate import gettext as _
from livingreview.words.translate import ngettext

UNITS = ("months", "days", "weeks", "years", "date")
NONE_OF_THEM = "-"


def ask(proposal: Proposal) -> None:
    """Go through the tables and columns of a proposal and settle what is undecided, by questions on the terminal."""
    kept = []
    for block in proposal.blocks:
        place = f"{block.file}, {block.sheet}" if block.sheet else block.file
        for name, value in block.where.items():
            place += _(", where %(name)s is %(value)s", name=name, value=value or _("empty"))
        if typer.confirm(_("%(place)s: is this the table %(table)s?", place=place, table=block.table), default=True):
            _columns(proposal, block)
            kept.append(block)
    proposal.blocks[:] = kept


def _columns(proposal: Proposal, block: Block) -> None:
    names = block.cells.names
    found = []
    for guess in block.guesses:
        if guess.value is not None:
            found.append(guess)
            continue
        typer.echo(f"{guess.column.name}: {_(guess.column.meaning)}")
        if guess.source:
            _show(block, guess.source)
        source = _source(guess, names)
        if source is None:
            continue
        if source != guess.source:
            _show(block, source)
            guess = proposal.guess(block, guess.column, source)
        _settle(guess)
        found.append(guess)
    block.guesses = found
    if any(guess.unit == "date" for guess in found) and block.table == "patients":
        block.origin = _origin(block, names)


def _show(block: Block, name: str) -> None:
    typer.echo("  " + _("seen in “%(name)s”: %(words)s", name=name, words=seen(block, name)))


def seen(block: Block, name: str) -> str:
    """At most five different values of a column; none of a column that may identify patients."""
    words, count = block.seen(name)
    if not words:
        hidden = ngettext("%(n)s different value, not shown", "%(n)s different values, not shown", count)
        return hidden if count else _("nothing")
    some = ", ".join(words)
    return _("%(words)s and %(n)s more", words=some, n=count - len(words)) if count > len(words) else some


def _source(guess: Guess, names: list[str]) -> str | None:
    required = guess.column.required
    hint = _("column") if required else _("column (%(sign)s for none)", sign=NONE_OF_THEM)
    while True:
        answer = typer.prompt(f"  {hint}", default=guess.source)
        if answer in names:
            return answer
        if answer == NONE_OF_THEM and not required:
            return None
        typer.echo("  " + _("Columns there are: %(names)s", names=", ".join(names)))


def _settle(guess: Guess) -> None:
    if guess.unit is not None:
        guess.unit = _one_of("  " + _("unit"), UNITS, None if guess.unit == UNDECIDED else guess.unit)
    for word, term in guess.values.items():
        if term == UNDECIDED:
            count = guess.counts[word]
            typer.echo("  " + ngettext("“%(word)s” in %(n)s row", "“%(word)s” in %(n)s rows", count, word=word))
            terms = (*guess.column.values, NONE_OF_THEM)
            answer = _one_of("  " + _("means (%(sign)s to leave the cell empty)", sign=NONE_OF_THEM), terms, None)
            guess.values[word] = "" if answer == NONE_OF_THEM else answer


def _one_of(words: str, allowed: tuple[str, ...], default: str | None) -> str:
    while True:
        answer = typer.prompt(f"{words}: {', '.join(allowed)}", default=default)
        if answer in allowed:
            return answer
        typer.echo("  " + _("One of %(allowed)s is expected.", allowed=", ".join(allowed)))


def _origin(block: Block, names: list[str]) -> str:
    default = block.origin or next((name for name in names if is_origin(name)), None)
    return _one_of(_("The date that months are counted from"), tuple(names), default)
