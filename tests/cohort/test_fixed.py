from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from livingreview.cohort.columns import TABLES
from livingreview.cohort.fixed import EstimateRule, read_provenance, to_yaml
from livingreview.cohort.problems import CohortError
from livingreview.cohort.vocabulary import IDENTIFIABILITY
from livingreview.words.problem_words import sentence

SMALL = """
columns:
  patients:
    pfs_months: {status: bounded, because: only the curve is printed}
estimates:
- {keys: pfs.survival.36, because: printed, exact: true}
- {keys: pfs.survival.*, status: free, because: not printed}
- {keys: pfs, because: through one point, until_months: 36.0}
"""
AGAIN = "Run “livingreview reconstruct” again."


def refused(folder: Path) -> str:
    """The one problem of PROVENANCE.yml."""
    with pytest.raises(CohortError) as raised:
        read_provenance(folder)
    (problem,) = raised.value.problems
    return sentence(problem)


def test_no_file(folder: Path) -> None:
    (folder / "PROVENANCE.yml").unlink()
    assert read_provenance(folder) is None


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("pfs.survival.36", EstimateRule("pfs.survival.36", "printed", exact=True)),
        ("pfs.survival.24", EstimateRule("pfs.survival.*", "not printed", "free")),
        ("pfs.survival.36.high_risk", EstimateRule("pfs.survival.*", "not printed", "free")),
        ("pfs", EstimateRule("pfs", "through one point", until_months=36.0)),
        ("PFS", EstimateRule("PFS", "nothing is printed of it", "free")),
        ("os", EstimateRule("os", "nothing is printed of it", "free")),
    ],
)
def test_the_first_rule_that_matches_holds(edit, key: str, rule: EstimateRule) -> None:
    assert read_provenance(edit.text("PROVENANCE.yml", SMALL).folder).rule(key) == rule


def test_columns_keep_their_reasons(edit) -> None:
    columns = read_provenance(edit.text("PROVENANCE.yml", SMALL).folder).columns
    assert columns == {"patients": {"pfs_months": {"status": "bounded", "because": "only the curve is printed"}}}


def test_the_reference_rules_on_every_column(folder: Path) -> None:
    columns = read_provenance(folder).columns
    assert {name: list(entries) for name, entries in columns.items()} == {
        name: [column.name for column in table.columns] for name, table in TABLES.items()
    }


def test_the_reference_gives_a_reason_for_every_status(folder: Path) -> None:
    provenance = read_provenance(folder)
    for entry in (entry for entries in provenance.columns.values() for entry in entries.values()):
        assert entry["status"] in IDENTIFIABILITY
        assert entry["because"]
    assert all(rule.because and rule.status in ("", "free") for rule in provenance.estimates)


def test_the_reference_calls_absent_what_its_tables_leave_out(folder: Path) -> None:
    for name, entries in read_provenance(folder).columns.items():
        header = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        assert {column for column, entry in entries.items() if entry["status"] != "absent"} <= set(header)


def test_an_unknown_status(edit) -> None:
    edit.text("PROVENANCE.yml", SMALL.replace("status: bounded, because: only", "status: fixed, because: only"))
    assert (
        refused(edit.folder)
        == "PROVENANCE.yml: found “fixed”; one of pinned, bounded, free, absent is expected. Correct the entry."
    )


def test_the_status_of_an_estimate_is_not_written_by_hand(edit) -> None:
    edit.text("PROVENANCE.yml", SMALL.replace("status: free", "status: pinned"))
    assert refused(edit.folder) == (
        "PROVENANCE.yml: found “pinned”; the status of an estimate comes from the ensemble: only free, which withholds "
        f"it, may be set. {AGAIN}"
    )


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("", "'NoneType' object is not subscriptable"),
        ("columns: {}\n", "'estimates'"),
        ("estimates: []\n", "'columns'"),
        (SMALL.replace("status: bounded, because: only", "because: only"), "'status'"),
        (SMALL.replace("keys: pfs,", "key: pfs,"), "EstimateRule.__init__() got an unexpected keyword argument 'key'"),
    ],
)
def test_a_missing_or_misnamed_entry(edit, words: str, error: str) -> None:
    assert (
        refused(edit.text("PROVENANCE.yml", words).folder)
        == f"PROVENANCE.yml: an entry is missing or misnamed ({error}). {AGAIN}"
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"columns: [\n", id="bad YAML"),
        pytest.param("columns: Müller\n".encode("cp1252"), id="not UTF-8"),
        pytest.param(b"columns: words\nestimates: []\n", id="columns are words"),
        pytest.param(b"columns: {patients: }\nestimates: []\n", id="a table without columns"),
        pytest.param(b"columns: {}\nestimates: 5\n", id="estimates are a number"),
    ],
)
def test_any_other_file_is_refused_in_words(edit, content: bytes) -> None:
    said = refused(edit.text("PROVENANCE.yml", content).folder)
    assert said.startswith("PROVENANCE.yml")
    assert said.endswith(AGAIN)


def test_a_reconstructed_edition_needs_the_file(edit) -> None:
    (edit.folder / "PROVENANCE.yml").unlink()
    assert edit.found() == [
        "PROVENANCE.yml: a reconstructed edition must say what the publication fixes. Run “livingreview reconstruct”."
    ]
    assert edit.study("edition.kind", "simulated").found() == []


def test_yaml_is_written_in_order_with_its_letters() -> None:
    words = to_yaml({"b": "≥ 1 – " + "long " * 60, "a": [1, 2]})
    assert words.splitlines()[1:] == ["a:", "- 1", "- 2"]
    assert words.startswith("b: '≥ 1 – ") or words.startswith("b: ≥ 1 – ")
    assert list(yaml.safe_load(words)) == ["b", "a"]
