"""Any spreadsheet as a cohort folder, by a mapping."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import Problem
from livingreview.intake.adam.adrs import slug
from livingreview.intake.cell.cells import NOT_AVAILABLE, as_text, is_missing
from livingreview.intake.cell.identifiers import pseudonyms
from livingreview.intake.folder.import_report import Report, counted
from livingreview.intake.folder.write import refuse_foreign, write_import
from livingreview.intake.mapping.column import Rows, dates_of, read_column
from livingreview.intake.mapping.draft import Draft, Place
from livingreview.intake.mapping.mapping import Mapping, TableMap
from livingreview.intake.mapping.source_files import Sources, source_files
from livingreview.intake.read.sheet import Sheet

Origins = dict[str, dt.date]


def import_table(source: Path, folder: Path, mapping: Mapping, name: str, study: dict) -> tuple[Report, list[Problem]]:
    """Write the cohort folder; the report and the notes of its check. `name` is that of the mapping file.

    Raises CohortError with everything that is refused, and then writes nothing.
    """
    refuse_foreign(folder)
    importer = _Importer(source_files(source), mapping, name)
    drafts = importer.drafts()
    entries = mapping.study | study
    timepoints = _timepoints(drafts, entries)
    if timepoints:
        entries["vocabulary"] = {**entries.get("vocabulary", {}), "timepoints": timepoints}
        importer.report.note("Timepoints are declared in the order in which they first appear: look at study.yml.")
    if kept := [name for block in mapping.tables["patients"] for name in block.keep]:
        entries["subgroups"] = list(dict.fromkeys([*entries.get("subgroups", []), *kept]))
    importer.sources.say_left_out()
    return importer.report, write_import(folder, drafts, entries, importer.report)


def _timepoints(drafts: list[Draft], study: dict) -> list[dict[str, str]]:
    """Timepoints of the responses as slugs, to be declared, where the mapping declares none."""
    responses = next((draft for draft in drafts if draft.name == "responses"), None)
    if responses is None or study.get("vocabulary", {}).get("timepoints"):
        return []
    words = responses.frame["timepoint"]
    responses.frame["timepoint"] = words.map(lambda word: slug(word) if word else None)
    return [{"name": slug(word), "label": word} for word in _first_of_each(words.dropna())]


def _first_of_each(words: pd.Series) -> list[str]:
    return list({slug(word): word for word in reversed(list(words))}.values())[::-1]


class _Importer:
    """Reads each sheet once, and remembers what of it was used."""

    def __init__(self, files: dict[str, Path], mapping: Mapping, name: str) -> None:
        self.mapping, self.name = mapping, name
        self.report = Report("livingreview import table")
        self.sources = Sources(files, mapping, name, self.report)
        self.origins: Origins | None = None
        self.dictionary = self.sources.dictionary()

    def drafts(self) -> list[Draft]:
        """The tables, patients first; identifiers are pseudonyms in all tables if in one."""
        blocks = self.mapping.tables
        self.sources.refuse_absent()
        self._refuse_flagged()
        parts = {"patients": self._patients()}
        parts |= {name: self._joined(name) for name in TABLES if name in blocks and name != "patients"}
        drafts = list(parts.values())
        self._pseudonymise(drafts)
        return drafts

    def _refuse_flagged(self) -> None:
        """Fields that the REDCap project marks as identifiers: only pseudonyms and months are made of them."""
        for name, blocks in self.mapping.tables.items():
            for block in blocks:
                changed = [at for at, source in block.columns.items() if source.pseudonym or source.unit == "date"]
                named = {at: source.source for at, source in block.columns.items() if at not in changed}
                for target, source in [*named.items(), *((f"keep, {kept}", kept) for kept in block.keep)]:
                    if self.dictionary.flags(source):
                        fix = "Add “pseudonym: true”." if target == "patient_id" else "Take it out."
                        rule = "the REDCap dictionary marks the field as an identifier: it is not kept"
                        place = f"tables.{name}.{'' if target.startswith('keep') else 'columns.'}{target}"
                        self.report.refuse(self.name, rule, fix, None, place, source)

    def _patients(self) -> Draft:
        """Blocks of patients are joined by patient_id; the first says who the patients are."""
        first, *others = [self._block("patients", block) for block in self.mapping.tables["patients"]]
        ids = first.frame["patient_id"]
        for other in others:
            theirs = other.frame["patient_id"].tolist()
            place = other.places["patient_id"]
            for at, patient in enumerate(theirs):
                if patient in theirs[:at]:
                    rule = "the patient is there twice"
                    self.report.refuse(
                        place.file, rule, "Choose one row with “where”.", place.rows[at], place.column, patient
                    )
                elif patient not in set(ids):
                    rule = f"the patient is not among those of {first.places['patient_id'].file}"
                    self.report.refuse(
                        place.file, rule, "Correct the identifier.", place.rows[at], place.column, patient
                    )
            position = {patient: at for at, patient in reversed(list(enumerate(theirs)))}
            where = [position.get(patient) for patient in ids]
            for target in other.frame.columns.drop("patient_id"):
                column = other.frame[target].tolist()
                first.frame[target] = pd.Series([None if at is None else column[at] for at in where], dtype=object)
                source = other.places[target]
                rows = [None if at is None else source.rows[at] for at in where]
                first.places[target] = Place(source.file, source.column, rows)
        return first

    def _joined(self, name: str) -> Draft:
        """Blocks of the other tables follow one another."""
        drafts = [self._block(name, block) for block in self.mapping.tables[name]]
        if len(drafts) == 1:
            return drafts[0]
        frame = pd.concat([draft.frame for draft in drafts], ignore_index=True).astype(object)
        first = drafts[0].places
        rows = [row for draft in drafts for row in draft.places[next(iter(draft.places))].rows]
        places = {name: Place(first[name].file, first[name].column, rows) for name in first}
        return Draft(name, frame.where(frame.notna(), None), places)

    def _block(self, name: str, block: TableMap) -> Draft:
        sheet = self.sources.sheet(block, f"tables.{name}")
        rows = self._rows(name, block, sheet)
        patients = [as_text(cell) for cell in rows.cells(block.columns["patient_id"].source)] if name != "flow" else []
        origins = self._origins(name, block, rows, patients)
        table = TABLES[name]
        columns = {
            target: read_column(rows, table.column(target), source, origins)
            for target, source in block.columns.items()
            if target != "patient_id"
        }
        if name != "flow":
            columns = {"patient_id": [patient or None for patient in patients]} | columns
        for kept in block.keep:
            columns[kept] = [None if is_missing(cell, NOT_AVAILABLE) else as_text(cell) for cell in rows.cells(kept)]
            rows.mapped(kept, kept, "kept as a subgroup")
        frame = pd.DataFrame(columns, dtype=object)
        known = [column.name for column in table.columns if column.name in columns]
        frame = frame[known + [target for target in columns if target not in known]]
        sources = {
            target: block.columns[target].source or "" if target in block.columns else target for target in columns
        }
        return self._without_empty(name, block, frame, rows, sources)

    def _without_empty(
        self, name: str, block: TableMap, frame: pd.DataFrame, rows: Rows, sources: dict[str, str]
    ) -> Draft:
        """A wide sheet has a row for every patient: rows with nothing in them are no events."""
        fixed = {"patient_id", *(target for target, source in block.columns.items() if source.value is not None)}
        telling = [target for target in frame.columns if target not in fixed]
        filled = frame[telling].notna().any(axis=1) | (name == "patients")
        gone = int((~filled).sum())
        if gone:
            self.report.left_out(f"{rows.sheet.label}: {counted(gone, 'row')} of {name}", "nothing is filled in")
        numbers = [row for row, kept in zip(rows.rows, filled, strict=True) if kept]
        places = {target: Place(rows.sheet.label, source, numbers) for target, source in sources.items()}
        return Draft(name, frame[filled].reset_index(drop=True), places)

    def _rows(self, name: str, block: TableMap, sheet: Sheet) -> Rows:
        """The rows that `where` chooses."""
        chosen = pd.Series(True, index=sheet.cells.index)
        for column, wanted in block.where.items():
            chosen &= sheet.cells[column].map(as_text).isin(wanted)
        positions = [at for at, flag in enumerate(chosen) if flag]
        if block.where:
            words = " and ".join(
                f"{column} is {' or '.join(wanted) or 'empty'}" for column, wanted in block.where.items()
            )
            self.report.note(
                f"{name}: {len(positions)} of {counted(len(chosen), 'row')} of {sheet.label}, where {words}."
            )
        if not positions:
            place = f"tables.{name}.where"
            self.report.refuse(self.name, "no row of the sheet is chosen", "Correct the values.", column=place)
        return Rows(name, sheet, positions, self.report, self.dictionary, self.mapping.study.get("dates"))

    def _origins(self, name: str, block: TableMap, rows: Rows, patients: list[str]) -> list[dt.date | None] | None:
        """The origin of each row: its own date, or that of the patient."""
        if block.origin_date and block.origin_date.source:
            days = dates_of(rows, block.origin_date.source)
            if name == "patients" and self.origins is None:
                self.origins = {patient: day for patient, day in zip(patients, days, strict=True) if day}
                self.report.note(f"Months are counted from {block.origin_date.source} of {rows.sheet.label}.")
            return days
        return None if self.origins is None else [self.origins.get(patient) for patient in patients]

    def _pseudonymise(self, drafts: list[Draft]) -> None:
        wanted = any(
            block.columns["patient_id"].pseudonym
            for blocks in self.mapping.tables.values()
            for block in blocks
            if "patient_id" in block.columns
        )
        ids = drafts[0].frame["patient_id"]
        known = set(ids)
        for draft in drafts[1:] if wanted else ():
            for at, patient in enumerate(draft.frame.get("patient_id", [])):
                if patient is not None and patient not in known:
                    place = draft.places["patient_id"]
                    rule = "the patient is not in the patients table"
                    self.report.refuse(
                        place.file, rule, "Correct the identifier.", place.rows[at], place.column, patient
                    )
        source = drafts[0].places["patient_id"].column
        if not wanted:
            self.report.mapped("all tables", "patient_id", source, "as given")
            return
        names = pseudonyms(identifier for identifier in ids if identifier)
        for draft in drafts:
            if "patient_id" in draft.frame.columns:
                draft.frame["patient_id"] = draft.frame["patient_id"].map(lambda patient: names.get(patient))
        self.report.mapped(
            "all tables", "patient_id", source, f"{counted(len(names), 'pseudonym')}; the key is not written"
        )
