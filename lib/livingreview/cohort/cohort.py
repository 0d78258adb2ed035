"""A cohort folder, opened a table at a time, with a record of what was opened."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from livingreview.cohort.columns import TABLES
from livingreview.cohort.commentary import CHANGES, FOLDER, read_changes, read_commentary
from livingreview.cohort.declared_tables import tables_of
from livingreview.cohort.files import file_hashes, fingerprint, refuse_unfit, sha256
from livingreview.cohort.fixed import Provenance, read_provenance
from livingreview.cohort.identifiability import CURVES, FILE, Identified, read_identified
from livingreview.cohort.key import KEY_FILE, key_of, shown_hash
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import Study, read_study
from livingreview.cohort.tables import missing_column, read_cells, table_file, typed


class Cohort:
    """The tables and settings of one cohort folder.

    A table is read when first asked for; `opened` then maps its name to the hash of its file,
    or to None where the folder has no such table. `reads` does so for every other file.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise CohortError([Problem(str(folder), "folder-missing")])
        self.study: Study = read_study(self.folder)
        self.reads: dict[str, str | None] = {"study.yml": sha256(self.folder / "study.yml")}
        self.opened: dict[str, str | None] = {}
        self._tables: dict[str, pd.DataFrame] = {}

    def __repr__(self) -> str:
        return f"Cohort({self.folder.name!r}, {self.study.edition.kind})"

    def note(self, name: str) -> Path:
        """The path of a file of the folder, recorded as read whether it is there or not."""
        self.reads[name] = sha256(self.folder / name)
        return self.folder / name

    @property
    def is_reconstructed(self) -> bool:
        """Whether these are patients made to agree with a publication, not observed ones."""
        return self.study.edition.kind == "reconstructed"

    @property
    def smallest_shown(self) -> int:
        """The smallest number of patients that may be shown; 0 where every number may."""
        return self.study.smallest_shown

    @property
    def key(self) -> bytes:
        """What keeps an order or a name made from its rows from being guessed; no secret where the data are public."""
        key = key_of(self.folder, self.study.edition.kind)
        if self.study.edition.kind == "observed":
            self.note(KEY_FILE)
        return key

    @property
    def provenance(self) -> Provenance | None:
        """What the publication fixes; None where patients were observed."""
        self.note("PROVENANCE.yml")
        return read_provenance(self.folder)

    @property
    def identified(self) -> Identified | None:
        """How far the publication fixes every number; None where patients were observed."""
        if not self.is_reconstructed:
            return None
        for name in ("PROVENANCE.yml", FILE, CURVES):
            self.note(name)
        return read_identified(self.folder)

    def commentary(self, chapter: str) -> str:
        """The text of commentary/<chapter>.md; empty where there is none."""
        self.note(f"{FOLDER}/{chapter}.md")
        return read_commentary(self.folder, chapter)

    def changes(self) -> str:
        """What changed in the data, newest first: the text of CHANGES.md; empty where there is none."""
        self.note(CHANGES)
        return read_changes(self.folder)

    def files(self) -> dict[str, str | None]:
        """Of observed patients the tables' names, for a plain hash would give small ones back; else every file's hash."""
        if self.study.edition.kind == "observed":
            return {name: None for name in TABLES if table_file(self.folder, name)}
        return dict(file_hashes(self.folder))

    def fingerprint(self) -> str:
        """One hash for the whole data, keyed for observed ones: changes when any file of the folder changes."""
        self.reads["*"] = fingerprint(file_hashes(self.folder))
        return shown_hash(self.reads["*"], self.key)

    def has(self, name: str) -> bool:
        """Whether the folder has this table; recorded like an opening. CohortError for one that is too large to read."""
        path = table_file(self.folder, name)
        if path is not None:
            refuse_unfit(path)
        self.opened.setdefault(name, sha256(path) if path else None)
        return path is not None

    def table(self, name: str) -> pd.DataFrame:
        """A typed table, empty with its columns where the folder has none.

        Every known column is there; one the file lacks is all missing.
        """
        if name not in self._tables:
            spec = tables_of(self.study)[name]
            known = [column.name for column in spec.columns]
            if self.has(name):
                path = table_file(self.folder, name)
                kept = self.study.subgroups if name == "patients" else ()
                frame, problems = typed(read_cells(path), spec, path.name, kept)
                serious = [problem for problem in problems if not problem.note]
                if serious:
                    raise CohortError(serious)
            else:
                frame = pd.DataFrame()
            for missing in (column for column in known if column not in frame.columns):
                frame[missing] = missing_column(spec.column(missing), frame.index)
            self._tables[name] = frame
        return self._tables[name].copy()
