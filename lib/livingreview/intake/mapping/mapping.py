"""The mapping file: which column of which file is which column of the cohort, and what its words mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from livingreview.cohort.columns import TABLES, Column, Table
from livingreview.cohort.entries import entry_problem
from livingreview.cohort.identifying import names_person, plain, speaks_of
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import Section, Study, Words
from livingreview.cohort.yaml import read_yaml
from livingreview.intake.cell.names import is_date_name
from livingreview.words.folder_problems import IDENTIFIES

Unit = Literal["months", "days", "weeks", "years", "date"]
UNDECIDED = "?"  # stands in a proposal where only people can decide
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
            raise ValueError("either “from: a column” or “value: a word for every row” is expected")
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
        if not isinstance(value, dict):
            return value
        return {name: wanted if isinstance(wanted, list) else [wanted] for name, wanted in value.items()}


class Mapping(Section):
    """The whole mapping file; a table may be made from several sheets, one block each."""

    tables: dict[str, list[TableMap]]
    study: dict[str, Any] = {}
    redcap_dictionary: Words | None = None

    @field_validator("tables", mode="before")
    @classmethod
    def _blocks(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {name: blocks if isinstance(blocks, list) else [blocks] for name, blocks in value.items()}


def read_mapping(path: Path) -> Mapping:
    """Read and validate a mapping file; CohortError names every wrong entry.

    Codes and words stay as they are written: `1` is the cell “1”, `yes` the word “yes”.
    """
    try:
        record, typed = read_yaml(path, words=True), read_yaml(path)
    except FileNotFoundError:
        raise CohortError([Problem(path.name, "there is no such file", "Name the mapping file.")]) from None
    if not isinstance(record, dict):
        raise CohortError([Problem(path.name, "a list of “name: value” lines is expected", "Begin with “tables:”.")])
    if isinstance(record.get("study"), dict):
        record["study"] = typed["study"]  # dates and parameters keep their types
    return checked(record, path.name)


def checked(record: dict[str, Any], file: str) -> Mapping:
    """A mapping from plain values; CohortError with every entry that is wrong in itself."""
    try:
        mapping = Mapping.model_validate(record)
    except ValidationError as error:
        raise CohortError([said(found, Mapping, file) for found in error.errors()]) from None
    problems = _study_problems(mapping.study, file)
    if "patients" not in mapping.tables:
        problems.append(Problem(file, "the entry is missing", "Every cohort needs patients.", column="tables.patients"))
    for name, blocks in mapping.tables.items():
        if name not in TABLES:
            problems.append(Problem(file, "the table is not known", _near(name, list(TABLES)), column=f"tables.{name}"))
            continue
        problems += _table_problems(name, blocks, file)
    if problems:
        raise CohortError(problems)
    return mapping


def _study_problems(study: dict[str, Any], file: str) -> list[Problem]:
    """What is given of study.yml must be right; what is not given is asked for later."""
    try:
        Study.model_validate(study)
    except ValidationError as error:
        wrong = [found for found in error.errors() if found["type"] != "missing"]
        return [said(found, Study, file, "study.") for found in wrong]
    return []


def _table_problems(name: str, blocks: list[TableMap], file: str) -> list[Problem]:
    """Blocks of patients are joined by patient_id, so that each may lack what another has."""
    table, place = TABLES[name], f"tables.{name}"
    joined = {target for block in blocks for target in block.columns}
    problems = []
    for needed in table.required:
        for block in blocks:
            there = joined if name == "patients" and needed != "patient_id" else block.columns
            if needed not in there:
                fix = f"Add it: {table.column(needed).meaning}."
                problems.append(Problem(file, "the column is missing", fix, column=f"{place}.columns.{needed}"))
    for block in blocks:
        problems += _block_problems(table, block, file)
    return list(dict.fromkeys(problems))


def _block_problems(table: Table, block: TableMap, file: str) -> list[Problem]:
    place, known, problems = f"tables.{table.name}", [column.name for column in table.columns], []
    for target, source in block.columns.items():
        at = f"{place}.columns.{target}"
        if target not in known:
            problems.append(Problem(file, "the column is not known", _near(target, known), column=at))
        else:
            problems += _column_problems(table.column(target), source, file, at)
    if block.keep and table.name != "patients":
        problems.append(
            Problem(file, "only patients keeps further columns", "Delete the entry.", column=f"{place}.keep")
        )
    for kept in block.keep:
        kind = speaks_of(kept) or ("date" if is_date_name(kept) or unit_in(kept) == "date" else None)
        if kind:
            rule, fix = f"the name speaks of {IDENTIFIES[kind]}: it is not kept", "Take it out."
            problems.append(Problem(file, rule, fix, column=f"{place}.keep", value=kept))
        elif kept in known:
            rule = "a column of this name is known"
            problems.append(Problem(file, rule, "Map it under columns.", column=f"{place}.keep", value=kept))
    return problems


def _column_problems(column: Column, source: ColumnMap, file: str, at: str) -> list[Problem]:
    """What is wrong with one entry under columns: (rule, fix, value, part of the entry)."""
    found = [*_identity_problems(column, source), *_unit_problems(column, source), *_term_problems(column, source)]
    if source.source == UNDECIDED:
        found = [("the column is still to be chosen", f"Name the column: {column.meaning}.", UNDECIDED, "")]
    return [Problem(file, rule, fix, column=at + part, value=value) for rule, fix, value, part in found]


Found = Iterator[tuple[str, str, str, str]]


def _identity_problems(column: Column, source: ColumnMap) -> Found:
    rule = f"the name speaks of {IDENTIFIES['person']}"
    if column.name == "patient_id":
        if source.source is None:
            yield "a column of identifiers is expected", "Write “from: a column”.", source.value or "", ""
        elif names_person(source.source) and not source.pseudonym:
            yield rule, "Add “pseudonym: true”.", source.source, ""
        return
    if source.pseudonym:
        yield "only patient_id becomes a pseudonym", "Delete the entry.", "", ".pseudonym"
    if column.kind == "text" and source.source and names_person(source.source):
        yield f"{rule}: it is not kept", "Take it out.", source.source, ""


def _unit_problems(column: Column, source: ColumnMap) -> Found:
    if not in_months(column):
        if source.unit:
            yield "only columns of months have a unit", "Delete the entry.", source.unit, ".unit"
    elif source.source and not source.unit and (unit := unit_in(source.source)):
        fix = f"Say “unit: {unit}”, or “unit: months” if the name is wrong."
        yield f"the name speaks of {unit}", fix, source.source, ""


def _term_problems(column: Column, source: ColumnMap) -> Found:
    if not column.values:
        return
    if source.source and CODES.search(source.source) and source.values is None:
        fix = "Add “values:”, a word for each code; in CDISC data CNSR 1 means censored, the reverse of an event."
        yield "a column of censoring codes needs its values in words", fix, source.source, ""
    targets = [*(source.values or {}).values(), *([source.value] if source.value else [])]
    for word in dict.fromkeys(targets):
        if term(word, column) not in (*column.values, ""):
            yield f"one of {', '.join(column.values)} is expected", "Correct the entry.", word, ".values"


def in_months(column: Column) -> bool:
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


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"Is “{near[0]}” meant?" if near else f"Known: {', '.join(known)}."


def said(found: dict[str, Any], model: type[Section], file: str, inside: str = "") -> Problem:
    """One error of pydantic in the words that study.yml has for it; a place has no numbers of lists."""
    place = ".".join(str(part) for part in found["loc"] if not isinstance(part, int))
    return replace(entry_problem(found, model, file), column=f"{inside}{place}")
