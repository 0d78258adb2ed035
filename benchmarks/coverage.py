"""How often the intervals of a survival probability cover the truth.

    .venv/bin/python benchmarks/coverage.py [--runs 2000] [--seed 1]

It writes its table into benchmarks/README.md. Times to the event are exponential with the given survival at 36
months; censoring is none, or uniform from 0 to 48.6 months. Limits are those of `survival_at` (exact before the
first event); a run in which nobody was followed so long has no estimate and is left out. Whether a beta product
limit lies on the right side of the truth is asked of its distribution function, so that no quantile is sought.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path

import numpy as np
from scipy.stats import binom

from livingreview.statistics.beta_product import product_probability
from livingreview.statistics.life_table import LifeTable, life_table
from livingreview.statistics.survival_intervals import survival_at

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- coverage -->", "<!-- end of coverage -->"
AT, LONGEST, LEVEL = 36.0, 48.6, 0.95
SIZES, TRUTHS = (10, 28, 100), (0.70, 0.874, 0.95)
GREENWOOD = ("plain", "log", "log-log")
NAMES = (*GREENWOOD, "BPCP", "mid-p BPCP")

Covers = tuple[bool, ...]


@dataclass(frozen=True)
class History:
    """What the limits at 36 months depend on: numbers at risk at the events, and who was followed through it."""

    at_risk: tuple[int, ...]
    followed: int

    def covers(self, table: LifeTable, truth: float) -> Covers:
        """Whether each interval, in the order of `NAMES`, holds the truth."""
        usual = [survival_at(table, AT, method=method, level=LEVEL) for method in GREENWOOD]
        return (*(one.low <= truth <= one.high for one in usual), *_beta_product(self, truth))


@cache
def _beta_product(history: History, truth: float) -> tuple[bool, bool]:
    """Of the exact and the mid-p form: the truth lies between the quantiles if its probabilities do."""
    tail = (1 - LEVEL) / 2
    above = product_probability(history.at_risk, truth)
    below = product_probability((*history.at_risk, history.followed), truth) if history.followed else 1.0
    return below >= tail and above <= 1 - tail, tail <= (below + above) / 2 <= 1 - tail


def history_of(table: LifeTable) -> History:
    """The history up to 36 months."""
    return History(tuple(table.at_risk_at_events(AT)), table.event_free_through(AT))


def simulated(n: int, truth: float, longest: float | None, runs: int, seed: int) -> tuple[list[float], int]:
    """The share of runs in which each interval holds the truth, and in how many runs there is an estimate."""
    draw = np.random.default_rng([seed, n, round(truth * 1000), int(longest is not None)])
    times = draw.exponential(-AT / log(truth), (runs, n))
    ends = draw.uniform(0, longest, (runs, n)) if longest else np.full((runs, n), 2 * AT)
    found = []
    for time, end in zip(times, ends, strict=True):
        table = life_table(np.minimum(time, end), time <= end)
        if table.last_time >= AT or table.is_exhausted:
            found.append(history_of(table).covers(table, truth))
    return list(np.mean(found, axis=0)), len(found)


def by_binomial_sums(n: int, truth: float) -> list[float]:
    """Without censoring the limits depend on the number alive alone, whose distribution is binomial."""
    covered = np.zeros(len(NAMES))
    for alive in range(n + 1):
        table = life_table(_times(n, alive), [1] * (n - alive) + [0] * alive)
        covered += binom.pmf(alive, n, truth) * np.array(history_of(table).covers(table, truth))
    return list(covered)


def _times(n: int, alive: int) -> list[float]:
    """Different times of events before 36 months, and later ones for those alive."""
    return [AT * (place + 1) / (n + 1) for place in range(n - alive)] + [2 * AT] * alive


def rows(runs: int, seed: int, say: Callable[[str], None]) -> Iterator[str]:
    """The lines of the table; `say` is told which one is done."""
    yield f"| n | S | censoring | runs | {' | '.join(NAMES)} |"
    yield f"|{'---|' * (4 + len(NAMES))}"
    for n in SIZES:
        for truth in TRUTHS:
            for words, longest in (("none", None), ("heavy", LONGEST)):
                shares, estimated = simulated(n, truth, longest, runs, seed)
                if longest is None:
                    exact = by_binomial_sums(n, truth)
                    cells = [f"{one:.3f} ({other:.3f})" for one, other in zip(shares, exact, strict=True)]
                else:
                    cells = [f"{one:.3f}" for one in shares]
                say(f"{n} {truth} {words}")
                yield f"| {n} | {truth:g} | {words} | {estimated:,} | {' | '.join(cells)} |"


def main() -> None:
    """Simulate, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    table = "\n".join(rows(asked.runs, asked.seed, print))
    head = (
        f"Nominal {LEVEL:g}; {asked.runs:,} runs a row, seed {asked.seed}; in brackets, without censoring, exact binomial "
        f"sums. The standard error of a simulated share of .95 is {(0.95 * 0.05 / asked.runs) ** 0.5:.3f}."
    )
    path = ROOT / "benchmarks" / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{head}\n\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
