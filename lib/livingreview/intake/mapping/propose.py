"""A first mapping, guessed from names and words; what cannot be known is marked to be looked over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from livingreview.cohort.columns import TABLES, Column
from livingreview.cohort.identifying import names_person
from livingreview.cohort.problems import CohortError
from livingreview.intake.cell.cells import NOT_AVAILABLE, as_text, is_missing
from livingreview.intake.cell.identifiers import may_identify
from livingreview.intake.cell.names import table_named
from livingreview.intake.cell.synonyms import is_best_response, is_origin, meant, of_table
from livingreview.intake.folder.import_report import Line
from livingreview.intake.mapping.mapping import CODES, UNDECIDED, holds_months, unit_in
from livingreview.intake.mapping.redcap import CHOICES, NAME, NONE, Dictionary, read_dictionary
from livingreview.intake.read.formats import read_sheet, sheets_of
from livingreview.intake.read.sheet import Sheet
from livingreview.words.intake_messages import fact_words

MOST_TERMS, SHOWN = 12, 5
INSTRUMENT = "redcap_repeat_instrument"


@dataclass
class Guess:
    """One column: where it may come from, and what is undecided about it."""

    column: Column
    source: str | None
    unit: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    pseudonym: bool = False
    value: str | None = None
    doubt: Line | None = None

    @property
    def undecided(self) -> bool:
        """Whether a person has to say something."""
        return (self.source is None and self.value is None) or UNDECIDED in (self.unit, *self.values.values())


@dataclass
class Block:
    """One table from one sheet, or from the rows of a REDCap instrument in it."""

    table: str
    file: str
    sheet: str | None
    cells: Sheet
    where: dict[str, str] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)
    origin: str | None = None
    labels: Dictionary = NONE

    def words(self, name: str) -> list[str]:
        """The cells of a column in the rows of the block."""
        chosen = self.cells.cells
        for column, wanted in self.where.items():
            chosen = chosen[chosen[column].map(as_text) == wanted]
        return [as_text(cell) for cell in chosen[name] if not is_missing(cell, NOT_AVAILABLE)]

    def seen(self, name: str) -> tuple[list[str], int]:
        """At most five different values of a column, and how many there are; none of one that may identify patients."""
        words = list(dict.fromkeys(self.words(name)))
        hidden = may_identify(name) or self.labels.flags(name)
        return [] if hidden else words[:SHOWN], len(words)


@dataclass
class Proposal:
    """What a mapping may be."""

    blocks: list[Block]
    dictionary: str | None = None
    labels: Dictionary = NONE

    @property
    def undecided(self) -> bool:
        """Whether anything has to be looked over before it can be used."""
        tables = {block.table for block in self.blocks}
        return "patients" not in tables or any(guess.undecided for block in self.blocks for guess in block.guesses)

    def guess(self, block: Block, column: Column, source: str) -> Guess:
        """Unit and words of a column, as its name and its cells say."""
        found = Guess(column, source)
        if column.name == "patient_id":
            found.pseudonym = may_identify(source) or self.labels.flags(source)
        elif holds_months(column):
            found.unit = unit_in(source) or ("months" if "month" in source.casefold() else UNDECIDED)
            found.doubt = Line("unit-expected") if found.unit == UNDECIDED else None
        elif column.kind == "category":
            self._words(block, found)
        return found

    def _words(self, block: Block, guess: Guess) -> None:
        column, labels = guess.column, self.labels.of(guess.source)
        guess.counts = Counter(block.words(guess.source))
        if len(guess.counts) > MOST_TERMS:
            facts = {"count": len(guess.counts), "allowed": column.values}
            guess.source, guess.doubt = None, Line("too-many-words", facts)
            return
        codes = bool(CODES.search(guess.source))
        terms = {word: None if codes else meant(labels.get(word, word), column) for word in guess.counts}
        if all(term and term.casefold() == labels.get(word, word).casefold() for word, term in terms.items()):
            return
        guess.values = {word: term or UNDECIDED for word, term in sorted(terms.items())}
        if UNDECIDED in guess.values.values():
            guess.doubt = Line("term-expected", {"allowed": column.values})


def propose(files: dict[str, Path]) -> Proposal:
    """Look at every sheet; CohortError for files that cannot be read."""
    proposal, sheets, problems = Proposal([]), [], []
    for name, path in files.items():
        try:
            for sheet in sheets_of(path)[0] or [None]:
                sheets.append((name, sheet, read_sheet(path, sheet, lone_header=True)))
        except CohortError as error:
            problems += error.problems
    if problems:
        raise CohortError(problems)
    for name, _, cells in sheets:
        if {NAME, CHOICES} <= set(cells.names):
            proposal.dictionary, proposal.labels = name, read_dictionary(files[name])
    for name, sheet, cells in sheets:
        if name != proposal.dictionary:
            proposal.blocks += _blocks(proposal, name, sheet, cells)
    order = list(TABLES)
    proposal.blocks.sort(key=lambda block: order.index(block.table))
    return proposal


def _blocks(proposal: Proposal, file: str, sheet: str | None, cells: Sheet) -> list[Block]:
    """One block a sheet; in a REDCap export with repeated instruments one for each of them."""
    wheres: list[dict[str, str]] = [{}]
    if INSTRUMENT in cells.names:
        wheres = [{INSTRUMENT: name} for name in sorted({as_text(cell) for cell in cells.cells[INSTRUMENT]})]
    found = []
    for where in wheres:
        block = Block("", file, sheet, cells, where, labels=proposal.labels)
        headers = [name for name in cells.names if block.words(name) and not name.startswith("redcap_")]
        hint = where.get(INSTRUMENT) or sheet or file.rpartition(".")[0]
        block.table = _table(headers, hint)
        if block.table:
            _fill(proposal, block, headers)
            found.append(block)
            best = next((name for name in headers if is_best_response(name)), None)
            if block.table == "patients" and best:
                found.append(_best_responses(proposal, block, best))
    return found


def _table(headers: Iterable[str], hint: str) -> str:
    """The table whose columns are there; "" for a sheet that is like none."""
    headers = list(headers)
    scores = {}
    for name, table in TABLES.items():
        matched = of_table(headers, name)
        own = [target for target in matched if target != "patient_id"]
        needed = sum(target in table.required for target in own)
        scores[name] = 2 * needed + len(own) + 3 * (table_named(hint) == name)
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= 2 else ""


def _fill(proposal: Proposal, block: Block, headers: list[str]) -> None:
    table = TABLES[block.table]
    block.origin = next((name for name in headers if is_origin(name)), None)
    matched = of_table([name for name in headers if name != block.origin], block.table)
    for column in table.columns:
        source = matched.get(column.name)
        text = column.kind == "text" and column.name != "patient_id"
        if (
            source
            and not (text and names_person(source))
            and not (proposal.labels.flags(source) and not _is_changed(column))
        ):
            block.guesses.append(proposal.guess(block, column, source))
        elif column.required:
            doubt = Line("no-column", {"meaning": column.meaning})
            block.guesses.append(Guess(column, None, doubt=doubt))


def _is_changed(column: Column) -> bool:
    """Whether nothing of a cell enters the cohort as it stands: identifiers become pseudonyms, dates months."""
    return column.name == "patient_id" or holds_months(column)


def _best_responses(proposal: Proposal, patients: Block, name: str) -> Block:
    """The best response, where it stands in the patients sheet, as a table of responses."""
    block = Block("responses", patients.file, patients.sheet, patients.cells, patients.where, labels=proposal.labels)
    columns = TABLES["responses"]
    ids = [guess for guess in patients.guesses if guess.column.name == "patient_id"]
    timepoint = Guess(columns.column("timepoint"), None, value=fact_words("best-response"))
    basis = Guess(columns.column("basis"), None, value="best")
    block.guesses = [*ids, timepoint, proposal.guess(block, columns.column("response"), name), basis]
    return block
