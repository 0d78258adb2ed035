"""The audit of printed numbers, measured: true counts excluded, width of what is left, what is caught, how long.

    .venv/bin/python benchmarks/audit.py [--trials 1000] [--tables 2000]

It writes its tables into benchmarks/README.md. Trials and tables come from tests/audit/printed_trials.py, by
number.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "audit"))

from printed_trials import PLANTS, SIZES, holds, numbered_table, numbered_trial  # noqa: E402

from livingreview.audit.checks import audit  # noqa: E402

BEGIN, END = "<!-- audit -->", "<!-- end of audit -->"


@dataclass(frozen=True, slots=True)
class Measured:
    """What the audit found of one trial."""

    n: int
    missed: bool
    verdict: str
    width: int
    exact: bool
    sequences: int | str | None
    seconds: float


def one_trial(order: int) -> Measured:
    """The trial of this number, audited."""
    true, printed = numbered_trial(order)
    started = time.process_time()
    found = next(one for one in audit([printed]) if one.check == "kaplan-meier")
    seconds = time.process_time() - started
    more, counts = found.more, found.more["event_counts"]
    missed = not counts or not holds(more, len(true.at_risk))
    width = counts[-1] - counts[0] if counts else 0
    return Measured(true.n, missed, found.verdict, width, more["exact"], more.get("sequences"), seconds)


def one_table(order: int) -> tuple[str, int]:
    """What was changed in the table of this number (empty: nothing), and how many are called impossible."""
    what, rows = numbered_table(order)
    return what, sum(one.verdict == "impossible" for one in audit(rows))


def trials_report(found: list[Measured]) -> list[str]:
    """Lines about the trials."""
    by_size = {n: [one for one in found if one.n == n] for n in SIZES}
    rows = [
        f"| {n} | {len(these)} | {statistics.median(one.width for one in these):g} | {max(one.width for one in these)} "
        f"| {sum(one.exact for one in these)} | {sum(one.sequences is not None for one in these) if n <= 60 else '–'} "
        f"| {statistics.median(one.seconds for one in these):.2f} | {max(one.seconds for one in these):.2f} |"
        for n, these in by_size.items()
        if these
    ]
    verdicts = Counter(one.verdict for one in found)
    return [
        f"{len(found)} simulated trials: the true number of events was excluded in {sum(one.missed for one in found)}; "
        f"{', '.join(f'{number} {verdict}' for verdict, number in verdicts.most_common())}.",
        "",
        "| patients | trials | median width | largest width | exact sets | histories counted | median seconds "
        "| most seconds |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
    ]


def tables_report(found: list[tuple[str, int]]) -> list[str]:
    """Lines about the tables."""
    true = [number for what, number in found if not what]
    changed = Counter(what for what, _ in found if what)
    caught = Counter(what for what, number in found if what and number)
    share = 100 * sum(caught.values()) / max(1, sum(changed.values()))
    return [
        f"{len(found)} random tables; of {len(true)} true ones {sum(map(bool, true))} were accused. "
        f"One number was changed in each of the others: {share:.0f} % were caught. "
        "A changed number can still be possible, the more so the more patients.",
        "",
        "| what was changed | tables | caught |",
        "|---|---|---|",
        *(f"| {what} | {changed[what]} | {caught[what]} |" for what in PLANTS),
    ]


def write(lines: list[str]) -> None:
    """Put the lines into their place in the README."""
    path = ROOT / "benchmarks" / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    about = f"Python {platform.python_version()}, {platform.system()}; processor seconds a row, on a shared machine."
    path.write_text("\n".join([before + BEGIN, about, "", *lines, END + after]), encoding="utf-8")


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--tables", type=int, default=2000)
    given = parser.parse_args()
    trials = [one_trial(order) for order in range(given.trials)]
    tables = [one_table(order) for order in range(given.tables)]
    write([*trials_report(trials), "", *tables_report(tables)])


if __name__ == "__main__":
    main()
