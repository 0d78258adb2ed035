"""The documented cohort that satisfies every printed number of a publication: one of many, and it says so."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from livingreview.audit.histories import PrintedSurvival, RiskSets, risk_sets
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import Study
from livingreview.published.printed import FILE, PrintedRow, printed_number
from livingreview.reconstruction.joint import Joint, joint_histories
from livingreview.reconstruction.provenance import provenance_record
from livingreview.results.estimates import NotEstimable
from livingreview.results.rounding import rounded
from livingreview.statistics.groups import logrank

HORIZON = 36.0
FIRST_SAMPLE, GAP = 3.0, 13.0
CATEGORIES = ("cr", "vgpr", "pr")


@dataclass(frozen=True, slots=True)
class Printed:
    """The printed numbers a reconstruction must satisfy."""

    n: int
    transplanted: int
    shortest: float
    accrual_months: int
    age: tuple[float, float, float]
    progressions: int
    pfs: PrintedRow
    os: PrintedRow
    responses: dict[str, dict[str, int]]
    severe: int
    severe_percent: str

    def words(self) -> dict[str, object]:
        """The numbers as the reasons in PROVENANCE.yml quote them."""
        return {
            "n": self.n,
            "transplanted": self.transplanted,
            "others": self.transplanted - self.n,
            "pfs": self.pfs.printed,
            "os": self.os.printed,
            "progressions": self.progressions,
            "severe": "one patient" if self.severe == 1 else f"{self.severe} patients",
            "severe_percent": self.severe_percent,
        }

    @classmethod
    def of(cls, rows: list[PrintedRow], study: Study) -> Printed:
        """Read them from the rows of published.csv."""

        def number(key: str, part: str = "printed") -> float:
            return float(getattr(printed_number(rows, key), part))

        n = int(number("cohort.n"))
        start, end = (printed_number(rows, key).printed for key in ("cohort.accrual_start", "cohort.accrual_end"))
        (from_year, from_month), (to_year, to_month) = (map(int, text.split("-")) for text in (start, end))
        return cls(
            n=n,
            transplanted=int(number("cohort.asct_recipients")),
            shortest=number("cohort.min_maintenance_months"),
            accrual_months=(to_year - from_year) * 12 + to_month - from_month + 1,
            age=tuple(number("cohort.age_median", part) for part in ("printed_low", "printed", "printed_high")),
            progressions=int(number("progression.patients")),
            pfs=printed_number(rows, "pfs.survival.36"),
            os=printed_number(rows, "os.survival.36"),
            responses={
                timepoint.name: {
                    category.upper(): int(number(f"response.{timepoint.name}.{category}.count"))
                    for category in CATEGORIES
                }
                for timepoint in study.vocabulary.timepoints
            },
            severe=round(number("safety.grade3plus") * n / 100),
            severe_percent=printed_number(rows, "safety.grade3plus").printed,
        )


def reconstruct(rows: list[PrintedRow], study: Study) -> tuple[dict[str, str], dict[str, Any]]:
    """The text of every table of the documented cohort by file name, and the record for PROVENANCE.yml.

    Parameters
    ----------
    rows : published.csv
    study : study.yml, for the timepoints

    Notes
    -----
    The documented member uses the history that prints the limits of PFS directly, joint with an OS
    history; where several remain, the first in order. Event and censoring times are spread evenly
    in the order that the numbers at risk demand; they are illustrative.
    """
    printed = Printed.of(rows, study)
    joint = _choose(list(_candidates(printed)), printed)
    patients = _survival(joint, printed)
    patients.insert(5, "age_years", _ages(printed))
    sizes = sustained_sizes(patients)
    size = sizes[len(sizes) // 2]
    tables = {
        "patients.csv": patients,
        "responses.csv": _responses(patients["patient_id"], printed),
        "mrd.csv": _mrd(patients, size),
        "adverse_events.csv": _adverse_events(patients, printed),
        "flow.csv": flow(printed),
    }
    files = {name: table.to_csv(index=False, lineterminator="\n") for name, table in tables.items()}
    return files, provenance_record(joint, sizes, size, printed.words())


def flow(printed: Printed) -> pd.DataFrame:
    """flow.csv: from all transplanted to those analysed."""
    too_short = f"maintenance other than this, none, or shorter than {printed.shortest:g} months"
    return pd.DataFrame(
        {
            "step": ["Autologous transplantation", "Ixazomib-based maintenance, analysed"],
            "n": [printed.transplanted, printed.n],
            "reason": ["", f"{too_short}: the numbers are not printed"],
        }
    )


def write_reconstruction(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of a member into its folder."""
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def _candidates(printed: Printed) -> Iterator[Joint]:
    """Joint histories in which the progressions counted in the paper all lie within the horizon."""
    pfs, os = PrintedSurvival.of(printed.pfs), PrintedSurvival.of(printed.os)
    for deaths in range(printed.n + 1):
        overall = risk_sets(os, printed.n, deaths)
        if overall:
            yield from joint_histories(risk_sets(pfs, printed.n, deaths + printed.progressions), overall)


def no_cohort() -> CohortError:
    """The printed numbers contradict each other."""
    rule = "no cohort satisfies the printed survival, its limits and the counts together"
    fix = "Compare the rows pfs.survival.36, os.survival.36 and progression.patients with the paper."
    return CohortError([Problem(FILE, rule, fix)])


