"""Which numbers of a cohort everybody can read in its publication already."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from livingreview.published.ledger import judge
from livingreview.published.printed import read_published
from livingreview.results.estimates import Estimate

AGREES = ("reproduced", "rounding")


def as_published(folder: Path, estimates: Iterable[Estimate]) -> set[str]:
    """The keys of which the publication printed all that these data give.

    A number that was named without being printed is not among them, nor one that differs: the difference between
    two numbers of patients is a number of patients.
    """
    computed = {found.key: found for found in estimates}
    return {
        row.id
        for row in read_published(folder)
        if row.printed and row.id in computed and _agrees(row, computed[row.id])
    }


def _agrees(row, found: Estimate) -> bool:
    return all(judge(row, part, printed, found).status in AGREES for part, printed in row.parts())
