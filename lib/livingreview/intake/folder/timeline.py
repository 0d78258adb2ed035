"""Dates of one sheet, and the months they are after each patient's time origin."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from livingreview.cohort.problems import Problem
from livingreview.cohort.study import Study
from livingreview.intake.cell.cells import Refused, as_text, number_text
from livingreview.intake.cell.dates import Order, is_ambiguous, months_between, read_dates, shown_orders
from livingreview.intake.cell.names import ORIGIN, is_date_name
from livingreview.intake.folder.places import Converted

Days = list[dt.date | None]
FIRST_PART = {"day-first": "days", "month-first": "months"}


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
        """What happened on that day, in the words of study.yml."""
        return self.study.time_origin.event if self.study else "the time origin"

    @cached_property
    def cutoff(self) -> dt.date | None:
        """The last day of the data, if study.yml says it."""
        said = self.study.data_cutoff if self.study else None
        if isinstance(said, str):
            year, month = (int(part) for part in said.split("-"))
            return dt.date(year, month, calendar.monthrange(year, month)[1])
        return said


class Timeline:
    """The date columns of one sheet; each is read once, when it is needed."""

    def __init__(self, cells: pd.DataFrame, done: Converted, origins: Origins) -> None:
        self.cells, self.done, self.origins = cells, done, origins
        self.refused: set[tuple[str, int]] = set()
        self.said: set[tuple[str, int]] = set()
        self._read: dict[str, Days] = {}
        ids = cells["patient_id"] if "patient_id" in cells.columns else [""] * len(cells)
        self.patients = [as_text(value) for value in ids]

    @cached_property
    def order(self) -> Order | None:
        """Whether days or months come first, said in study.yml or shown by a cell of the sheet."""
        names = [name for name in self.cells.columns if is_date_name(name)]
        shown = shown_orders([self.cells[name] for name in names])
        if self.origins.study is not None and self.origins.study.dates:
            return self.origins.study.dates
        if len(shown) == 2:
            (first, row), (second, position) = shown["day-first"], shown["month-first"]
            there = f"row {self.done.sheet.rows[row]} of {names[first]}"
            why = Refused(f"here months come first, in {there} days do", "Write all dates as 2020-04-03.")
            self.done.refuse(why, names[second], position, self.cells[names[second]].iloc[position])
            return None
        for order, (number, position) in shown.items():
            if any(is_ambiguous(value) for name in names for value in self.cells[name]):
                rule = f"{FIRST_PART[order]} come first in dates such as 03/04/2020, as this row shows"
                self.done.note(rule, position=position, column=names[number])
            return order
        return None

    def has(self, name: str) -> bool:
        """Whether the sheet has this column."""
        return name in self.cells.columns

    def days(self, name: str) -> Days:
        """The dates of a column; None where empty or refused."""
        if name not in self._read:
            values = self.cells[name].tolist()
            dates = read_dates(values, self.order)
            for position, day in enumerate(dates.found):
                if isinstance(day, Refused):
                    self.refused.add((name, position))
                    self.done.refuse(day, name, position, as_text(values[position]))
            if dates.serials:
                rule = f"{dates.serials} of the dates are days counted from 1900, as Excel does: read so"
                self.done.note(rule, column=name)
            if dates.times:
                self.done.note(f"the time of day is left out ({dates.times} of the dates have one)", column=name)
            self._read[name] = [None if isinstance(day, Refused) else day for day in dates.found]
            self._note_late(name)
        return self._read[name]

    def _note_late(self, name: str) -> None:
        cutoff = self.origins.cutoff
        if cutoff is not None:
            late = [position for position, day in enumerate(self._read[name]) if day and day > cutoff]
            words = f"after the data cut-off of study.yml, {cutoff}"
            self.done.noted(late, words, name, "Correct the date or data_cutoff, if one is wrong.")

    def months(self, name: str, column: str) -> list[str]:
        """The canonical text of a column of months made from dates; "" where it cannot be known.

        A date before the origin is refused; what is empty for another reason than an empty cell is silenced.
        """
        return [self.month(position, day, name, column) for position, day in enumerate(self.days(name))]

    def month(self, position: int, day: dt.date | None, name: str, column: str) -> str:
        """One cell of `months`."""
        if day is None:
            if (name, position) in self.refused:
                self.done.silenced.add((column, position))
            return ""
        origin = self.origins.of(self.patients[position], self.done.label, name)
        if origin is not None and day >= origin:
            return number_text(months_between(origin, day))
        self.done.silenced.add((column, position))
        if origin is not None:
            why = Refused(
                f"the date is before the patient's {ORIGIN}, {origin}",
                f"Correct one of them; months count from {self.origins.event}.",
            )
            if (name, position) not in self.said:  # a date may be asked for by more than one column
                self.said.add((name, position))
                self.done.refuse(why, name, position, day)
        return ""


def origin_problems(patients: Converted | None, origins: Origins) -> list[Problem]:
    """What is missing of the time origin, at the place where it should be."""
    if origins.needed_by is None:
        return []
    event = origins.event
    if origins.by_patient is None or patients is None:
        label, column = origins.needed_by
        rule = f"the column is missing, and without it the dates in {column} of {label} cannot be turned into months"
        return [
            Problem(
                patients.label if patients else "patients",
                rule,
                f"Add the date of each patient's time origin ({event}).",
                1,
                ORIGIN,
            )
        ]
    ids = list(patients.frame["patient_id"]) if "patient_id" in patients.frame.columns else []
    said = {(problem.row, problem.column) for problem in patients.problems}
    return [
        Problem(
            patients.label,
            "the cell is empty, but the patient has dates",
            f"Fill in the date of: {event}.",
            row,
            ORIGIN,
        )
        for row, name in zip(patients.sheet.rows, ids, strict=False)  # without identifiers there is more to mend
        if name in origins.missed and origins.by_patient.get(name) is None and (row, ORIGIN) not in said
    ]
