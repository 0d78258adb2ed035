"""One sheet to one table of the cohort folder: terms, numbers and months as the cohort model reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from livingreview.cohort.columns import Column, Table
from livingreview.cohort.identifying import plain
from livingreview.cohort.tables import misspelt
from livingreview.cohort.unknown_columns import CNSR, notes
from livingreview.cohort.vocabulary import MRD_STATUS, YES_NO
from livingreview.intake.cell.cells import MISSING, NOT_AVAILABLE, as_text, is_missing, number_text, term
from livingreview.intake.cell.dates import years_between
from livingreview.intake.cell.names import BIRTH_DATES, EMAIL, ORIGIN, date_names, is_date_name
from livingreview.intake.folder.draft import Draft, Place
from livingreview.intake.folder.endpoints_from_dates import WAYS, derive
from livingreview.intake.folder.import_report import Report
from livingreview.intake.folder.records import Records
from livingreview.intake.folder.timeline import Origins, Timeline
from livingreview.intake.read.sheet import Sheet

CLOSE = 0.1  # months by which a column of months and one of dates may differ: three days
WHOLE = {"cell-no-number": "cell-no-whole-number"}
DASHES = ("-", "–", "—")


def convert(table: Table, sheet: Sheet, origins: Origins, report: Report) -> Draft:
    """The canonical text of every cell; what was read into it is noted, and what cannot be read refused, by source row.

    The patients table comes first: it fills `origins`. A cell that cannot be read stays as it is, for the
    strict check to find.
    """
    report.problems += sheet.notes
    conversion = _Conversion(table, Records(sheet, report), origins)
    conversion.columns()
    return conversion.draft


class _Conversion:
    """One table on its way. `names` gives every column of the sheet its plain name; `used` are those that were read."""

    def __init__(self, table: Table, records: Records, origins: Origins) -> None:
        self.table, self.records, self.origins = table, records, origins
        whole = Place(records.label, "", records.rows)
        self.draft = Draft(table.name, label=records.label, place=whole)
        self.names = self._names()
        self.dates = Timeline(records, self.names, self.draft, origins)
        self.used = {ORIGIN, *BIRTH_DATES}
        if table.name == "patients" and ORIGIN in self.names:
            self.draft.places[ORIGIN] = Place(records.label, self.names[ORIGIN], records.rows)
            pairs = zip(reversed(self.dates.patients), reversed(self.dates.days(ORIGIN)), strict=True)
            origins.by_patient = dict(pairs)  # of a patient who is there twice the first

    def _names(self) -> dict[str, str]:
        """Known names in the spelling of the model, with a note."""
        headers = self.records.sheet.names
        known = {column.name for column in self.table.columns}
        dates = {name for column in known for name in date_names(self.table, column)}
        names: dict[str, str] = {}
        for name in headers:
            bare = plain(name)
            meant = bare in known | dates or is_date_name(name)
            if meant and name not in known | dates and bare not in headers and bare not in names:
                names[bare] = name
                self.records.note("column-read-as", name, meant=bare)
            else:
                names[name] = name
        return names

    def columns(self) -> None:
        """Every column of the model that the sheet or its dates give, then what else study.yml takes."""
        for column in self.table.columns:
            if (values := self._column(column)) is not None:
                self.draft.columns[column.name] = values
        if self.table.name == "patients":
            self._derive()
        further = self._further()
        order = [column.name for column in self.table.columns if column.name in self.draft.columns]
        self.draft.columns = {name: self.draft.columns[name] for name in order} | further
        for name in BIRTH_DATES:
            if name in self.names:
                self.records.note("birth-date-left-out", self.names[name])

    def _column(self, column: Column) -> list[str] | None:
        """A column of the model, from its own column, from dates, or from both; None if there is neither."""
        values = None
        if written := self.names.get(column.name):
            self._place(column.name, written)
            values = self._typed(column, written)
        named = [name for name in dict.fromkeys(date_names(self.table, column.name)) if name in self.names]
        self.used |= set(named)
        if len(named) > 1:
            self.records.refuse("dates-twice", self.names[named[1]], both=[self.names[name] for name in named])
        if not named:
            return values
        months = self.dates.months(named[0], column.name)
        if values is not None:
            return self._agreed(values, months, self.names[named[0]], column.name)
        self._place(column.name, self.names[named[0]], "as", column.name)
        self.records.note("dates-turned-into-months", self.names[named[0]], months=column.name, origin=ORIGIN)
        return months

    def _place(self, name: str, written: str, how: str = "", *others: str) -> None:
        self.draft.places[name] = Place(self.records.label, written, self.records.rows, how, others)

    def _agreed(self, values: list[str], months: list[str], name: str, column: str) -> list[str]:
        """Months where they are given, otherwise those of the date; refused where the two differ."""
        both = 0
        for at, (value, month) in enumerate(zip(values, months, strict=True)):
            try:
                apart = abs(float(value) - float(month))
            except ValueError:
                continue  # one of them is empty, or refused by the check
            both += 1
            if apart > CLOSE:
                facts = {"months": month, "date": name, "given": column}
                self.records.refuse("months-and-date-differ", column, at, value, **facts)
        if both:
            self.records.note("months-and-date-agree", name, months=column, close=CLOSE)
        return [value or month for value, month in zip(values, months, strict=True)]

    def _typed(self, column: Column, written: str) -> list[str]:
        if column.kind in ("number", "integer"):
            return self._numbers(column.name, written, WHOLE if column.kind == "integer" else {})
        allowed = column.values
        if column.name == "timepoint" and self.origins.study is not None:
            allowed = tuple(timepoint.name for timepoint in self.origins.study.vocabulary.timepoints)
        if allowed:
            return self._terms(written, allowed, answers=column.values in (YES_NO, MRD_STATUS))
        return self._identifiers(written) if column.name == "patient_id" else self._words(written)

    def _numbers(self, name: str, written: str, instead: Mapping[str, str]) -> list[str]:
        cells = self.records.cells(written)
        found = self.records.numbers(written, instead)
        empty = [is_missing(cell) for cell in cells]
        unread = {(name, at) for at, number in enumerate(found) if number is None and not empty[at]}
        self.draft.silenced |= unread
        commas = [
            at for at, cell in enumerate(cells) if isinstance(cell, str) and "," in cell and found[at] is not None
        ]
        self.records.note_cells("cells-with-comma", written, commas)
        self._note_missing(cells, MISSING, written)
        return ["" if number is None else number_text(number) for number in found]

    def _terms(self, written: str, allowed: Sequence[str], *, answers: bool) -> list[str]:
        """Terms in the vocabulary's spelling. A dash where the answer may be "no" or "negative" is not read as empty."""
        cells, words = self.records.cells(written), self.records.texts(written)
        new = {word: word if answers and word in DASHES else term(word, allowed) for word in set(words)}
        found = [new[word] for word in words]
        changed = [at for at, word in enumerate(found) if word and word != words[at]]
        truths = [at for at in changed if words[at].casefold() in ("true", "false")]
        self.records.note_cells("cells-in-another-spelling", written, [at for at in changed if at not in set(truths)])
        self.records.note_cells("cells-of-truth", written, truths)
        empty = [at for at, word in enumerate(found) if not word and not is_missing(cells[at], ())]
        self.records.note_cells("cells-not-known", written, empty)
        return found

    def _identifiers(self, written: str) -> list[str]:
        found = self.records.texts(written)
        for at, word in enumerate(found):
            if EMAIL.fullmatch(word):
                self.records.refuse("identifier-is-address", written, at)
        return found

    def _words(self, written: str) -> list[str]:
        cells = self.records.cells(written)
        self._note_missing(cells, NOT_AVAILABLE, written)
        return ["" if is_missing(cell, NOT_AVAILABLE) else as_text(cell) for cell in cells]

    def _note_missing(self, cells: list[Any], words: Sequence[str], written: str) -> None:
        missing = [at for at, cell in enumerate(cells) if cell != "" and is_missing(cell, words)]
        self.records.note_cells("cells-not-known", written, missing)

    def _derive(self) -> None:
        """What patients lack and their dates say: progression-free and overall survival, age."""
        for way in WAYS:
            months, event = f"{way.stem}_months", f"{way.stem}_event"
            if months not in self.draft.columns and event not in self.draft.columns and way.fits(self.names):
                self.draft.columns |= derive(way, self.dates)
                names = tuple(name for name in way.names if name in self.names)
                self.used |= set(names)
                for name in (months, event):
                    self._place(name, name, "made-from", *(self.names[one] for one in names))
        born = next((name for name in BIRTH_DATES if name in self.names), None)
        if born and "age_years" not in self.draft.columns and ORIGIN in self.names:
            self._place("age_years", self.names[born], "as", "age_years")
            self.draft.columns["age_years"] = self._ages(born)

    def _ages(self, born: str) -> list[str]:
        """Completed years at the origin."""
        ages = []
        for at, day in enumerate(self.dates.days(born)):
            origin = self.origins.of(self.dates.patients[at], self.records.label, self.names[born]) if day else None
            ages.append(str(years_between(day, origin)) if day and origin else "")
        return ages

    def _further(self) -> dict[str, list[str]]:
        """Columns that the model does not know: left out with a note, but for the subgroups of study.yml.

        What the strict check refuses, or reads as a required column under another name, stays for it to find.
        """
        unknown = [name for name in self.names if name not in self.draft.columns and name not in self.used]
        named = self.origins.study.subgroups if self.origins.study else unknown  # study.yml is checked elsewhere
        kept = named if self.table.name == "patients" else ()
        strict = {*misspelt(list(self.names), self.table), *(name for name in unknown if name.upper() == CNSR)}
        further = {}
        for name in unknown:
            if name in strict or name in kept:
                self._place(name, name)
                further[name] = self._numbers(name, name, {}) if self._is_decimal(name) else self._words(name)
        others = [name for name in unknown if name not in further]
        present = {*self.names, *self.draft.columns, *further}
        self.records.report.problems += notes(others, self.table, self.records.label, 1, present)
        return further

    def _is_decimal(self, name: str) -> bool:
        """Whether a column of a sheet with decimal commas holds numbers with commas and no other words."""
        if not self.records.sheet.decimal_comma or not any("," in word for word in self.records.texts(name)):
            return False
        probe = Records(self.records.sheet, Report())
        probe.numbers(name)
        return not probe.report.problems
