"""The data dictionary of REDCap: what the codes of a raw export mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from livingreview.cohort.files import refuse_unfit
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.cell.cells import as_text
from livingreview.intake.read.formats import holds_sheets, read_sheet

NAME, TYPE, CHOICES = "Variable / Field Name", "Field Type", "Choices, Calculations, OR Slider Labels"
FLAG = "Identifier?"
TICKED = {"1": "yes", "0": "no"}
FIXED = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}


@dataclass(frozen=True)
class Dictionary:
    """Labels of codes, by field; a checkbox has a column `field___code` for each choice, ticked or not."""

    labels: dict[str, dict[str, str]]
    checkboxes: frozenset[str]
    identifying: frozenset[str]  # fields that the project marks as identifiers

    def of(self, column: str) -> dict[str, str]:
        """The label of every code of a column of the export; none for a column without codes."""
        field, sign, _ = column.partition("___")
        if sign and field in self.checkboxes:
            return TICKED
        return {} if column in self.checkboxes else self.labels.get(column, {})

    def flags(self, column: str | None) -> bool:
        """Whether the project marks the field of this column as an identifier."""
        return column is not None and column.partition("___")[0] in self.identifying


NONE = Dictionary({}, frozenset(), frozenset())


def is_dictionary(path: Path) -> bool:
    """Whether a text file begins with the header of a data dictionary."""
    if holds_sheets(path):
        return False
    refuse_unfit(path)
    with path.open("rb") as opened:
        start = opened.read(4096)
    return NAME.encode() in start and FLAG.encode() in start


def read_dictionary(path: Path) -> Dictionary:
    """Read a data dictionary; CohortError for a file that is none, or whose choices cannot be read."""
    sheet = read_sheet(path)
    if missing := [name for name in (NAME, TYPE, CHOICES) if name not in sheet.names]:
        raise CohortError([Problem(sheet.label, "dictionary-column-missing", {}, 1, name) for name in missing])
    labels, checkboxes, identifying, problems = {}, set(), set(), []
    for row, record in zip(sheet.rows, sheet.cells.to_dict("records"), strict=True):
        field, kind = as_text(record[NAME]), as_text(record[TYPE]).lower()
        if as_text(record.get(FLAG, "")).lower() in ("y", "yes"):
            identifying.add(field)
        if kind in FIXED:
            labels[field] = FIXED[kind]
        elif kind in ("radio", "dropdown", "checkbox"):
            labels[field] = _choices(as_text(record[CHOICES]))
            if not labels[field]:
                problems.append(Problem(sheet.label, "dictionary-choices", {}, row, CHOICES))
        if kind == "checkbox":
            checkboxes.add(field)
    if problems:
        raise CohortError(problems)
    return Dictionary(labels, frozenset(checkboxes), frozenset(identifying))


def _choices(words: str) -> dict[str, str]:
    pairs = (choice.partition(",") for choice in words.split("|"))
    return {code.strip(): label.strip() for code, comma, label in pairs if comma}
