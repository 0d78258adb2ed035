"""One ADaM dataset: its cells as words, numbers and dates, the same from whichever file they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from livingreview.cohort.files import sha256
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.adam.terms import words
from livingreview.intake.cell.cells import as_text
from livingreview.intake.cell.dates import SAS
from livingreview.intake.folder.draft import Draft, Place
from livingreview.intake.folder.import_report import Line, Report
from livingreview.intake.folder.records import Records
from livingreview.intake.read.formats import files_for, read_sheet

EMPTY = (".", "NA")  # how SAS and R write a missing cell into a CSV file
OF_ADAM = {
    **dict.fromkeys(("date-no-date", "date-no-words", "date-two-days"), "date-of-adam"),
    "cell-no-number": "number-of-adam",
}


@dataclass(frozen=True)
class Dataset:
    """Columns with names in capitals; every column comes as a series whose index are the rows of the spreadsheet."""

    records: Records

    @property
    def label(self) -> str:
        """The name of the file."""
        return self.records.label

    @property
    def report(self) -> Report:
        """Where all is said."""
        return self.records.report

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return self.records.sheet.names

    @property
    def rows(self) -> list[int]:
        """The rows of the spreadsheet; the first record is row 2."""
        return self.records.rows

    def where(self, mask: pd.Series) -> Dataset:
        """The rows of the mask, with their row numbers."""
        positions = self.records.positions
        positions = range(len(self.records.sheet.rows)) if positions is None else positions
        chosen = [at for at, flag in zip(positions, mask, strict=True) if flag]
        return Dataset(replace(self.records, positions=chosen))

    def has(self, name: str) -> bool:
        """Whether the column is there with something in it."""
        return name in self.names and bool(self.text(name).ne("").any())

    def first(self, names: Sequence[str]) -> str | None:
        """The first of these columns that is there with something in it."""
        return next((name for name in names if self.has(name)), None)

    def text(self, name: str) -> pd.Series:
        """The column as words; "" where missing or where there is no such column."""
        return self._series(self.records.texts(name) if name in self.names else "")

    def numbers(self, name: str) -> pd.Series:
        """The column as floats, NaN where missing; what is no number is refused by row."""
        found = self.records.numbers(name, OF_ADAM) if name in self.names else float("nan")
        return self._series(found).astype(float)

    def dates(self, name: str) -> pd.Series:
        """The column as dates, None where missing; a number without format is a SAS date, and reported."""
        if name not in self.names:
            return self._series([None] * len(self.rows))
        found, read = self.records.dates(name, None, SAS, OF_ADAM)
        if read.serials:
            self.report.remark("sas-days", label=self.label, column=name, count=read.serials)
        return self._series(found)

    def _series(self, cells: Any) -> pd.Series:
        return pd.Series(cells, index=self.rows, dtype=object)

    def refuse(self, code: str, row: int | None = None, column: str = "", value: object = "", **facts: Any) -> None:
        """A problem of this dataset."""
        self.report.refuse(self.label, code, row, column, as_text(value), **facts)

    def leave_out(self, what: str, why: str, **facts: Any) -> None:
        """Rows or columns of this dataset that are not in the cohort folder."""
        self.report.leave_out(self.label, what, why, **facts)

    def leave_out_rows(self, flags: pd.Series, what: str, why: str, **facts: Any) -> pd.Series:
        """Report the rows of the flags, if there are any; the flags of those that stay."""
        flags = flags.astype(bool)
        if flags.any():
            self.leave_out(what, why, count=int(flags.sum()), **facts)
        return ~flags

    def map(self, table: str, target: str, column: str, *how: Line) -> None:
        """A column of the cohort was made from one of this dataset."""
        self.report.map(table, target, f"{self.label}, {column}", *how)

    def copied(self, table: str, target: str, name: str, *how: Line) -> pd.Series:
        """The words of a column as they are, None where missing."""
        self.map(table, target, name, *how)
        return self.text(name).map(lambda word: word or None)

    def recoded(
        self,
        table: str,
        target: str,
        name: str,
        terms: Mapping[str, str] | Callable[[str], str | None],
        code: str = "word-unknown",
        *,
        unknown: bool = True,
    ) -> pd.Series:
        """Words of a column in the cohort's vocabulary; a word that is not known is refused once, with its count.

        `terms` give the term of a word in small letters, "" for a cell to leave empty, None for a word that is not
        known. With `unknown`, words such as UNKNOWN and NOT DONE leave the cell empty.
        """
        cells = self.text(name)
        read = terms if callable(terms) else terms.get
        empty = words("unknown") if unknown else {}
        new = {word: "" if not word else read(word.casefold()) for word in cells.unique()}
        new = {word: empty.get(word.casefold()) if term is None else term for word, term in new.items()}
        for word in (word for word, term in new.items() if term is None):
            there = cells.index[cells == word]
            self.refuse(code, there[0], name, word, count=len(there))
        pairs = Counter((word, new[word] or "") for word in cells if word)
        self.map(table, target, name, Line("recoded", {"pairs": pairs}))
        return cells.map(lambda word: new[word] or None)

    def draft(self, table: str, columns: Mapping[str, tuple[str, pd.Series]]) -> Draft:
        """A table of the cohort folder from columns of this dataset, each with the name it came from."""
        places = {
            target: Place(self.label, source, [int(row) for row in column.index])
            for target, (source, column) in columns.items()
        }
        return Draft(table, {target: list(column) for target, (_, column) in columns.items()}, places)


def find_datasets(folder: Path, names: Sequence[str], report: Report) -> dict[str, Dataset]:
    """The datasets of a folder by name, whatever the case of the file names; files of other names are listed.

    Raises CohortError if one is there in two forms or cannot be read.
    """
    if not folder.is_dir():
        raise CohortError([Problem(folder.name, "adam-folder-missing")])
    files: dict[str, list[Path]] = {}
    known = files_for("import adam", folder.iterdir())
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        if path in known and path.stem.lower() in names:
            files.setdefault(path.stem.lower(), []).append(path)
        else:
            report.leave_out(path.name, "file", "not-a-dataset")
    twice = [" and ".join(path.name for path in paths) for paths in files.values() if len(paths) > 1]
    if twice:
        raise CohortError([Problem(both, "dataset-twice") for both in twice])
    return {name: read_dataset(paths[0], report) for name, paths in files.items()}


def read_dataset(path: Path, report: Report) -> Dataset:
    """One dataset; CohortError for a file that cannot be read or names a column twice."""
    sheet = read_sheet(path, lone_header=True)
    for note in sheet.notes:
        report.remark("note", problem=note)
    report.files[path.name] = sha256(path) or ""
    names = [name.strip().upper() for name in sheet.names]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CohortError([Problem(path.name, "column-twice", {}, 1, name) for name in twice])
    cells = sheet.cells.set_axis(names, axis=1)
    return Dataset(Records(replace(sheet, label=path.name, cells=cells.mask(cells.isin(EMPTY), "")), report))
