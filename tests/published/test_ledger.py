"""Statuses are computed: from the tables, from the printed strings, and from nothing else."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from livingreview.published.ledger import STATUSES, ledger, status_counts
from livingreview.published.printed import read_published
from livingreview.results.codes import Limits
from livingreview.results.estimates import Interval, estimate
from published.recomputed import estimates
from support import REFERENCE


def rows_of(folder: Path) -> dict[tuple[str, str], object]:
    found = ledger(read_published(folder), estimates(folder), "reconstructed")
    return {(row.id, row.part): row for row in found}


REFERENCE_LEDGER = rows_of(REFERENCE)
ROUNDING = {("response.maintenance.cr", "value"), ("os.survival.36", "low"), ("os.survival.36", "high")}
NOT_DERIVABLE = {
    ("cohort.accrual_start", "value"),
    ("cohort.accrual_end", "value"),
    ("cohort.min_maintenance_months", "value"),
}


def test_every_printed_number_has_a_row_for_each_of_its_parts():
    with (REFERENCE / "published.csv").open(encoding="utf-8") as opened:
        printed = list(csv.DictReader(opened))
    wanted = {(row["id"], "value") for row in printed}
    wanted |= {(row["id"], part) for row in printed for part in ("low", "high") if row[f"printed_{part}"]}
    assert set(REFERENCE_LEDGER) == wanted
    assert len({row["id"] for row in printed}) == 39


def test_statuses_of_the_reference_study():
    for place, row in REFERENCE_LEDGER.items():
        if not row.printed:
            expected = "not-printed"
        elif place in ROUNDING:
            expected = "rounding"
        elif place in NOT_DERIVABLE:
            expected = "not-derivable"
        else:
            expected = "reproduced"
        assert (place, row.status) == (place, expected)
    counts = status_counts(REFERENCE_LEDGER.values())
    assert list(counts) == list(STATUSES)
    assert counts["reproduced"] == 29 and counts["differs"] == 0 and sum(counts.values()) == 45


def test_the_limits_of_progression_free_survival_come_out_directly():
    shown = [REFERENCE_LEDGER["pfs.survival.36", part].reproduced for part in ("value", "low", "high")]
    assert shown == ["70.8", "52.18", "89.42"]


def test_roundings_are_named():
    assert REFERENCE_LEDGER["response.maintenance.cr", "value"].code == "truncated"
    for part in ("low", "high"):
        assert REFERENCE_LEDGER["os.survival.36", part].code == "rounded-first"


def test_agreement_with_reconstructed_tables_is_by_construction():
    bases = {row.basis for row in REFERENCE_LEDGER.values() if row.status in ("reproduced", "rounding", "bounded")}
    assert bases == {"by construction"}
    observed = ledger(read_published(REFERENCE), estimates(REFERENCE), "observed")
    assert {row.basis for row in observed if row.status == "reproduced"} == {"observed"}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_one_patients_outcome_changes_the_reproduced_values_and_statuses(folder):
    change(folder / "patients.csv", "progression,37.1,censored", "censored,37.1,censored")
    found = rows_of(folder)
    assert found["pfs.survival.36", "value"].reproduced == "73.4"
    assert {part: found["pfs.survival.36", part].status for part in ("value", "low", "high")} == dict.fromkeys(
        ("value", "low", "high"), "differs"
    )
    assert (found["progression.patients", "value"].reproduced, found["progression.patients", "value"].status) == (
        "3",
        "differs",
    )
    assert found["os.survival.36", "value"].status == "reproduced"


def test_one_patients_response_changes_its_count_and_percentage(folder):
    change(folder / "responses.csv", "post_asct,VGPR", "post_asct,PR")
    found = rows_of(folder)
    for key, reproduced in {"vgpr.count": "5", "vgpr": "17.9", "pr.count": "6", "pr": "21.4"}.items():
        row = found[f"response.post_asct.{key}", "value"]
        assert (row.reproduced, row.status) == (reproduced, "differs")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (",70.8,52.18,89.42,", ",70.9,52.18,89.42,", ("pfs.survival.36", "value")),
        (",70.8,52.18,89.42,", ",90.8,52.18,89.42,", ("pfs.survival.36", "value")),
        (",70.8,52.18,89.42,", ",70.8,52.19,89.42,", ("pfs.survival.36", "low")),
        (",87.4,73.88,100.92,", ",87.4,73.88,100.91,", ("os.survival.36", "high")),
        (",32.1,", ",32.2,", ("response.pre_asct.cr", "value")),
        (",53.5,", ",53.4,", ("response.maintenance.cr", "value")),
        (",57,48,69,", ",58,48,69,", ("cohort.age_median", "value")),
        ("count,all,,28,", "count,all,,29,", ("cohort.n", "value")),
        (",3.6,", ",3.7,", ("safety.grade3plus", "value")),
    ],
)
def test_a_changed_printed_digit_differs(folder, old, new, place):
    change(folder / "published.csv", old, new)
    assert rows_of(folder)[place].status == "differs"


def test_a_number_without_its_own_estimate_says_why():
    row = next(row for row in read_published(REFERENCE) if row.id == "cohort.n")
    unknown = ledger([replace(row, id="cohort.unheard_of")], estimates(REFERENCE), "observed")[0]
    assert (unknown.status, unknown.code) == ("not-derivable", "no-analysis")
    outside = replace(row, id="cohort.unheard_of", printed_low="30", printed_high="40")
    assert ledger([outside], [], "observed")[0].status == "impossible-as-printed"


def test_a_range_that_contains_the_printed_number_is_bounded():
    row = next(row for row in read_published(REFERENCE) if row.id == "cohort.n")
    within = Interval(None, 20, 30, 1.0, limits=Limits.COHORT_RANGE)
    found = estimate("cohort.n", within, endpoint="cohort", statistic="count", unit="patients")
    assert [(one.status, one.reproduced) for one in ledger([row], [found], "observed")] == [("bounded", "20 to 30")]
    outside = replace(row, printed="31")
    assert [one.status for one in ledger([outside], [found], "observed")] == ["differs"]
