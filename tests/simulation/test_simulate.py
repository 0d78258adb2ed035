"""Simulated cohorts: sound at any size, the same for the same seed, with the edge cases they promise."""

from __future__ import annotations

import pandas as pd
import pytest

from livingreview.cohort.check import check_cohort
from livingreview.cohort.columns import TABLES
from livingreview.simulation.cohort import simulate
from livingreview.simulation.folder import write_simulation
from support import PAGES, ROOT, run

DEMO = ROOT / "data" / "demo"


def test_the_demo_is_the_command_of_its_readme(tmp_path):
    done = run("simulate", tmp_path / "demo", "--patients", "240", "--seed", "1")
    assert (done.returncode, done.stderr) == (0, "")
    names = sorted(path.name for path in DEMO.iterdir() if path.name != "specifications.csv")
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == names
    for name in names:
        assert (tmp_path / "demo" / name).read_bytes() == (DEMO / name).read_bytes(), name


@pytest.mark.parametrize("patients", [1, 2, 3, 5, 28, 400])
def test_every_size_is_sound(tmp_path, patients):
    for seed in range(4):
        write_simulation(tmp_path / str(seed), patients, seed)
        assert [str(problem) for problem in check_cohort(tmp_path / str(seed))] == []


def test_a_large_cohort_is_written_as_parquet_and_sound(tmp_path):
    write_simulation(tmp_path, 10_000, 3)
    assert sorted(path.suffix for path in tmp_path.glob("*.parquet")) == [".parquet"] * 5
    assert check_cohort(tmp_path) == []


def test_every_table_and_nearly_every_column_is_filled():
    tables = simulate(240, 1)
    assert set(tables) == set(TABLES)
    empty = {
        f"{name}.{column.name}"
        for name, spec in TABLES.items()
        for column in spec.columns
        if column.name not in tables[name] or tables[name][column.name].replace("", None).isna().all()
    }
    assert empty == {
        "patients.next_therapy_months", "responses.months", "responses.basis", "mrd.response_at_sample", "mrd.imaging",
        "adverse_events.action", "adverse_events.end_months", "adverse_events.on_treatment",
    }  # fmt: skip


def test_edge_cases_are_planted():
    tables = simulate(240, 1)
    patients = tables["patients"]
    events = patients.loc[patients["pfs_event"] != "censored", "pfs_months"]
    censored = patients.loc[patients["pfs_event"] == "censored", "pfs_months"]
    tied = events.value_counts()
    assert (tied >= 2).any() and set(tied[tied >= 2].index) & set(censored)  # events and a censoring together
    assert (censored == 36).any()
    assert "S001" not in set(tables["mrd"]["patient_id"])
    assert (tables["responses"]["response"] == "NE").sum() == 1
    fatal = tables["adverse_events"].loc[tables["adverse_events"]["grade"] == 5, "patient_id"]
    assert len(fatal) == 1 and (tables["adverse_events"]["patient_id"] == fatal.iloc[0]).sum() == 1


def test_another_seed_gives_another_cohort_and_the_same_seed_the_same():
    first, again, other = simulate(50, 7), simulate(50, 7), simulate(50, 8)
    for name in TABLES:
        pd.testing.assert_frame_equal(first[name], again[name])
    assert not first["patients"].equals(other["patients"])


def test_only_simulated_folders_are_overwritten(folder):
    before = (folder / "patients.csv").read_bytes()
    done = run("simulate", folder)
    assert done.returncode == 1 and "holds something that was not simulated" in done.stderr
    assert (folder / "patients.csv").read_bytes() == before


def test_the_second_edition_is_built_and_says_that_it_is_simulated(tmp_path):
    done = run("build", DEMO, "--out", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    html = tmp_path / "demo" / "html"
    pages = [*html.glob("*.html"), *html.glob("chapters/*.html")]
    assert len(pages) == len(PAGES) + 2  # search, index
    for page in pages:
        assert "simulated patients, not patient records" in page.read_text(encoding="utf-8"), page.name
    results = pd.read_csv(tmp_path / "demo" / "results.csv").set_index("key")
    assert results.loc["cohort.n", "value"] == 240 and results["identifiability"].isna().all()
    patients = pd.read_csv(DEMO / "patients.csv")
    assert results.loc["pfs.events", "value"] == (patients["pfs_event"] != "censored").sum()
    assert results.loc["mrd.landmark.sustained.pfs.survival.36", "n"] > 5
    assert not (tmp_path / "demo" / "ledger.csv").exists()
