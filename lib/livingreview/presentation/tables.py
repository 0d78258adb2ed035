"""Every table of the review, through one function: caption, name, scoped headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from livingreview.estimates import Estimate
from livingreview.presentation.labels import label
from livingreview.presentation.markup import Block, escaped, num
from livingreview.presentation.numbers import NBSP, interval_name

FIXED = {"pinned": "fixed", "bounded": "within limits", "free": "not fixed", "": ""}


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, name: str, numeric: bool = True) -> Block:
    """A captioned table; the first row heads the columns, the first column heads the rows.

    Cells are MyST: data must come through `escaped`, numbers through `num`.
    """
    lines = [f"::::{{list-table}} {caption}", f":name: {name}", ":header-rows: 1", ":stub-columns: 1"]
    lines += [f":class: {'lr-table lr-numeric' if numeric else 'lr-table'}", ""]
    for row in [header, *rows]:
        lines += [f"{'* -' if first else '  -'} {cell}" for first, cell in zip([True, *[False] * (len(row) - 1)], row, strict=True)]
    return Block("\n".join([*lines, "::::"]))


def estimate_table(estimates: Sequence[Estimate], *, caption: str, name: str) -> Block:
    """Estimates with interval, method and denominator; what is not estimable says why."""
    reconstructed = any(found.identifiability for found in estimates)
    header = ["Quantity", "Estimate", "Interval", "Events / n", "Method"]
    rows = []
    for found in estimates:
        row = [escaped(label(found)), *_cells(found)]
        rows.append([*row, FIXED[found.identifiability]] if reconstructed else row)
    return table([*header, "By the publication"] if reconstructed else header, rows, caption=caption, name=name)


def _cells(found: Estimate) -> list[str]:
    if not found.estimable:
        return [num(found.key), "", "", escaped(found.reason)]
    has_limits = found.low is not None or found.high is not None
    limits = f"{num(found.key, 'interval')} ({interval_name(found)})" if has_limits and found.value is not None else ""
    counts = ""
    if found.n is not None:
        counts = str(found.n) if found.events is None else f"{found.events}{NBSP}/{NBSP}{found.n}"
    method = "; ".join(words for words in (found.method, found.reason) if words)
    return [num(found.key), limits, counts, escaped(method)]
