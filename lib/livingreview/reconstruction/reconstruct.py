"""The reconstruction of a cohort folder: the documented cohort, and the ensemble that says how far it is fixed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from livingreview.audit.all_histories import ranges_over_histories
from livingreview.cohort.check import check_tables
from livingreview.cohort.cohort import Cohort
from livingreview.cohort.fixed import to_yaml
from livingreview.cohort.identifiability import CURVES, FILE, VERSION, Range, inputs_digest
from livingreview.cohort.parameters import DEFAULTS
from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import Study
from livingreview.published.ledger import ledger
from livingreview.published.printed import PrintedRow
from livingreview.reconstruction.coverage import JOINT, Coverage
from livingreview.reconstruction.documented import CATEGORIES, HORIZON, Printed, reconstruct, write_reconstruction
from livingreview.reconstruction.ensemble import as_csv, curve_ranges, ranges
from livingreview.reconstruction.member_mrd import smallest_significant
from livingreview.reconstruction.members import all_joint, member, plans
from livingreview.results.estimates import Results
from livingreview.results.exchange import all_estimates

MEMBERS, SEED = 310, 1
TABLES = ("patients", "responses", "mrd", "adverse_events")
SETTLED = {"reproduced", "rounding", "bounded", "not-derivable", "not-printed"}
UNNAMED = ("sustained_months",)  # parameters that change a number without a trace in its key, method or level
MODULES = {"study": "population"}
CALLS: dict[str, tuple[str, ...]] = {
    "study": ("level",),
    "responses": ("level",),
    "progression_free_survival": ("milestones", "interval", "level"),
    "overall_survival": ("milestones", "interval", "level"),
    "minimal_residual_disease": ("milestone_months", "landmark_months", "sustained_months", "interval", "level"),
    "safety": ("level",),
}


def analysed(cohort: Cohort) -> dict[str, Results]:
    """What the chapters compute of a cohort by the parameters of its study.yml, before anything is withheld.

    Subgroups are left out: nothing of them is ever shown of reconstructed patients.
    """
    values = DEFAULTS | cohort.study.parameters
    values |= {"milestones": values["milestones_months"], "level": values["confidence_level"]}
    return {
        name: getattr(import_module(f"livingreview.analyses.{MODULES.get(name, name)}"), name)(
            cohort, **{one: values[one] for one in asked}
        )
        for name, asked in CALLS.items()
    }


def members(rows: list[PrintedRow], study: Study, count: int, seed: int) -> Iterator[dict[str, str]]:
    """The tables of `count` members as files: the documented one, then drawn ones; the first of them are the same
    whatever the count."""
    documented, _ = reconstruct(rows, study)
    yield documented
    printed = Printed.of(rows, study)
    for number, plan in enumerate(islice(plans(printed, seed), count - 1)):
        drawn = member(plan, printed, random.Random(f"member {seed} {number}"))
        tables = {f"{name}.csv": _text(name, drawn[name]) for name in TABLES}
        yield tables | {"flow.csv": documented["flow.csv"]}


EMPTY = {"mrd": ["patient_id", "months", "status"], "adverse_events": ["patient_id", "grade"]}


def _text(name: str, rows: list) -> str:
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=EMPTY.get(name))
    return table.to_csv(index=False, lineterminator="\n")


def reconstruct_from_numbers(
    folder: Path,
    rows: list[PrintedRow],
    study: Study,
    *,
    count: int = MEMBERS,
    seed: int = SEED,
    say: Callable[[str], None] = lambda words: None,
) -> dict[str, str]:
    """Every file of the reconstruction by its name: tables, ensemble and PROVENANCE.yml.

    Raises CohortError where no cohort agrees with print, or where a member does not: nothing is written then.
    """
    if count < 1:
        raise CohortError(
            [Problem("--members", "at least one member is needed", "Give a larger number.", value=str(count))]
        )
    tables, record = reconstruct(rows, study)
    printed = Printed.of(rows, study)
    estimates, curves = [], []
    depth = [category.upper() for category in CATEGORIES]
    coverage = Coverage([timepoint.name for timepoint in study.vocabulary.timepoints], depth)
    for number, files in enumerate(members(rows, study, count, seed), start=1):
        pages, cohort_tables = checked_member(files, folder / "study.yml", rows, number)
        estimates.append(all_estimates(pages))
        curves.append([curve for page in pages.values() for curve in page.curves])
        coverage.add(cohort_tables)
        if number % 50 == 0 or number == count:
            say(f"{number} of {count} cohorts checked")
    files = {
        FILE: as_csv([*ranges(estimates, rows), *_over_histories(printed, study)]),
        CURVES: as_csv(curve_ranges(curves, ("pfs", "os"), _times(printed))),
    }
    smallest = smallest_significant(printed.n)
    reached = coverage.report(all_joint(printed), printed.responses, printed.n, smallest)
    record["ensemble"] = {
        "members": count,
        "seed": seed,
        "version": VERSION,
        "parameters": {name: (DEFAULTS | study.parameters)[name] for name in UNNAMED},
        "coverage": {words: f"{here} of {every}" for words, (here, every) in reached.items()},
        "complete": all(here == every for words, (here, every) in reached.items() if words != JOINT),
        "inputs": inputs_digest(folder, study),
        "files": {name: _sha256(text) for name, text in files.items()},
    }
    return tables | files | {"PROVENANCE.yml": to_yaml(record)}


def _over_histories(printed: Printed, study: Study) -> list[Range]:
    level = (DEFAULTS | study.parameters)["confidence_level"]
    return [over for row in (printed.pfs, printed.os) for over in ranges_over_histories(row, printed.n, level)]


def _times(printed: Printed) -> list[float]:
    """Every whole month to the printed one, and the time by which the earliest corner has had its last event."""
    return sorted({float(month) for month in range(int(HORIZON) + 1)} | {round(printed.shortest + 0.1, 3)})


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
            raise CohortError([_unsound(number, str(problem)) for problem in problems])
        pages = analysed(cohort)
        tables = {name: cohort.table(name) for name in TABLES}
    refuse_unprinted(pages, rows, number)
    return pages, tables


def refuse_unprinted(pages: Mapping[str, Results], rows: list[PrintedRow], number: int) -> None:
    """CohortError where a number that the analyses computed is not the printed one."""
    compared = ledger(rows, all_estimates(dict(pages)), "reconstructed")
    wrong = [
        _unsound(
            number, f"{row.id} {row.part}: printed {row.printed}, computed {row.reproduced or 'nothing'} ({row.status})"
        )
        for row in compared
        if row.status not in SETTLED
    ]
    test = next((row for row in all_estimates(dict(pages)) if row.key == "mrd.naive.logrank"), None)
    if test is not None and (test.value is None or test.value >= 0.05):
        wrong.append(_unsound(number, "sustained MRD negativity is not significantly better"))
    if wrong:
        raise CohortError(wrong)


def _unsound(number: int, what: str) -> Problem:
    return Problem(
        "published.csv", f"cohort {number} of the ensemble does not agree: {what}", "Compare the row with the paper."
    )
