"""Lighthouse on the landing page and the chapter on progression-free survival, served compressed by the project itself.

    .venv/bin/python benchmarks/lighthouse.py [--site _build/chen-2026] [--runs 5]

It writes its table into benchmarks/README.md. Needed are node with npx, which fetches lighthouse in the version named
here, and Chromium; CHROME_PATH names another browser.
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
from pathlib import Path

from livingreview.book.serve import SiteServer, serve_in_background

ROOT = Path(__file__).resolve().parents[1]
LIGHTHOUSE = "lighthouse@12.8.2"  # the last that runs with node 20
PAGES = {"landing page": "index.html", "progression-free survival": "chapters/progression-free-survival.html"}
CATEGORIES = ("performance", "accessibility", "best-practices")
MEASURES = {
    "first-contentful-paint": "s",
    "largest-contentful-paint": "s",
    "total-blocking-time": "ms",
    "total-byte-weight": "kB",
}
FLAGS = "--headless=new --no-sandbox --disable-gpu"
BEGIN, END = "<!-- lighthouse -->", "<!-- end of lighthouse -->"


def measured(address: str) -> dict[str, float]:
    """The scores of one run, 0 to 100, and what they rest on. Fails where lighthouse does."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]
        chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium") or "/usr/bin/chromium"
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": chrome})
        if done.returncode != 0:
            sys.exit(f"lighthouse did not finish:\n{done.stderr}")
        told = json.loads(report.read_text(encoding="utf-8"))
    scores = {name: told["categories"][name]["score"] * 100 for name in CATEGORIES}
    failed = [
        name
        for name, audit in told["audits"].items()
        if audit.get("score") == 0 and audit["scoreDisplayMode"] == "binary"
    ]
    if failed:
        print(f"  {address}: {', '.join(failed)}", file=sys.stderr)
    return scores | {name: told["audits"][name]["numericValue"] for name in MEASURES}


def shown(name: str, value: float) -> str:
    """A measure in its unit."""
    unit = MEASURES[name]
    return f"{value / 1000:.1f} {unit}" if unit in ("s", "kB") else f"{value:.0f} {unit}"


def table(site: Path, runs: int) -> str:
    """Medians of all runs, the pages in turn."""
    server = SiteServer(site / "html", 0)
    serve_in_background(server)
    found: dict[str, list[dict[str, float]]] = {page: [] for page in PAGES}
    load = os.getloadavg()[0]
    for number in range(runs):
        for page, path in PAGES.items():
            found[page].append(measured(server.address + path))
            print(f"{number + 1} of {runs}: {page}: {found[page][-1]}", file=sys.stderr)
    server.shutdown()
    cores = os.cpu_count()
    lines = [
        f"Medians of {runs}, {LIGHTHOUSE.replace('@', ' ')}, its slow phone (4 times slower processor, 1.6 Mbit/s, simulated);"
        f" {cores} cores, {platform.system()}, load average {load:.1f} at the start.",
        "",
        "| page | performance | accessibility | best practices | first paint | largest paint | blocked | transferred |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for page, seen in found.items():
        medians = {name: statistics.median(one[name] for one in seen) for name in seen[0]}
        scores = " | ".join(f"{medians[name]:.0f}" for name in CATEGORIES)
        measures = " | ".join(shown(name, medians[name]) for name in MEASURES)
        lines.append(f"| {page} | {scores} | {measures} |")
    return "\n".join(lines)


def write(text: str) -> None:
    """Put the table between its marks."""
    path = ROOT / "benchmarks" / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8", newline="\n")


def main() -> None:
    """Measure and write."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--site", type=Path, default=ROOT / "_build" / "chen-2026")
    asked.add_argument("--runs", type=int, default=5)
    given = asked.parse_args()
    if not (given.site / "html" / "index.html").is_file():
        sys.exit(f"There is no site in {given.site}; run: make book")
    write(table(given.site, given.runs))


if __name__ == "__main__":
    main()
