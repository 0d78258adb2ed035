"""Every analysis of the book: the name chapters call it by, its page, where it is, and what it needs of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from inspect import signature
from typing import Any

from livingreview.endpoints.registry import ENDPOINTS
from livingreview.endpoints.time_to_event import TimeToEvent

ROOM = "livingreview.analyses"
# Arguments of analyses that chapters and study.yml know by a longer name.
PARAMETERS = {"milestones": "milestones_months", "level": "confidence_level"}


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis: `function` of `module`, with `fixed` arguments, for one page.

    `table` is the one without which there is nothing to say, `columns` those of it that must be filled. An analysis
    that is not `of_reconstructed` says nothing of patients who were made from print.
    """

    name: str
    page: str
    module: str
    function: str
    fixed: Mapping[str, Any]
    table: str = "patients"
    columns: tuple[str, ...] = ()
    of_reconstructed: bool = True

    def load(self) -> Callable[..., Any]:
        """The function, of a cohort and parameters by name."""
        found = getattr(import_module(f"{ROOM}.{self.module}"), self.function)
        return partial(found, **self.fixed) if self.fixed else found

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What it asks for, out of the parameters of an edition by their names in study.yml."""
        asked = (one.name for one in signature(self.load()).parameters.values() if one.kind is one.KEYWORD_ONLY)
        return {name: values[PARAMETERS.get(name, name)] for name in asked if name not in self.fixed}


def analyses(endpoints: Iterable[TimeToEvent]) -> Iterator[Analysis]:
    """Every analysis of a review that has these endpoints, in the order of the book."""
    yield Analysis("study", "study", "population", "study", {})
    yield Analysis("responses", "responses", "responses", "responses", {}, "responses")
    for one in endpoints:
        fixed = {"endpoint": one.key}
        yield Analysis(one.analysis, one.page, "endpoint_survival", "endpoint_survival", fixed, columns=one.columns)
    mrd = "minimal_residual_disease"
    yield Analysis(mrd, "minimal-residual-disease", mrd, mrd, {}, "mrd")
    yield Analysis("safety", "safety", "safety", "safety", {}, "adverse_events")
    yield Analysis("subgroups", "subgroups", "subgroups", "subgroups", {}, of_reconstructed=False)
    curve = "specification_curve"
    yield Analysis(curve, "specification-curve", "specifications", curve, {}, of_reconstructed=False)


ANALYSES = {analysis.name: analysis for analysis in analyses(ENDPOINTS.values())}
