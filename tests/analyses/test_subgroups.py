"""Subgroups of eight patients, counted by hand, and what may not split a curve."""

from __future__ import annotations

import pandas as pd
import pytest

from analyses.eight import STUDY, TABLES, eight
from livingreview import chapter
from livingreview.statistics.beta_product import beta_product_limits
from livingreview.statistics.groups import logrank
from livingreview.statistics.survival_intervals import greenwood_limits
from livingreview.words.group_names import group_words
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words
from support import REFERENCE, ROOT

USUAL = {"milestones": [12, 36], "interval": "log-log", "level": 0.95, "age_split": 65, "group_by": "sex"}


def subgroups(folder, **given):
    return chapter.subgroups(chapter.load_cohort(folder), **{**USUAL, **given})


@pytest.fixture
def found(tmp_path):
    return subgroups(eight(tmp_path))


def test_survival_of_a_group_is_that_of_its_patients(found):
    # Female: A fails at 10 of three, G leaves at 12, C fails at 24 alone. Male: B fails at 20 of four.
    female, male = (found[f"subgroup.sex.{name}.pfs.survival.36"] for name in ("female", "male"))
    assert (female.value, female.events, female.n) == (0, 2, 3)  # nobody is left from month 24 on
    assert (female.low, female.high) == beta_product_limits([3, 1], 0)
    assert method_words(female) == "Kaplan-Meier, beta product interval"
    assert (male.value, male.events, male.n) == (0.75, 1, 4)
    assert (male.low, male.high) == greenwood_limits(0.75, 1 / (4 * 3), "log-log", 0.95)
    assert method_words(male) == "Kaplan-Meier, log-log interval"
    assert group_words(female.group) == "Sex: female"


def test_age_is_split_at_the_parameter(found, tmp_path):
    # 65 or more: C (fails at 24) and E.
    older = found["subgroup.age_years.from_65.pfs.survival.36"]
    assert (older.value, older.events, older.n, group_words(older.group)) == (0.5, 1, 2, "Age: 65 years or more")
    assert found["subgroup.age_years.under_65.pfs.survival.36"].n == 6
    other = subgroups(eight(tmp_path / "other"), age_split=60)
    assert other["subgroup.age_years.from_60.pfs.survival.36"].n == 3


def test_all_patients_stand_beside_the_groups(found):
    everybody = found["subgroup.all.pfs.survival.36"]
    assert everybody.value == pytest.approx(7 / 8 * 5 / 6 * 4 / 5) and everybody.n == 8


def test_columns_that_are_not_given_are_named(found):
    assert reason_words(found["subgroup.iss_stage"].reason) == "iss_stage is empty in the patients table"
    assert [row.key for row in found.estimates if row.key.startswith("subgroup.induction")] == ["subgroup.induction"]


def test_no_test_on_few_events(found):
    tests = found.where(statistic="p")
    assert {reason_words(row.reason) for row in tests} == {"no test on fewer than 10 events"} and {
        row.value for row in tests
    } == {None}


def test_ten_events_are_tested():
    folder = ROOT / "data" / "demo"
    found = subgroups(folder, milestones=[36], group_by="")
    patients = pd.read_csv(folder / "patients.csv").dropna(subset="iss_stage")
    test = logrank(patients["pfs_months"], patients["pfs_event"] != "censored", patients["iss_stage"])
    assert found["subgroup.iss_stage.logrank"].value == pytest.approx(test.p)
    assert len(found.where(statistic="p")) == 7 and found.curves == []


def test_curves_of_one_column_only(found):
    assert [curve.key for curve in found.curves] == ["subgroup.sex.female", "subgroup.sex.male"]
    female = found.curve("subgroup.sex.female")
    assert (female.t, female.survival, female.at_risk) == (
        [0, 10, 12, 24],
        [1, pytest.approx(2 / 3), pytest.approx(2 / 3), 0],
        [3, 3, 2, 1],
    )
    sums = zip(female.risk_table.at_risk, female.risk_table.censored, female.risk_table.events, strict=True)
    assert {sum(column) for column in sums} == {3}


@pytest.mark.parametrize("later", ["off_treatment_reason", "progression_type", "death_cause", "mrd", "pfs_event"])
def test_a_later_state_splits_no_curve(tmp_path, later):
    with pytest.raises(ValueError, match=f"{later} is known only after the start"):
        subgroups(eight(tmp_path), group_by=later)


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    with pytest.raises(ValueError, match="no column colour. Known at the start: sex, age_years"):
        subgroups(eight(tmp_path), group_by="colour")


def test_columns_of_the_cohort_itself_need_two_to_six_values(tmp_path):
    header, *rows = TABLES["patients.csv"].splitlines()
    own = ["north", "south", "north", "south", "north", "", "south", "north"]
    lines = [f"{header},Clone no. 1,number,same,other"]
    lines += [f"{row},{clone},{place},x,{clone}" for place, (row, clone) in enumerate(zip(rows, own, strict=True))]
    study = f"{STUDY}subgroups: [Clone no. 1, number, same]\n"
    found = subgroups(eight(tmp_path, patients="\n".join(lines), study=study), group_by="Clone no. 1")
    assert found["subgroup.clone_no__1.north.pfs.survival.36"].n == 4
    assert reason_words(found["subgroup.number"].reason) == "more than six different values"
    assert reason_words(found["subgroup.same"].reason) == "only one value is recorded"
    assert [group_words(curve.group) for curve in found.curves] == ["Clone no. 1: north", "Clone no. 1: south"]
    assert not any("other" in row.key for row in found.estimates)  # study.yml does not name it


def test_a_column_of_nearly_the_same_name_keeps_its_own_keys(tmp_path):
    header, *rows = TABLES["patients.csv"].splitlines()
    own = "\n".join([f"{header},Sex", *(f"{row},{'x' if row[0] in 'ABC' else 'y'}" for row in rows)])
    found = subgroups(eight(tmp_path, patients=own, study=f"{STUDY}subgroups: [Sex]\n"), age_split=54.5)
    assert found["subgroup.sex.female.pfs.survival.36"].n == 3
    assert found["subgroup.sex_own.x.pfs.survival.36"].n == 3
    assert group_words(found["subgroup.age_years.under_54_5.pfs.survival.36"].group) == "Age: under 54.5 years"


def test_one_patient_and_nobody_with_an_event(tmp_path):
    one = "patient_id,pfs_months,pfs_event,os_months,os_event,sex\nA,5,censored,5,censored,female\n"
    alone = subgroups(eight(tmp_path / "one", patients=one, responses="", mrd="", adverse_events="", flow=""))
    assert reason_words(alone["subgroup.sex"].reason) == "only one value is recorded"
    assert reason_words(alone["subgroup.all.pfs.survival.36"].reason) == "nobody was followed to 36 months"
    rows = [f"{name},40,{event},40,censored,{sex}" for name, event, sex in
            (("A", "censored", "female"), ("B", "censored", "female"), ("C", "progression", "male"), ("D", "progression", "male"))]  # fmt: skip
    both = "patient_id,pfs_months,pfs_event,os_months,os_event,sex\n" + "\n".join(rows) + "\n"
    found = subgroups(eight(tmp_path / "both", patients=both), milestones=[40])
    assert [found[f"subgroup.sex.{sex}.pfs.survival.40"].value for sex in ("female", "male")] == [1, 0]


def test_nothing_of_reconstructed_patients_is_shown():
    found = chapter.subgroups(chapter.load_cohort(REFERENCE), **USUAL)
    assert [row.key for row in found.estimates if row.estimable or row.n is not None] == [] and found.curves == []
