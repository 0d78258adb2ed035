"""Builds against the usual ways to build the same book: ratios of medians, all measured in one run.

    .venv/bin/python benchmarks/build.py [--runs 5]

Every peer gets for free what only our build makes: the results that numbers in prose are read from. It writes
the table into benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from support import copy_book  # noqa: E402

BIN = Path(sys.executable).parent
CHAPTERS = ["index", *(f"chapters/{path.stem}" for path in sorted((ROOT / "chapters").glob("*.md")))]
EXECUTED = [name for name in CHAPTERS if "{code-cell}" in (ROOT / f"{name}.md").read_text(encoding="utf-8")]
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
ENVIRONMENT = {**os.environ, "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT / "benchmarks")}


def run(*command: str | Path, cwd: Path) -> None:
    """One command that must succeed."""
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, env=ENVIRONMENT, **QUIET)


def peer_source(target: Path, built: Path, *, executing: bool) -> Path:
    """The book as Jupyter Book and papermill want it, with the results of our build given."""
    source = copy_book(target)
    shutil.copytree(built / "_build" / "chen-2026" / "results", source / "_results")
    shutil.copytree(source / "_results", source / "_build" / "chen-2026" / "results")
    shutil.copy(built / "_build" / ".chen-2026.work" / "source" / "_edition.json", source / "_edition.json")
    if executing:
        config = source / "_config.yml"
        text = config.read_text(encoding="utf-8").replace(
            "[livingreview.site.extension]", "[livingreview.site.extension, executing]"
        )
        config.write_text(text.replace('execute_notebooks: "off"', "execute_notebooks: force"), encoding="utf-8")
    return source


def papermill_one(source: Path, name: str) -> None:
    """jupytext --to ipynb NAME.md; papermill NAME.ipynb NAME.ipynb --cwd DIR -k python3"""
    notebook = source / f"{name}.ipynb"
    run(BIN / "jupytext", "--to", "ipynb", f"{name}.md", cwd=source)
    run(
        BIN / "papermill",
        notebook,
        notebook,
        "--cwd",
        notebook.parent,
        "-k",
        "python3",
        "--no-progress-bar",
        cwd=source,
    )
    (source / f"{name}.md").unlink()


def loop(source: Path) -> None:
    """(a) papermill for every chapter, then jupyter-book build ."""
    for name in EXECUTED:
        papermill_one(source, name)
    run(BIN / "jupyter-book", "build", ".", cwd=source)


def by_itself(source: Path) -> None:
    """(b) jupyter-book build . with execute_notebooks: force"""
    run(BIN / "jupyter-book", "build", ".", cwd=source)


def two_processes(source: Path) -> None:
    """(c) papermill in two processes, then jupyter-book build ."""
    with ThreadPoolExecutor(2) as executor:
        list(executor.map(lambda name: papermill_one(source, name), EXECUTED))
    run(BIN / "jupyter-book", "build", ".", cwd=source)


def ours(source: Path) -> None:
    """livingreview build"""
    run(BIN / "livingreview", "build", cwd=source)


def timed(what: Callable[[Path], None], source: Path) -> float:
    """Seconds of one run."""
    started = time.perf_counter()
    what(source)
    return time.perf_counter() - started


def measure(runs: int) -> dict[str, list[float]]:
    """Seconds of every way, in turn, `runs` times."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        for number in range(runs):
            own = copy_book(work / f"own-{number}")
            found.setdefault("full build", []).append(timed(ours, own))
            found.setdefault("nothing changed", []).append(timed(ours, own))
            events = own / "data" / "chen-2026" / "adverse_events.csv"
            events.write_text(events.read_text(encoding="utf-8").replace(",3", ",4"), encoding="utf-8")
            found.setdefault("one change in adverse_events", []).append(timed(ours, own))
            done = json.loads((own / "_build" / "chen-2026" / "manifest.json").read_text(encoding="utf-8"))
            assert done["executed"] == ["chapters/about", "chapters/safety"], done["executed"]
            for peer, executing in ((loop, False), (by_itself, True), (two_processes, False)):
                source = peer_source(work / f"{peer.__name__}-{number}", own, executing=executing)
                found.setdefault(peer.__doc__, []).append(timed(peer, source))
                assert (source / "_build" / "html" / "chapters" / "safety.html").is_file()
                shutil.rmtree(source)
            print({name: round(values[-1], 1) for name, values in found.items()}, flush=True)
    return found


def table(found: dict[str, list[float]], runs: int) -> str:
    """The result as Markdown."""
    median = {name: statistics.median(values) for name, values in found.items()}
    full, executing = median["full build"], median[by_itself.__doc__]
    lines = [
        f"Medians of {runs}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; "
        "all in one run, one after the other in turn.",
        "",
        "| way | seconds | ours is faster by |",
        "|---|---|---|",
        f"| `livingreview build`, from nothing | {full:.1f} | |",
        *(
            f"| {peer.__doc__} | {median[peer.__doc__]:.1f} | {median[peer.__doc__] / full:.1f} x |"
            for peer in (loop, by_itself, two_processes)
        ),
        "",
        "| `livingreview build` again | seconds | of our full build | of (b) |",
        "|---|---|---|---|",
        *(
            f"| {name} | {median[name]:.2f} | {median[name] / full:.2f} | {median[name] / executing:.2f} |"
            for name in ("nothing changed", "one change in adverse_events")
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    result = table(measure(runs), runs)
    readme = ROOT / "benchmarks" / "README.md"
    begin, end = "<!-- build -->", "<!-- end of build -->"
    text = readme.read_text(encoding="utf-8")
    before, after = text.split(begin)[0], text.split(end)[1]
    readme.write_text(f"{before}{begin}\n{result}\n{end}{after}", encoding="utf-8")
    print(result)


if __name__ == "__main__":
    main()
