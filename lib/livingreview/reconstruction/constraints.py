"""The printed numbers that every member of a reconstruction must reproduce."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from livingreview.cohort.parameters import DEFAULTS
from livingreview.cohort.study import Study
from livingreview.cohort.vocabulary import RESPONSES
from livingreview.published.printed import PrintedRow, printed_number

Margins = dict[str, dict[str, int]]  # timepoint -> category -> patients, the deepest response first
SEVERE = "safety.grade3plus"


@dataclass(frozen=True, slots=True)
class Constraints:
    """What print fixes.

    Attributes
    ----------
    n : patients
    horizon : months at which both survivals are printed
    shortest : months for which everybody was followed at least
    accrual_months : length of the calendar window, both of its months included
    age : lowest, median and highest age in years
    progressions : patients who progressed by the horizon
    pfs, os : the two printed survivals with their limits
    responses : totals of every category at every timepoint
    severe : patients with an adverse event of grade 3 or more
    """

    n: int
    horizon: float
    shortest: float
    accrual_months: int
    age: tuple[float, float, float]
    progressions: int
    pfs: PrintedRow
    os: PrintedRow
    responses: Margins
    severe: int

    @classmethod
    def of(cls, rows: list[PrintedRow], study: Study) -> Constraints:
        """Read them from published.csv; CohortError names a row that is missing."""

        def number(key: str, part: str = "printed") -> float:
            return float(getattr(printed_number(rows, key), part))

        n = int(number("cohort.n"))
        horizon = float((DEFAULTS | study.parameters)["milestone_months"])
        return cls(
            n=n,
            horizon=horizon,
            shortest=number("cohort.min_maintenance_months"),
            accrual_months=_months(rows, "cohort.accrual_end") - _months(rows, "cohort.accrual_start") + 1,
            age=tuple(number("cohort.age_median", part) for part in ("printed_low", "printed", "printed_high")),
            progressions=int(number("progression.patients")),
            pfs=printed_number(rows, f"pfs.survival.{horizon:g}"),
            os=printed_number(rows, f"os.survival.{horizon:g}"),
            responses=_responses(rows, study, number),
            severe=round(number(SEVERE) * n / 100),
        )


def _months(rows: list[PrintedRow], key: str) -> int:
    year, month = map(int, printed_number(rows, key).printed.split("-"))
    return 12 * year + month


def _responses(rows: list[PrintedRow], study: Study, number: Callable[[str], float]) -> Margins:
    """The categories whose count is printed at any timepoint, at every one."""
    names = {parts[2] for row in rows if (parts := row.id.split("."))[0] == "response" and parts[-1] == "count"}
    categories = [name for name in RESPONSES if name.lower() in names]
    return {
        point.name: {name: int(number(f"response.{point.name}.{name.lower()}.count")) for name in categories}
        for point in study.vocabulary.timepoints
    }
