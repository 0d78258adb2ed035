"""Ten thousand damaged cohort folders, in process: tracebacks, hangs, memory, and whether source and site stay.

`python benchmarks/broken_folders.py [--folders 10000] [--seed 1] [--jobs 1]`; exit 1 where there is a fault, with the number
of its folder: `--first NUMBER --folders 1` makes the same one again.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fuzz.damage import KINDS  # noqa: E402
from fuzz.fuzzing import Outcome, fuzz, words  # noqa: E402

CHUNK = 250


def main() -> int:
    """Run, say what came of it, and end with 1 where there is a fault."""
    read = argparse.ArgumentParser(description=__doc__)
    for name, value in {"folders": 10_000, "seed": 1, "jobs": 1, "first": 0}.items():
        read.add_argument(f"--{name}", type=int, default=value)
    asked = read.parse_args()
    began, total = time.perf_counter(), Outcome()
    end = asked.first + asked.folders
    chunks = [range(at, min(at + CHUNK, end)) for at in range(asked.first, end, CHUNK)]
    with ProcessPoolExecutor(asked.jobs) as pool:
        for done in pool.map(fuzz, [asked.seed] * len(chunks), chunks):
            total.folders += done.folders
            total.refused += done.refused
            total.kinds += done.kinds
            total.faults += done.faults
            total.slowest, total.peak = max(total.slowest, done.slowest), max(total.peak, done.peak)
            for number, kinds, what in done.faults:
                print(f"{number} {', '.join(kinds)}: {what}", file=sys.stderr, flush=True)
            print(f"{total.folders} of {asked.folders}, {len(total.faults)} faults", file=sys.stderr, flush=True)
    rarest = min(KINDS, key=lambda name: total.kinds[name])
    print(words(total))
    print(f"rarest kind: {rarest}, {total.kinds[rarest]} times; {time.perf_counter() - began:.0f} s")
    return bool(total.faults)


if __name__ == "__main__":
    sys.exit(main())
