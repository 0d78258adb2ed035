"""What an import says of itself: IMPORT.md, and the words for columns and sheets of its sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from livingreview.words.intake_messages import fact_words, table
from livingreview.words.problem_words import gaps_of, message_words, sentence, shown
from livingreview.words.translate import gettext as _

MANY = 12  # more different words than this are free text, and free text may speak of one patient


class Said(Protocol):
    """A code of a line, and its facts."""

    code: str
    facts: Mapping[str, Any]


def line_words(line: Said) -> str:
    """What a line says, in the language in use."""
    if line.code == "note":
        return sentence(line.facts["problem"])
    if line.code == "recoded":
        return recoded(line.facts["pairs"])
    gaps = gaps_of(line.facts)
    if "where" in gaps:
        gaps["where"] = _where(line.facts["where"])
    if "counts" in gaps:
        gaps["counts"] = listed(line.facts["counts"])
    return message_words(table("lines")[line.code], line.facts).format(**gaps)


def recoded(pairs: Mapping[tuple[str, str], int]) -> str:
    """`“M” → male (12)`, a word each with its count; only how many words where they are free text."""
    if len(pairs) > MANY:
        return _("%(n)s different words", n=len(pairs))
    left = _("left empty")
    return ", ".join(f"{shown(old)} → {new or left} ({n})" for (old, new), n in sorted(pairs.items())) or _(
        "empty throughout"
    )


def listed(words: Mapping[str, int]) -> str:
    """`“PD” (12)`, a word each with its count; only how many words where they are free text."""
    if len(words) > MANY:
        return _("%(n)s different words", n=len(words))
    empty = _("empty")
    return ", ".join(f"{shown(word)} ({n})" if word else f"{empty} ({n})" for word, n in sorted(words.items()))


def _where(where: Mapping[str, list[str]]) -> str:
    """The condition that chose rows."""
    parts = [
        _("%(column)s is %(words)s", column=column, words=f" {_('or')} ".join(wanted) or _("empty"))
        for column, wanted in where.items()
    ]
    return f" {_('and')} ".join(parts)


def column_words(column: str, how: str, others: tuple[str, ...]) -> str:
    """A column of a source, and what was made of it or from it."""
    if how == "as":
        return _("%(column)s (as %(other)s)", column=column, other=others[0])
    if how == "made-from":
        return _("%(column)s (made from %(others)s)", column=column, others=", ".join(others))
    return _("%(column)s of %(other)s", column=column, other=others[0]) if how == "of" else column


def sheet_label(file: str, sheet: str) -> str:
    """A sheet of a workbook."""
    return _("%(file)s, sheet %(sheet)s", file=file, sheet=sheet)


def letter_label(letter: str) -> str:
    """A column of a sheet that is known by its letter alone."""
    return _("column %(letter)s", letter=letter)


def to_fill_in(entry: str) -> str:
    """The comment in the place of an entry of study.yml that only people know."""
    return "# " + fact_words("to-fill-in", what=_(table("to_fill_in")[entry]))


class Reported(Protocol):
    """What an import did, as codes and facts."""

    command: str
    files: Mapping[str, str]
    written: Mapping[str, int]
    remarks: list[Said]
    mapped: list[tuple[str, str, str, tuple[Said, ...]]]
    left: list[tuple[Said, Said]]


def report_text(report: Reported) -> str:
    """IMPORT.md: the same bytes for the same sources."""
    mapped = [
        (table or _("all tables"), column, source or _("the mapping"), ", ".join(map(line_words, how)))
        for table, column, source, how in report.mapped
    ]
    left = [(line_words(what), line_words(why)) for what, why in report.left]
    parts = [
        "# " + _("What was imported") + "\n",
        _("Made by `%(command)s`. The sources were read and not changed.", command=report.command) + "\n",
        "## " + _("Sources") + "\n",
        _table((_("file"), "SHA-256"), sorted(report.files.items())),
        "## " + _("Written") + "\n",
        _table((_("table"), _("rows")), list(report.written.items())),
        "## " + _("Mapped and converted") + "\n",
        _table((_("table"), _("column"), _("from"), _("how")), mapped),
        "## " + _("Left out") + "\n",
        _table((_("what"), _("why")), left) if left else _("Nothing.") + "\n",
        "## " + _("Notes") + "\n",
        "\n".join(f"- {line_words(line)}" for line in report.remarks) + "\n" if report.remarks else _("None.") + "\n",
    ]
    return "\n".join(parts)


def _table(header: tuple[str, ...], rows: list[tuple]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(cell: object) -> str:
    return str(cell).replace("|", "\\|").replace("\n", " ")
