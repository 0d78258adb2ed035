"""One column of a sheet as a column of the cohort: words, numbers, months, by the mapping and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from livingreview.cohort.columns import Column
from livingreview.intake.cell.cells import MISSING, NOT_AVAILABLE, Refused, as_text, decimals, is_missing
from livingreview.intake.cell.cells import term as spelt
from livingreview.intake.cell.dates import DAYS_PER_MONTH, Order, is_ambiguous, months_between, read_dates, shown_orders
from livingreview.intake.folder.import_report import Report, counted, recoded
from livingreview.intake.mapping.mapping import ColumnMap, in_months, term
from livingreview.intake.mapping.redcap import Dictionary
from livingreview.intake.read.sheet import Sheet

DAYS_PER = {"days": 1.0, "weeks": 7.0, "years": 365.25}
DIGITS = 3  # as in months_between


@dataclass
class Rows:
    """Rows of a sheet that belong to one table; `positions` in the sheet, `patients` as the source names them."""

    table: str
    sheet: Sheet
    positions: list[int]
    report: Report
    dictionary: Dictionary
    order: Order | None = None

    def cells(self, name: str) -> list:
        """The cells of a column of the sheet, in these rows."""
        column = self.sheet.cells[name].tolist()
        return [column[position] for position in self.positions]

    @property
    def rows(self) -> list[int]:
        """Their numbers in the spreadsheet."""
        return [self.sheet.rows[position] for position in self.positions]

    def refuse(self, name: str, rule: str, fix: str, at: int | None = None, value: object = "") -> None:
        """A problem of a column, or of one of its cells."""
        row = 1 if at is None else self.rows[at]
        self.report.refuse(self.sheet.label, rule, fix, row, name, as_text(value))

    def mapped(self, target: str, source: str, how: str) -> None:
        """A line of the report."""
        self.report.mapped(self.table, target, f"{self.sheet.label}, {source}", how)


def read_column(rows: Rows, column: Column, source: ColumnMap, origins: list[dt.date | None] | None) -> list:
    """The cells of a column of the cohort: text, numbers or None; what cannot be read is refused with its row.

    `origins` holds the day each row's months are counted from; it is only needed for dates.
    """
    if source.value is not None:
        rows.report.mapped(rows.table, column.name, "the mapping", f"“{source.value}” in every row")
        return [term(source.value, column)] * len(rows.positions)
    if source.values is not None or column.kind == "category":
        found = _recoded(rows, column, source)
        return _numbered(found, column) if column.kind in ("number", "integer") else found
    if source.unit == "date":
        return _months_of_dates(rows, column, source.source, origins)
    if column.kind in ("number", "integer"):
        return _numbers(rows, column, source)
    return _texts(rows, column.name, source.source)


def _texts(rows: Rows, target: str, name: str) -> list[str | None]:
    labels, found, changed = rows.dictionary.of(name), [], 0
    for cell in rows.cells(name):
        words = as_text(cell)
        changed += words in labels
        found.append(labels.get(words, words) if not is_missing(cell, NOT_AVAILABLE) else None)
    rows.mapped(
        target, name, f"labels of the REDCap dictionary for {counted(changed, 'cell')}" if changed else "as given"
    )
    return found


def _recoded(rows: Rows, column: Column, source: ColumnMap) -> list[str | None]:
    """Words by `values`; without them by the dictionary's labels, and as they are where they are terms."""
    labels = rows.dictionary.of(source.source)
    words = [as_text(cell) for cell in rows.cells(source.source)]
    new = {word: _meaning(word, column, source.values, labels) for word in dict.fromkeys(words)}
    for word, found in new.items():
        if found is None:
            places = [at for at, other in enumerate(words) if other == word]
            label = f", {labels[word]} in the dictionary" if word in labels else ""
            rule = f"the mapping does not say what the value means ({counted(len(places), 'row')}{label})"
            expected = f": {', '.join(column.values)}" if column.values else ""
            rows.refuse(
                source.source, rule, f"Add it to “values” of {rows.table}, {column.name}{expected}.", places[0], word
            )
    pairs = Counter((word, new[word] or "") for word in words if word)
    rows.mapped(column.name, source.source, recoded(pairs) or "empty throughout")
    return [new[word] or None for word in words]


