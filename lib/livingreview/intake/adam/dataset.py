"""One ADaM dataset from an XPT, SAS or CSV file: the same cells whichever it came from."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from livingreview.cohort.files import refuse_unfit, sha256
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.folder.import_report import Report, counted
from livingreview.intake.read.encodings import implausible

SUFFIXES = (".xpt", ".sas7bdat", ".csv")
SAS_EPOCH = dt.date(1960, 1, 1)
EMPTY = ("", ".", "NA")  # how SAS and R write a missing cell into a CSV file
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
Cell = str | float | dt.date


@dataclass(frozen=True)
class Dataset:
    """Cells as text, numbers and dates, "" where missing, in columns with names in capitals.

    The index of `frame` counts rows as a spreadsheet does: the first record is row 2.
    """

    label: str
    frame: pd.DataFrame
    report: Report
    decimal_comma: bool = False

    def where(self, mask: pd.Series) -> Dataset:
        """The rows of the mask, with their row numbers."""
        return Dataset(self.label, self.frame[mask.astype(bool)], self.report, self.decimal_comma)

    def has(self, name: str) -> bool:
        """Whether the column is there with something in it."""
        return name in self.frame.columns and bool(self.frame[name].map(lambda cell: cell != "").any())

    def first(self, *names: str) -> str | None:
        """The first of these columns that is there with something in it."""
        return next((name for name in names if self.has(name)), None)

    def text(self, name: str) -> pd.Series:
        """The column as words; "" where missing or where there is no such column."""
        return self._column(name).map(_words).astype(object)

    def numbers(self, name: str) -> pd.Series:
        """The column as floats, NaN where missing; what is no number is refused by row."""
        return self._each(name, self._number, "a number is expected").astype(float)

    def dates(self, name: str) -> pd.Series:
        """The column as dates, None where missing; a number without format is a SAS date, and reported."""
        column = self._column(name)
        plain = sum(isinstance(cell, float) or _numeric(cell) for cell in column)
        if plain:
            days = f"{counted(plain, 'number')} without a date format read as SAS days since 1960-01-01"
            self.report.note(f"{self.label}, {name}: {days}.")
        return self._each(name, _date, "a date is expected, such as 2020-01-31 or 31JAN2020")

    def refuse(self, rule: str, fix: str, row: int | None = None, column: str = "", value: object = "") -> None:
        """A problem of this dataset."""
        self.report.refuse(self.label, rule, fix, row, column, value)

    def _column(self, name: str) -> pd.Series:
        if name in self.frame.columns:
            return self.frame[name]
        return pd.Series("", index=self.frame.index, dtype=object)

    def _number(self, cell: Cell) -> float | None:
        if isinstance(cell, str) and self.decimal_comma:
            cell = cell.replace(",", ".")
        number = float(cell) if not isinstance(cell, dt.date) else math.nan
        return number if math.isfinite(number) else None

    def _each(self, name: str, read: Callable[[Cell], object], rule: str) -> pd.Series:
        found = {}
        for row, cell in self._column(name).items():
            try:
                value = None if cell == "" else read(cell)
            except (ValueError, OverflowError):
                value = None
            if value is None and cell != "":
                self.refuse(rule, "Correct the cell in the source.", row, name, cell)
            found[row] = value
        return pd.Series(found, index=self.frame.index, dtype=object)


def find_datasets(folder: Path, names: tuple[str, ...], report: Report) -> dict[str, Dataset]:
    """The datasets of a folder by name, whatever the case of the file names; files of other names are listed.

    Raises CohortError if one is there in two forms or cannot be read.
    """
    if not folder.is_dir():
        raise CohortError([Problem(folder.name, "there is no such folder", "Name the folder with adsl and adtte.")])
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        name = path.stem.lower()
        if path.suffix.lower() in SUFFIXES and name in names:
            files.setdefault(name, []).append(path)
        elif path.is_file():
            report.left_out(path.name, "not one of the datasets that are read")
    twice = [" and ".join(path.name for path in paths) for paths in files.values() if len(paths) > 1]
    if twice:
        raise CohortError([Problem(both, "the dataset is there twice", "Keep one of the files.") for both in twice])
    return {name: read_dataset(paths[0], report) for name, paths in files.items()}


def read_dataset(path: Path, report: Report) -> Dataset:
    """One dataset; CohortError for a file that cannot be read or names a column twice."""
    decimal_comma = False
    if path.suffix.lower() == ".csv":
        from livingreview.intake.read.formats import read_sheet

        sheet = read_sheet(path, lone_header=True)
        cells, rows, decimal_comma = sheet.cells, sheet.rows, sheet.decimal_comma
        for note in sheet.notes:
            report.note(str(note))
    else:
        refuse_unfit(path)
        cells = _read_sas(path)
        rows = [position + 2 for position in range(len(cells))]
    report.files[path.name] = sha256(path) or ""
    names = [str(name).strip().upper() for name in cells.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CohortError([Problem(path.name, "the column is there twice", "Keep one.", 1, name) for name in twice])
    frame = pd.DataFrame(
        {name: [_plain(cell) for cell in cells.iloc[:, at]] for at, name in enumerate(names)}, index=rows, dtype=object
    )
    return Dataset(path.name, frame, report, decimal_comma)


def _read_sas(path: Path) -> pd.DataFrame:
    import pyreadstat

    read = pyreadstat.read_xport if path.suffix.lower() == ".xpt" else pyreadstat.read_sas7bdat
    for encoding in (None, "WINDOWS-1252"):
        try:
            cells = read(str(path), encoding=encoding)[0]
        except UnicodeDecodeError:
            continue
        except Exception as error:  # pyreadstat raises several types for a broken file
            kind = type(error).__name__
            rule = f"the file is no SAS dataset that can be read ({kind})"
            raise CohortError([Problem(path.name, rule, "Export it again, as XPT version 5 or CSV.")]) from None
        if encoding:
            _refuse_implausible(cells, path.name)
        return cells
    raise CohortError([Problem(path.name, "the words are neither UTF-8 nor Windows-1252", "Export it again.")])


def _refuse_implausible(cells: pd.DataFrame, file: str) -> None:
    """CohortError where the words of a dataset that is not UTF-8 are none of western Europe."""
    rule = "the words are not UTF-8, and as Windows-1252 they would be none of western Europe"
    for name in cells.columns:
        for row, cell in enumerate(cells[name], start=2):
            if isinstance(cell, str) and implausible(cell) is not None:
                raise CohortError([Problem(file, rule, "Export it again in UTF-8, or as CSV UTF-8.", row, str(name))])


def _plain(cell: object) -> Cell:
    """Text stripped, dates without a time, numbers as floats, "" for everything that means missing."""
    if isinstance(cell, str):
        words = cell.strip()
        return "" if words in EMPTY else words
    if cell is None or cell is pd.NaT or cell != cell:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date()
    return cell if isinstance(cell, dt.date) else float(cell)


def _words(cell: Cell) -> str:
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _numeric(cell: Cell) -> bool:
    return isinstance(cell, str) and re.fullmatch(r"-?\d{1,6}(\.0*)?", cell) is not None


def _date(cell: Cell) -> dt.date | None:
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, float) or _numeric(cell):
        return SAS_EPOCH + dt.timedelta(days=int(float(cell)))
    if found := re.fullmatch(r"(\d{1,2})-?([A-Za-z]{3})-?(\d{4})(:.*)?", cell):
        return dt.date(int(found[3]), MONTHS.index(found[2].upper()) + 1, int(found[1]))
    return dt.date.fromisoformat(re.sub(r"[T ].*", "", cell))
