"""A proposal as a mapping file: what is undecided stands under a comment, and cannot be used as it is."""

from __future__ import annotations

import json

from livingreview.intake.mapping.mapping import UNDECIDED
from livingreview.intake.mapping.propose import INSTRUMENT, Block, Guess, Proposal
from livingreview.words.import_words import line_words
from livingreview.words.translate import gettext as _


def text(proposal: Proposal) -> str:
    """The mapping file, with the columns that are left out as comments."""
    head = [
        _("Which column of which file is which column of the cohort. Proposed by livingreview import table."),
        _("“?” stands where only people can decide; the import refuses it. Delete what does not belong."),
    ]
    lines = [*(f"# {line}" for line in head), "tables:"]
    names = dict.fromkeys(block.table for block in proposal.blocks)
    if "patients" not in names:
        lines.append(f"  {_look(_('no table of patients was found; it needs a block of its own, named patients.'))}")
    for name in names:
        blocks = [block for block in proposal.blocks if block.table == name]
        lines.append(f"  {name}:")
        for block in blocks:
            lines += _block(block, several=len(blocks) > 1)
    lines += _left_out(proposal)
    if proposal.dictionary:
        lines.append(f"redcap_dictionary: {quoted(proposal.dictionary)}")
    lines.append("# study:   # " + _("what only you know; what is left out is marked in the study.yml that is written"))
    lines.append("#   title: " + _("Maintenance after transplantation at our centre"))
    lines.append("#   edition: {date: 2026-11-22}")
    lines.append("#   time_origin: {event: " + _("start of maintenance") + "}")
    return "\n".join(lines) + "\n"


def _look(words: str) -> str:
    return "# " + _("look this over: %(doubt)s", doubt=words)


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
    sheets = {(block.file, block.sheet): block.cells.names for block in proposal.blocks}
    others = {key: [" ".join(name.split()) for name in names if name not in used[key]] for key, names in sheets.items()}
    return [
        "# " + _("left out of %(file)s: %(names)s", file=file, names=", ".join(names))
        for (file, _sheet), names in others.items()
        if names
    ]


def _column(guess: Guess) -> list[str]:
    if guess.value is not None:
        return [f"  {guess.column.name}: {{value: {quoted(guess.value)}}}"]
    source = guess.source or UNDECIDED
    parts = [f"from: {quoted(source)}"]
    if guess.pseudonym:
        parts.append("pseudonym: true")
    if guess.unit:
        parts.append(f"unit: {quoted(guess.unit) if guess.unit == UNDECIDED else guess.unit}")
    mark = f"   {_look(line_words(guess.doubt))}" if guess.undecided else ""
    if not guess.values:
        return [f"  {guess.column.name}: {{{', '.join(parts)}}}{mark}"]
    lines = [f"  {guess.column.name}:{mark}", *(f"    {part}" for part in parts), "    values:"]
    return lines + [f"      {quoted(word)}: {quoted(term)}" for word, term in guess.values.items()]
