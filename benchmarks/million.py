"""A million patients: how long a build takes, how much memory, how heavy the pages are, and Kaplan-Meier beside lifelines.

    .venv/bin/python benchmarks/million.py [--patients 1000000]

It writes its tables into benchmarks/README.md. Memory is the resident memory of the command and all its children
added up, five times a second: pages that forked kernels share count once for each, so the sum is an upper bound.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from lifelines import KaplanMeierFitter

from livingreview.statistics.life_table import life_table
from livingreview.statistics.survival_intervals import limits_at_every_time

ROOT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).with_name("livingreview")
CORES, RUNS, DEMO, EVERY = 2, 5, 240, 0.2
BEGIN, END = "<!-- million -->", "<!-- end of million -->"


@dataclass(slots=True)
class Run:
    """What one command took: seconds, the highest sum of memory in GB, and when it said each line."""

    seconds: float = 0.0
    memory: float = 0.0
    lines: list[tuple[float, str]] = field(default_factory=list)

    def said(self, words: str) -> float:
        """Seconds after the start at which the command said these words."""
        return next(second for second, line in self.lines if words in line)


def resident(process: psutil.Process) -> int:
    """Bytes of memory that a process and all its children hold now."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.Error:  # it ended just now
            continue
    return total


def measured(*arguments: str | Path) -> Run:
    """One `livingreview` command that must succeed."""
    found, started = Run(), time.perf_counter()
    process = psutil.Popen(
        [str(part) for part in (COMMAND, *arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    listener = threading.Thread(
        target=lambda: found.lines.extend((time.perf_counter() - started, line) for line in process.stdout)
    )
    listener.start()
    while process.poll() is None:
        try:
            found.memory = max(found.memory, resident(process) / 1e9)
        except psutil.NoSuchProcess:
            break
        time.sleep(EVERY)
    listener.join()
    found.seconds = time.perf_counter() - started
    if process.wait() != 0:
        raise SystemExit("".join(line for _, line in found.lines))
    return found


def built(work: Path, patients: int) -> tuple[dict[str, Run], Path]:
    """A cohort simulated, checked and built; what each took and where the build is."""
    folder, out = work / f"n-{patients}", work / f"built-{patients}"
    return {
        "simulate": measured("simulate", folder, "--patients", str(patients), "--seed", "1"),
        "check": measured("check", folder),
        "build": measured("build", folder, "--out", out, "--jobs", str(CORES)),
    }, out


def pages(out: Path) -> dict[str, int]:
    """Bytes of every page of a site; the theme's own fragments are none."""
    html = out / "html"
    found = sorted([*html.glob("*.html"), *html.glob("chapters/*.html")])
    return {path.relative_to(html).as_posix(): path.stat().st_size for path in found}


def ours(durations: np.ndarray, events: np.ndarray) -> None:
    """Life table, survival and log-log limits at every time."""
    limits_at_every_time(life_table(durations, events))


def theirs(durations: np.ndarray, events: np.ndarray) -> None:
    """KaplanMeierFitter().fit: the same, and a median."""
    KaplanMeierFitter().fit(durations, events)


def timed(what: Callable[[np.ndarray, np.ndarray], None], durations: np.ndarray, events: np.ndarray) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    what(durations, events)
    return time.perf_counter() - started


def kaplan_meier(patients: int) -> list[str]:
    """Rows of the table that compares the two, medians of runs taken in turn."""
    rng = np.random.default_rng(1)
    times, censored = rng.exponential(40, patients), rng.uniform(24, 72, patients)
    months, events = np.minimum(times, censored), times <= censored
    rows = []
    for words, durations in (("months rounded to 0.1", np.round(months, 1)), ("no two times the same", months)):
        seconds = [(timed(ours, durations, events), timed(theirs, durations, events)) for _ in range(RUNS)]
        our, their = (statistics.median(column) for column in zip(*seconds, strict=True))
        distinct = len(np.unique(durations))
        rows.append(f"| {words} ({distinct:,} times) | {our:.3f} | {their:.3f} | {their / our:.1f} x |")
    return rows


def report(patients: int, load: float, runs: dict[str, Run], out: Path, demo: Path, compared: list[str]) -> str:
    """The result as Markdown."""
    build = runs["build"]
    seconds = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["seconds"]
    rendering = build.seconds - build.said("rendering the site")
    large, small = pages(out), pages(demo)
    heaviest = max(large, key=lambda name: large[name] / small[name])
    return "\n".join(
        [
            f"{patients:,} simulated patients, seed 1; {CORES} cores, Python {platform.python_version()}, "
            f"{platform.system()}, load average {load:.1f} at the start; one run.",
            "",
            "| step | seconds | peak memory, GB |",
            "|---|---|---|",
            f"| `livingreview simulate` | {runs['simulate'].seconds:.1f} | {runs['simulate'].memory:.2f} |",
            f"| `livingreview check` alone | {runs['check'].seconds:.1f} | {runs['check'].memory:.2f} |",
            f"| **`livingreview build`, from nothing** | **{build.seconds:.1f}** | **{build.memory:.2f}** |",
            *(f"| … {page.rpartition('/')[2]} | {took:.1f} | |" for page, took in seconds.items()),
            f"| … rendering | {rendering:.1f} | |",
            "",
            f"All {len(large)} pages together weigh {sum(large.values()):,} bytes, "
            f"{sum(large.values()) / sum(small.values()) - 1:+.1%} beside those of {DEMO} patients "
            f"({sum(small.values()):,}); the page that grew most is {heaviest} "
            f"({large[heaviest] / small[heaviest] - 1:+.1%}).",
            "",
            f"Kaplan-Meier of {patients:,} rows, survival and log-log limits at every time, medians of {RUNS} in turn:",
            "",
            "| durations | ours, seconds | lifelines, seconds | ours is faster by |",
            "|---|---|---|---|",
            *compared,
        ]
    )


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=1_000_000)
    patients = parser.parse_args().patients
    if hasattr(os, "sched_setaffinity"):  # the commands started from here inherit it
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        runs, out = built(Path(scratch), patients)
        _, demo = built(Path(scratch), DEMO)
        result = report(patients, load, runs, out, demo, kaplan_meier(patients))
    readme = ROOT / "benchmarks" / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{result}\n{END}{after}", encoding="utf-8")
    print(result)


if __name__ == "__main__":
    main()
