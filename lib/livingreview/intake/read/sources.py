"""Where the tables of a folder are: text files, Parquet files, sheets of a workbook; each table once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.tables import parquet_frame
from livingreview.intake.cell.names import table_files, table_named, workbooks
from livingreview.intake.folder.canonical import parquet_fits
from livingreview.intake.read.sheets import Sheet, read_sheet
from livingreview.intake.read.workbook import hidden_sheets, visible_sheets

PARQUET = ".parquet"


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


def find_sources(folder: Path) -> Sources:
    """Every table of a folder, with what could not be read."""
    found = Sources()
    candidates: dict[str, list[tuple[Path, str | None]]] = {name: [] for name in TABLES}
    for name, paths in table_files(folder).items():
        candidates[name] += [(path, None) for path in paths]
    _add_sheets(folder, candidates, found)
    for name, places in candidates.items():
        found.used |= {path for path, _ in places}
        _take(name, places, found)
    return found


def _add_sheets(folder: Path, candidates: dict[str, list[tuple[Path, str | None]]], found: Sources) -> None:
    """Sheets that are named like tables, of one workbook; and workbooks of one sheet that are named like a table."""
    whole: list[Path] = []
    for path in workbooks(folder):
        found.used.add(path)
        try:
            sheets = visible_sheets(path)
            hidden = [name for name in hidden_sheets(path) if table_named(name)]
        except CohortError as error:
            found.problems += error.problems
            found.broken |= {table_named(path.stem)} if table_named(path.stem) else set(TABLES)
            continue
        found.problems += [
            _note(path, f"the hidden sheet “{name}” is not read", "Show it if it is meant.") for name in hidden
        ]
        named = [(table_named(name), name) for name in sheets if table_named(name)]
        if named:
            whole.append(path)
            for table, sheet in named:
                candidates[table].append((path, sheet))
        elif len(sheets) == 1 and table_named(path.stem):
            candidates[table_named(path.stem)].append((path, sheets[0]))
        else:
            wanted = f"Name its sheets {', '.join(TABLES)}."
            found.problems.append(_note(path, "no sheet is named like a table: the workbook is not read", wanted))
    if len(whole) > 1:
        names = " and ".join(path.name for path in whole)
        raise CohortError([Problem(names, "there are two workbooks with tables", "Keep one of them in the folder.")])


def _note(path: Path, rule: str, fix: str) -> Problem:
    return Problem(path.name, rule, fix, note=True)


def _take(name: str, places: list[tuple[Path, str | None]], found: Sources) -> None:
    """The one source of a table that holds rows; a header alone counts as no table."""
    filled: list[str] = []
    empty: list[Sheet] = []
    for path, sheet in places:
        if path.suffix == PARQUET and parquet_fits(path):
            found.typed[name] = path
            filled.append(path.name)
            continue
        try:
            table = _read_parquet(path) if path.suffix == PARQUET else read_sheet(path, sheet, lone_header=True)
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
            rule = f"“{wanted}” is read as the table {name}"
            found.problems.append(Problem(table.label, rule, "Nothing to do if that is right.", note=True))
    if len(filled) > 1:
        fix = "Keep its rows in one of them."
        raise CohortError([Problem(" and ".join(filled), f"the table {name} is there twice", fix)])
    if empty and not filled:
        if name == "patients":
            found.sheets[name] = empty[0]
        else:
            fix = "Fill it in, if the cohort has such data."
            rule = "the table has a header but no rows: it counts as absent"
            found.problems.append(Problem(empty[0].label, rule, fix, note=True))


def _read_parquet(path: Path) -> Sheet:
    """A Parquet table as cells; its values keep their types."""
    frame = parquet_frame(path)
    cells = frame.astype(object).where(frame.notna(), "")
    return Sheet(path.name, cells.rename(columns=str), list(range(2, len(frame) + 2)))
