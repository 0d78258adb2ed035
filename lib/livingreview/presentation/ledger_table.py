"""The ledger, what columns are fixed, and what the edition was built from, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from livingreview.presentation.kit.myst import Block, escaped, literal
from livingreview.presentation.kit.table import table

STATUS_WORDS = {
    "reproduced": "computed from the tables, rounded half up, equal",
    "rounding": "equal under another rounding, which is named",
    "differs": "not equal",
    "bounded": "the tables allow a range, and it contains the number",
    "impossible-as-printed": "cannot be right whatever the data",
    "not-derivable": "the tables cannot give it",
    "not-printed": "the paper names it without printing it",
}


def ledger_table(rows: Sequence[Mapping[str, str]], *, caption: str, name: str) -> Block:
    """Every printed number beside ours, with its status."""
    body = [
        [
            literal(row["id"]),
            row["part"],
            escaped(row["printed"]),
            escaped(row["reproduced"]),
            row["status"],
            escaped(row["explanation"]),
        ]
        for row in rows
    ]
    header = ["Number", "Part", "Printed", "Reproduced", "Status", "How, or why not"]
    return table(header, body, caption=caption, name=name, look="")


def status_table(counts: Mapping[str, int], *, caption: str, name: str) -> Block:
    """How many printed numbers have each status, and what it means."""
    body = [[status, str(counts[status]), words] for status, words in STATUS_WORDS.items()]
    return table(["Status", "Numbers", "Meaning"], body, caption=caption, name=name)


def provenance_table(columns: Mapping[str, Mapping[str, Mapping[str, str]]], *, caption: str, name: str) -> Block:
    """What the publication says of every column that is not simply empty."""
    body = [
        [literal(f"{name_of_table}.{column}"), entry["status"], escaped(entry["because"])]
        for name_of_table, entries in columns.items()
        for column, entry in entries.items()
        if entry["status"] != "absent"
    ]
    return table(["Column", "Status", "Why"], body, caption=caption, name=name, look="")


def coverage_table(coverage: Mapping[str, str], members: int, *, name: str) -> Block:
    """What the ensemble reached of everything that print leaves open."""
    body = [[escaped(words[:1].upper() + words[1:]), escaped(reached)] for words, reached in coverage.items()]
    caption = f"What {members} cohorts that agree with every printed number reached of all that print leaves open."
    return table(["Of all that is possible", "Reached"], body, caption=caption, name=name)


def facts_table(facts: Mapping[str, object], *, caption: str, name: str) -> Block:
    """Names and what they are: versions, hashes, parameters."""
    body = [[escaped(key), escaped(value)] for key, value in facts.items()]
    return table(["What", "Which"], body, caption=caption, name=name, look="")


def flow_table(rows: Sequence[Mapping[str, object]], *, caption: str, name: str) -> Block:
    """From all transplanted patients to those analysed."""
    body = [
        [escaped(row["step"]), "withheld" if row["n"] is None else str(row["n"]), escaped(row["reason"] or "")]
        for row in rows
    ]
    if not body:
        return Block("The cohort has no flow table: from how many patients these were taken is not recorded.")
    return table(["Step", "Patients", "Who left, and why"], body, caption=caption, name=name)


def feasible_table(rows: Sequence[Mapping[str, object]], *, caption: str, name: str) -> Block:
    """Event counts around the feasible one, and the standard errors each could give."""
    body = [
        [
            f"{literal(row['id'])}: {row['events']} events",
            _errors(row),
            f"{row['error']:.4f} to {row['error_to']:.4f}",
            str(row["histories"]),
        ]
        for row in rows
    ]
    header = ["If there were", "the standard error would be", "the printed one is", "Histories that fit"]
    return table(header, body, caption=caption, name=name)


def _errors(row: Mapping[str, object]) -> str:
    if row["smallest_error"] is None:
        return "none: the printed survival cannot be reached"
    return f"{row['smallest_error']:.4f} to {row['largest_error']:.4f}"
