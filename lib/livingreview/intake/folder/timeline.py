"""Dates of one sheet, and the months they are after each patient's time origin."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from livingreview.cohort.study import Study
from livingreview.intake.cell.cells import number_text
from livingreview.intake.cell.dates import Dates, Order, is_ambiguous, months_between, shown_orders
from livingreview.intake.cell.names import ORIGIN, is_date_name
from livingreview.intake.folder.draft import Draft
from livingreview.intake.folder.import_report import Report
from livingreview.intake.folder.records import Records

ORDERS = {"day-first": "dates-day-first", "month-first": "dates-month-first"}


@dataclass
class Origins:
    """The time origin of every patient; `by_patient` is None where no table says it.

    `needed_by` names the first column that needed one, `missed` patients without one who have a date.
    """

    study: Study | None = None
    by_patient: dict[str, dt.date | None] | None = None
    needed_by: tuple[str, str] | None = None
    missed: set[str] = field(default_factory=set)

    def of(self, patient: str, label: str, column: str) -> dt.date | None:
        """The origin of a patient who has a date in this column."""
        self.needed_by = self.needed_by or (label, column)
        day = (self.by_patient or {}).get(patient)
        if day is None:
            self.missed.add(patient)
        return day

    @property
    def event(self) -> str:
        """What happened on that day, as study.yml has it; "" where it does not say."""
        return self.study.time_origin.event if self.study else ""

    @cached_property
    def cutoff(self) -> dt.date | None:
        """The last day of the data, if study.yml says it."""
        cutoff = self.study.data_cutoff if self.study else None
        if isinstance(cutoff, str):
            year, month = (int(part) for part in cutoff.split("-"))
            return dt.date(year, month, calendar.monthrange(year, month)[1])
        return cutoff


class Timeline:
    """The date columns of one sheet, by their plain names; each is read once, when it is needed."""

    def __init__(self, records: Records, names: Mapping[str, str], draft: Draft, origins: Origins) -> None:
        self.records, self.names, self.draft, self.origins = records, names, draft, origins
        self.refused: set[tuple[str, int]] = set()
        self._before: set[tuple[str, int]] = set()
        self._read: dict[str, list[dt.date | None]] = {}
        self.patients = records.texts(names["patient_id"]) if "patient_id" in names else [""] * len(records.rows)

    @cached_property
    def order(self) -> Order | None:
        """Whether days or months come first, said in study.yml or shown by a cell of the sheet."""
        names = [name for bare, name in self.names.items() if is_date_name(bare)]
        columns = [self.records.cells(name) for name in names]
        shown = shown_orders(columns)
        if self.origins.study is not None and self.origins.study.dates:
            return self.origins.study.dates
        if len(shown) == 2:
            (first, row), (second, at) = shown["day-first"], shown["month-first"]
            where = {"other_row": self.records.rows[row], "other": names[first]}
            self.records.refuse("dates-in-two-orders", names[second], at, columns[second][at], **where)
            return None
        for order, (number, at) in shown.items():
            if any(map(is_ambiguous, (value for column in columns for value in column))):
                self.records.note(ORDERS[order], names[number], at)
            return order
        return None

    def has(self, name: str) -> bool:
        """Whether the sheet has this column."""
        return name in self.names

    def days(self, name: str) -> list[dt.date | None]:
        """The dates of a column; None where empty or refused."""
        if name not in self._read:
            written = self.names[name]
            days, read = self.records.dates(written, self.order)
            self.refused |= {(name, at) for at, day in enumerate(read.found) if days[at] is None and day is not None}
            self._read[name] = days
            self._note(written, read, days)
        return self._read[name]

    def _note(self, written: str, read: Dates, days: list[dt.date | None]) -> None:
        if read.serials:
            self.records.note("dates-counted", written, count=read.serials)
        if read.times:
            self.records.note("dates-with-times", written, count=read.times)
        if cutoff := self.origins.cutoff:
            late = [at for at, day in enumerate(days) if day and day > cutoff]
            self.records.note_cells("dates-after-cutoff", written, late, cutoff=cutoff.isoformat())

    def months(self, name: str, column: str) -> list[str]:
        """The canonical text of a column of months made from dates; "" where it cannot be known.

        A date before the origin is refused; what is empty for another reason than an empty cell is silenced.
        """
        return [self.month(at, day, name, column) for at, day in enumerate(self.days(name))]

    def month(self, at: int, day: dt.date | None, name: str, column: str) -> str:
        """One cell of `months`."""
        if day is None:
            if (name, at) in self.refused:
                self.draft.silenced.add((column, at))
            return ""
        origin = self.origins.of(self.patients[at], self.records.label, self.names[name])
        if origin is not None and day >= origin:
            return number_text(months_between(origin, day))
        self.draft.silenced.add((column, at))
        if origin is not None and (name, at) not in self._before:  # a date may be asked for by more than one column
            self._before.add((name, at))
            facts = {"origin": origin.isoformat(), "event": self.origins.event}
            self.records.refuse("date-before-origin", self.names[name], at, day, **facts)
        return ""


def refuse_missing_origins(patients: Draft | None, origins: Origins, report: Report) -> None:
    """What is missing of the time origin, at the place where it should be."""
    if origins.needed_by is None:
        return
    if origins.by_patient is None or patients is None:
        label, column = origins.needed_by
        facts = {"dated": column, "source": label, "event": origins.event}
        report.refuse(patients.label if patients else "patients", "origin-missing", 1, ORIGIN, **facts)
        return
    place = patients.places.get(ORIGIN) or patients.place
    refused = {(problem.row, problem.column) for problem in report.refused if problem.file == patients.label}
    # without identifiers there is more to mend
    for row, name in zip(place.rows, patients.columns.get("patient_id", ()), strict=False):
        missed = name in origins.missed and origins.by_patient.get(name) is None
        if missed and (row, place.column or ORIGIN) not in refused:
            report.refuse(patients.label, "origin-empty", row, place.column or ORIGIN, event=origins.event)
