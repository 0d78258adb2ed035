"""Kinds of damage to a folder on disk: tables, workbooks, study.yml, commentary, the folder itself, and kept state.

Each is a function of a random source and a `Case`. None knows what the program makes of it.
"""

from __future__ import annotations

import csv
import io
import os
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fuzz.sound import SOUND, WORKBOOK, write_rows, write_workbook


@dataclass(frozen=True)
class Case:
    """One folder; `into` and `out` are what an earlier run left: the strict tables it made, and its site."""

    folder: Path
    into: Path
    out: Path

    @property
    def state(self) -> Path:
        """Where it is remembered what the site was made of."""
        return self.out.with_name(f".{self.out.name}.state")

    def files(self, *suffixes: str) -> list[Path]:
        """Regular files of the folder, of these suffixes or of any."""
        found = [path for path in sorted(self.folder.rglob("*")) if is_small(path)]
        return [path for path in found if not suffixes or path.suffix in suffixes]


def is_small(path: Path) -> bool:
    """Whether a regular file is small enough for the damage itself to read it."""
    return path.is_file() and not path.is_symlink() and path.stat().st_size < 2**24


Damage = Callable[[random.Random, Case], None]
KINDS: dict[str, Damage] = {}
STATE: set[str] = set()  # kinds that damage what an earlier run left
LAST: set[str] = set()  # kinds that leave a pipe or a link, through which no other kind may write
OUTSIDE = "outside.txt"  # a file beside the folder, which nobody may change
NASTY = [
    "", " ", "\x00", "\x1b[31m", "\u202e", "\ufeff", "9" * 400, "1e400", "-0", "nan", "inf", "1,234", "1.234,5", "½", "٣", "=1+1",
    "=HYPERLINK(\"http://x\")", "<script>alert(1)</script>", "{num}`x`", "../../etc/passwd", "a@b.org", "2020-02-30", "03/04/2020",
    "31.12.99", "True", "None", "#REF!", "\\", "'", '"', "\u2028", "💀" * 50, "ß", "İ", "\ud7ff", "x" * 20_000, "0x10", "1_000", "²", "-1",
    "99999999999", "1e-320", "CR ", "cr", "death", "P" * 300,
]  # fmt: skip
NAMES = [
    "Name", "MRN", "姓名", "Geburtsdatum", "race", "centre", "CNSR", "cnsr", "", " ", "age", "AGE_YEARS", "patient id", "x\ny", "x" * 250,
    "\x07", "del17p", "origin_date", "pfs_date", "death_date", "birth_date", "date", "💀", "=1", "<b>", "index", "level_0", "months",
]  # fmt: skip


def damage(name: str, *, state: bool = False, last: bool = False) -> Callable[[Damage], Damage]:
    """Add a kind under its name."""

    def add(change: Damage) -> Damage:
        KINDS[name] = change
        if state:
            STATE.add(name)
        if last:
            LAST.add(name)
        return change

    return add


# Bytes of any file


def _bytes(name: str, change: Callable[[random.Random, bytes], bytes]) -> None:
    def apply(rng: random.Random, case: Case) -> None:
        path = rng.choice(case.files() or [case.folder / "study.yml"])
        path.write_bytes(change(rng, path.read_bytes() if is_small(path) else b""))

    KINDS[name] = apply


