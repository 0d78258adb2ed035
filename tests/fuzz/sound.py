"""Sound cohort folders to damage: small, of one to five tables, as CSV, as a workbook or with dates in them."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import yaml
from openpyxl import Workbook

from livingreview.cohort.columns import TABLES
from livingreview.simulation.patients import simulate
from livingreview.simulation.simulated_folder import STUDY

Rows = list[list[str]]
WORKBOOK = "cohort.xlsx"


def _tables() -> dict[str, Rows]:
    found = {name: table.to_csv(index=False, lineterminator="\n") for name, table in simulate(6, 7).items()}
    return {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in found.items()}


SOUND = _tables()
ENTRIES = yaml.safe_load(STUDY.format(shortest=5)) | {"parameters": {"milestones_months": [12, 24], "interval": "log"}}
PUBLISHED = "id,statistic,printed\npfs.survival.36,Kaplan-Meier percent,87.4\n"


def write_sound(rng: random.Random, folder: Path) -> None:
    """A folder without a mistake; which tables and optional columns it has, and in which form, is drawn."""
    folder.mkdir(parents=True)
    others = rng.sample([name for name in TABLES if name != "patients"], rng.choice([0, 0, 1, 1, 2, 4]))
    tables = {name: _some_columns(rng, name) for name in ("patients", *others)}
    if rng.random() < 0.25:
        write_workbook(folder / WORKBOOK, tables)
    else:
        for name, rows in tables.items():
            write_rows(folder / f"{name}.csv", rows, rng.choice(",,,;\t"))
    (folder / "study.yml").write_text(yaml.safe_dump(ENTRIES, sort_keys=False, allow_unicode=True), encoding="utf-8")
    if rng.random() < 0.5:
        (folder / "commentary").mkdir()
        (folder / "commentary" / "safety.md").write_text("Few events were *seen*.\n", encoding="utf-8")
    if rng.random() < 0.1:
        (folder / "published.csv").write_text(PUBLISHED, encoding="utf-8")


def _some_columns(rng: random.Random, name: str) -> Rows:
    header = SOUND[name][0]
    free = [column for column in header if column not in TABLES[name].required]
    kept = {*TABLES[name].required, *rng.sample(free, min(len(free), rng.choice([0, 1, 3, len(free)])))}
    positions = [at for at, column in enumerate(header) if column in kept]
    return [[row[at] for at in positions] for row in SOUND[name]]


def write_rows(path: Path, rows: Rows, mark: str = ",") -> None:
    """Rows as a text table."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", delimiter=mark).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def write_workbook(path: Path, tables: dict[str, Rows]) -> None:
    """Tables as sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_typed(cell) for cell in row])
    book.save(path)


def _typed(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell or None
