"""A SAS dataset as cells: text, numbers and dates, as XPT or SAS7BDAT holds them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from livingreview.cohort.files import refuse_unfit
from livingreview.intake.read.encodings import implausible
from livingreview.intake.read.sheet import Sheet, refused


def read(path: Path, _sheet: str | None = None) -> Sheet:
    """The cells of the dataset; rows are counted as if a header stood above them. CohortError for what is none."""
    refuse_unfit(path)
    frame = _frame(path)
    cells = {number: [_plain(cell) for cell in frame.iloc[:, number]] for number in range(frame.shape[1])}
    named = pd.DataFrame(cells, dtype=object).set_axis([str(name) for name in frame.columns], axis=1)
    return Sheet(path.name, named, list(range(2, len(frame) + 2)))


def _frame(path: Path) -> pd.DataFrame:
    import pyreadstat

    read_any = pyreadstat.read_xport if path.suffix.lower() == ".xpt" else pyreadstat.read_sas7bdat
    for encoding in (None, "WINDOWS-1252"):
        try:
            frame = read_any(str(path), encoding=encoding)[0]
        except UnicodeDecodeError:
            continue
        except Exception as error:  # pyreadstat raises several types for a broken file
            raise refused(path.name, "sas-broken", detail=type(error).__name__) from None
        if encoding:
            _refuse_implausible(frame, path.name)
        return frame
    raise refused(path.name, "sas-encoding")


def _refuse_implausible(frame: pd.DataFrame, file: str) -> None:
    """CohortError where the words of a dataset that is not UTF-8 are none of western Europe."""
    for name in frame.columns:
        for row, cell in enumerate(frame[name], start=2):
            if isinstance(cell, str) and implausible(cell) is not None:
                raise refused(file, "sas-no-words", row, str(name))


def _plain(cell: object) -> str | float | dt.date:
    """Text stripped, dates without a time, numbers as floats, "" for everything that means missing."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or cell is pd.NaT or cell != cell:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date()
    return cell if isinstance(cell, dt.date) else float(cell)
