"""The mapping file: which column of which file is which column of the cohort, and what its words mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from livingreview.cohort.columns import TABLES, Column, Table
from livingreview.cohort.entries import entry_problem, refusal
from livingreview.cohort.identifying import names_person, plain, speaks_of
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.sections import Section, Words
from livingreview.cohort.study import Study
from livingreview.cohort.yaml import read_yaml
from livingreview.intake.cell.names import is_date_name

Unit = Literal["months", "days", "weeks", "years", "date"]
UNDECIDED = "?"  # stands in a proposal where only people can decide
TABLE_UNKNOWN, TARGET_UNKNOWN = ("table-unknown", "table-unknown-like"), ("target-unknown", "target-unknown-like")
CODES = re.compile(r"cnsr|censor", re.IGNORECASE)
TRUTH = {"true": "yes", "on": "yes", "false": "no", "off": "no"}


class ColumnMap(Section):
    """Where a column of the cohort comes from."""

    source: Words | None = Field(None, alias="from")
    value: Words | None = None
    unit: Unit | None = None
    values: dict[str, str] | None = None
    pseudonym: bool = False

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return {"from": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_source(self) -> ColumnMap:
        if (self.source is None) == (self.value is None):
            raise refusal("mapping-from-or-value")
        return self


class TableMap(Section):
    """One table of the cohort from one sheet."""

    file: Words | None = None
    sheet: Words | None = None
    where: dict[str, list[str]] = {}
    columns: dict[str, ColumnMap]
    origin_date: ColumnMap | None = None
    keep: list[Words] = []

    @model_validator(mode="before")
    @classmethod
    def _origin_among_columns(cls, value: object) -> object:
        """The day from which time counts is no column of the cohort, but people write it among them."""
        columns = value.get("columns") if isinstance(value, dict) else None
        if not isinstance(columns, dict) or "origin_date" not in columns or "origin_date" in value:
            return value
        rest = {name: source for name, source in columns.items() if name != "origin_date"}
        return {**value, "columns": rest, "origin_date": columns["origin_date"]}

    @field_validator("where", mode="before")
    @classmethod
    def _lists(cls, value: object) -> object:
        return _each_as_list(value)


class Mapping(Section):
    """The whole mapping file; a table may be made from several sheets, one block each."""

    tables: dict[str, list[TableMap]]
    study: dict[str, Any] = {}
    redcap_dictionary: Words | None = None

    @field_validator("tables", mode="before")
    @classmethod
    def _blocks(cls, value: object) -> object:
        return _each_as_list(value)


def _each_as_list(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {name: one if isinstance(one, list) else [one] for name, one in value.items()}


def read_mapping(path: Path) -> Mapping:
    """Read and validate a mapping file; CohortError names every wrong entry.

    Codes and words stay as they are written: `1` is the cell “1”, `yes` the word “yes”.
    """
    try:
        record, typed = read_yaml(path, words=True), read_yaml(path)
    except FileNotFoundError:
        raise CohortError([Problem(path.name, "mapping-missing")]) from None
    if not isinstance(record, dict):
        raise CohortError([Problem(path.name, "mapping-without-entries")])
    if isinstance(record.get("study"), dict):
        record["study"] = typed["study"]  # dates and parameters keep their types
    return checked(record, path.name)


def checked(record: dict[str, Any], file: str) -> Mapping:
    """A mapping from plain values; CohortError with every entry that is wrong in itself."""
    try:
        mapping = Mapping.model_validate(record)
    except ValidationError as error:
        raise CohortError([_entry(found, Mapping, file) for found in error.errors()]) from None
    if problems := list(dict.fromkeys(_problems(mapping, file))):
        raise CohortError(problems)
    return mapping


def _entry(found: dict[str, Any], model: type[Section], file: str, inside: str = "") -> Problem:
    """One error of pydantic as study.yml has it; a place has no numbers of lists."""
    place = ".".join(str(part) for part in found["loc"] if not isinstance(part, int))
    return replace(entry_problem(found, model, file), column=f"{inside}{place}")


def _problems(mapping: Mapping, file: str) -> Iterator[Problem]:
    try:
        Study.model_validate(mapping.study)
    except ValidationError as error:  # what is given must be right; what is not given is asked for later
        yield from (_entry(found, Study, file, "study.") for found in error.errors() if found["type"] != "missing")
    if "patients" not in mapping.tables:
        yield Problem(file, "mapping-without-patients", column="tables.patients")
    for name, blocks in mapping.tables.items():
        if name not in TABLES:
            yield _unknown(file, TABLE_UNKNOWN, f"tables.{name}", name, list(TABLES))
            continue
        yield from _missing(TABLES[name], blocks, file)
        for block in blocks:
            yield from _block_problems(TABLES[name], block, file)


def _missing(table: Table, blocks: list[TableMap], file: str) -> Iterator[Problem]:
    """Blocks of patients are joined by patient_id, so that each may lack what another has."""
    joined = {target for block in blocks for target in block.columns}
    for needed in table.required:
        for block in blocks:
            there = joined if table.name == "patients" and needed != "patient_id" else block.columns
            if needed not in there:
                meaning = {"meaning": table.column(needed).meaning}
                yield Problem(file, "column-missing", meaning, column=f"tables.{table.name}.columns.{needed}")


def _block_problems(table: Table, block: TableMap, file: str) -> Iterator[Problem]:
    place, known = f"tables.{table.name}", [column.name for column in table.columns]
    for target, source in block.columns.items():
        at = f"{place}.columns.{target}"
        if target in known:
            yield from _column_problems(table.column(target), source, file, at)
        else:
            yield _unknown(file, TARGET_UNKNOWN, at, target, known)
    if block.keep and table.name != "patients":
        yield Problem(file, "keep-only-patients", column=f"{place}.keep")
    for kept in block.keep:
        kind = speaks_of(kept) or ("date" if is_date_name(kept) or unit_in(kept) == "date" else None)
        if kind:
            yield Problem(file, "column-not-kept", {"kind": kind}, column=f"{place}.keep", value=kept)
        elif kept in known:
            yield Problem(file, "keep-is-known", column=f"{place}.keep", value=kept)


def _column_problems(column: Column, source: ColumnMap, file: str, at: str) -> Iterator[Problem]:
    """What is wrong with one entry under columns."""
    if source.source == UNDECIDED:
        yield Problem(file, "source-undecided", {"meaning": column.meaning}, column=at, value=UNDECIDED)
        return
    for code, facts, value, part in (*_identity(column, source), *_unit(column, source), *_terms(column, source)):
        yield Problem(file, code, facts, column=at + part, value=value)


Wrong = Iterator[tuple[str, dict[str, Any], str, str]]  # code, facts, value, part of the entry


def _identity(column: Column, source: ColumnMap) -> Wrong:
    if column.name == "patient_id":
        if source.source is None:
            yield "identifier-not-fixed", {}, source.value or "", ""
        elif names_person(source.source) and not source.pseudonym:
            yield "identifier-names-person", {"kind": "person"}, source.source, ""
        return
    if source.pseudonym:
        yield "pseudonym-only-patient", {}, "", ".pseudonym"
    if column.kind == "text" and source.source and names_person(source.source):
        yield "column-not-kept", {"kind": "person"}, source.source, ""


def _unit(column: Column, source: ColumnMap) -> Wrong:
    if not holds_months(column):
        if source.unit:
            yield "unit-only-months", {}, source.unit, ".unit"
    elif source.source and not source.unit and (unit := unit_in(source.source)):
        yield "unit-in-name", {"named": unit}, source.source, ""


def _terms(column: Column, source: ColumnMap) -> Wrong:
    if not column.values:
        return
    if source.source and CODES.search(source.source) and source.values is None:
        yield "censoring-codes", {}, source.source, ""
    targets = [*(source.values or {}).values(), *([source.value] if source.value else [])]
    for word in dict.fromkeys(targets):
        if term(word, column) not in (*column.values, ""):
            yield "one-of", {"allowed": list(column.values)}, word, ".values"


def holds_months(column: Column) -> bool:
    """Whether the column holds times from the origin."""
    return column.unit.startswith("months")


def unit_in(name: str) -> Unit | None:
    """A unit other than months that the words of a column name speak of; `date` for a date."""
    words = set(plain(name).split("_"))
    for unit in ("days", "weeks", "years"):
        if words & {unit, unit[:-1]}:
            return unit
    return "date" if words & {"date", "datum", "dt"} else None


def term(word: str, column: Column) -> str:
    """A word in the spelling of the column's vocabulary, if it is one of its terms."""
    same = {value.casefold(): value for value in column.values}
    word = TRUTH.get(word.casefold(), word) if "yes" in same else word
    return same.get(word.casefold(), word)


def _unknown(file: str, codes: tuple[str, str], place: str, name: str, known: Sequence[str]) -> Problem:
    """A name that is not known, with what may be meant."""
    near = get_close_matches(name, known, 1)
    facts = {"near": near[0]} if near else {"known": list(known)}
    return Problem(file, codes[bool(near)], facts, column=place)