def _cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _flipped(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content or b"x")
    for _ in range(rng.choice([1, 3, 30])):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _inserted(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.randbytes(rng.choice([1, 8, 300])) + content[at:]


def _shuffled_lines(rng: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    rng.shuffle(lines)
    return b"".join(lines)


def _in_another_encoding(rng: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace") + rng.choice(["é", "患者", "ß", ""])
    return text.encode(rng.choice(["utf-16", "utf-32", "utf-7", "cp1252", "gb18030", "cp037", "shift_jis"]), "replace")


STARTS = [
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"PAR1",
    b"\xff\xfe",
    b"\xef\xbb\xbf\xef\xbb\xbf",
    b"%PDF-1.7",
    b"\x1f\x8b",
    b"sep=;\n",
    b"\n\n\n",
]
for _name, _change in {
    "a file cut short": _cut,
    "bytes flipped": _flipped,
    "bytes inserted": _inserted,
    "an empty file": lambda rng, content: b"",
    "a file of zeros": lambda rng, content: b"\x00" * len(content),
    "a file repeated": lambda rng, content: content * rng.choice([2, 5, 50]),
    "lines in another order": _shuffled_lines,
    "another encoding": _in_another_encoding,
    "other ends of lines": lambda rng, content: content.replace(
        b"\n", rng.choice([b"\r", b"\r\n", b"\n\r\n", b"\x0b", b"\x85"])
    ),
    "another kind of file by its first bytes": lambda rng, content: rng.choice(STARTS) + content,
    "random bytes": lambda rng, content: rng.randbytes(rng.choice([1, 100, 5000])),
    "a million newlines": lambda rng, content: content + b"\n" * 1_000_000,
    "quotes": lambda rng, content: content.replace(b",", rng.choice([b',"', b'","', b'""', b"'"]), rng.choice([1, 5])),
}.items():
    _bytes(_name, _change)


# Cells and columns of a text table


def _rows(name: str, change: Callable[[random.Random, list[list[str]]], object]) -> None:
    def apply(rng: random.Random, case: Case) -> None:
        tables = [path for path in case.files(".csv") if path.parent == case.folder]
        if not tables:
            write_rows(case.folder / "flow.csv", SOUND["flow"])
            tables = [case.folder / "flow.csv"]
        path = rng.choice(tables)
        text = path.read_bytes().decode("utf-8", "replace").replace("\x00", "")
        mark = max(",;\t", key=text.partition("\n")[0].count)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) or [[""]]
        except csv.Error:
            return
        change(rng, rows)
        written = io.StringIO(newline="")
        csv.writer(written, lineterminator="\n", delimiter=mark, escapechar="\\").writerows(rows)
        path.write_bytes(written.getvalue().encode("utf-8", "surrogatepass"))

    KINDS[name] = apply


def _some_cells(rng: random.Random, rows: list[list[str]]) -> None:
    for _ in range(rng.choice([1, 1, 4, 20])):
        row = rng.choice(rows)
        if row:
            row[rng.randrange(len(row))] = rng.choice(NASTY)


def _a_column(rng: random.Random, rows: list[list[str]], name: str, cells: Callable[[], str]) -> None:
    for number, row in enumerate(rows):
        row.append(name if number == 0 else cells())


def _renamed(rng: random.Random, rows: list[list[str]]) -> None:
    if rows[0]:
        rows[0][rng.randrange(len(rows[0]))] = rng.choice(NAMES)


def _without_column(rng: random.Random, rows: list[list[str]]) -> None:
    at = rng.randrange(len(rows[0]) or 1)
    for row in rows:
        del row[at : at + 1]


def _many_columns(rng: random.Random, rows: list[list[str]]) -> None:
    rows[0] += [f"x{number}" for number in range(rng.choice([50, 4_000, 20_000]))]
    for row in rows[1:]:
        row += [""] * (len(rows[0]) - len(row))


for _name, _change in {
    "nasty cells": _some_cells,
    "a nasty column": lambda rng, rows: _a_column(rng, rows, rng.choice(NAMES), lambda: rng.choice(NASTY)),
    "a renamed column": _renamed,
    "a column taken out": _without_column,
    "a column twice": lambda rng, rows: _a_column(rng, rows, rng.choice(rows[0] or ["x"]), lambda: "1"),
    "twenty thousand columns": _many_columns,
    "a ragged row": lambda rng, rows: rng.choice(rows).extend(["more"] * rng.choice([1, 1000])),
    "a row taken out": lambda rng, rows: rows.pop(rng.randrange(len(rows))),
    "a row many times": lambda rng, rows: rows.extend([rng.choice(rows)] * rng.choice([1, 3, 2000])),
    "a header alone": lambda rng, rows: rows.__delitem__(slice(1, None)),
    "a cell of a megabyte": lambda rng, rows: rng.choice(rows).append("y" * 2**20),
    "columns in another order": lambda rng, rows: rows[0].reverse(),
}.items():
    _rows(_name, _change)


# study.yml

ALIASES = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9 if n else ['x'] * 9)}]\n" for n in range(12))
WRONG = [
    ALIASES, "[" * 9000, "{a: " * 9000, "? " * 3000, "- " * 3000, "!!python/object/apply:os.system [ls]\n", "!!binary gibberish\n", "!!set {a, b}\n",
    "<<: [1]\n", "--- a\n--- b\n", "%YAML 9.9\n---\na: 1\n", "\ttitle: x\n", "? [a]\n: b\n", "title: |\n" + " x\n" * 5000, "n: " + "9" * 9000 + "\n",
    "d: 2026-02-30\n", "d: 0000-00-00\n", "t: 99:99:99\n", "&x\n", "*x\n", "title: \"\\x00\"\n", "title: \"\\ud800\"\n", "...\n",
]  # fmt: skip
VALUES = [
    "", "null", "[]", "{}", "true", "-1", "1e400", ".nan", "2026-13-01", "[[[]]]", "\"\\u202e\"", "'<img src=x onerror=alert(1)>'", "observed",
    "reconstructed", "[name, 姓名]", "[pfs_event]", "{interval: loglog}", "{group_by: x}", "{milestones_months: [0]}", "{confidence_level: 95}",
    "!!float x", "&a x", "*a", "|\n  x", "9" * 5000, "{a: 1, a: 2}", "0o17", "patient-level-approved",
]  # fmt: skip


