"""Three hundred broken cohort folders: each is refused in words, at its place, and the last site stays."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from livingreview.cohort.columns import TABLES
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.cell.dates import DAYS_PER_MONTH
from livingreview.intake.folder.prepare import prepare, readable
from livingreview.simulation.patients import simulate
from livingreview.simulation.simulated_folder import STUDY
from livingreview.words.problem_words import rule_and_fix, sentence
from support import build, run, small_book, tree

EACH, BY_COMMAND = 8, 10  # folders for each way of breaking one, and by the whole command
WORKBOOK = "cohort.xlsx"
ORIGIN = dt.date(2020, 1, 1)
Rows = list[list[str]]


def _sound() -> dict[str, Rows]:
    """Tables of a small simulated cohort as cells; the header is the first row."""
    found = simulate(12, 7)
    found["adverse_events"]["end_months"] = ""
    written = {name: table.to_csv(index=False, lineterminator="\n") for name, table in found.items()}
    return {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in written.items()}


SOUND = _sound()
STUDY_YML = yaml.safe_load(STUDY.format(shortest=5.0))
COLUMNS = {(name, column.name): column for name, table in TABLES.items() for column in table.columns}
PRESENT = [place for place in COLUMNS if place[1] in SOUND[place[0]][0]]
NUMBERS = [place for place in PRESENT if COLUMNS[place].kind in ("number", "integer")]
CATEGORIES = [place for place in PRESENT if COLUMNS[place].kind == "category"]
REQUIRED = [place for place in PRESENT if COLUMNS[place].required]


@dataclass(frozen=True)
class Place:
    """Where a mistake must be named. `table` may also be a file; `needs` are tables without which it cannot be seen."""

    table: str
    row: int | None = None
    column: str = ""
    needs: tuple[str, ...] = ()


@dataclass(repr=False)
class Broken:
    """A folder being broken; `touched` counts the mistakes made in each table, `whole` tables that are used up."""

    book: bool = False
    tables: dict[str, Rows] = field(default_factory=lambda: {name: [*map(list, rows)] for name, rows in SOUND.items()})
    study: bytes = field(default_factory=lambda: yaml.safe_dump(STUDY_YML, allow_unicode=True).encode())
    raw: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    sheets: list[Callable[[Workbook], None]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    touched: Counter[str] = field(default_factory=Counter)
    whole: set[str] = field(default_factory=set)
    rows: set[tuple[str, int]] = field(default_factory=set)
    alone: Place | None = None

    def cell(self, table: str, row: int, column: str) -> str:
        return self.tables[table][row][self.tables[table][0].index(column)]

    def write(self, table: str, row: int, **cells: str) -> None:
        for column, value in cells.items():
            self.tables[table][row][self.tables[table][0].index(column)] = value

    def free(self, table: str, wanted: Callable[[int], bool] = lambda row: True) -> list[int]:
        """Rows of a table that nobody has broken yet, as positions; the header is 0."""
        if table in self.whole:
            return []
        return [row for row in range(1, len(self.tables[table])) if (table, row) not in self.rows and wanted(row)]

    def take(self, table: str, *rows: int) -> None:
        self.rows |= {(table, row) for row in rows}
        self.touched[table] += 1

    def use_up(self, table: str) -> bool:
        """Take a whole table; False if something in it is broken already."""
        if self.touched[table]:
            return False
        self.touched[table] += 1
        self.whole.add(table)
        return True

    def say(self, table: str, row: int | None = None, column: str = "", needs: tuple[str, ...] = ()) -> None:
        self.places.append(Place(table, row, column, needs))

    def expected(self) -> list[tuple[str, int | None, str]]:
        """The places that must be named; what hides behind another mistake need not be."""
        if self.alone:
            return [(self.alone.table, None, "")]
        seen = [
            place
            for place in self.places
            if not any(self.touched[name] - (name == place.table) > 0 for name in place.needs)
        ]
        return [(self.label(place.table), place.row, place.column) for place in seen]

    def label(self, table: str) -> str:
        if table not in TABLES:
            return table
        if f"{table}.parquet" in self.files:
            return f"{table}.parquet"
        return f"{WORKBOOK}, sheet {table}" if self.book else f"{table}.csv"

    def write_to(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        (folder / "study.yml").write_bytes(self.study)
        tables = {name: rows for name, rows in self.tables.items() if name not in self.left_out}
        if self.book:
            (folder / WORKBOOK).write_bytes(self.workbook(tables))
        else:
            for name, rows in tables.items():
                text = io.StringIO(newline="")
                csv.writer(text, lineterminator="\n").writerows(rows)
                change = self.raw.get(name, lambda content: content)
                (folder / f"{name}.csv").write_bytes(change(text.getvalue().encode()))
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder

    def workbook(self, tables: dict[str, Rows]) -> bytes:
        book = Workbook()
        book.remove(book.active)
        for name, rows in tables.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append([typed(cell) for cell in row])
        for change in self.sheets:
            change(book)
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()


def typed(cell: str) -> object:
    """A cell as a spreadsheet program would hold it."""
    if cell in ("True", "False"):
        return cell == "True"
    try:
        return float(cell) if abs(float(cell)) < 1e300 and "_" not in cell else cell
    except ValueError:
        return cell or None


BREAKAGES: dict[str, Callable[[Broken, st.DataObject], bool]] = {}
CSV_ONLY, SHEET_ONLY = set(), set()


def breakage(only: set[str] | None = None):
    """A way to break a folder; it returns False where the folder leaves it no room."""

    def add(change):
        name = change.__name__.strip("_").replace("_", " ")
        BREAKAGES[name] = change
        if only is not None:
            only.add(name)
        return change

    return add


def one_cell(broken: Broken, draw, table: str, column: str, value: str, needs: tuple[str, ...] = ()) -> bool:
    rows = broken.free(table)
    if not rows:
        return False
    row = draw(st.sampled_from(rows))
    broken.write(table, row, **{column: value})
    broken.take(table, row)
    broken.say(table, row + 1, column, needs)
    return True


# Cells

NO_NUMBERS = [
    "twelve", "12 months", "5 %", "1e400", "-1e400", "inf", "-Infinity", "True", "2020-01-01", "0x10", "--3", "1_000", "²",
    "1,234", "1.234.567", "1 234,5.6", "≥ 5", "3/4", "(4)", "1+1", "NaN!", "#REF",
]  # fmt: skip


@breakage()
def no_number(broken, draw):
    return one_cell(broken, draw, *draw(st.sampled_from(NUMBERS)), draw(st.sampled_from(NO_NUMBERS)))


@breakage()
def no_whole_number(broken, draw):
    places = [place for place in NUMBERS if COLUMNS[place].kind == "integer"]
    return one_cell(broken, draw, *draw(st.sampled_from(places)), draw(st.sampled_from(["1.5", "2.000001", "1e19"])))


@breakage()
def out_of_range(broken, draw):
    table, name = draw(st.sampled_from(NUMBERS))
    column = COLUMNS[table, name]
    values = ["-1"] if column.minimum == 0 else [str(column.minimum - 1)]
    if column.kind == "number":
        values += ["-0.001", "-1e9"]
    if column.maximum is not None:
        values += [f"{column.maximum + 1:g}", f"{column.maximum + 100:g}"]
    return one_cell(broken, draw, table, name, draw(st.sampled_from(values)))


@breakage()
def no_term(broken, draw):
    words = st.sampled_from(["banana", "1", "0", "progressed", "CR!", "maybe", "complete response", "yes/no", "🙂"])
    return one_cell(broken, draw, *draw(st.sampled_from(CATEGORIES)), draw(words))


@breakage()
def no_timepoint(broken, draw):
    return one_cell(broken, draw, "responses", "timepoint", draw(st.sampled_from(["later", "1", "bést"])), ("study",))


@breakage()
def nothing_in_a_required_cell(broken, draw):
    table, column = draw(st.sampled_from(REQUIRED))
    empty = ["", "  "]
    if COLUMNS[table, column].kind in ("number", "integer"):
        empty += ["nan", "N/A", "-", "unknown", "<NA>"]
    return one_cell(broken, draw, table, column, draw(st.sampled_from(empty)))


@breakage()
def a_row_twice(broken, draw):
    table = draw(st.sampled_from([name for name in TABLES if TABLES[name].key]))
    rows = broken.free(table)
    if len(rows) < 2:
        return False
    first, second = sorted(draw(st.lists(st.sampled_from(rows), min_size=2, max_size=2, unique=True)))
    keys = TABLES[table].key
    broken.write(table, second, **{key: broken.cell(table, first, key) for key in keys})
    broken.take(table, first, second)
    broken.say(table, second + 1, keys[0])
    return True


@breakage()
def an_unknown_patient(broken, draw):
    table = draw(st.sampled_from(["responses", "mrd", "adverse_events"]))
    word = draw(st.sampled_from(["nobody", "s001", "S1", "0"]))
    return one_cell(broken, draw, table, "patient_id", word, ("patients", "study"))


# Contradictions


def _above(value: str) -> str:
    return f"{float(value) + 0.1:.1f}"


CONTRADICTIONS: dict[str, tuple[Callable, Callable, str]] = {
    "progression-free longer than alive": (
        lambda cell: True,
        lambda cell: {"pfs_months": _above(cell("os_months"))},
        "pfs_months",
    ),
    "death without a death": (lambda cell: cell("os_event") == "censored", lambda cell: {"pfs_event": "death"}, "pfs_event"),
    "died unnoticed": (
        lambda cell: cell("os_event") == "death" and cell("pfs_event") == "death",
        lambda cell: {"pfs_event": "censored"},
        "pfs_event",
    ),
    "ended before it began": (
        lambda cell: cell("maintenance_end_months") != "",
        lambda cell: {"maintenance_start_months": _above(cell("maintenance_end_months"))},
        "maintenance_start_months",
    ),
    "treated after the end": (
        lambda cell: True,
        lambda cell: {"maintenance_end_months": _above(cell("os_months"))},
        "maintenance_end_months",
    ),
    "assessed after the end": (
        lambda cell: True,
        lambda cell: {"last_assessment_months": _above(cell("os_months"))},
        "last_assessment_months",
    ),
    "a kind of no progression": (
        lambda cell: cell("pfs_event") != "progression",
        lambda cell: {"progression_type": "clinical"},
        "progression_type",
    ),
    "a cause of no death": (
        lambda cell: cell("os_event") == "censored",
        lambda cell: {"death_cause": "myeloma"},
        "death_cause",
    ),
    "too short to be included": (
        lambda cell: True,
        lambda cell: {"pfs_months": "4.9", "os_months": "4.9", "maintenance_end_months": ""},
        "os_months",
    ),
    "treated too shortly": (
        lambda cell: True,
        lambda cell: {"maintenance_start_months": "0.5", "maintenance_end_months": "5.4"},
        "maintenance_end_months",
    ),
}  # fmt: skip


@breakage()
def a_patient_contradicts_itself(broken, draw):
    wanted, change, column = CONTRADICTIONS[draw(st.sampled_from(sorted(CONTRADICTIONS)))]
    rows = broken.free("patients", lambda row: wanted(lambda name: broken.cell("patients", row, name)))
    if not rows:
        return False
    row = draw(st.sampled_from(rows))
    broken.write("patients", row, **change(lambda name: broken.cell("patients", row, name)))
    broken.take("patients", row)
    broken.say("patients", row + 1, column, ("study",))
    return True


@breakage()
def a_sample_after_the_end(broken, draw):
    table, column = draw(st.sampled_from([("mrd", "months"), ("adverse_events", "start_months")]))
    return one_cell(broken, draw, table, column, "999", ("patients", "study"))


@breakage()
def an_event_that_ends_before_it_begins(broken, draw):
    rows = broken.free("adverse_events", lambda row: float(broken.cell("adverse_events", row, "start_months")) > 0)
    if not rows:
        return False
    row = draw(st.sampled_from(rows))
    broken.write("adverse_events", row, end_months="0")
    broken.take("adverse_events", row)
    broken.say("adverse_events", row + 1, "end_months", ("patients", "study"))
    return True


ALIVE = {row[0] for row in SOUND["patients"] if row[SOUND["patients"][0].index("os_event")] == "censored"}


@breakage()
def a_fatal_event_of_the_living(broken, draw):
    rows = broken.free("adverse_events", lambda row: broken.cell("adverse_events", row, "patient_id") in ALIVE)
    if not rows:
        return False
    row = draw(st.sampled_from(rows))
    broken.write("adverse_events", row, grade="5")
    broken.take("adverse_events", row)
    broken.say("adverse_events", row + 1, "grade", ("patients", "study"))
    return True


@breakage()
def a_flow_that_grows_or_ends_elsewhere(broken, draw):
    if not broken.use_up("flow"):
        return False
    row, n = draw(st.sampled_from([(2, "999"), (3, "19"), (3, "0"), (3, "999")]))
    broken.write("flow", row, n=n)
    broken.say("flow", row + 1, "n", ("patients", "study"))
    return True


# Shapes


@breakage()
def a_column_twice(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if not broken.use_up(table):
        return False
    header = broken.tables[table][0]
    first, second = draw(st.lists(st.integers(0, len(header) - 1), min_size=2, max_size=2, unique=True))
    header[second] = header[first]
    broken.say(table, 1, header[first])
    return True


@breakage()
def a_required_column_missing(broken, draw):
    table, column = draw(st.sampled_from(REQUIRED))
    if not broken.use_up(table):
        return False
    at = broken.tables[table][0].index(column)
    for row in broken.tables[table]:
        del row[at]
    broken.say(table, 1, column)
    return True


@breakage()
def no_header(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if not broken.use_up(table):
        return False
    del broken.tables[table][0]
    broken.say(table)
    return True


@breakage()
def a_column_without_a_name(broken, draw):
    table, column = draw(st.sampled_from(REQUIRED))
    if not broken.use_up(table):
        return False
    at = broken.tables[table][0].index(column)
    broken.tables[table][0][at] = draw(st.sampled_from(["", " "]))
    broken.say(table, None, f"{column}|column {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[at]}")
    return True


@breakage()
def cdisc_censoring(broken, draw):
    if not broken.use_up("patients"):
        return False
    name = draw(st.sampled_from(["CNSR", "cnsr"]))
    for number, row in enumerate(broken.tables["patients"]):
        row.append(name if number == 0 else str(number % 2))
    broken.say("patients", 1, name)
    return True


@breakage()
def a_ragged_row(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if broken.book or not broken.use_up(table):
        return False
    row = draw(st.integers(1, len(broken.tables[table]) - 1))
    if draw(st.booleans()):
        broken.tables[table][row] += ["more", "cells"][: draw(st.integers(1, 2))]
    else:
        del broken.tables[table][row][draw(st.integers(1, len(broken.tables[table][row]) - 1)) :]
    broken.say(table, row + 1)
    return True


CSV_ONLY.add("a ragged row")


def _no_text(change: Callable[[bytes], bytes]):
    """A file whose bytes are no table."""

    def broke(broken: Broken, draw) -> bool:
        table = draw(st.sampled_from(sorted(TABLES)))
        if not broken.use_up(table):
            return False
        broken.raw[table] = change
        broken.say(table)
        return True

    return broke


for _name, _change in {
    "utf 16 cut short": lambda content: content.decode().encode("utf-16")[:-1],
    "zero bytes": lambda content: content.replace(b",", b",\x00", 1),
    "a workbook with the wrong ending": lambda content: b"PK\x03\x04" + content,
    "an old workbook with the wrong ending": lambda content: b"\xd0\xcf\x11\xe0" + content,
    "an empty file": lambda content: b"",
    "a blank file": lambda content: b" \n\n\t\n",
    "only separators": lambda content: b",,,\n,,,\n",
    "quotes unclosed": lambda content: content[: content.rfind(b",")] + b',"open\n',
    "quotes closed too early": lambda content: content[: content.rfind(b",")] + b',"clo"sed\n',
}.items():
    BREAKAGES[_name] = _no_text(_change)
    CSV_ONLY.add(_name)


@breakage(CSV_ONLY)
def a_byte_of_no_encoding(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if not broken.use_up(table):
        return False
    row = draw(st.integers(1, len(broken.tables[table]) - 1))
    byte = draw(st.sampled_from([b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"]))
    broken.tables[table][row][0] += "§"
    broken.raw[table] = lambda content: content.replace("§".encode(), byte)
    broken.say(table, row + 1)
    return True


# study.yml


def _study(column: str, **entries: object):
    return lambda: (yaml.safe_dump({**STUDY_YML, **entries}, allow_unicode=True).encode(), None, column)


WRONG_STUDIES: list[Callable[[], tuple[bytes, int | None, str]]] = [
    lambda: (b"title: [\n", 2, ""),
    lambda: (b"title: A\nshort_title: 'B\n", 3, ""),
    lambda: (b"title: A\n\tshort_title: B\n", 2, ""),
    lambda: (b"title: A: B\n", 1, ""),
    lambda: (b"", None, ""),
    lambda: (b"- title\n- contact\n", None, ""),
    lambda: (b"# nothing but a remark\n", None, ""),
    lambda: (b"just words", None, ""),
    lambda: ("title: Übersicht\n".encode("cp1252"), None, ""),
    lambda: (b"\xff\xfe" + "title: A\n".encode("utf-16-le"), None, ""),
    lambda: (b"title: A\x00B\n", None, ""),
    lambda: (b"[" * 5000, None, ""),
    lambda: (yaml.safe_dump({k: v for k, v in STUDY_YML.items() if k != "contact"}).encode(), None, "contact"),
    _study("title", title=None),
    _study("title", title="  "),
    _study("title", title=["a", "list"]),
    _study("contact", contact=17),
    _study("titel", titel="x"),
    _study("edition.kind", edition={"kind": "invented", "date": dt.date(2026, 1, 1)}),
    _study("edition.date", edition={"kind": "simulated", "date": "soon"}),
    _study("edition", edition="simulated"),
    _study("smallest_count", smallest_count=-1),
    _study("smallest_count", smallest_count="five"),
    _study("data_cutoff", data_cutoff="2026-13"),
    _study("dates", dates="year-first"),
    _study("vocabulary.timepoints", vocabulary={"timepoints": 5}),
    _study("vocabulary.timepoints.0.name", vocabulary={"timepoints": [{"name": "At Best", "label": "x"}]}),
    _study("vocabulary.timepoints", vocabulary={"timepoints": [{"name": "a", "label": "x"}, {"name": "a", "label": "y"}]}),
    _study("inclusion.minimum_maintenance_months", inclusion={"minimum_maintenance_months": -5, "words": "x"}),
    _study("parameters", parameters=["landmark_months"]),
]  # fmt: skip


@breakage()
def a_wrong_study(broken, draw):
    if not broken.use_up("study"):
        return False
    broken.study, row, column = draw(st.sampled_from(WRONG_STUDIES))()
    broken.say("study.yml", row, column)
    return True


# Other files


@breakage(CSV_ONLY)
def no_parquet(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if not broken.use_up(table):
        return False
    broken.left_out.add(table)
    broken.files[f"{table}.parquet"] = draw(st.sampled_from([b"", b"PAR1", b"PAR1 nonsense PAR1", b"patient_id\n"]))
    broken.say(table)
    return True


@breakage(CSV_ONLY)
def a_parquet_cell(broken, draw):
    table, column, value = draw(
        st.sampled_from(
            [
                ("patients", "age_years", "old"),
                ("patients", "sex", "banana"),
                ("adverse_events", "grade", "3.5"),
                ("mrd", "sensitivity_reached", "inf"),
                ("responses", "response", "Complete"),
                ("flow", "n", "-3"),
            ]
        )
    )
    if not broken.use_up(table):
        return False
    row = draw(st.integers(1, len(broken.tables[table]) - 1))
    broken.write(table, row, **{column: value})
    header, *body = broken.tables[table]
    content = io.BytesIO()
    pd.DataFrame(body, columns=header, dtype=str).to_parquet(content, index=False)
    broken.left_out.add(table)
    broken.files[f"{table}.parquet"] = content.getvalue()
    broken.say(table, row + 1, column)
    return True


@breakage(CSV_ONLY)
def no_workbook_of_one_table(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if not broken.use_up(table):
        return False
    broken.left_out.add(table)
    content = draw(st.sampled_from([b"", b"PK\x03\x04 nonsense", b"\xd0\xcf\x11\xe0 old", b"a,b\n1,2\n"]))
    broken.files[f"{table}.xlsx"] = content
    broken.say(f"{table}.xlsx")
    return True


@breakage(CSV_ONLY)
def a_table_twice(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if not broken.use_up(table):
        return False
    ending = draw(st.sampled_from(["tsv", "txt"]))
    header, first, *_ = SOUND[table]
    broken.files[f"{table}.{ending}"] = "\t".join(header).encode() + b"\n" + "\t".join(first).encode() + b"\n"
    broken.alone = Place(f"{table}.csv and {table}.{ending}")
    return True


@breakage(SHEET_ONLY)
def two_workbooks(broken, draw):
    book = Workbook()
    book.active.title = "mrd"
    book.active.append(["patient_id", "months", "status"])
    book.active.append(["S002", 1, "negative"])
    content = io.BytesIO()
    book.save(content)
    broken.files["more.xlsx"] = content.getvalue()
    broken.alone = Place(f"{WORKBOOK} and more.xlsx")
    return True


@breakage(SHEET_ONLY)
def a_cell_in_error(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if not broken.use_up(table):
        return False
    row = draw(st.integers(2, len(broken.tables[table])))
    column = draw(st.integers(1, len(broken.tables[table][0])))
    word = draw(st.sampled_from(["#DIV/0!", "#REF!", "#VALUE!", "=A1+1", "=1/0"]))

    def change(book: Workbook) -> None:
        book[table].cell(row, column).value = word

    broken.sheets.append(change)
    broken.say(table, row, f"column {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[column - 1]}")
    return True


@breakage(SHEET_ONLY)
def merged_cells(broken, draw):
    table = draw(st.sampled_from(sorted(TABLES)))
    if not broken.use_up(table):
        return False
    row = draw(st.integers(2, len(broken.tables[table]) - 1))
    broken.sheets.append(
        lambda book: book[table].merge_cells(start_row=row, end_row=row + 1, start_column=2, end_column=2)
    )
    broken.say(table, row, "column B")
    return True


# Dates

NO_DATES = ["31.02.2021", "2021-02-30", "03/04/2021", "2021", "2021-03", "1.2.21", "soon", "1.13.2021", "99999999", "2021-00-10"]  # fmt: skip


@breakage()
def a_date(broken, draw):
    """Samples with dates, one of which is none, may be two, or is before the origin."""
    if not broken.use_up("mrd"):
        return False
    at = broken.tables["mrd"][0].index("months")
    for number, row in enumerate(broken.tables["mrd"]):
        row[at] = "date" if number == 0 else _day(row[at])
    for number, row in enumerate(broken.tables["patients"]):
        row.append("origin_date" if number == 0 else ORIGIN.isoformat())
    row = draw(st.integers(1, len(broken.tables["mrd"]) - 1))
    word = draw(st.sampled_from([*NO_DATES, "2019-12-31"]))
    broken.tables["mrd"][row][at] = word
    broken.say("mrd", row + 1, "date", ("patients",) if word == "2019-12-31" else ())
    return True


def _day(months: str) -> str:
    return (ORIGIN + dt.timedelta(days=int(float(months) * DAYS_PER_MONTH))).isoformat()


@st.composite
def broken_folders(draw, first: str | None = None) -> tuple[Broken, list[str]]:
    """A folder of text tables, or of one workbook, broken in one to three ways; `first` is one of them."""
    first = first or draw(st.sampled_from(sorted(BREAKAGES)))
    book = first in SHEET_ONLY or (first not in CSV_ONLY and draw(st.integers(0, 3)) == 0)
    others = sorted(set(BREAKAGES) - (CSV_ONLY if book else SHEET_ONLY))
    broken = Broken(book)
    wanted = [first, *draw(st.lists(st.sampled_from(others), max_size=2))]
    return broken, [kind for kind in wanted if BREAKAGES[kind](broken, draw)]


def built_from(folder: Path, into: Path) -> list[Problem]:
    """What `build` says: the way of the command up to the first chapter."""
    with pytest.raises(CohortError) as refusal:
        prepare(folder, into)
    return refusal.value.problems


def is_named(place: tuple[str, int | None, str], problems: list[Problem]) -> bool:
    """Whether a problem is said of the place; of two names a column may have, one is enough."""
    file, row, columns = place
    return any(
        problem.file == file
        and (row is None or problem.row == row)
        and (not columns or problem.column.partition(" (")[0] in columns.split("|"))
        for problem in problems
    )


FIXED = {"derandomize": True, "deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


def test_enough_folders_are_broken():
    assert len(BREAKAGES) * EACH >= 290


@pytest.mark.parametrize("kind", sorted(BREAKAGES))
def test_a_broken_folder_is_refused_in_words_at_its_place(kind):
    folders = 0

    @settings(max_examples=EACH, **FIXED)
    @given(broken_folders(kind))
    def refused(found: tuple[Broken, list[str]]) -> None:
        nonlocal folders
        broken, kinds = found
        folders += 1
        with tempfile.TemporaryDirectory() as parent:
            folder = broken.write_to(Path(parent) / "cohort")
            before = tree(folder)
            problems = built_from(folder, Path(parent) / "into" / "cohort")
            if folders % 4 == 0:  # check says the same
                with readable(folder) as (_, said):
                    assert [problem for problem in said if not problem.note] == problems
            assert tree(folder) == before
        assert problems and not any(problem.note for problem in problems)
        for problem in problems:
            assert all(rule_and_fix(problem)) and parent not in sentence(problem)
            assert "Traceback" not in sentence(problem)
            assert problem.row is None or problem.row >= 1
        unnamed = [place for place in broken.expected() if not is_named(place, problems)]
        assert unnamed == [], (kinds, [sentence(problem) for problem in problems])

    refused()
    assert folders >= EACH


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    """A book of two pages over a sound folder, built once well."""
    book = small_book(tmp_path_factory.mktemp("broken") / "book", "{num}`safety.grade3plus` were ill.")
    Broken().write_to(book / "data" / "cohort")
    build("data/cohort", cwd=book)
    return book


@pytest.mark.build
def test_the_command_refuses_and_the_last_site_stays(good):
    site = good / "_build" / "cohort"
    before, folders = tree(site), 0
    assert "html/chapters/small.html" in before and "results.csv" in before

    @settings(max_examples=BY_COMMAND, **FIXED)
    @given(broken_folders())
    def refused(found: tuple[Broken, list[str]]) -> None:
        nonlocal folders
        folders += 1
        broken, kinds = found
        shutil.rmtree(good / "data" / "cohort")
        broken.write_to(good / "data" / "cohort")
        done = run("build", "data/cohort", cwd=good)
        assert done.returncode == 1, (kinds, done.stdout, done.stderr)
        assert "Traceback" not in done.stdout + done.stderr
        *errors, last = done.stderr.splitlines()
        assert errors and all(line.startswith("error: ") for line in errors), done.stderr
        many = "1 problem" if len(errors) == 1 else f"{len(errors)} problems"
        assert last == f"{many}; nothing was changed."
        for file, row, column in broken.expected():
            place = f"error: {file}" + (f", row {row}, {column}".rstrip(", ") if row else "")
            assert any(line.startswith(place) for line in errors), (kinds, place, errors)
        assert tree(site) == before

    refused()
    assert folders >= BY_COMMAND


def test_dates_of_samples_and_patients_without_their_column_are_refused(tmp_path):
    broken = Broken()
    for name, column in (("patients", "patient_id"), ("mrd", "months")):
        at = broken.tables[name][0].index(column)
        for number, row in enumerate(broken.tables[name]):
            row[at] = ("origin_date" if number == 0 else "2020-01-01") if name == "patients" else row[at]
            if name == "mrd":
                row[at] = "date" if number == 0 else _day(row[at])
    problems = built_from(broken.write_to(tmp_path / "cohort"), tmp_path / "into" / "cohort")
    assert is_named(("patients.csv", 1, "patient_id"), problems)


def test_a_parquet_cell_of_bytes_is_refused(tmp_path):
    broken = Broken()
    header, *body = broken.tables["adverse_events"]
    content = io.BytesIO()
    pd.DataFrame(body, columns=header).assign(term=b"\xff\xfe").to_parquet(content, index=False)
    broken.left_out.add("adverse_events")
    broken.files["adverse_events.parquet"] = content.getvalue()
    problems = built_from(broken.write_to(tmp_path / "cohort"), tmp_path / "into" / "cohort")
    assert is_named(("adverse_events.parquet", None, "term"), problems)


def test_a_folder_in_the_place_of_commentary_is_refused(tmp_path):
    folder = Broken().write_to(tmp_path / "cohort")
    (folder / "commentary" / "safety.md").mkdir(parents=True)
    problems = built_from(folder, tmp_path / "into" / "cohort")
    assert is_named(("commentary/safety.md", None, ""), problems)
