"""A Parquet table as cells: its values keep their types."""

from __future__ import annotations

from pathlib import Path

from livingreview.cohort.files import refuse_unfit
from livingreview.cohort.tables import parquet_frame
from livingreview.intake.cell.names import is_date_name
from livingreview.intake.read.sheet import Sheet


def read(path: Path, _sheet: str | None = None) -> Sheet:
    """The cells of the table; rows are counted as if a header stood above them."""
    frame = parquet_frame(path)
    cells = frame.astype(object).where(frame.notna(), "")
    return Sheet(path.name, cells.rename(columns=str), list(range(2, len(frame) + 2)))


def parquet_columns(path: Path) -> dict[str, str]:
    """Names and types of a Parquet file's columns, read from its end; none for a file that is no Parquet table."""
    from pyarrow import ArrowException
    from pyarrow.parquet import read_schema

    refuse_unfit(path)
    try:
        return {field.name: str(field.type) for field in read_schema(path)}
    except (ArrowException, OSError, UnicodeDecodeError):  # the last for names that are no text
        return {}


def holds_dates(path: Path) -> bool:
    """Whether a Parquet table has a column of dates, by its name or its type."""
    return any(
        is_date_name(name) or kind.startswith(("date", "timestamp")) for name, kind in parquet_columns(path).items()
    )
