"""Where the tables of a folder are: text files, Parquet files, sheets of a workbook; each table once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.cell.names import table_files, table_named
from livingreview.intake.read.formats import files_for, holds_sheets, read_sheet, sheets_of
from livingreview.intake.read.sheet import Sheet

PARQUET = ".parquet"
Candidates = dict[str, list[tuple[Path, str | None]]]


@dataclass
class Sources:
    """`sheets` are to be converted; `typed` are Parquet files that need nothing.

    `used` are all files that hold or held a table: none of them is copied. `broken` names tables that
    could not be read.
    """

    sheets: dict[str, Sheet] = field(default_factory=dict)
    typed: dict[str, Path] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def note(self, label: str, code: str, **facts: Any) -> None:
        """Something a person should know of a file or sheet."""
        self.problems.append(Problem(label, code, facts, note=True))


def find_sources(folder: Path) -> Sources:
    """Every table of a folder, with what could not be read."""
    found = Sources()
    files = files_for("folder", folder.iterdir())
    candidates: Candidates = {name: [] for name in TABLES}
    for name, paths in table_files(path for path in files if not holds_sheets(path)).items():
        candidates[name] += [(path, None) for path in paths]
    workbooks = [path for path in files if holds_sheets(path)]
    _add_sheets(workbooks, candidates, found)
    found.used |= {*workbooks, *(path for places in candidates.values() for path, _ in places)}
    for name, places in candidates.items():
        _take(name, places, found)
    return found


def _add_sheets(workbooks: list[Path], candidates: Candidates, found: Sources) -> None:
    """Sheets that are named like tables, of one workbook; and workbooks of one sheet that are named like a table."""
    whole: list[Path] = []
    for path in workbooks:
        own = table_named(path.stem)
        try:
            visible, hidden = sheets_of(path)
        except CohortError as error:
            found.problems += error.problems
            found.broken |= {own} if own else set(TABLES)
            continue
        for name in filter(table_named, hidden):
            found.note(path.name, "sheet-hidden", name=name)
        named = list(filter(table_named, visible))
        if named:
            whole.append(path)
            for sheet in named:
                candidates[table_named(sheet)].append((path, sheet))
        elif len(visible) == 1 and own:
            candidates[own].append((path, visible[0]))
        else:
            found.note(path.name, "workbook-without-tables", tables=list(TABLES))
    if len(whole) > 1:
        names = " and ".join(path.name for path in whole)
        raise CohortError([Problem(names, "workbooks-twice")])


def _take(name: str, places: list[tuple[Path, str | None]], found: Sources) -> None:
    """The one source of a table that holds rows; a header alone counts as no table."""
    filled: list[str] = []
    empty: list[Sheet] = []
    for path, sheet in places:
        if path.suffix == PARQUET and not _holds_dates(path):
            found.typed[name] = path
            filled.append(path.name)
            continue
        try:
            table = read_sheet(path, sheet, lone_header=True)
        except CohortError as error:
            found.problems += error.problems
            found.broken.add(name)
            continue
        if table.cells.empty:
            empty.append(table)
            continue
        found.sheets[name] = table
        filled.append(table.label)
        wanted = sheet if sheet is not None else path.stem
        if wanted != name and table_named(wanted):
            found.note(table.label, "sheet-read-as", name=wanted, table=name)
    if len(filled) > 1:
        raise CohortError([Problem(" and ".join(filled), "table-in-two-files", {"table": name})])
    if empty and not filled:
        if name == "patients":
            found.sheets[name] = empty[0]
        else:
            found.note(empty[0].label, "table-empty")


def _holds_dates(path: Path) -> bool:
    from livingreview.intake.read.parquet import holds_dates

    return holds_dates(path)
