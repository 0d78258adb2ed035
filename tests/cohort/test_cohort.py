from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from livingreview.chapter import edition_facts
from livingreview.cohort.cohort import Cohort, file_hashes
from livingreview.cohort.columns import TABLES
from livingreview.cohort.files import fingerprint
from livingreview.cohort.key import KEY_FILE, keyed
from livingreview.cohort.problems import CohortError
from support import refuses


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_opening_records_only_the_tables_asked_for(folder: Path) -> None:
    cohort = Cohort(folder)
    assert cohort.opened == {}
    assert len(cohort.table("mrd")) == 39
    assert cohort.opened == {"mrd": sha256(folder / "mrd.csv")}
    assert cohort.has("flow")
    assert cohort.opened == {"mrd": sha256(folder / "mrd.csv"), "flow": sha256(folder / "flow.csv")}


def test_a_broken_table_is_no_matter_until_it_is_asked_for(edit) -> None:
    cohort = Cohort(edit.text("patients.csv", b"\xff").text("responses.csv", "patient_id,months\nR01,soon\n").folder)
    assert len(cohort.table("adverse_events")) == 1
    with refuses(r"^patients\.csv, row 1: the byte 0xff is not UTF-8\."):
        cohort.table("patients")
    with pytest.raises(CohortError) as raised:
        cohort.table("responses")
    assert [(problem.row, problem.column) for problem in raised.value.problems] == [
        (1, "timepoint"),
        (1, "response"),
        (2, "months"),
    ]


def test_a_table_is_read_once_and_handed_out_as_a_copy(folder: Path) -> None:
    cohort = Cohort(folder)
    cohort.table("patients")["pfs_months"] = 0.0
    (folder / "patients.csv").unlink()
    assert cohort.table("patients")["pfs_months"].iloc[0] == 7.1


@pytest.mark.parametrize("name", TABLES)
def test_all_columns_are_there(folder: Path, name: str) -> None:
    frame = Cohort(folder).table(name)
    assert set(frame.columns) == {column.name for column in TABLES[name].columns}


def test_a_further_column_stays_only_where_study_yml_names_it(edit) -> None:
    edit.cell("patients", 2, "del17p", "yes").cell("patients", 2, "ldh", "high").study("subgroups", ["del17p"])
    frame = Cohort(edit.folder).table("patients")
    assert frame["del17p"].tolist() == ["yes", *[None] * 27]
    assert "ldh" not in frame.columns


def test_a_column_the_file_lacks_is_missing_throughout(folder: Path) -> None:
    frame = Cohort(folder).table("patients")
    lacking = ["sex", "n_asct", "maintenance_end_months", "death_cause"]
    assert frame[lacking].isna().all(axis=None)
    assert frame[lacking].dtypes.astype(str).tolist() == ["object", "Int64", "float64", "object"]


@pytest.mark.parametrize("name", TABLES)
def test_an_absent_table_is_empty_typed_and_recorded(folder: Path, name: str) -> None:
    header_only = ",".join(column.name for column in TABLES[name].columns) + "\n"
    (folder / f"{name}.csv").write_text(header_only, encoding="utf-8")
    expected = Cohort(folder).table(name)
    (folder / f"{name}.csv").unlink()
    cohort = Cohort(folder)
    frame = cohort.table(name)
    assert cohort.opened == {name: None}
    assert not cohort.has(name)
    assert frame.empty
    pd.testing.assert_frame_equal(frame, expected)


def test_a_table_there_twice_cannot_be_opened(folder: Path) -> None:
    cohort = Cohort(folder)
    cohort.table("mrd").astype(str).to_parquet(folder / "mrd.parquet")
    with refuses("the table is there twice"):
        Cohort(folder).table("mrd")


def test_parquet_gives_the_same_table(folder: Path) -> None:
    from_csv = Cohort(folder).table("patients")
    pd.read_csv(folder / "patients.csv").to_parquet(folder / "patients.parquet")
    (folder / "patients.csv").unlink()
    cohort = Cohort(folder)
    pd.testing.assert_frame_equal(cohort.table("patients"), from_csv)
    assert cohort.opened == {"patients": sha256(folder / "patients.parquet")}


