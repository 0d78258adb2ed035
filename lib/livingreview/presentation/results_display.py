"""How a chapter hands its results to the build: inside its own notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livingreview.estimates import Results
from livingreview.results import RESULTS_MIME


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
