"""A table on its way into a cohort folder, with the place in the sources that every cell came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from livingreview.cohort.problems import Problem


@dataclass(frozen=True)
class Place:
    """A column of a source; `rows` holds a spreadsheet row for every row of the draft, None where there is none."""

    file: str
    column: str
    rows: list[int | None]


@dataclass
class Draft:
    """Rows of one table of the cohort folder: text, numbers or None in columns of the folder's names."""

    name: str
    frame: pd.DataFrame
    places: dict[str, Place] = field(default_factory=dict)

    def csv(self) -> bytes:
        """The table as it is written: UTF-8, a point before decimals, nothing for a missing cell."""
        filled = [name for name in self.frame.columns if self.frame[name].map(cell_text).ne("").any() or name in KEPT]
        texts = pd.DataFrame({name: self.frame[name].map(cell_text) for name in filled}, index=self.frame.index)
        return texts.to_csv(index=False, lineterminator="\n").encode("utf-8")

    def in_source(self, problem: Problem) -> Problem:
        """A problem of the written table, said of the source its cell came from."""
        place = self.places.get(problem.column) or self.places.get("patient_id")
        if problem.row is None or problem.row < 2 or place is None:
            return problem
        position = problem.row - 2
        row = place.rows[position] if position < len(place.rows) else None
        if row is None:
            return problem
        column = place.column if problem.column in self.places else problem.column
        facts = problem.facts
        if "row" in facts:
            facts = {**facts, "row": place.rows[facts["row"] - 2]}
        return replace(problem, file=place.file, row=int(row), column=column, facts=facts)


KEPT = ("patient_id", "pfs_months", "pfs_event", "os_months", "os_event", "timepoint", "response", "status", "grade")


def cell_text(value: object) -> str:
    """A cell as it is written; 10 significant digits are more than any time is known to."""
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