@damage("an entry of study.yml with another value")
def _value(rng: random.Random, case: Case) -> None:
    lines = _study(case).splitlines()
    at = rng.randrange(len(lines) or 1)
    name = lines[at].partition(":")[0] if lines else "title"
    lines[at : at + 1] = [f"{name}: {rng.choice(VALUES)}"]
    _write_study(case, "\n".join(lines))


@damage("study.yml with a hostile end")
def _hostile(rng: random.Random, case: Case) -> None:
    _write_study(case, f"{_study(case)}\n{rng.choice(WRONG)}")


@damage("study.yml that is something else")
def _else(rng: random.Random, case: Case) -> None:
    _write_study(case, rng.choice(WRONG))


@damage("a line of study.yml taken out or twice")
def _lines(rng: random.Random, case: Case) -> None:
    lines = _study(case).splitlines() or [""]
    at = rng.randrange(len(lines))
    lines[at : at + 1] = [lines[at]] * rng.choice([0, 2])
    _write_study(case, "\n".join(lines))


@damage("hostile subgroups")
def _subgroups(rng: random.Random, case: Case) -> None:
    names = rng.sample([*NAMES, "sex", "pfs_event", "del17p"], 3)
    _write_study(case, f"{_study(case)}\nsubgroups: {names!r}\n")


@damage("study.yml of a megabyte")
def _large(rng: random.Random, case: Case) -> None:
    _write_study(case, _study(case) + "# x\n" * 2**18)


def _study(case: Case) -> str:
    path = case.folder / "study.yml"
    return path.read_bytes().decode("utf-8", "replace") if is_small(path) else ""


def _write_study(case: Case, text: str) -> None:
    (case.folder / "study.yml").write_bytes(text.encode("utf-8", "surrogatepass"))


# What a folder may hold


