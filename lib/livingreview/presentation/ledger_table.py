"""The ledger, what columns are fixed, and what the edition was built from, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from livingreview.presentation.kit.myst import Block, escaped, literal
from livingreview.presentation.kit.table import table
from livingreview.results.codes import Reason
from livingreview.words.ledger_words import explanation
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark, ngettext

STATUS_WORDS = {
    mark("reproduced"): mark("computed from the tables, rounded half up, equal"),
    mark("rounding"): mark("equal under another rounding, which is named"),
    mark("differs"): mark("not equal"),
    mark("bounded"): mark("the tables allow a range, and it contains the number"),
    mark("impossible-as-printed"): mark("cannot be right whatever the data"),
    mark("not-derivable"): mark("the tables cannot give it"),
    mark("not-printed"): mark("the paper names it without printing it"),
}
PARTS = (mark("value"), mark("low"), mark("high"))


def ledger_table(rows: Sequence[Mapping[str, str]], *, caption: str, name: str) -> Block:
    """Every printed number beside ours, with its status."""
    body = [
        [
            literal(row["id"]),
            _(row["part"]),
            escaped(row["printed"]),
            escaped(row["reproduced"]),
            _(row["status"]),
            escaped(explanation(row)),
        ]
        for row in rows
    ]
    header = [_("Number"), _("Part"), _("Printed"), _("Reproduced"), _("Status"), _("How, or why not")]
    return table(header, body, caption=caption, name=name, look="")


def status_table(counts: Mapping[str, int], *, caption: str, name: str) -> Block:
    """How many printed numbers have each status, and what it means; nothing where none was printed."""
    if not any(counts.values()):
        return Block("")
    body = [[_(status), str(counts[status]), _(words)] for status, words in STATUS_WORDS.items()]
    return table([_("Status"), _("Numbers"), _("Meaning")], body, caption=caption, name=name)


def recorded() -> Block:
    """What is said of columns that nobody had to reconstruct."""
    return Block(_("Every filled column was recorded as it stands in the tables."))


def provenance_table(columns: Mapping[str, Mapping[str, Mapping[str, str]]], *, caption: str, name: str) -> Block:
    """What the publication says of every column that is not simply empty."""
    body = [
        [literal(f"{name_of_table}.{column}"), entry["status"], escaped(entry["because"])]
        for name_of_table, entries in columns.items()
        for column, entry in entries.items()
        if entry["status"] != "absent"
    ]
    return table([_("Column"), _("Status"), _("Why")], body, caption=caption, name=name, look="")


def facts_table(facts: Mapping[str, object], *, caption: str, name: str) -> Block:
    """Names and what they are: versions, hashes, parameters; one sentence where none is set."""
    if not facts:
        return Block(_("None: every chapter has the values it was written with."))
    body = [[escaped(key), escaped(value)] for key, value in facts.items()]
    return table([_("What"), _("Which")], body, caption=caption, name=name, look="")


def flow_table(rows: Sequence[Mapping[str, object]], *, caption: str, name: str) -> Block:
    """From all transplanted patients to those analysed."""
    body = [
        [escaped(row["step"]), _("withheld") if row["n"] is None else str(row["n"]), escaped(_left(row))]
        for row in rows
    ]
    if not body:
        return Block(_("The cohort has no flow table: from how many patients these were taken is not recorded."))
    return table([_("Step"), _("Patients"), _("Who left, and why")], body, caption=caption, name=name)


def _left(row: Mapping[str, object]) -> str:
    """Who left at a step, in the words of the table; or why that is withheld."""
    withheld = row.get("withheld")
    return reason_words(Reason(**withheld)) if withheld else str(row["reason"] or "")


def feasible_table(rows: Sequence[Mapping[str, object]], *, caption: str, name: str) -> Block:
    """Event counts around the feasible one, and the standard errors each could give."""
    body = [
        [
            ngettext("%(id)s: %(n)s event", "%(id)s: %(n)s events", row["events"], id=literal(row["id"])),
            _errors(row),
            _range(row["error"], row["error_to"]),
            str(row["histories"]),
        ]
        for row in rows
    ]
    header = [_("If there were"), _("the standard error would be"), _("the printed one is"), _("Histories that fit")]
    return table(header, body, caption=caption, name=name)


def _errors(row: Mapping[str, object]) -> str:
    if row["smallest_error"] is None:
        return _("none: the printed survival cannot be reached")
    return _range(row["smallest_error"], row["largest_error"])


def _range(low: float, high: float) -> str:
    return _("%(low).4f to %(high).4f", low=low, high=high)
