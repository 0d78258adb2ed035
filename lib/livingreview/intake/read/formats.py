"""Files that hold tables: the one list of endings. Another spreadsheet format is a line here and a module beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from livingreview.cohort.files import is_hidden

if TYPE_CHECKING:
    from livingreview.intake.read.sheet import Sheet

Way = Literal["folder", "import table", "import adam"]


@dataclass(frozen=True, slots=True)
class Format:
    """Files with these endings, and the module that reads them.

    The module has `read(path, sheet) -> Sheet`; where a file may hold several sheets also
    `sheets(path) -> (visible, hidden)`, their names. `ways` are the ways in that take such files.
    """

    endings: tuple[str, ...]
    module: str
    ways: tuple[Way, ...]
    several: bool = False


FORMATS = (
    Format((".csv",), "text", ("folder", "import table", "import adam")),
    Format((".tsv", ".txt"), "text", ("folder", "import table")),
    Format((".parquet",), "parquet", ("folder",)),
    Format((".xlsx", ".xlsm"), "workbook", ("folder", "import table"), several=True),
    Format((".xls",), "workbook", (), several=True),  # refused in words
    Format((".xpt", ".sas7bdat"), "sas", ("import adam",)),
)


def endings(way: Way) -> tuple[str, ...]:
    """The endings of files that a way in takes."""
    return tuple(ending for found in FORMATS if way in found.ways for ending in found.endings)


def files_for(way: Way, paths: Iterable[Path]) -> list[Path]:
    """Those that a way in takes, sorted; hidden files and what an open spreadsheet program leaves are not."""
    return [path for path in sorted(paths) if path.suffix.lower() in endings(way) and not is_hidden(path.name)]


def holds_sheets(path: Path) -> bool:
    """Whether a file may hold several sheets, by its ending."""
    return any(found.several for found in FORMATS if path.suffix.lower() in found.endings)


def read_sheet(path: Path, sheet: str | None = None, *, lone_header: bool = False) -> Sheet:
    """The table of a file; `sheet` names one of several sheets.

    Raises CohortError for whatever is no table with one header row, with its place; for a header without
    rows unless `lone_header`.
    """
    from livingreview.intake.read.sheet import refused

    found = _reader(path).read(path, sheet)
    if found.cells.empty and not lone_header:
        raise refused(found.label, "table-without-rows")
    return found


def sheets_of(path: Path) -> tuple[list[str], list[str]]:
    """Names of the sheets that a person sees and of those that are hidden; none for a file of one table."""
    return _reader(path).sheets(path) if holds_sheets(path) else ([], [])


def _reader(path: Path):
    name = next((found.module for found in FORMATS if path.suffix.lower() in found.endings), None)
    if name is None:
        from livingreview.intake.read.sheet import refused

        raise refused(path.name, "file-of-no-format")
    return import_module(f"livingreview.intake.read.{name}")