def _in_the_place(name: str, put: Callable[[Path], object]) -> None:
    @damage(name, last=True)
    def apply(rng: random.Random, case: Case) -> None:
        path = rng.choice(
            [*case.files(), case.folder / "mrd.csv", case.folder / "notes.txt", case.folder / "ensemble.csv"]
        )
        path.unlink(missing_ok=True)
        put(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as opened:
        opened.truncate(2**33)


for _name, _put in {
    "a file missing": lambda path: None,
    "a pipe": os.mkfifo,
    "a link in a circle": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nowhere.csv"),
    "a link out of the folder": lambda path: path.symlink_to(f"../{OUTSIDE}"),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a folder": lambda path: path.symlink_to("/"),
    "a folder": lambda path: path.mkdir(),
    "a file of eight gigabytes": _sparse,
}.items():
    _in_the_place(_name, _put)


@damage("a table twice")
def _twice(rng: random.Random, case: Case) -> None:
    name = rng.choice(sorted(SOUND))
    write_rows(case.folder / f"{name}{rng.choice(['.tsv', '.txt', '.CSV'])}", SOUND[name], "\t")


@damage("odd names of files")
def _odd(rng: random.Random, case: Case) -> None:
    name = rng.choice(
        [
            b"\xff\xfe.csv",
            b"pat\nients.csv",
            b"Patients.csv",
            b" .md",
            b"x" * 250,
            "患者.csv".encode(),
            b"~$cohort.xlsx",
            b".csv",
            b"-rf",
        ]
    )
    (Path(os.fsdecode(os.fsencode(case.folder) + b"/" + name))).write_bytes(b"patient_id\n1\n")


@damage("folders in folders")
def _deep(rng: random.Random, case: Case) -> None:
    deep = case.folder
    for _ in range(rng.choice([3, 60])):
        deep = deep / "patients.csv"
        if deep.exists() and not deep.is_dir():
            deep.unlink()
    deep.mkdir(parents=True, exist_ok=True)


@damage("an odd Parquet table")
def _parquet(rng: random.Random, case: Case) -> None:
    name = rng.choice(sorted(SOUND))
    header, *body = SOUND[name]
    frame = pd.DataFrame(body, columns=header)
    column = rng.choice(header)
    frame[column] = rng.choice([pd.Timestamp("2020-02-01"), b"\xff", 2**62, True, None, float("inf"), "x" * 20_000])
    if rng.random() < 0.3:
        frame = frame.rename(columns={column: rng.choice([name for name in NAMES if name not in header])})
    (case.folder / f"{name}.csv").unlink(missing_ok=True)
    frame.to_parquet(case.folder / f"{name}.parquet", index=rng.random() < 0.2)


@damage("a Parquet table damaged")
def _no_parquet(rng: random.Random, case: Case) -> None:
    _parquet(rng, case)
    path = rng.choice(case.files(".parquet"))
    path.write_bytes(rng.choice([_cut, _flipped, _inserted])(rng, path.read_bytes()))


# Workbooks


def _book(name: str, change: Callable[[random.Random, bytes], bytes]) -> None:
    """The XML of one part of a workbook changed; a folder without a workbook gets one."""

    def apply(rng: random.Random, case: Case) -> None:
        path = case.folder / WORKBOOK
        if not path.is_file():
            for table in case.files(".csv"):
                table.unlink()
            write_workbook(path, {one: SOUND[one] for one in ("patients", "mrd")})
        try:
            with zipfile.ZipFile(path) as packed:
                parts = {part.filename: packed.read(part) for part in packed.infolist()}
        except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, zipfile.zlib.error):
            return
        sheets = [part for part in parts if "worksheets/sheet" in part]
        chosen = rng.choice(sheets if sheets and rng.random() < 0.8 else sorted(parts))
        parts[chosen] = change(rng, parts[chosen])
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for part, content in parts.items():
                packed.writestr(part, content)

    KINDS[name] = apply


AREAS = [b"A1:XFD1048576", b"B2:B3", b"A1:A1", b"XFD1:A9", b"A0:B0", b"gibberish", b"A1:ZZZZZ99999999"]
END = b"</sheetData>"
for _name, _change in {
    "a part of a workbook with flipped bytes": _flipped,
    "a part of a workbook cut short": _cut,
    "a cell far away": lambda rng, xml: xml.replace(
        END,
        b'<row r="%d"><c r="%s%d"><v>1</v></c></row>'
        % ((row := rng.choice([20_000, 1_048_576, 10**9])), rng.choice([b"A", b"XFD", b"ZZZZ"]), row)
        + END,
    ),
    "cells merged": lambda rng, xml: xml.replace(
        END, END + b'<mergeCells><mergeCell ref="%s"/></mergeCells>' % rng.choice(AREAS)
    ),
    "a link over many cells": lambda rng, xml: xml.replace(
        END, END + b'<hyperlinks><hyperlink ref="%s"/></hyperlinks>' % rng.choice(AREAS)
    ),
    "formulas and errors": lambda rng, xml: xml.replace(
        b"<v>", rng.choice([b"<f>1/0</f><v>", b"<f>A1</f><v></v><v>"]), 3
    ),
    "cells of another type": lambda rng, xml: xml.replace(
        b't="n"', b't="%s"' % rng.choice([b"e", b"b", b"d", b"s", b"str", b"inlineStr", b"q"])
    ),
    "entities": lambda rng, xml: (
        b'<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;">]>' + xml.replace(b"<v>", b"<v>&b;", 2)
    ),
    "two hundred megabytes of blanks": lambda rng, xml: xml + b" " * (200 * 2**20 if rng.random() < 0.05 else 2**20),
}.items():
    _book(_name, _change)


