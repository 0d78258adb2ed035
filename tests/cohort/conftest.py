"""A copy of the reference cohort, and one-line edits of it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from livingreview.cohort.check import check_cohort
from livingreview.words.problem_words import sentence

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "chen-2026"


class Edit:
    """Edits of one cohort folder. Rows count as in a spreadsheet: the header is row 1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def cell(self, table: str, row: int, column: str, value: str) -> Edit:
        """Set one cell; a column the table lacks is added, empty elsewhere."""
        rows = self._rows(table)
        if column not in rows[0]:
            rows = [[*rows[0], column], *([*cells, ""] for cells in rows[1:])]
        rows[row - 1][rows[0].index(column)] = value
        return self._write(table, rows)

    def header(self, table: str, old: str, new: str) -> Edit:
        """Rename one column."""
        rows = self._rows(table)
        rows[0][rows[0].index(old)] = new
        return self._write(table, rows)

    def append(self, table: str, *cells: str) -> Edit:
        """Add a row at the end."""
        return self._write(table, [*self._rows(table), list(cells)])

    def study(self, entry: str, value: Any) -> Edit:
        """Set one entry of study.yml by its dotted name; `...` takes it out."""
        path = self.folder / "study.yml"
        record = section = yaml.safe_load(path.read_text(encoding="utf-8"))
        *parents, last = entry.split(".")
        for parent in parents:
            section = section[parent]
        section.pop(last, None)
        if value is not ...:
            section[last] = value
        return self.text("study.yml", yaml.safe_dump(record, sort_keys=False))

    def text(self, name: str, content: str | bytes) -> Edit:
        """Write a whole file."""
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def found(self) -> list[str]:
        """Every problem as it is printed; notes begin with “note: ”.

        That an edited study.yml asks for another ensemble is tested in reconstruction/test_reconstruct.py, and left out here.
        """
        problems = [problem for problem in check_cohort(self.folder) if problem.file != "ensemble.csv"]
        return [f"{'note: ' if problem.note else ''}{sentence(problem)}" for problem in problems]

    def _rows(self, table: str) -> list[list[str]]:
        with (self.folder / f"{table}.csv").open(encoding="utf-8", newline="") as opened:
            return list(csv.reader(opened))

    def _write(self, table: str, rows: list[list[str]]) -> Edit:
        with (self.folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened, lineterminator="\n").writerows(rows)
        return self


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference cohort, free to break."""
    return Path(shutil.copytree(REFERENCE, tmp_path / "cohort"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Edits of `folder`."""
    return Edit(folder)
