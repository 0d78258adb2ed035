"""One column of a sheet as a column of the cohort: words, numbers, months, by the mapping and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from livingreview.cohort.columns import Column
from livingreview.intake.cell.cells import MISSING, NOT_AVAILABLE, Refused, decimals, is_missing
from livingreview.intake.cell.cells import term as spelt
from livingreview.intake.cell.dates import DAYS_PER_MONTH, Order, in_months, is_ambiguous, months_between, shown_orders
from livingreview.intake.folder.import_report import Line
from livingreview.intake.folder.records import Records
from livingreview.intake.mapping.mapping import ColumnMap, holds_months, term
from livingreview.intake.mapping.redcap import Dictionary

DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 365.25}
OF_A_MAPPING = {"number-is-date": "number-is-date-in-mapping", "date-two-days": "date-two-days-in-mapping"}


@dataclass(frozen=True)
class Rows:
    """The records that belong to one table; `order` is that of dates, if the mapping says it."""

    table: str
    records: Records
    dictionary: Dictionary
    order: Order | None = None

    def mapped(self, target: str, source: str, *how: Line) -> None:
        """A line of the report."""
        self.records.report.map(self.table, target, f"{self.records.label}, {source}", *how)


def read_column(rows: Rows, column: Column, source: ColumnMap, origins: list[dt.date | None] | None) -> list:
    """The cells of a column of the cohort: text, numbers or None; what cannot be read is refused with its row.

    `origins` holds the day each row's months are counted from; it is only needed for dates.
    """
    if source.value is not None:
        rows.records.report.map(rows.table, column.name, "", Line("every-row", {"word": source.value}))
        return [term(source.value, column)] * len(rows.records.rows)
    if source.values is not None or column.kind == "category":
        found = _recoded(rows, column, source)
        return _numbered(found, column) if column.kind in ("number", "integer") else found
    if source.unit == "date":
        return _months_of_dates(rows, column, source.source, origins)
    if column.kind in ("number", "integer"):
        return _numbers(rows, column, source)
    return _texts(rows, column.name, source.source)


def _texts(rows: Rows, target: str, name: str) -> list[str | None]:
    labels, words = rows.dictionary.of(name), rows.records.texts(name)
    changed = sum(word in labels for word in words)
    rows.mapped(target, name, Line("labels", {"count": changed}) if changed else Line("as-given"))
    return [None if is_missing(word, NOT_AVAILABLE) else labels.get(word, word) for word in words]


def _recoded(rows: Rows, column: Column, source: ColumnMap) -> list[str | None]:
    """Words by `values`; without them by the dictionary's labels, and as they are where they are terms."""
    labels = rows.dictionary.of(source.source)
    words = rows.records.texts(source.source)
    new = {word: _meaning(word, column, source.values, labels) for word in dict.fromkeys(words)}
    for word in (word for word, meaning in new.items() if meaning is None):
        facts = {"count": words.count(word), "table": rows.table, "target": column.name}
        code = "value-not-mapped" if column.values else "value-not-mapped-text"
        if word in labels:
            code, facts["label"] = "value-not-mapped-label", labels[word]
        facts |= {"allowed": list(column.values)} if column.values else {}
        rows.records.refuse(code, source.source, words.index(word), word, **facts)
    pairs = Counter((word, new[word] or "") for word in words if word)
    rows.mapped(column.name, source.source, Line("recoded", {"pairs": pairs}))
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


def _numbers(rows: Rows, column: Column, source: ColumnMap) -> list[float | int | None]:
    found = rows.records.numbers(source.source, OF_A_MAPPING)
    missing = sum(cell != "" and is_missing(cell, MISSING) for cell in rows.records.cells(source.source))
    how = [Line("numbers", {"count": sum(number is not None for number in found)})]
    how += [Line("not-known", {"count": missing})] if missing else []
    if holds_months(column):
        unit = source.unit or "months"
        how.append(Line(f"in-{unit}", {"per": DAYS_PER[unit], "month": DAYS_PER_MONTH}))
        if unit != "months":
            found = [None if number is None else in_months(number * DAYS_PER[unit]) for number in found]
    rows.mapped(column.name, source.source, *how)
    if column.kind == "integer":
        return [int(number) if number is not None and number % 1 == 0 else number for number in found]
    return found


def _months_of_dates(rows: Rows, column: Column, name: str, origins: list[dt.date | None] | None) -> list[float | None]:
    days = dates_of(rows, name)
    if origins is None:
        rows.records.refuse("origin-not-mapped", name)
        return [None] * len(days)
    found: list[float | None] = []
    for at, (day, origin) in enumerate(zip(days, origins, strict=True)):
        if day is not None and origin is None:
            rows.records.refuse("origin-of-patient-missing", name, at, day)
        found.append(months_between(origin, day) if day and origin else None)
    given = sum(day is not None for day in days)
    rows.mapped(column.name, name, Line("dates", {"count": given}), Line("from-origin", {"month": DAYS_PER_MONTH}))
    return found


def dates_of(rows: Rows, name: str) -> list[dt.date | None]:
    """The dates of a column; whether days or months come first is read from all columns of the sheet."""
    order = _order(rows, name)
    days, read = rows.records.dates(name, order, instead=OF_A_MAPPING)
    place = {"label": rows.records.label, "column": name}
    if order and any(map(is_ambiguous, rows.records.cells(name))):
        rows.records.report.remark("order-of-mapping" if rows.order else "order-of-cells", order=order, **place)
    if read.serials:
        rows.records.report.remark("dates-counted", count=read.serials, **place)
    return days


def _order(rows: Rows, name: str) -> Order | None:
    """Days or months first: as the mapping says, or as the cells of the sheet show, if they agree."""
    if rows.order:
        return rows.order
    sheet = Records(rows.records.sheet, rows.records.report)
    shown = shown_orders([sheet.cells(other) for other in sheet.sheet.names])
    if len(shown) == 2:
        shown = shown_orders([sheet.cells(name)])
    if len(shown) == 2:
        sheet.refuse("dates-in-two-orders-of-a-column", name, shown["month-first"][1])
    return next(iter(shown)) if len(shown) == 1 else None
