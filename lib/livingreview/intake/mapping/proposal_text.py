"""A proposal as a mapping file: what is undecided stands under a comment, and cannot be used as it is."""

from __future__ import annotations

import json

from livingreview.intake.mapping.mapping import UNDECIDED
from livingreview.intake.mapping.propose import INSTRUMENT, LOOK, Block, Guess, Proposal

HEAD = """\
# Which column of which file is which column of the cohort. Proposed by livingreview import table.
# “?” stands where only people can decide; the import refuses it. Delete what does not belong.
"""
STUDY = """\
# study:   # what only you know; what is left out is marked in the study.yml that is written
#   title: Maintenance after transplantation at our centre
#   edition: {date: 2026-11-22}
#   time_origin: {event: start of maintenance}
"""


def text(proposal: Proposal) -> str:
    """The mapping file, with the columns that are left out as comments."""
    lines = [HEAD + "tables:"]
    names = dict.fromkeys(block.table for block in proposal.blocks)
    if "patients" not in names:
        lines.append(f"  {LOOK}: no table of patients was found; it needs a block of its own, named patients.")
    for name in names:
        blocks = [block for block in proposal.blocks if block.table == name]
        lines.append(f"  {name}:")
        for block in blocks:
            lines += _block(block, several=len(blocks) > 1)
    lines += _left_out(proposal)
    if proposal.dictionary:
        lines.append(f"redcap_dictionary: {quoted(proposal.dictionary)}")
    return "\n".join(lines) + "\n" + STUDY


def quoted(words: str) -> str:
    """A word as YAML reads it back."""
    return json.dumps(words, ensure_ascii=False)


def _block(block: Block, *, several: bool) -> list[str]:
    entries = [f"file: {quoted(block.file)}"]
    if block.sheet:
        entries.append(f"sheet: {quoted(block.sheet)}")
    if block.where:
        entries.append(f"where: {{{INSTRUMENT}: {quoted(block.where[INSTRUMENT])}}}")
    if block.origin:
        entries.append(f"origin_date: {{from: {quoted(block.origin)}}}")
    entries.append("columns:")
    for guess in block.guesses:
        entries += _column(guess)
    lead = ["    - " if several and at == 0 else "      " for at in range(len(entries))]
    return [start + entry for start, entry in zip(lead, entries, strict=True)]


def _left_out(proposal: Proposal) -> list[str]:
    """Columns of the sheets that no table takes, as comments."""
    used: dict[tuple[str, str | None], set[str | None]] = {}
    for block in proposal.blocks:
        named = {guess.source for guess in block.guesses} | {block.origin, *block.where}
        used.setdefault((block.file, block.sheet), set()).update(named)
    sheets = {(block.file, block.sheet): list(block.cells.cells.columns) for block in proposal.blocks}
    others = {key: [" ".join(name.split()) for name in names if name not in used[key]] for key, names in sheets.items()}
    return [f"# left out of {file}: {', '.join(names)}" for (file, _), names in others.items() if names]


def _column(guess: Guess) -> list[str]:
    if guess.value is not None:
        return [f"  {guess.column.name}: {{value: {quoted(guess.value)}}}"]
    source = guess.source or UNDECIDED
    parts = [f"from: {quoted(source)}"]
    if guess.pseudonym:
        parts.append("pseudonym: true")
    if guess.unit:
        parts.append(f"unit: {quoted(guess.unit) if guess.unit == UNDECIDED else guess.unit}")
    mark = f"   {LOOK}: {guess.doubt}" if guess.undecided else ""
    if not guess.values:
        return [f"  {guess.column.name}: {{{', '.join(parts)}}}{mark}"]
    lines = [f"  {guess.column.name}:{mark}", *(f"    {part}" for part in parts), "    values:"]
    return lines + [f"      {quoted(word)}: {quoted(term)}" for word, term in guess.values.items()]
