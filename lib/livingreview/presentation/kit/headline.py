"""The one estimate of an endpoint that is shown first, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable

from livingreview.results.codes import Statistic, Status, Variable
from livingreview.results.estimates import Estimate, Results
from livingreview.words.translate import mark

COMPLETE = ("cr_or_better", mark("complete response or better"))

FIRST = ("loglog_all_histories", "loglog")  # ends of the keys of intervals that are shown before the chosen one


def headline(results: Results, endpoint: str) -> Estimate | None:
    """The survival estimate at the last milestone that can be given, with its log-log interval."""
    main = chosen(results, endpoint)
    if main is None or main.value is None:
        return main
    return next((one for end in FIRST if (one := known(results, f"{main.key}.{end}")) is not None), main)


def chosen(results: Results, endpoint: str) -> Estimate | None:
    """The same estimate with the interval that study.yml chose: of a reconstructed edition the one that is printed."""
    main = [
        found
        for found in results.where(endpoint=endpoint, statistic=Statistic.SURVIVAL, group=())
        if found.key == f"{endpoint}.survival.{found.time_months:g}"
    ]
    return next((found for found in reversed(main) if found.value is not None), main[-1] if main else None)


def exact(results: Results, endpoint: str) -> Estimate | None:
    """The same with the beta product interval, which stands beside a headline from few events."""
    main = chosen(results, endpoint)
    return None if main is None else known(results, f"{main.key}.bpcp")


def followed(results: Results, endpoint: str) -> Estimate | None:
    """How many were still followed at the time of the headline, a range where only that is known; also if it is withheld, to say so."""
    main = chosen(results, endpoint)
    key = f"{endpoint}.followed.{main.time_months:g}" if main else ""
    found = results[key] if key in results else None
    return found if found and (found.estimable or found.status == Status.WITHHELD) else None


def known(results: Results, key: str) -> Estimate | None:
    """The estimate of this key, if it has a value."""
    return results[key] if key in results and results[key].value is not None else None


def deepest(estimates: Iterable[Estimate]) -> tuple[str, str]:
    """The end of the keys of the deepest rate of response, and its words: those of the criteria of this review."""
    for found in estimates:
        for one in found.group:
            if one.variable == Variable.RESPONSE and one.label and one.level:
                return one.level, one.label
    return COMPLETE
