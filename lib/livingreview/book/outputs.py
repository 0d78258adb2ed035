"""The files beside the site: results, curves, ledger, notebooks."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from livingreview.book.execute import Executed
from livingreview.book.staging import as_json
from livingreview.results.estimates import ESTIMATE_COLUMNS

RESULT_COLUMNS = (*ESTIMATE_COLUMNS[:-4], "chapter", *ESTIMATE_COLUMNS[-4:])  # reason, identifiability and codes last
CURVE_COLUMNS = ("t", "survival", "low", "high", "at_risk", "censored", "events")
ENVELOPE = ("at_risk", "censored", "events")
LEDGER_COLUMNS = ("id", "part", "printed", "reproduced", "status", "basis", "explanation")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
PACKAGES = (
    "livingreview",
    "jupyter-book",
    "papermill",
    "lifelines",
    "scipy",
    "pandas",
    "numpy",
    "altair",
    "vl-convert-python",
)


def write_results(folder: Path, executed: Iterable[Executed]) -> None:
    """results/<chapter>.json of every chapter that published something."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in executed:
        if chapter.results is not None:
            text = json.dumps(chapter.results, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
            (folder / f"{chapter.name}.json").write_text(text, encoding="utf-8", newline="\n")


def write_notebooks(folder: Path, executed: Iterable[Executed]) -> None:
    """notebooks/<chapter>.ipynb: executed, without a trace of the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in executed:
        text = as_json(chapter.notebook)
        (folder / f"{chapter.name}.ipynb").write_text(text, encoding="utf-8", newline="\n")


def write_tables(out: Path, edition: str) -> None:
    """results.csv, ledger.csv and curves/*.csv from results/*.json."""
    pages = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((out / "results").glob("*.json"))]
    rows = [{**row, "chapter": page["chapter"]} for page in pages for row in page["estimates"]]
    _write_csv(out / "results.csv", RESULT_COLUMNS, sorted(rows, key=lambda row: row["key"]))
    for page in pages:
        if page["tables"].get("ledger"):
            _write_csv(out / "ledger.csv", LEDGER_COLUMNS, page["tables"]["ledger"])
        for curve in page["curves"]:
            lines = [
                dict(zip(CURVE_COLUMNS, values, strict=True))
                for values in zip(*(curve[name] for name in CURVE_COLUMNS), strict=True)
            ]
            about = {"key": curve["key"], "group": curve["group"], "method": curve["method"], "edition": edition}
            _write_csv(
                out / "curves" / f"{curve['key'].replace('.', '-')}.csv",
                (*CURVE_COLUMNS, *about),
                [{**line, **about} for line in lines],
            )
            _write_envelope(out / "curves" / f"{curve['key'].replace('.', '-')}-envelope.csv", curve, edition)


def _write_envelope(path: Path, curve: dict[str, Any], edition: str) -> None:
    """Where an illustrative curve may run; nothing for one that is known."""
    envelope = curve.get("envelope")
    if envelope is None:
        return
    about = {"key": curve["key"], "group": curve["group"], "cohorts": envelope["members"], "edition": edition}
    lines = [
        {
            "t": t,
            **{f"survival_{end}": envelope[end][place] for end in ("low", "high")},
            **{
                f"{name}_{end}": envelope[name][place][at]
                for name in ENVELOPE
                for at, end in enumerate(("low", "high"))
            },
            **about,
        }
        for place, t in enumerate(envelope["t"])
    ]
    _write_csv(path, list(lines[0]), lines)


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows({name: as_text(value) for name, value in row.items()} for row in rows)


def as_text(value: Any) -> Any:
    """A cell that a spreadsheet would take for a formula, with an apostrophe before it: data are never run.

    Numbers written as text, such as -3, stay as they are.
    """
    if not isinstance(value, str) or not value.startswith(FORMULA) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"