NAMES = [
    "study.yml",
    "PROVENANCE.yml",
    "patients.csv",
    "responses.csv",
    "mrd.csv",
    "adverse_events.csv",
    "flow.csv",
    "commentary/about.md",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_fingerprint_changes_with_any_byte(edit, name: str) -> None:
    cohort = Cohort(edit.folder)
    before = cohort.fingerprint()
    content = (edit.folder / name).read_bytes()
    edit.text(name, content[:-1] + bytes([content[-1] ^ 1]))
    assert cohort.fingerprint() != before
    edit.text(name, content)
    assert cohort.fingerprint() == before


def test_the_fingerprint_changes_with_names(folder: Path) -> None:
    cohort = Cohort(folder)
    seen = {cohort.fingerprint()}
    (folder / "flow.csv").rename(folder / "flows.csv")
    seen.add(cohort.fingerprint())
    (folder / "flows.csv").unlink()
    seen.add(cohort.fingerprint())
    assert len(seen) == 3


def test_the_fingerprint_ignores_place_and_hidden_files(folder: Path, tmp_path: Path) -> None:
    before = Cohort(folder).fingerprint()
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "~$cohort.xlsx").write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "index").write_bytes(b"x")
    assert Cohort(folder.rename(tmp_path / "elsewhere")).fingerprint() == before


def test_file_hashes(folder: Path) -> None:
    hashes = file_hashes(folder)
    assert list(hashes) == sorted(hashes, key=lambda name: folder / name)
    assert {*NAMES, "published.csv"} <= set(hashes)
    assert hashes["commentary/about.md"] == sha256(folder / "commentary" / "about.md")


def test_facts(edit) -> None:
    edit.study("title", "A title").study("data_cutoff", "2024-06").study("edition.date", "2026-01-31")
    cohort = Cohort(edit.folder)
    facts = edition_facts(cohort)
    assert (facts["Study"], facts["Edition"], facts["Data cut-off"]) == (
        "A title",
        "reconstructed edition, 2026-01-31",
        "2024-06",
    )
    assert facts["Time origin"] == "autologous stem-cell transplantation (assumed: what was read does not say)"
    assert facts["Data hash"] == cohort.fingerprint()
    assert facts["SHA-256 of mrd.csv"] == sha256(edit.folder / "mrd.csv")
    assert cohort.opened == {}


def test_facts_of_observed_patients_hold_no_hash_that_can_be_tried_and_no_file_name(edit) -> None:
    edit.study("edition.kind", "observed")
    (edit.folder / "Letter to Mr Smith.txt").write_text("private", encoding="utf-8")
    cohort = Cohort(edit.folder)
    facts = edition_facts(cohort)
    assert facts["Tables"] == "patients, responses, mrd, adverse_events, flow"
    assert [name for name in facts if "SHA" in name or "Smith" in name] == []
    plain = fingerprint(file_hashes(edit.folder))
    assert cohort.reads["*"] == plain  # private: what the next build compares
    assert facts["Data hash"] == cohort.fingerprint() == keyed(cohort.key, "data", plain) != plain
    (edit.folder / KEY_FILE).write_text("ab" * 32, encoding="ascii")
    assert cohort.fingerprint() != facts["Data hash"]


def test_facts_of_a_stated_origin_and_no_cut_off(edit) -> None:
    facts = edition_facts(Cohort(edit.study("time_origin.stated_in_publication", True).folder))
    assert (facts["Time origin"], facts["Data cut-off"]) == ("autologous stem-cell transplantation", "not stated")


def test_commentary(edit) -> None:
    cohort = Cohort(edit.text("commentary/responses.md", "\nMore than half.\n\n").folder)
    assert cohort.commentary("responses") == "More than half."
    assert cohort.commentary("nothing") == ""


def test_provenance(folder: Path) -> None:
    assert Cohort(folder).provenance.columns["flow"]["n"]["status"] == "pinned"
    (folder / "PROVENANCE.yml").unlink()
    assert Cohort(folder).provenance is None


def test_shown_by_name_and_kind(folder: Path) -> None:
    assert repr(Cohort(str(folder))) == "Cohort('cohort', reconstructed)"


@pytest.mark.parametrize("name", ["nowhere", "cohort/study.yml"])
def test_no_such_folder(folder: Path, name: str) -> None:
    with refuses(r"there is no such folder\. Name a folder that holds study\.yml and patients\.csv\.$"):
        Cohort(folder.parent / name)


def test_the_study_is_read_at_once(edit) -> None:
    with refuses(r"^study\.yml, title: the entry is missing\. Add it\.$"):
        Cohort(edit.study("title", ...).folder)


def test_a_table_too_large_to_read_is_refused_before_it_is_hashed(folder: Path) -> None:
    with (folder / "mrd.csv").open("r+b") as table:
        table.truncate(2**43)  # sparse: eight terabytes take no room and would take hours to hash
    with refuses("the file is larger than 1,024 MB"):
        Cohort(folder).has("mrd")
