"""One sheet to one canonical table: terms, numbers and months as the cohort model reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from livingreview.cohort.columns import Column, Table
from livingreview.cohort.identifying import plain
from livingreview.cohort.tables import misspelt
from livingreview.cohort.unknown_columns import CNSR, notes
from livingreview.cohort.vocabulary import MRD_STATUS, YES_NO
from livingreview.intake.cell.cells import (
    MISSING,
    NOT_AVAILABLE,
    Refused,
    as_text,
    decimals,
    is_missing,
    number_text,
    term,
)
from livingreview.intake.cell.dates import years_between
from livingreview.intake.cell.names import BIRTH_DATES, EMAIL, ORIGIN, date_names, is_date_name
from livingreview.intake.folder.endpoints_from_dates import derive_os, derive_pfs
from livingreview.intake.folder.places import RIGHT, Converted
from livingreview.intake.folder.timeline import Origins, Timeline
from livingreview.intake.read.sheet import Sheet

CLOSE = 0.1  # months by which a column of months and one of dates may differ: three days
WHOLE = "a whole number is expected"
DASHES = ("-", "–", "—")


def convert(table: Table, sheet: Sheet, origins: Origins) -> Converted:
    """The canonical text of every cell, with notes on what was read into it and problems by source row.

    The patients table comes first: it fills `origins`. A cell that cannot be read stays as it is, for the
    strict check to find.
    """
    done = Converted(table.name, sheet, problems=list(sheet.notes))
    cells = _renamed(sheet.cells, table, done)
    dates = Timeline(cells, done, origins)
    if table.name == "patients" and ORIGIN in cells.columns:
        origins.by_patient = _first(dates.patients, dates.days(ORIGIN))
    columns: dict[str, list[str]] = {}
    used: set[str] = {ORIGIN, *BIRTH_DATES}
    for column in table.columns:
        values = _column(column, table, cells, dates, used, done)
        if values is not None:
            columns[column.name] = values
    if table.name == "patients":
        _derive(columns, cells, dates, used)
    _further(
        [name for name in cells.columns if name not in columns and name not in used],
        table,
        cells,
        origins,
        columns,
        done,
    )
    _drop_birth_dates(cells, done)
    known = [column.name for column in table.columns if column.name in columns]
    done.frame = pd.DataFrame(columns, columns=known + [name for name in columns if name not in known], dtype=object)
    return done


def _first(patients: list[str], days: list) -> dict:
    """The origin of each patient; of a patient who is there twice the first."""
    return dict(zip(reversed(patients), reversed(days), strict=True))


def _renamed(cells: pd.DataFrame, table: Table, done: Converted) -> pd.DataFrame:
    """Known names in the spelling of the model, with a note."""
    known = {column.name for column in table.columns}
    dates = {name for column in table.columns for name in date_names(table, column.name)}
    meant = {}
    for name in cells.columns:
        if name not in known | dates and (plain(name) in known | dates or is_date_name(name)):
            if plain(name) not in cells.columns and plain(name) not in meant.values():
                meant[name] = plain(name)
                done.made_from[plain(name)] = name
                if name != plain(name):
                    done.note(f"the column is read as {plain(name)}", column=name)
    return cells.rename(columns=meant)


def _column(
    column: Column, table: Table, cells: pd.DataFrame, dates: Timeline, used: set[str], done: Converted
) -> list[str] | None:
    """A column of the model, from its own column, from dates, or from both; None if there is neither."""
    values = None
    if column.name in cells.columns:
        values = _typed(column, cells[column.name].tolist(), dates.origins, done)
    named = [name for name in dict.fromkeys(date_names(table, column.name)) if name in cells.columns]
    used |= set(named)
    if len(named) > 1:
        done.refuse(Refused(f"{' and '.join(named)} both say when", "Keep one of them."), named[1])
    if not named:
        return values
    months = dates.months(named[0], column.name)
    if values is None:
        done.made_from[column.name] = f"{named[0]} (as {column.name})"
        done.note(f"turned into {column.name}: months of 30.4375 days since {ORIGIN}", RIGHT, column=named[0])
        return months
    return _agreed(values, months, named[0], column.name, done)


def _agreed(values: list[str], months: list[str], name: str, column: str, done: Converted) -> list[str]:
    """Months where they are given, otherwise those of the date; refused where the two differ."""
    both = 0
    for position, (value, month) in enumerate(zip(values, months, strict=True)):
        try:
            apart = abs(float(value) - float(month))
        except ValueError:
            continue  # one of them is empty, or refused by the check
        both += 1
        if apart > CLOSE:
            why = Refused(
                f"{name} is {month} months after the origin", f"Correct {column} or {name}, or leave one out."
            )
            done.refuse(why, column, position, value)
    if both:
        done.note(f"{column} is given as well and used: the two agree within {CLOSE} months", RIGHT, column=name)
    return [value or month for value, month in zip(values, months, strict=True)]


def _typed(column: Column, values: list[Any], origins: Origins, done: Converted) -> list[str]:
    if column.kind in ("number", "integer"):
        return _numbers(column, values, done)
    if column.kind == "category":
        return _terms(column, values, column.values, done)
    if column.name == "timepoint" and origins.study is not None:
        names = tuple(timepoint.name for timepoint in origins.study.vocabulary.timepoints)
        return _terms(column, values, names, done)
    if column.name == "patient_id":
        return _identifiers(column, values, done)
    return _words(done.made_from.get(column.name, column.name), values, done)


def _numbers(column: Column, values: list[Any], done: Converted) -> list[str]:
    found, written, commas = [], done.made_from.get(column.name, column.name), []
    for position, (value, number) in enumerate(zip(values, decimals(values, done.sheet.decimal_comma), strict=True)):
        if isinstance(number, Refused):
            if column.kind == "integer":
                number = Refused(
                    number.rule.replace("a number is expected, with a point before decimals", WHOLE), number.fix
                )
            done.refuse(number, written, position, as_text(value))
            done.silenced.add((column.name, position))
            found.append("")
            continue
        if isinstance(value, str) and "," in value and number is not None:
            commas.append(position)
        found.append("" if number is None else number_text(number))
    done.noted(commas, "with a comma before decimals", written)
    _note_missing(values, MISSING, written, done)
    return found


def _terms(column: Column, values: list[Any], allowed: Sequence[str], done: Converted) -> list[str]:
    """Terms in the vocabulary's spelling. A dash where the answer may be "no" or "negative" is not read as empty."""
    written = done.made_from.get(column.name, column.name)
    answers = column.values in (YES_NO, MRD_STATUS)
    found = [as_text(value) if answers and value in DASHES else term(value, allowed) for value in values]
    changed = [
        position
        for position, (value, word) in enumerate(zip(values, found, strict=True))
        if word and word != as_text(value)
    ]
    truths = [position for position in changed if as_text(values[position]).casefold() in ("true", "false")]
    done.noted([position for position in changed if position not in truths], "in another spelling of the term", written)
    done.noted(truths, "with a truth value, read as yes or no", written)
    empty = [position for position, word in enumerate(found) if not word and not is_missing(values[position], ())]
    done.noted(empty, "with a word for “not known”, read as empty", written)
    return found


