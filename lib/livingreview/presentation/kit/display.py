"""How a chapter hands its results to the build: inside its own notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livingreview.results.estimates import Results
from livingreview.results.exchange import RESULTS_MIME, TRACE_MIME


@dataclass(frozen=True, slots=True)
class Published:
    """Results as a notebook output, which travels wherever the notebook is executed."""

    results: Results

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        count = len(self.results.estimates)
        return {
            RESULTS_MIME: self.results.to_dict(),
            "text/plain": f"{count} estimates, {len(self.results.curves)} curves",
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """What a run opened and loaded, as a notebook output; the build takes it out again."""

    tables: dict[str, str | None]
    reads: dict[str, str | None]
    modules: list[str]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        return {
            TRACE_MIME: {"tables": self.tables, "reads": self.reads, "modules": self.modules},
            "text/plain": "trace",
        }
