"""The files an import reads: each sheet once, with a record of the columns that were used."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from livingreview.cohort.files import sha256
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.folder.import_report import Report
from livingreview.intake.mapping.mapping import Mapping, TableMap
from livingreview.intake.mapping.redcap import NONE, Dictionary, is_dictionary, read_dictionary
from livingreview.intake.read.formats import endings, files_for, read_sheet, sheets_of
from livingreview.intake.read.sheet import Sheet


def source_files(source: Path) -> dict[str, Path]:
    """The files to read, by name; CohortError if there are none."""
    if source.is_file():
        return {source.name: source}
    if not source.is_dir():
        raise CohortError([Problem(source.name, "source-missing")])
    found = {path.name: path for path in files_for("import table", source.iterdir())}
    if not found:
        raise CohortError([Problem(source.name, "source-without-table", {"known": list(endings("import table"))})])
    return found


def named(block: TableMap) -> list[str]:
    """Columns of the sheet that the block speaks of."""
    sources = [*block.columns.values(), *([block.origin_date] if block.origin_date else [])]
    return list(dict.fromkeys([*block.where, *block.keep, *(part.source for part in sources if part.source)]))


class MappedSheets:
    """The sheets that a mapping speaks of; `name` is that of the mapping file."""

    def __init__(self, files: dict[str, Path], mapping: Mapping, name: str, report: Report) -> None:
        self.files, self.mapping, self.name, self.report = files, mapping, name, report
        self.used: dict[tuple[str, str | None], set[str]] = {}
        self.sheets: dict[tuple[str, str | None], Sheet] = {}

    def sheet(self, block: TableMap, place: str) -> Sheet:
        """The sheet of a block; CohortError at `place` of the mapping if it is not there."""
        file = self._file(block, f"{place}.file")
        key = (file, block.sheet)
        if key not in self.sheets:
            self.sheets[key] = read_sheet(self.files[file], block.sheet)
            self.used[key] = set()
            self.report.files[file] = sha256(self.files[file]) or ""
            for note in self.sheets[key].notes:
                self.report.remark("note", problem=note)
        self.used[key] |= set(named(block))
        return self.sheets[key]

    def _file(self, block: TableMap, place: str) -> str:
        files = list(self.files)
        if block.file is None and len(files) > 1:
            raise self._wrong(place, "file-not-named", known=files)
        file = block.file or files[0]
        if file in files:
            return file
        near = get_close_matches(file, files, 1)
        if near:
            raise self._wrong(place, "file-not-there-like", file, near=near[0])
        raise self._wrong(place, "file-not-there", file, known=files)

    def refuse_absent(self) -> None:
        """CohortError for all files, sheets and columns that the mapping names and that are not there."""
        problems = []
        for name, blocks in self.mapping.tables.items():
            for block in blocks:
                try:
                    sheet = self.sheet(block, f"tables.{name}")
                except CohortError as error:
                    problems += error.problems
                    continue
                problems += [_absent(sheet, name) for name in named(block) if name not in sheet.names]
        if problems:
            raise CohortError(list(dict.fromkeys(problems)))

    def _wrong(self, place: str, code: str, value: str = "", **facts: Any) -> CohortError:
        return CohortError([*self.report.problems, Problem(self.name, code, facts, column=place, value=value)])

    def dictionary(self) -> Dictionary:
        """The REDCap dictionary beside the tables, if the mapping names one; of another only what it marks."""
        name = self.mapping.redcap_dictionary
        if name is None:
            found = [read_dictionary(path) for path in self.files.values() if is_dictionary(path)]
            return replace(NONE, identifying=frozenset(field for one in found for field in one.identifying))
        beside = next(iter(self.files.values())).parent / name
        if not beside.is_file():
            raise self._wrong("redcap_dictionary", "dictionary-not-there", name)
        self.report.files[name] = sha256(beside) or ""
        return read_dictionary(beside)

    def leave_out_unmapped(self) -> None:
        """Columns, sheets and files that no block names."""
        for key, used in self.used.items():
            sheet = self.sheets[key]
            if others := [name for name in sheet.names if name not in used]:
                self.report.leave_out(sheet.label, "columns", "not-mapped", names=others)
        for name, path in self.files.items():
            read = {sheet for file, sheet in self.sheets if file == name}
            if not read and name != self.mapping.redcap_dictionary:
                self.report.leave_out(name, "file", "not-mapped")
            others = [sheet for sheet in sheets_of(path)[0] if sheet not in read] if None not in read and read else []
            if others:
                self.report.leave_out(name, "sheets", "not-mapped", names=others)


def _absent(sheet: Sheet, name: str) -> Problem:
    near = get_close_matches(name, sheet.names, 1, 0.5)
    facts = {"near": near[0]} if near else {"known": sheet.names}
    return Problem(sheet.label, "mapped-column-missing-like" if near else "mapped-column-missing", facts, 1, name)