def _meaning(word: str, column: Column, values: dict[str, str] | None, labels: dict[str, str]) -> str | None:
    """The term; "" to leave the cell empty; None where nothing says what the word means."""
    label = labels.get(word, word)
    if values is not None:
        folded = {key.casefold(): value for key, value in values.items()}
        for key in (word, label):
            if key.casefold() in folded:
                return term(folded[key.casefold()], column)
        return "" if is_missing(word, NOT_AVAILABLE) else None
    if not word:
        return ""
    found = spelt(label, column.values)
    return found if not found or found in column.values else None


def _numbered(found: list[str | None], column: Column) -> list:
    """Numbers that `values` gives as words; the check refuses what is none."""
    numbers = decimals([word or "" for word in found], False)
    if any(isinstance(number, Refused) for number in numbers):
        return found
    return [int(number) if number is not None and column.kind == "integer" else number for number in numbers]


def _numbers(rows: Rows, column: Column, source: ColumnMap) -> list[float | int | str | None]:
    cells, found = rows.cells(source.source), []
    for at, number in enumerate(decimals(cells, rows.sheet.decimal_comma)):
        if isinstance(number, Refused):
            fix = (
                "Write a number, or say “unit: date” in the mapping." if isinstance(cells[at], dt.date) else number.fix
            )
            rows.refuse(source.source, number.rule, fix, at, cells[at])
            number = None
        found.append(number)
    empty = sum(cell != "" and is_missing(cell, MISSING) for cell in cells)
    how = f"{counted(sum(number is not None for number in found), 'number')}"
    how += f", {counted(empty, 'word')} for “not known” left empty" if empty else ""
    if in_months(column) and source.unit not in (None, "months"):
        per = DAYS_PER[source.unit]
        found = [None if number is None else round(number * per / DAYS_PER_MONTH, DIGITS) for number in found]
        how += f", {source.unit} / {DAYS_PER_MONTH}" if per == 1 else f", {source.unit} x {per:g} / {DAYS_PER_MONTH}"
    elif in_months(column):
        how += ", in months as given"
    rows.mapped(column.name, source.source, how)
    if column.kind == "integer":
        return [int(number) if number is not None and number % 1 == 0 else number for number in found]
    return found


def _months_of_dates(rows: Rows, column: Column, name: str, origins: list[dt.date | None] | None) -> list[float | None]:
    days = dates_of(rows, name)
    if origins is None:
        rows.refuse(name, "dates need a day to count from", "Add “origin_date” to patients in the mapping.")
        return [None] * len(days)
    found: list[float | None] = []
    for at, (day, origin) in enumerate(zip(days, origins, strict=True)):
        if day is not None and origin is None:
            rule = "the patient has no origin date to count from"
            rows.refuse(name, rule, "Fill in the origin date, or empty the cell.", at, day)
        found.append(months_between(origin, day) if day and origin else None)
    given = sum(day is not None for day in days)
    rows.mapped(column.name, name, f"{counted(given, 'date')}, days from the origin date / {DAYS_PER_MONTH}")
    return found


def dates_of(rows: Rows, name: str) -> list[dt.date | None]:
    """The dates of a column; whether days or months come first is read from all columns of the sheet."""
    order = _order(rows, name)
    cells = rows.cells(name)
    read, found = read_dates(cells, order), []
    for at, day in enumerate(read.found):
        if isinstance(day, Refused):
            fix = day.fix.replace(" to study.yml.", " under study in the mapping.")
            rows.refuse(name, day.rule, fix, at, cells[at])
            day = None
        found.append(day)
    if order and any(is_ambiguous(cell) for cell in cells):
        shown = "the mapping says" if rows.order else "other cells of the sheet show"
        rows.report.note(f"{rows.sheet.label}, {name}: dates are read {order}, as {shown}.")
    if read.serials:
        words = f"{counted(read.serials, 'cell')} with a spreadsheet's count of days read as dates"
        rows.report.note(f"{rows.sheet.label}, {name}: {words}.")
    return found


def _order(rows: Rows, name: str) -> Order | None:
    """Days or months first: as the mapping says, or as the cells of the sheet show, if they agree."""
    if rows.order:
        return rows.order
    sheet = rows.sheet.cells
    shown = shown_orders([sheet[other].tolist() for other in sheet.columns])
    if len(shown) == 2:
        shown = shown_orders([sheet[name].tolist()])
    if len(shown) == 2:
        at = shown["month-first"][1]
        fix = "Write all dates as 2020-04-03."
        rows.report.refuse(rows.sheet.label, "here months come first, elsewhere days", fix, rows.sheet.rows[at], name)
    return next(iter(shown)) if len(shown) == 1 else None
