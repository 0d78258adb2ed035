"""The files an import reads: each sheet once, with a record of the columns that were used."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

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
        raise CohortError(
            [Problem(source.name, "there is no such file or folder", "Name a table, or a folder of them.")]
        )
    found = {path.name: path for path in files_for("import table", source.iterdir())}
    if not found:
        raise CohortError(
            [Problem(source.name, "the folder holds no table", f"Known: {', '.join(endings('import table'))}.")]
        )
    return found


def named(block: TableMap) -> list[str]:
    """Columns of the sheet that the block speaks of."""
    sources = [*block.columns.values(), *([block.origin_date] if block.origin_date else [])]
    return list(dict.fromkeys([*block.where, *block.keep, *(part.source for part in sources if part.source)]))


def _absent(sheet: Sheet, wanted: list[str]) -> list[Problem]:
    names, problems = list(sheet.cells.columns), []
    for name in wanted:
        if name not in names:
            near = get_close_matches(name, names, 1, 0.5)
            fix = f"Is “{near[0]}” meant?" if near else f"Columns there are: {', '.join(names)}."
            problems.append(Problem(sheet.label, "the mapping names a column that is not there", fix, 1, name))
    return problems


class Sources:
    """The sheets that a mapping speaks of; `name` is that of the mapping file."""

    def __init__(self, files: dict[str, Path], mapping: Mapping, name: str, report: Report) -> None:
        self.files, self.mapping, self.name, self.report = files, mapping, name, report
        self.used: dict[tuple[str, str | None], set[str]] = {}
        self.sheets: dict[tuple[str, str | None], Sheet] = {}

    def sheet(self, block: TableMap, place: str) -> Sheet:
        """The sheet of a block; CohortError at `place` of the mapping if it is not there."""
        key = self._key(block, place)
        self.used[key] |= set(named(block))
        return self.sheets[key]

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
                problems += _absent(sheet, named(block))
        if problems:
            raise CohortError(list(dict.fromkeys(problems)))

    def _key(self, block: TableMap, place: str) -> tuple[str, str | None]:
        files = list(self.files)
        if block.file is None and len(files) > 1:
            raise self._wrong(
                f"{place}.file", "the entry is missing: there are several files", f"One of {', '.join(files)}."
            )
        file = block.file or files[0]
        if file not in self.files:
            near = get_close_matches(file, files, 1)
            fix = f"Is “{near[0]}” meant?" if near else f"Files there are: {', '.join(files)}."
            raise self._wrong(f"{place}.file", "there is no such file", fix, file)
        key = (file, block.sheet)
        if key not in self.sheets:
            self.sheets[key] = read_sheet(self.files[file], block.sheet)
            self.used[key] = set()
            self.report.files[file] = sha256(self.files[file]) or ""
            for note in self.sheets[key].notes:
                self.report.note(str(note))
        return key

    def _wrong(self, place: str, rule: str, fix: str, value: str = "") -> CohortError:
        return CohortError([*self.report.problems, Problem(self.name, rule, fix, column=place, value=value)])

    def dictionary(self) -> Dictionary:
        """The REDCap dictionary beside the tables, if the mapping names one; of another only what it marks."""
        name = self.mapping.redcap_dictionary
        if name is None:
            found = [read_dictionary(path) for path in self.files.values() if is_dictionary(path)]
            return replace(NONE, identifying=frozenset(field for one in found for field in one.identifying))
        beside = next(iter(self.files.values())).parent / name
        if not beside.is_file():
            raise self._wrong("redcap_dictionary", "there is no such file beside the tables", "Correct the name.", name)
        self.report.files[name] = sha256(beside) or ""
        return read_dictionary(beside)

    def say_left_out(self) -> None:
        """Columns, sheets and files that no block names."""
        for key, used in self.used.items():
            sheet = self.sheets[key]
            others = [name for name in sheet.cells.columns if name not in used]
            if others:
                self.report.left_out(f"{sheet.label}: {', '.join(others)}", "not in the mapping")
        for name, path in self.files.items():
            read = {sheet for file, sheet in self.sheets if file == name}
            if not read and name != self.mapping.redcap_dictionary:
                self.report.left_out(name, "not in the mapping")
            others = [sheet for sheet in sheets_of(path)[0] if sheet not in read] if None not in read and read else []
            if others:
                self.report.left_out(f"{name}: the sheets {', '.join(others)}", "not in the mapping")