def _choose(candidates: list[Joint], printed: Printed) -> Joint:
    if not candidates:
        raise no_cohort()
    return max(
        candidates, key=lambda joint: _prints_directly(joint.pfs, printed.pfs) + _prints_directly(joint.os, printed.os)
    )


def _prints_directly(history: RiskSets, row: PrintedRow) -> int:
    """How many of the printed limits come out without rounding S and SE first."""
    low, high = history.limits()
    return (rounded(low * 100, 2) == row.printed_low) + (rounded(high * 100, 2) == row.printed_high)


def _survival(joint: Joint, printed: Printed) -> pd.DataFrame:
    """Times in the order the history demands, spread evenly."""
    order: list[str] = []
    remaining = printed.n
    for position, at_risk in enumerate(joint.pfs.at_risk):
        order += ["censored"] * (remaining - at_risk)
        order.append("death" if position in joint.deaths else "progression")
        remaining = at_risk - 1
    within = _spread(len(order), printed.shortest, HORIZON)
    censored = [time for time, kind in zip(within, order, strict=True) if kind == "censored"]
    # One data cut-off must fit everyone: follow-up may differ by no more than the accrual lasted.
    longest = min(censored, default=printed.shortest) + printed.accrual_months - 1
    after = _spread(remaining + printed.progressions, HORIZON, longest)
    alive, stays = iter(after[: printed.progressions]), after[printed.progressions :]
    records = []
    for time, kind in zip(within, order, strict=True):
        overall = next(alive) if kind == "progression" else time
        records.append((time, kind, overall, "death" if kind == "death" else "censored"))
    records += [(time, "censored", time, "censored") for time in stays]
    frame = pd.DataFrame(records, columns=["pfs_months", "pfs_event", "os_months", "os_event"])
    frame.insert(0, "patient_id", [f"R{number:02d}" for number in range(1, len(frame) + 1)])
    return frame


def _spread(count: int, low: float, high: float) -> list[float]:
    """`count` different times strictly between the two, in order, to a tenth of a month."""
    return [round(low + (high - low) * step / (count + 1), 1) for step in range(1, count + 1)]


def _ages(printed: Printed) -> list[int]:
    """Ages with the printed median and range; who is how old is not known."""
    low, median, high = printed.age
    half = (printed.n - 2) // 2
    below = [round(low + (median - low) * step / half) for step in range(half)]
    above = [round(median + (high - median) * step / half) for step in range(1, half + 1)]
    middle = [round(median)] * (printed.n - 2 * half)
    ages = below + middle + above
    random.Random(0).shuffle(ages)
    return ages


def sustained_sizes(patients: pd.DataFrame) -> list[int]:
    """Sizes of a sustained negative group that keep 100 % and a significant log-rank test.

    The group is taken from those followed past the horizon without an event; everyone else is
    compared as positive. Significant: two-sided p below 0.05.
    """
    past = _followed_past_horizon(patients)
    event = patients["pfs_event"] != "censored"
    sizes = []
    for size in range(1, len(past) + 1):
        group = patients["patient_id"].isin(past[:size])
        test = logrank(patients["pfs_months"], event, group)
        if not isinstance(test, NotEstimable) and test.p < 0.05:
            sizes.append(size)
    if not sizes:
        raise CohortError(
            [
                Problem(
                    FILE,
                    "no group with sustained MRD negativity is significantly better",
                    "Compare the rows mrd.* with the paper.",
                )
            ]
        )
    return sizes


def _followed_past_horizon(patients: pd.DataFrame) -> list[str]:
    past = patients[(patients["pfs_event"] == "censored") & (patients["pfs_months"] > HORIZON)]
    return list(past.sort_values("pfs_months", ascending=False)["patient_id"])


def _mrd(patients: pd.DataFrame, size: int) -> pd.DataFrame:
    """Two negative samples more than a year apart for the group; one positive one for the others."""
    sustained = set(_followed_past_horizon(patients)[:size])
    records = []
    for patient in patients["patient_id"]:
        if patient in sustained:
            records += [(patient, FIRST_SAMPLE, "negative"), (patient, FIRST_SAMPLE + GAP, "negative")]
        else:
            records.append((patient, FIRST_SAMPLE, "positive"))
    return pd.DataFrame(records, columns=["patient_id", "months", "status"])


def _responses(ids: pd.Series, printed: Printed) -> pd.DataFrame:
    """The printed margins of every timepoint; the paths of patients between them are not known."""
    records = []
    for timepoint, counts in printed.responses.items():
        categories = [category for category, count in counts.items() for _ in range(count)]
        if len(categories) != printed.n:
            rule = f"the responses at {timepoint} add up to {len(categories)}, not to the {printed.n} patients"
            fix = f"Compare the rows response.{timepoint}.*.count with the paper."
            raise CohortError([Problem(FILE, rule, fix)])
        order = list(ids)
        random.Random(1).shuffle(order)
        records += [(patient, timepoint, category) for patient, category in sorted(zip(order, categories, strict=True))]
    return pd.DataFrame(records, columns=["patient_id", "timepoint", "response"])


def _adverse_events(patients: pd.DataFrame, printed: Printed) -> pd.DataFrame:
    """One row per patient with a severe event: its grade is 3 to 5, its term is not printed."""
    alive = list(patients.loc[patients["os_event"] == "censored", "patient_id"])
    chosen = alive[: printed.severe]
    return pd.DataFrame({"patient_id": chosen, "grade": [3] * len(chosen)})
