"""Simulated cohorts: sound at any size, the same for the same seed, with the edge cases they promise."""

from __future__ import annotations

import pandas as pd
import pytest
from lifelines import CoxPHFitter

from livingreview.cohort.check import check_cohort
from livingreview.cohort.columns import TABLES
from livingreview.simulation.course import ACCRUAL, DEPTH, FOLLOW_UP, SHORTEST
from livingreview.simulation.patients import simulate
from livingreview.simulation.simulated_folder import write_simulation
from livingreview.words.problem_words import sentence
from support import PAGES, ROOT, run

DEMO = ROOT / "data" / "demo"


def test_the_demo_is_the_command_of_its_readme(tmp_path):
    done = run("simulate", tmp_path / "demo", "--patients", "240", "--seed", "1")
    assert (done.returncode, done.stderr) == (0, "")
    by_others = ("CHANGES.md", "specifications.csv")
    names = sorted(path.name for path in DEMO.iterdir() if path.name not in by_others)
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == names
    for name in names:
        assert (tmp_path / "demo" / name).read_bytes() == (DEMO / name).read_bytes(), name


@pytest.mark.parametrize("patients", [1, 2, 3, 5, 28, 400])
def test_every_size_is_sound(tmp_path, patients):
    for seed in range(4):
        write_simulation(tmp_path / str(seed), patients, seed)
        assert [sentence(problem) for problem in check_cohort(tmp_path / str(seed))] == []


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
    assert empty == {"mrd.imaging"}


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


@pytest.fixture(scope="module")
def many() -> dict[str, pd.DataFrame]:
    return simulate(20_000, 5)


def test_the_two_stages_agree(many):
    patients = many["patients"]
    assert set(patients.loc[patients["r_iss_stage"] == "I", "iss_stage"]) == {"I"}
    assert set(patients.loc[patients["r_iss_stage"] == "III", "iss_stage"]) == {"III"}
    assert set(patients.loc[patients["r_iss_stage"] == "II", "iss_stage"]) == {"I", "II", "III"}
    assert set(patients.loc[patients["r_iss_stage"] == "III", "msmart_risk"]) == {"high"}
    for column, least, most in (("iss_stage", 0.02, 0.04), ("r_iss_stage", 0.07, 0.11), ("msmart_risk", 0.05, 0.07)):
        assert least < (patients[column] == "").mean() < most, column


def test_the_best_response_is_the_best_of_all_visits(many):
    rank = {name: place for place, name in enumerate(("NE", *DEPTH))}
    answers = many["responses"].assign(depth=many["responses"]["response"].map(rank))
    wide = answers.pivot(index="patient_id", columns="timepoint", values="depth")
    assert (wide["best"] >= wide[["before", "after"]].max(axis=1)).all()
    assert 0.2 < (wide["best"] > wide[["before", "after"]].max(axis=1)).mean() < 0.5
    samples = many["mrd"]["response_at_sample"].map(rank)
    assert (samples.to_numpy() <= many["mrd"]["patient_id"].map(wide["best"]).to_numpy()).all()
    best = answers[answers["timepoint"] == "best"].set_index("patient_id")["months"]
    assert (best.dropna() <= many["patients"].set_index("patient_id")["pfs_months"].reindex(best.dropna().index)).all()


def test_age_stage_and_residual_disease_matter(many):
    """Cox's model of survival without progression has the hazard ratios of the docstring, up to what visits blur."""
    patients = many["patients"]
    known = patients[(patients["iss_stage"] != "") & (patients["msmart_risk"] != "")]
    first = many["mrd"].drop_duplicates("patient_id").set_index("patient_id")
    first = first[first["months"] < 4]["status"].reindex(known["patient_id"]).to_numpy()
    model = pd.DataFrame(
        {
            "months": known["pfs_months"].to_numpy(),
            "event": (known["pfs_event"] != "censored").to_numpy(int),
            "stage": known["iss_stage"].map({"I": 0, "II": 1, "III": 2}).to_numpy(),
            "high": (known["msmart_risk"] == "high").to_numpy(int),
            "age": known["age_years"].to_numpy() / 10,
            "negative": (first == "negative").astype(int),
        }
    )[pd.Series(first).isin(["negative", "positive"]).to_numpy()]
    ratios = CoxPHFitter().fit(model, "months", "event").hazard_ratios_
    assert 1.25 < ratios["stage"] < 1.55 and 1.45 < ratios["high"] < 1.95
    assert 1.1 < ratios["age"] < 1.35 and 0.35 < ratios["negative"] < 0.55


def test_events_lie_in_treatment_and_say_why_it_stopped(many):
    patients = many["patients"].set_index("patient_id")
    events = many["adverse_events"].join(patients, on="patient_id")
    treated = events["maintenance_end_months"].fillna(events["os_months"])
    assert ((events["start_months"] >= 0) & (events["start_months"] <= treated)).all()
    assert (
        not (events["end_months"] < events["start_months"]).any()
        and not (events["end_months"] > events["os_months"]).any()
    )
    stopped = events[events["action"] == "stopped"]
    assert (treated[stopped.index] - stopped["start_months"]).max() <= 1.1
    toxic = set(patients.index[patients["off_treatment_reason"] == "toxicity"])
    assert (
        set(stopped["patient_id"]) <= toxic and len(toxic - set(stopped["patient_id"])) <= 1
    )  # the fatal event stands alone


def test_visits_are_a_quarter_apart_and_some_patients_are_lost(many):
    patients = many["patients"]
    quiet = patients[patients["pfs_event"] == "censored"]
    gap = quiet["os_months"] - quiet["last_assessment_months"]
    assert gap.between(0, 3.5).all() and gap.mean() > 1  # the last visit lies before the last contact
    early = (patients["os_event"] == "censored") & (patients["os_months"] < FOLLOW_UP - ACCRUAL - 1.5)
    assert 0.005 < early.mean() < 0.05  # nobody who was not lost is followed for less than that
    assert patients["os_months"].min() >= SHORTEST and patients["pfs_months"].min() >= SHORTEST


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


def test_the_second_edition_is_built_and_says_that_it_is_simulated(built_demo):
    html = built_demo / "html"
    pages = [*html.glob("*.html"), *html.glob("chapters/*.html")]
    assert len(pages) == len(PAGES) + 3  # search, index, time to next treatment
    for page in pages:
        assert "simulated patients, not patient records" in page.read_text(encoding="utf-8"), page.name
    results = pd.read_csv(built_demo / "results.csv").set_index("key")
    assert results.loc["cohort.n", "value"] == 240 and results["identifiability"].isna().all()
    patients = pd.read_csv(DEMO / "patients.csv")
    assert results.loc["pfs.events", "value"] == (patients["pfs_event"] != "censored").sum()
    assert results.loc["mrd.landmark.sustained.pfs.survival.36", "n"] > 5
    assert not (built_demo / "ledger.csv").exists()
