"""Forty planted cohorts, attacked: what the chapters show of each may hold no time of a patient and prove no small count.

    .venv/bin/python benchmarks/disclosure.py [--cohorts 40] [--open]

With --open nothing is withheld: the same attack must then find what was planted in every cohort.

Each cohort is a simulated registry of 28 to 300 patients read as observed, with a rare level in a column, a rare
adverse event, three missing values and times of four decimals that look like no other number. The chapters run in this
process; every output (estimates, curves, sentences, tables, titles, alternative text, data of figures) is searched,
and a reader that shares no code with the library tries to prove each small count.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "disclosure")]

from reader_model import SMALLEST, Reader  # noqa: E402
from test_subtraction import _baseline_truth, _response_truth, _safety_truth  # noqa: E402

from livingreview.simulation.patients import simulate  # noqa: E402
from observed import observed_study, unlike_months  # noqa: E402

CHAPTERS = (
    "study",
    "responses",
    "progression-free-survival",
    "overall-survival",
    "minimal-residual-disease",
    "safety",
    "subgroups",
)
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEAD = re.compile(r"\A(?:---\n.*?\n---\n|(?::[^\n]*\n)+)", re.DOTALL)
TIME = re.compile(r"(?<![\w.])\d{1,2}\.\d{3,4}(?!\d)")


def planted(folder: Path, patients: int, seed: int, more: str) -> dict[str, pd.DataFrame]:
    """The tables of one cohort, as text, written to the folder."""
    folder.mkdir()
    found = {}
    for name, table in simulate(patients, seed).items():
        table.to_csv(folder / f"{name}.csv", index=False)
        found[name] = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
    people, events = found["patients"], found["adverse_events"]
    people.loc[: seed % 4, "induction"] = "KRd"
    people.loc[5:7, "iss_stage"], people.loc[5:7, "r_iss_stage"] = "", ""
    few = sorted(set(events["patient_id"]))[: 1 + seed % 4]
    rare = [events.iloc[0].to_dict() | {"patient_id": one, "term": "Gout", "grade": "1"} for one in few]
    found["adverse_events"] = pd.concat([events, pd.DataFrame(rare)], ignore_index=True)
    for name, table in found.items():
        for column in table.columns:
            if column.endswith("months"):
                table[column] = table[column].map(unlike_months)
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "study.yml").write_text(observed_study() + more, encoding="utf-8")
    return found


def shown(folder: Path, chapter: str) -> tuple[list[dict], str]:
    """What a chapter hands to the build and everything it puts on its page."""
    outputs, names, published = [], {}, []
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    for place, source in enumerate(HEAD.sub("", cell) for cell in CELL.findall(text)):
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, chapter, "exec"), names)  # our own chapters
        names |= {"cohort_path": str(folder)} if place == 0 else {}
        if last is not None:
            made = eval(compile(ast.Expression(last.value), chapter, "eval"), names)
            outputs.append(made._repr_mimebundle_())
            if hasattr(made, "results"):
                published.append(made.results.to_dict())
    return published, json.dumps(outputs, ensure_ascii=False, default=str)


def small_counts(pages: list[dict]) -> list[tuple]:
    """Numbers of 1 to 4 patients that stand in an estimate, a curve or a row."""
    rows = [row for page in pages for row in page["estimates"]]
    found = [(row["key"], name) for row in rows for name in ("n", "events") if row[name] in range(1, SMALLEST)]
    found += [(row["key"], "value") for row in rows if row["unit"] == "patients" and row["value"] in range(1, SMALLEST)]
    for curve in (curve for page in pages for curve in page["curves"]):
        for column in ("at_risk", "censored", "events"):
            values = [0, *curve[column]]
            steps = [abs(b - a) for a, b in zip(values[1:], values[2:], strict=False)]
            found += [(curve["key"], column) for x in [*values, *steps] if x in range(1, SMALLEST)]
    return found


def attacked(folder: Path, patients: int, seed: int, more: str = "") -> dict[str, object]:
    """What the attack found in one cohort."""
    tables = planted(folder, patients, seed, more)
    pages, texts = [], ""
    for chapter in CHAPTERS:
        results, text = shown(folder, chapter)
        pages, texts = pages + results, texts + text
    columns = [table[name] for table in tables.values() for name in table.columns if name.endswith("months")]
    times = {cell.rstrip("0") for column in columns for cell in column if cell and float(cell)}
    spoken = re.findall(rf"(?<![\d.,–-])[1-4] (?:of|patients of) {patients}\b", texts)
    truth = _baseline_truth(tables) | _response_truth(tables) | _safety_truth(tables)
    counts = small_counts(pages) + spoken
    if more:  # the reader reckons in whole months; curves that show everything are read at the times of patients
        pages = [page for page in pages if page["chapter"] in ("study", "safety")]
    return {
        "times": sorted(times & {token.rstrip("0") for token in TIME.findall(texts)}),
        "counts": counts,
        "small": sum(0 < count < SMALLEST for count in truth.values()),
        "proven": Reader(pages, deaths_end_pfs=False).proven(truth),
        "shown": sum(row["value"] is not None for page in pages for row in page["estimates"]),
    }


def main() -> None:
    """Attack the cohorts one by one and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cohorts", type=int, default=40)
    parser.add_argument("--open", action="store_true", help="withhold nothing: the attack must succeed")
    asked = parser.parse_args()
    count, more = asked.cohorts, "smallest_count: 0\n" if asked.open else ""
    failed = planted_cells = 0
    for number in range(count):
        patients = 28 + round(number * (300 - 28) / max(1, count - 1))
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            found = attacked(Path(folder) / "cohort", patients, number + 1, more)
        bad = {name: found[name] for name in ("times", "counts", "proven") if found[name]}
        failed, planted_cells = failed + bool(bad), planted_cells + found["small"]
        took = time.process_time() - started
        about = f"{patients} patients, {found['small']} small counts, {found['shown']} numbers shown, {took:.0f} s"
        print(f"{about}: {bad or 'nothing found'}", flush=True)
    print(f"{count} cohorts, {planted_cells} small counts: {failed} cohorts give something away")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
