"""Any spreadsheet as a cohort folder, by a mapping."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import Problem
from livingreview.intake.cell.cells import NOT_AVAILABLE, as_text, is_missing
from livingreview.intake.cell.names import slug
from livingreview.intake.folder.draft import Draft, Place
from livingreview.intake.folder.import_report import Line, Report
from livingreview.intake.folder.pseudonyms import use_pseudonyms
from livingreview.intake.folder.records import Records
from livingreview.intake.folder.write import refuse_foreign, write_import
from livingreview.intake.mapping.column import Rows, dates_of, read_column
from livingreview.intake.mapping.mapping import Mapping, TableMap
from livingreview.intake.mapping.source_files import MappedSheets, source_files
from livingreview.intake.read.sheet import Sheet


def import_table(source: Path, folder: Path, mapping: Mapping, name: str, study: dict) -> tuple[Report, list[Problem]]:
    """Write the cohort folder; the report and the notes of its check. `name` is that of the mapping file.

    Raises CohortError with everything that is refused, and then writes nothing.
    """
    refuse_foreign(folder)
    importer = _Importer(source_files(source), mapping, name)
    drafts = importer.drafts()
    entries = mapping.study | study
    if timepoints := _timepoints(drafts, entries):
        entries["vocabulary"] = {**entries.get("vocabulary", {}), "timepoints": timepoints}
        importer.report.remark("timepoints-as-they-appear")
    if kept := [name for block in mapping.tables["patients"] for name in block.keep]:
        entries["subgroups"] = list(dict.fromkeys([*entries.get("subgroups", []), *kept]))
    importer.sheets.leave_out_unmapped()
    return importer.report, write_import(folder, drafts, entries, importer.report)


def _timepoints(drafts: list[Draft], study: dict) -> list[dict[str, str]]:
    """Timepoints of the responses as slugs, to be declared, where the mapping declares none."""
    responses = next((draft for draft in drafts if draft.table == "responses"), None)
    if responses is None or study.get("vocabulary", {}).get("timepoints"):
        return []
    words = responses.columns["timepoint"]
    responses.columns["timepoint"] = [slug(word) if word else None for word in words]
    first: dict[str, str] = {}
    for word in filter(None, words):
        first.setdefault(slug(word), word)
    return [{"name": name, "label": label} for name, label in first.items()]


class _Importer:
    """Reads each sheet once, and remembers what of it was used."""

    def __init__(self, files: dict[str, Path], mapping: Mapping, name: str) -> None:
        self.mapping, self.name = mapping, name
        self.report = Report("livingreview import table")
        self.sheets = MappedSheets(files, mapping, name, self.report)
        self.origins: dict[str, dt.date] | None = None
        self.dictionary = self.sheets.dictionary()

    def drafts(self) -> list[Draft]:
        """The tables, patients first; identifiers are pseudonyms in all tables if in one."""
        blocks = self.mapping.tables
        self.sheets.refuse_absent()
        self._refuse_flagged()
        drafts = [self._patients()]
        drafts += [self._joined(name) for name in TABLES if name in blocks and name != "patients"]
        wanted = any(
            block.columns["patient_id"].pseudonym
            for parts in blocks.values()
            for block in parts
            if "patient_id" in block.columns
        )
        use_pseudonyms(drafts, self.report, wanted=wanted)
        return drafts

    def _refuse_flagged(self) -> None:
        """Fields that the REDCap project marks as identifiers: only pseudonyms and months are made of them."""
        for name, blocks in self.mapping.tables.items():
            for block in blocks:
                named = {
                    f"columns.{target}": source.source
                    for target, source in block.columns.items()
                    if not (source.pseudonym or source.unit == "date")
                } | {f"keep, {kept}": kept for kept in block.keep}
                for place, source in named.items():
                    if self.dictionary.flags(source):
                        code = "identifier-marked" if place == "columns.patient_id" else "column-marked"
                        self.report.refuse(self.name, code, None, f"tables.{name}.{place}", source)

    def _patients(self) -> Draft:
        """Blocks of patients are joined by patient_id; the first says who the patients are."""
        first, *others = [self._block("patients", block) for block in self.mapping.tables["patients"]]
        ids = first.columns["patient_id"]
        for other in others:
            theirs, place = other.columns["patient_id"], other.places["patient_id"]
            for at, patient in enumerate(theirs):
                if patient in theirs[:at]:
                    self.report.refuse(place.file, "patient-twice-in-block", place.rows[at], place.column, patient)
                elif patient not in set(ids):
                    facts = {"first": first.places["patient_id"].file}
                    self.report.refuse(place.file, "patient-not-first", place.rows[at], place.column, patient, **facts)
            position = {patient: at for at, patient in reversed(list(enumerate(theirs)))}
            where = [position.get(patient) for patient in ids]
            for target, cells in other.columns.items():
                if target != "patient_id":
                    source = other.places[target]
                    first.columns[target] = [None if at is None else cells[at] for at in where]
                    rows = [None if at is None else source.rows[at] for at in where]
                    first.places[target] = Place(source.file, source.column, rows)
        return first

    def _joined(self, name: str) -> Draft:
        """Blocks of the other tables follow one another."""
        drafts = [self._block(name, block) for block in self.mapping.tables[name]]
        if len(drafts) == 1:
            return drafts[0]
        joined = Draft(name)
        for target in dict.fromkeys(target for draft in drafts for target in draft.columns):
            parts = [draft.columns.get(target, [None] * len(draft)) for draft in drafts]
            rows = [row for draft in drafts for row in next(iter(draft.places.values())).rows]
            place = next(draft.places[target] for draft in drafts if target in draft.places)
            joined.columns[target] = [cell for part in parts for cell in part]
            joined.places[target] = Place(place.file, place.column, rows)
        return joined

    def _block(self, name: str, block: TableMap) -> Draft:
        sheet = self.sheets.sheet(block, f"tables.{name}")
        rows = self._rows(name, block, sheet)
        patients = rows.records.texts(block.columns["patient_id"].source) if name != "flow" else []
        origins = self._origins(name, block, rows, patients)
        table = TABLES[name]
        columns = {"patient_id": [patient or None for patient in patients]} if name != "flow" else {}
        columns |= {
            target: read_column(rows, table.column(target), source, origins)
            for target, source in block.columns.items()
            if target != "patient_id"
        }
        for kept in block.keep:
            cells = rows.records.cells(kept)
            columns[kept] = [None if is_missing(cell, NOT_AVAILABLE) else as_text(cell) for cell in cells]
            rows.mapped(kept, kept, Line("kept"))
        known = [column.name for column in table.columns if column.name in columns]
        columns = {target: columns[target] for target in dict.fromkeys([*known, *columns])}
        return self._without_empty(name, block, columns, rows)

    def _without_empty(self, name: str, block: TableMap, columns: dict[str, list], rows: Rows) -> Draft:
        """A wide sheet has a row for every patient: rows with nothing in them are no events."""
        fixed = {"patient_id", *(target for target, source in block.columns.items() if source.value is not None)}
        telling = [cells for target, cells in columns.items() if target not in fixed]
        kept = [
            name == "patients" or any(cells[at] is not None for cells in telling)
            for at in range(len(rows.records.rows))
        ]
        if gone := kept.count(False):
            self.report.leave_out(rows.records.label, "rows-of-table", "nothing-filled-in", count=gone, table=name)
        numbers = _chosen(rows.records.rows, kept)
        sources = {target: source.source or "" for target, source in block.columns.items()}
        places = {target: Place(rows.records.label, sources.get(target, target), numbers) for target in columns}
        return Draft(name, {target: _chosen(cells, kept) for target, cells in columns.items()}, places)

    def _rows(self, name: str, block: TableMap, sheet: Sheet) -> Rows:
        """The rows that `where` chooses."""
        whole = Records(sheet, self.report)
        words = {column: whole.texts(column) for column in block.where}
        positions = [
            at
            for at in range(len(sheet.rows))
            if all(words[column][at] in wanted for column, wanted in block.where.items())
        ]
        if block.where:
            facts = {"chosen": len(positions), "count": len(sheet.rows), "label": sheet.label}
            self.report.remark("rows-chosen", table=name, where=block.where, **facts)
        if not positions:
            self.report.refuse(self.name, "no-row-chosen", None, f"tables.{name}.where")
        records = Records(sheet, self.report, positions)
        return Rows(name, records, self.dictionary, self.mapping.study.get("dates"))

    def _origins(self, name: str, block: TableMap, rows: Rows, patients: list[str]) -> list[dt.date | None] | None:
        """The origin of each row: its own date, or that of the patient."""
        if block.origin_date and block.origin_date.source:
            days = dates_of(rows, block.origin_date.source)
            if name == "patients" and self.origins is None:
                self.origins = {patient: day for patient, day in zip(patients, days, strict=True) if day}
                self.report.remark("months-from", column=block.origin_date.source, label=rows.records.label)
            return days
        return None if self.origins is None else [self.origins.get(patient) for patient in patients]


def _chosen(cells: list, kept: list[bool]) -> list:
    return [cell for cell, flag in zip(cells, kept, strict=True) if flag]
