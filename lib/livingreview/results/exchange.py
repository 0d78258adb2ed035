"""How results travel: inside a notebook by mime type, and read back from `results/*.json`."""

from __future__ import annotations

import json
from pathlib import Path

from livingreview.results.estimates import Estimate, Results

RESULTS_MIME = "application/vnd.livingreview.results.exchange+json"
TRACE_MIME = "application/vnd.livingreview.trace+json"
FIGURE_MIME = "application/vnd.vegalite.v6+json"


def result_files(folder: Path | str) -> list[Path]:
    """The files that hold results, in the order of the alphabet."""
    return sorted(Path(folder).glob("*.json"))


def read_results(folder: Path | str) -> dict[str, Results]:
    """Every chapter's results by the name of the chapter, in the order of the alphabet."""
    return {path.stem: Results.from_dict(json.loads(path.read_text(encoding="utf-8"))) for path in result_files(folder)}


def all_estimates(pages: dict[str, Results]) -> list[Estimate]:
    """The estimates of all chapters; a key stands in one chapter only."""
    found: dict[str, str] = {}
    for chapter, results in pages.items():
        for row in results.estimates:
            if row.key in found:
                raise ValueError(f"the key {row.key} is published by {found[row.key]} and by {chapter}")
            found[row.key] = chapter
    return [row for results in pages.values() for row in results.estimates]
