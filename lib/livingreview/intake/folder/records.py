"""Rows of a sheet as they are read: what cannot be read of a cell is refused at its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from livingreview.intake.cell.cells import Refused, as_text, decimals
from livingreview.intake.cell.dates import SPREADSHEET, Count, Dates, Order, read_dates
from livingreview.intake.folder.import_report import Report
from livingreview.intake.read.sheet import Sheet


@dataclass(frozen=True)
class Records:
    """The rows of a sheet, all or those at `positions`; a row is named by its place among them from 0 on."""

    sheet: Sheet
    report: Report
    positions: Sequence[int] | None = None

    @property
    def label(self) -> str:
        """The name of the source."""
        return self.sheet.label

    @property
    def rows(self) -> list[int]:
        """Their numbers in the spreadsheet."""
        return self.sheet.rows if self.positions is None else [self.sheet.rows[at] for at in self.positions]

    def cells(self, name: str) -> list[Any]:
        """The cells of a column."""
        column = self.sheet.cells[name].tolist()
        return column if self.positions is None else [column[at] for at in self.positions]

    def texts(self, name: str) -> list[str]:
        """The words of a column."""
        return [as_text(cell) for cell in self.cells(name)]

    def numbers(self, name: str, instead: Mapping[str, str] = MappingProxyType({})) -> list[float | None]:
        """The numbers of a column, None where a cell is empty or refused; `instead` gives other codes for some."""
        return self._accepted(name, decimals(self.cells(name), self.sheet.decimal_comma), instead)

    def dates(
        self,
        name: str,
        order: Order | None,
        count: Count = SPREADSHEET,
        instead: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[list[dt.date | None], Dates]:
        """The dates of a column, None where a cell is empty or refused; and all that was read."""
        found = read_dates(self.cells(name), order, count)
        return self._accepted(name, found.found, instead), found

    def _accepted(self, name: str, found: list, instead: Mapping[str, str]) -> list:
        """What was read of a column, None where it was refused, with its row and what stands there."""
        cells = self.cells(name)
        for at, one in enumerate(found):
            if isinstance(one, Refused):
                self.refuse(instead.get(one.code, one.code), name, at, cells[at], **one.facts)
        return [None if isinstance(one, Refused) else one for one in found]

    def refuse(self, code: str, column: str = "", at: int | None = None, value: object = "", **facts: Any) -> None:
        """A problem of a cell; without a place of its column."""
        self.report.refuse(self.label, code, 1 if at is None else self.rows[at], column, as_text(value), **facts)

    def note(self, code: str, column: str = "", at: int | None = None, **facts: Any) -> None:
        """Something a person should know; `at` is the first row it is about."""
        self.report.note(self.label, code, None if at is None else self.rows[at], column, **facts)

    def note_cells(self, code: str, column: str, places: Iterable[int], **facts: Any) -> None:
        """A note on some cells of a column, with their number and the first of them; none if there are none."""
        if found := list(places):
            self.note(code, column, found[0], count=len(found), **facts)