@damage("sheets renamed, hidden or empty")
def _sheets(rng: random.Random, case: Case) -> None:
    from openpyxl import Workbook

    for table in case.files(".csv"):
        table.unlink()
    book = Workbook()
    for name in rng.sample(["patients", "Patients", "PATIENTS ", "mrd", "flow", "notes", "responses"], 4):
        sheet = book.create_sheet(name)
        for row in SOUND.get(name.strip().casefold(), []):
            sheet.append(row)
        sheet.sheet_state = rng.choice(["visible", "visible", "hidden", "veryHidden"])
    book.save(case.folder / WORKBOOK)


# Commentary

TEXTS = [
    "```{include} ../patients.csv\n```\n", "```{raw} html\n<script>alert(1)</script>\n```\n", "{download}`x <../patients.csv>`\n", "![x](../patients.csv)\n",
    "[" * 20_000, "> " * 5_000 + "x", "* " * 3_000, "`" * 9_999, "<img src=x onerror=alert(1)>\n", "$$" + "{" * 5_000, "\x00\x1b[31m", "{num}`nothing`\n",
    "a|b\n" + "-|-\n" + "x|y\n" * 20_000, "---\n{a: &a [*a]}\n---\n", "\u202e" * 99, "# x\n" * 20_000, "x" * 300_000,
]  # fmt: skip


@damage("hostile commentary")
def _commentary(rng: random.Random, case: Case) -> None:
    place = case.folder / "commentary"
    if place.exists() and not place.is_dir():
        return
    place.mkdir(exist_ok=True)
    path = place / rng.choice(["safety.md", "study.md", "no-chapter.md", "x.txt"])
    path.write_bytes(rng.choice(TEXTS).encode() if rng.random() < 0.8 else rng.randbytes(500))


@damage("commentary in the place of its folder", last=True)
def _no_commentary(rng: random.Random, case: Case) -> None:
    place = case.folder / "commentary"
    if not place.exists() and not place.is_symlink():  # two of these may meet
        rng.choice([lambda: place.write_text("x"), lambda: place.symlink_to("."), lambda: os.mkfifo(place)])()


# Other files the program reads


@damage("files of a reconstruction")
def _reconstruction(rng: random.Random, case: Case) -> None:
    _write_study(case, _study(case).replace("kind: simulated", "kind: reconstructed"))
    for name in rng.sample(["PROVENANCE.yml", "ensemble.csv", "ensemble_curves.csv", "published.csv"], 2):
        texts = [
            *WRONG,
            "columns: {}\nestimates: []\n",
            "columns: 1\nestimates: 2\nensemble: {members: x}\n",
            "key,low\n1,2\n",
            "",
        ]
        (case.folder / name).write_bytes(rng.choice(texts).encode("utf-8", "surrogatepass"))


# What an earlier run left


@damage("the memory of the last build damaged", state=True)
def _memory(rng: random.Random, case: Case) -> None:
    path = rng.choice([case.state / "last.json", case.state / "next.json"])
    path.unlink(missing_ok=True)
    texts = [b"", b"[]", b"\xff", b"x\n{}", rng.randbytes(40)]
    rng.choice([path.mkdir, lambda: path.write_bytes(rng.choice(texts)), lambda: path.symlink_to(path.name)])()


@damage("something in the place of the memory", state=True)
def _no_memory(rng: random.Random, case: Case) -> None:
    case.state.rename(case.state.with_name(".away"))
    rng.choice([case.state.touch, case.state.mkdir, lambda: case.state.symlink_to("nowhere")])()
