"""Columns that the schema does not know: left out of the cohort, and named with what they may be meant for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from livingreview.cohort.columns import Table
from livingreview.cohort.identifying import plain, speaks_of
from livingreview.cohort.problems import Problem

MOST_NAMED = 20
LIKE = 0.75  # of two names, so that one is asked for in the place of the other
CNSR = "CNSR"  # of CDISC data: refused, because whoever reads it as an event turns survival round


def notes(names: Iterable[str], table: Table, label: str, row: int, present: Collection[str]) -> list[Problem]:
    """A note for each of these columns, of the first twenty by name; `present` are all columns of the file."""
    every = list(names)
    named = [
        Problem(label, *left_out(name, table, present), row=row, column=name, note=True) for name in every[:MOST_NAMED]
    ]
    if rest := len(every) - len(named):
        named.append(Problem(label, "further-columns-unknown", {"count": rest}, row, note=True))
    return named


def left_out(name: str, table: Table, present: Collection[str]) -> tuple[str, dict[str, str]]:
    """Why a column is left out: code and facts."""
    kind = speaks_of(name)
    if kind in ("person", "date"):
        return "column-identifies", {"kind": kind}
    if meant := meant_for(name, table, present):
        return "column-unknown-like", {"meant": meant}
    return ("column-unknown" if table.name != "patients" or kind else "column-unknown-subgroup"), {}


def meant_for(name: str, table: Table, present: Collection[str]) -> str | None:
    """The column of the schema that this name is close to and that the file lacks: `Age` is close to `age_years`."""
    free = [column.name for column in table.columns if column.name not in present]
    words = plain(name)
    begun = [known for known in free if words and known.startswith(f"{words}_")]
    near = begun or get_close_matches(words, free, 1, LIKE)
    return near[0] if near else None
