"""The cohort behind printed numbers: the documented one, and the ensemble that says how far it is fixed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from livingreview.analyses.registry import ANALYSES
from livingreview.audit.all_histories import ranges_over_histories
from livingreview.cohort.check import check_tables
from livingreview.cohort.cohort import Cohort
from livingreview.cohort.fixed import to_yaml
from livingreview.cohort.identifiability import CURVES, FILE, VERSION, Range, inputs_digest
from livingreview.cohort.parameters import DEFAULTS
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import Study
from livingreview.published.ledger import LedgerRow, ledger
from livingreview.published.printed import FILE as PUBLISHED
from livingreview.published.printed import PrintedRow
from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.coverage import JOINT, Coverage
from livingreview.reconstruction.documented import Documented, documented, write_reconstruction
from livingreview.reconstruction.drawn import member
from livingreview.reconstruction.ensemble import as_csv, curve_ranges, ranges
from livingreview.reconstruction.joint import all_joint
from livingreview.reconstruction.member_mrd import smallest_significant
from livingreview.reconstruction.plans import plans
from livingreview.reconstruction.provenance import provenance, read_reasons
from livingreview.results.estimates import Results
from livingreview.results.exchange import all_estimates

MEMBERS, SEED = 310, 1
COLUMNS = {
    "patients": None,
    "responses": None,
    "mrd": ["patient_id", "months", "status"],
    "adverse_events": ["patient_id", "grade"],
}
SETTLED = {"reproduced", "rounding", "bounded", "not-derivable", "not-printed"}
SIGNIFICANT = 0.05
UNNAMED = ("sustained_months",)  # parameters that change a number without a trace in its key, method or level


def analysed(cohort: Cohort) -> dict[str, Results]:
    """What the chapters compute of a cohort by the parameters of its study.yml, before anything is withheld.

    Subgroups are left out: nothing of them is ever shown of reconstructed patients.
    """
    values, patients = DEFAULTS | cohort.study.parameters, cohort.table("patients")
    return {
        name: analysis.load()(cohort, **analysis.arguments(values))
        for name, analysis in ANALYSES.items()
        if analysis.of_reconstructed and not patients[list(analysis.columns)].isna().all().any()
    }


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """The printed numbers, the documented cohort, and what is said of both."""

    printed: Constraints
    made: Documented
    flow: list[dict]
    record: dict[str, Any]

    @classmethod
    def of(cls, folder: Path, rows: list[PrintedRow], study: Study) -> Reconstruction:
        """From published.csv, study.yml and reasons.yml; CohortError where no cohort agrees with print."""
        printed = Constraints.of(rows, study)
        made = documented(printed)
        return cls(printed, made, *provenance(read_reasons(folder), made, rows))

    def members(self, count: int, seed: int) -> Iterator[dict[str, str]]:
        """The tables of `count` members as files: the documented one, then drawn ones; the first of them are the same
        whatever the count."""
        flow = {"flow.csv": pd.DataFrame(self.flow).to_csv(index=False, lineterminator="\n")}
        yield _files(self.made.tables) | flow
        for number, plan in enumerate(islice(plans(self.printed, seed), count - 1)):
            yield _files(member(plan, self.printed, random.Random(f"member {seed} {number}"))) | flow


def _files(tables: Mapping[str, list]) -> dict[str, str]:
    frames = {name: pd.DataFrame(tables[name], columns=columns) for name, columns in COLUMNS.items()}
    return {f"{name}.csv": frame.to_csv(index=False, lineterminator="\n") for name, frame in frames.items()}


def reconstruct_from_numbers(
    folder: Path,
    rows: list[PrintedRow],
    study: Study,
    *,
    count: int = MEMBERS,
    seed: int = SEED,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, str]:
    """Every file of the reconstruction by its name: tables, ensemble and PROVENANCE.yml.

    `progress` is told how many of how many members are checked. Raises CohortError where no cohort agrees with print,
    or where a member does not: nothing is written then.
    """
    if count < 1:
        raise CohortError([Problem("--members", "no-members", value=str(count))])
    made = Reconstruction.of(folder, rows, study)
    estimates, curves, tables = [], [], {}
    coverage = Coverage(made.printed)
    for number, files in enumerate(made.members(count, seed), start=1):
        tables = tables or files
        pages, cohort_tables = checked_member(files, folder / "study.yml", rows, number)
        estimates.append(all_estimates(pages))
        curves.append([curve for page in pages.values() for curve in page.curves])
        coverage.add(cohort_tables)
        progress(number, count)
    ensemble = {
        FILE: as_csv([*ranges(estimates, rows), *_over_histories(made.printed, study)]),
        CURVES: as_csv(curve_ranges(curves, ("pfs", "os"), _times(made.printed))),
    }
    reached = coverage.report(all_joint(made.printed), smallest_significant(made.printed.n))
    about = {
        "members": count,
        "seed": seed,
        "version": VERSION,
        "parameters": {name: (DEFAULTS | study.parameters)[name] for name in UNNAMED},
        "horizon_months": made.printed.horizon,
        "coverage": {name: f"{here} of {every}" for name, (here, every) in reached.items()},
        "complete": all(here == every for name, (here, every) in reached.items() if name != JOINT),
        "inputs": inputs_digest(folder, study),
        "files": {name: _sha256(text) for name, text in ensemble.items()},
    }
    return tables | ensemble | {"PROVENANCE.yml": to_yaml(made.record | {"ensemble": about})}


def _over_histories(printed: Constraints, study: Study) -> list[Range]:
    level = (DEFAULTS | study.parameters)["confidence_level"]
    return [over for row in (printed.pfs, printed.os) for over in ranges_over_histories(row, printed.n, level)]


def _times(printed: Constraints) -> list[float]:
    """Every whole month to the printed one, and the time by which the earliest corner has had its last event."""
    return sorted({float(month) for month in range(int(printed.horizon) + 1)} | {round(printed.shortest + 0.1, 3)})


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def checked_member(
    files: Mapping[str, str], study_file: Path, rows: list[PrintedRow], number: int
) -> tuple[dict[str, Results], dict[str, pd.DataFrame]]:
    """What the analyses make of one member, and its tables; CohortError where it is unsound or not as printed."""
    with TemporaryDirectory() as scratch:
        place = Path(scratch)
        (place / "study.yml").write_bytes(study_file.read_bytes())
        write_reconstruction(place, files)
        cohort = Cohort(place)
        problems = [problem for problem in check_tables(place, cohort.study) if not problem.note]
        if problems:
            unsound = [{"number": number, "problem": asdict(problem)} for problem in problems]
            raise CohortError([Problem(PUBLISHED, "member-unsound", facts) for facts in unsound])
        pages = analysed(cohort)
        tables = {name: cohort.table(name) for name in COLUMNS}
    refuse_unprinted(pages, rows, number)
    return pages, tables


def refuse_unprinted(pages: Mapping[str, Results], rows: list[PrintedRow], number: int) -> None:
    """CohortError where a number that the analyses computed is not the printed one."""
    estimates = all_estimates(dict(pages))
    wrong = [_unprinted(row, number) for row in ledger(rows, estimates, "reconstructed") if row.status not in SETTLED]
    test = next((row for row in estimates if row.key == "mrd.naive.logrank"), None)
    if test is not None and (test.value is None or test.value >= SIGNIFICANT):
        wrong.append(Problem(PUBLISHED, "member-not-significant", {"number": number}))
    if wrong:
        raise CohortError(wrong)


def _unprinted(row: LedgerRow, number: int) -> Problem:
    about = {"number": number, "id": row.id, "part": row.part, "printed": row.printed, "status": row.status}
    if not row.reproduced:
        return Problem(PUBLISHED, "member-computes-nothing", about)
    return Problem(PUBLISHED, "member-disagrees", about | {"computed": row.reproduced})
