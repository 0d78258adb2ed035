"""The files beside the site: results, curves, ledger, notebooks."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from livingreview.book.execute import Executed
from livingreview.book.staging import as_json
from livingreview.results.curves import Curve, Envelope
from livingreview.results.estimates import Estimate
from livingreview.results.exchange import read_results
from livingreview.words.group_names import group_words
from livingreview.words.ledger_words import explanation
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import english

RESULT_COLUMNS = (
    *("key", "endpoint", "group", "statistic", "time_months", "value", "low", "high", "level", "method", "n", "events"),
    *("unit", "chapter", "reason", "identifiability", "status", "limits"),
    *("estimator", "interval", "qualifiers", "group_variables", "group_levels", "reason_code"),
)
CURVE_COLUMNS = ("t", "survival", "low", "high", "at_risk", "censored", "events")
ENVELOPE = ("at_risk", "censored", "events")
LEDGER_COLUMNS = ("id", "part", "printed", "reproduced", "status", "basis", "explanation")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# What computes the numbers; the builder names itself.
PACKAGES = (
    "livingreview",
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
    """results.csv, ledger.csv and curves/*.csv from results/*.json, in English whatever the language of the pages."""
    pages = list(read_results(out / "results").values())
    with english():
        rows = [result_row(one) | {"chapter": page.chapter} for page in pages for one in page.estimates]
        _write_csv(out / "results.csv", RESULT_COLUMNS, sorted(rows, key=lambda row: row["key"]))
        for page in pages:
            if page.tables.get("ledger"):
                ledger = [row | {"explanation": explanation(row)} for row in page.tables["ledger"]]
                _write_csv(out / "ledger.csv", LEDGER_COLUMNS, ledger)
            for curve in page.curves:
                _write_curve(out / "curves", curve, edition)


def result_row(estimate: Estimate) -> dict[str, Any]:
    """A row of results.csv: group, method and reason in English, and beside them the codes they are made from."""
    return {
        **{name: getattr(estimate, name, None) for name in RESULT_COLUMNS},
        "group": group_words(estimate.group, estimate.time_months),
        "method": method_words(estimate),
        "reason": reason_words(estimate.reason),
        "qualifiers": "; ".join(f"{one.code}={one.value}" for one in estimate.qualifiers),
        "group_variables": "; ".join(one.variable for one in estimate.group),
        "group_levels": "; ".join(one.level or "" for one in estimate.group),
        "reason_code": estimate.reason.code if estimate.reason else None,
    }


def _write_curve(folder: Path, curve: Curve, edition: str) -> None:
    columns = [getattr(curve, name) for name in CURVE_COLUMNS]
    lines = [dict(zip(CURVE_COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]
    about: dict[str, Any] = {"key": curve.key, "group": group_words(curve.group)}
    made = {"method": method_words(curve), "edition": edition}
    stem = curve.key.replace(".", "-")
    _write_csv(folder / f"{stem}.csv", (*CURVE_COLUMNS, *about, *made), [line | about | made for line in lines])
    if curve.envelope is not None:
        about |= {"cohorts": curve.envelope.members, "edition": edition}
        _write_envelope(folder / f"{stem}-envelope.csv", curve.envelope, about)


def _write_envelope(path: Path, envelope: Envelope, about: Mapping[str, Any]) -> None:
    """Where an illustrative curve may run."""
    ends = ("low", "high")
    lines = [
        {
            "t": t,
            **{f"survival_{end}": getattr(envelope, end)[place] for end in ends},
            **{f"{name}_{end}": getattr(envelope, name)[place][at] for name in ENVELOPE for at, end in enumerate(ends)},
            **about,
        }
        for place, t in enumerate(envelope.t)
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