def _identifiers(column: Column, values: list[Any], done: Converted) -> list[str]:
    found = [as_text(value) for value in values]
    for position, word in enumerate(found):
        if EMAIL.fullmatch(word):
            why = Refused("an e-mail address names a person", "Use a pseudonym, the same in every table.")
            done.refuse(why, column.name, position)
    return found


def _words(name: str, values: list[Any], done: Converted) -> list[str]:
    _note_missing(values, NOT_AVAILABLE, name, done)
    return ["" if is_missing(value, NOT_AVAILABLE) else as_text(value) for value in values]


def _note_missing(values: list[Any], words: Sequence[str], name: str, done: Converted) -> None:
    places = [position for position, value in enumerate(values) if value != "" and is_missing(value, words)]
    done.noted(places, "with a word for “not known”, read as empty", name)


def _derive(columns: dict[str, list[str]], cells: pd.DataFrame, dates: Timeline, used: set[str]) -> None:
    """What patients lack and their dates say: progression-free and overall survival, age."""
    for stem, derived in (("pfs", derive_pfs), ("os", derive_os)):
        if f"{stem}_months" not in columns and f"{stem}_event" not in columns:
            columns |= (made := derived(dates))
            if made:
                used |= {"progression_date", "death_date", "last_assessment_date", "last_contact_date"}
    born = next((name for name in BIRTH_DATES if name in cells.columns), None)
    if born and "age_years" not in columns and ORIGIN in cells.columns:
        columns["age_years"] = _ages(born, dates)


def _ages(born: str, dates: Timeline) -> list[str]:
    """Completed years at the origin."""
    dates.done.made_from["age_years"] = f"{born} (as age_years)"
    ages = []
    for position, day in enumerate(dates.days(born)):
        origin = dates.origins.of(dates.patients[position], dates.done.label, born) if day else None
        ages.append(str(years_between(day, origin)) if day and origin else "")
    return ages


def _drop_birth_dates(cells: pd.DataFrame, done: Converted) -> None:
    for name in cells.columns:
        if name in BIRTH_DATES:
            done.note("left out: dates of birth never enter the cohort, only age_years does", column=name)


def _further(
    names: list[str],
    table: Table,
    cells: pd.DataFrame,
    origins: Origins,
    columns: dict[str, list[str]],
    done: Converted,
) -> None:
    """Columns that the model does not know: left out with a note, but for the subgroups of study.yml.

    What the strict check refuses, or reads as a required column under another name, stays for it to find.
    """
    named = origins.study.subgroups if origins.study else names  # the check says what is wrong with study.yml
    kept = named if table.name == "patients" else ()
    strict = {*misspelt(cells.columns, table), *(name for name in names if name.upper() == CNSR)}
    for name in names:
        if name in strict or name in kept:
            values = cells[name].tolist()
            decimal = done.sheet.decimal_comma and _is_decimal(values)
            columns[name] = (
                _numbers(Column(name, "number", ""), values, done) if decimal else _words(name, values, done)
            )
    others = [name for name in names if name not in columns]
    present = {*cells.columns, *columns}
    done.problems += notes(others, table, done.label, 1, present)


def _is_decimal(values: list[Any]) -> bool:
    """Whether a column holds numbers with commas and no other words."""
    numbers = decimals(values, True)
    return any("," in value for value in values) and not any(isinstance(number, Refused) for number in numbers)
