"""Patients from a printed curve: known cohorts come back, and what cannot be read is said in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, datasets

from livingreview.cohort.problems import CohortError
from livingreview.reconstruction.curve.digitised import read_digitised
from livingreview.reconstruction.curve.fit import fit, fit_report, patient_table
from livingreview.reconstruction.curve.guyot import guyot
from livingreview.statistics.life_table import life_table
from livingreview.statistics.risk_table import risk_table
from livingreview.words.print_messages import note_words
from livingreview.words.problem_words import rule_and_fix
from support import refuses, run

TRIALS = ("rossi", "lung", "gbsg2", "larynx", "leukemia")
STEPS = (0.08, 0.09, 0.10)  # columns of a printed risk table, as a share of follow-up


def trial(name: str) -> pd.DataFrame:
    """Patients of a known cohort: arm (a, b), time, event."""
    columns = {
        "rossi": ("week", "arrest", lambda table: table["fin"] == 1),
        "lung": ("time", "status", lambda table: table["sex"] == 2),
        "gbsg2": ("time", "cens", lambda table: table["horTh"] == "yes"),
        "larynx": ("time", "death", lambda table: (table["Stage_III"] == 1) | (table["Stage_IV"] == 1)),
        "leukemia": ("t", "status", lambda table: table["Rx"] == 1),
    }
    time, event, second = columns[name]
    table = getattr(datasets, f"load_{name}")()
    arms = np.where(second(table), "b", "a")
    return pd.DataFrame({"arm": arms, "time": table[time].astype(float), "event": table[event].astype(int)})


def printed(patients: pd.DataFrame, step: float = 0.09) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What a paper would show of them: the exact curve, the risk table, the censoring ticks."""
    longest = patients["time"].max()
    curves, risks = [], []
    for name, arm in patients.groupby("arm"):
        table = life_table(arm["time"], arm["event"])
        shown = (table.events > 0) | (table.times == table.last_time)
        curves.append(pd.DataFrame({"arm": name, "time": table.times[shown], "survival": table.survival[shown]}))
        times = np.arange(0, longest, longest * step)
        counts = risk_table(arm["time"], arm["event"], times.tolist()).at_risk
        risks.append(pd.DataFrame({"arm": name, "time": times, "at_risk": counts}))
    ticks = patients.loc[patients["event"] == 0, ["arm", "time"]].drop_duplicates()
    return pd.concat(curves), pd.concat(risks), ticks


def write(folder, curve, risk, ticks=None):
    """The three files of a folder."""
    for name, table in (("curve.csv", curve), ("at_risk.csv", risk), ("censor_ticks.csv", ticks)):
        if table is not None:
            table.to_csv(folder / name, index=False)
    return folder


def reconstructed(folder, *tables):
    """Reconstructions of the arms of a folder, by arm."""
    return {arm.arm: guyot(arm) for arm in read_digitised(write(folder, *tables))}


def log_hazard_ratio(patients: pd.DataFrame) -> float:
    """Arm b against arm a, by lifelines."""
    plain = pd.DataFrame(
        {"time": patients["time"], "event": patients["event"], "b": (patients["arm"] == "b").astype(int)}
    )
    return float(CoxPHFitter().fit(plain, "time", "event").params_["b"])


def distances(arm: pd.DataFrame, found) -> tuple[float, float]:
    """Largest difference of the two curves over all times: where at least 10 are at risk, and where fewer are."""
    truth, ours = life_table(arm["time"], arm["event"]), found.life_table()
    times = np.union1d(truth.times, ours.times)
    times = times[times <= truth.last_time]

    def at(table):
        return np.concatenate(([1.0], table.survival))[np.searchsorted(table.times, times, side="right")]

    difference = np.abs(at(truth) - at(ours))
    many = np.array([np.sum(arm["time"] >= time) for time in times]) >= 10
    return difference[many].max(initial=0.0), difference[~many].max(initial=0.0)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", TRIALS)
def test_a_known_trial_comes_back_from_its_curve_and_risk_table(tmp_path, name, step):
    patients = trial(name)
    curve, risk, _ = printed(patients, step)
    found = reconstructed(tmp_path, curve, risk)
    assert abs(log_hazard_ratio(patient_table(list(found.values()))) - log_hazard_ratio(patients)) < 0.05
    for arm, of_arm in patients.groupby("arm"):
        many, few = distances(of_arm, found[arm])
        assert many < 0.015 and few < 0.03, (arm, many, few)
        assert fit(found[arm]).at_risk == list(found[arm].arm.at_risk)


@pytest.mark.parametrize("name", TRIALS)
def test_clicks_that_tremble_give_a_larger_error_and_say_so(tmp_path, name):
    """60 clicks an arm, each off by up to half a percentage point."""
    patients = trial(name)
    exact, risk, _ = printed(patients)
    draw = np.random.default_rng(1)
    clicks = []
    for arm, curve in exact.groupby("arm"):
        times = np.linspace(0, curve["time"].max(), 60)
        heights = np.concatenate(([1.0], curve["survival"]))[np.searchsorted(curve["time"], times, side="right")]
        clicks.append(
            pd.DataFrame({"arm": arm, "time": times, "survival": heights + draw.uniform(-0.005, 0.005, len(times))})
        )
    found = reconstructed(tmp_path, pd.concat(clicks), risk)
    sharp = reconstructed(tmp_path, exact, risk)
    for arm, one in found.items():
        how = fit(one)
        assert fit(sharp[arm]).rmse < 0.001 < how.rmse < 0.005 and how.largest < 0.02
        assert how.at_risk == list(one.arm.at_risk)
        assert "moved" in [code for code, _ in one.notes]


@pytest.mark.parametrize("name", TRIALS)
def test_with_censoring_ticks_the_fit_is_at_least_as_good(tmp_path, name):
    patients = trial(name)
    curve, risk, ticks = printed(patients)
    without, marked = reconstructed(tmp_path, curve, risk), reconstructed(tmp_path, curve, risk, ticks)
    truth = log_hazard_ratio(patients)
    for arm, of_arm in patients.groupby("arm"):
        assert fit(marked[arm]).rmse <= fit(without[arm]).rmse + 1e-4
        assert distances(of_arm, marked[arm])[0] < 0.015
        censored = marked[arm].times[~marked[arm].events]
        assert set(censored) <= set(ticks.loc[ticks["arm"] == arm, "time"])
    assert abs(log_hazard_ratio(patient_table(list(marked.values()))) - truth) < 0.05


@pytest.mark.parametrize("off", [-3, -1, 0, 1, 3])
@pytest.mark.parametrize("name", TRIALS)
def test_a_printed_total_of_events_is_honoured_exactly(tmp_path, name, off):
    """Also a total that another reading of the curve would not give."""
    patients = trial(name)
    curve, risk, _ = printed(patients)
    total = patients.groupby("arm")["event"].sum() + off
    total = total.clip(upper=patients.groupby("arm").size())
    tables = curve, risk.assign(total_events=risk["arm"].map(total))
    if name == "rossi" and off > 0:  # all who leave before the last column fail, and nobody in arm b does after it
        with refuses("arm b: curve and risk table leave room for 48 events"):
            reconstructed(tmp_path, *tables)
        return
    found = reconstructed(tmp_path, *tables)
    for arm, one in found.items():
        assert one.events.sum() == total[arm]
        assert len(one.times) == (patients["arm"] == arm).sum()
        assert fit(one).at_risk == list(one.arm.at_risk)


def test_without_further_columns_the_total_of_events_helps(tmp_path):
    """Only the number of patients is printed: the paper's second case."""
    patients = trial("lung")
    curve, risk, _ = printed(patients)
    rounded = curve.assign(survival=curve["survival"].round(2))
    first = risk[risk["time"] == 0]
    total = patients.groupby("arm")["event"].sum()
    found = reconstructed(tmp_path, rounded, first.assign(total_events=first["arm"].map(total)))
    assert {arm: one.events.sum() for arm, one in found.items()} == dict(total)
    assert all(fit(one).rmse < 0.02 for one in found.values())


# Eight patients: events at 2, 4, 5, 8; censored at 3.5, twice between 6 and 8, and at 9.
# Survival 7/8; times 5/6 (one left at 3.5); times 4/5; times 1/2 (two of the four left; without the total
# of events it might have been two events of four).
HAND_CURVE = [(0, 1), (2, 0.875), (4, 0.729167), (5, 0.583333), (8, 0.2917), (9, 0.2917)]
HAND_RISK = [(0, 8), (3, 7), (6, 4), (9, 1)]


def small(curve=HAND_CURVE, risk=HAND_RISK, arm="A"):
    """Tables of one arm."""
    points = pd.DataFrame(curve, columns=["time", "survival"])
    counts = pd.DataFrame(risk, columns=["time", "at_risk"])
    points.insert(0, "arm", arm)
    counts.insert(0, "arm", arm)
    return points, counts


def test_eight_patients_by_hand(tmp_path):
    curve, risk = small()
    folder = write(tmp_path, curve, risk.assign(total_events=[4, None, None, None]))
    done = run("reconstruct", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{folder}: wrote FIT.md, patients_from_curve.csv\n"
    assert (folder / "patients_from_curve.csv").read_text(encoding="utf-8") == (
        "arm,time,event,source\n"
        "A,2,1,reconstructed\n"
        "A,3.5,0,reconstructed\n"
        "A,4,1,reconstructed\n"
        "A,5,1,reconstructed\n"
        "A,6.666666667,0,reconstructed\n"
        "A,7.333333333,0,reconstructed\n"
        "A,8,1,reconstructed\n"
        "A,9,0,reconstructed\n"
    )
    report = (folder / "FIT.md").read_text(encoding="utf-8")
    head, section = report.split("## Arm A\n")
    assert head.splitlines()[2] == "**Reconstructed from a printed curve, not patient records.**"
    assert "may not be pooled with observed patients" in head.splitlines()[3]
    assert section == (
        "\n"
        "- patients: 8\n"
        "- events: 4 (printed: 4)\n"
        "- digitised times: 6\n"
        "- root mean square error of survival: 0.0000\n"
        "- largest error of survival: 0.0000, at 8\n"
        "- distance to the true curve: at most 0.0050, if no click is off by more than 0.0050\n"
        "\n"
        "| time | at risk, printed | at risk, reconstructed |\n"
        "|---:|---:|---:|\n"
        "| 0 | 8 | 8 |\n"
        "| 3 | 7 | 7 |\n"
        "| 6 | 4 | 4 |\n"
        "| 9 | 1 | 1 |\n"
    )


def test_errors_of_the_report_by_hand(tmp_path):
    """One of four fails: 0.75, clicked as 0.76 at 1 and as 0.74 at 2; the root of (0 + 1 + 1) / 3 in hundredths."""
    (found,) = reconstructed(tmp_path, *small([(0, 1), (1, 0.76), (2, 0.74)], [(0, 4), (1.5, 3)])).values()
    assert found.events.tolist() == [True, False, False, False] and found.times.tolist() == [1, 2, 2, 2]
    how = fit(found)
    assert (how.points, how.events, how.at_risk) == (3, 1, [4, 3])
    assert how.rmse == pytest.approx(0.01 * (2 / 3) ** 0.5) and how.largest == pytest.approx(0.01)


def test_ticks_take_the_censorings(tmp_path):
    ticks = pd.DataFrame({"arm": "A", "time": [3.2, 6.1, 7.9, 9]})
    (found,) = reconstructed(tmp_path, *small(), ticks).values()
    assert found.times[~found.events].tolist() == [3.2, 6.1, 7.9, 9]
    assert found.times[found.events].tolist() == [2, 4, 5, 8]


def test_ticks_that_overlap_and_ticks_too_many(tmp_path):
    one = pd.DataFrame({"arm": "A", "time": [3.2, 6.1, 9]})
    (found,) = reconstructed(tmp_path, *small(), one).values()
    assert found.times[~found.events].tolist() == [3.2, 6.1, 6.1, 9]
    assert ("beyond-ticks", {"count": 1}) in found.notes
    many = pd.DataFrame({"arm": "A", "time": [3.2, 6.1, 7, 7.9, 9]})
    (found,) = reconstructed(tmp_path, *small(), many).values()
    assert len(found.times) == 8 and ("ticks-without-patient", {"count": 1}) in found.notes


@pytest.mark.parametrize(
    ("curve", "risk", "times", "events"),
    [
        pytest.param([(0, 1), (6, 1)], [(0, 4), (3, 2)], [1, 2, 4.5, 6], [0, 0, 0, 0], id="no events"),
        pytest.param([(5, 1)], [(0, 2)], [5, 5], [0, 0], id="a single point, flat"),
        pytest.param(
            [(1, 0.75), (2, 0.5), (3, 0.25), (4, 0)], [(0, 4), (2.5, 2)], [1, 2, 3, 4], [1, 1, 1, 1], id="all events"
        ),
        pytest.param([(0, 1), (7, 0)], [(0, 1)], [7], [1], id="one patient, an event"),
        pytest.param([(0, 1), (7, 1)], [(0, 1), (8, 0)], [7], [0], id="one patient, censored"),
        pytest.param([(0, 1), (2, 0.5), (2, 1), (5, 0.5)], [(0, 2)], [2, 5], [1, 0], id="both ends of a drop"),
        pytest.param([(0, 1), (3, 0), (9, 0)], [(0, 3), (5, 0)], [3, 3, 3], [1, 1, 1], id="everybody at once"),
        pytest.param([(0, 1), (2, 0.5)], [(0, 2), (4, 1)], [2, 4], [1, 0], id="risk table beyond the curve"),
    ],
)
def test_degenerate_curves(tmp_path, curve, risk, times, events):
    (found,) = reconstructed(tmp_path, *small(curve, risk)).values()
    assert found.times.tolist() == times and found.events.tolist() == [bool(event) for event in events]
    assert fit(found).rmse < 1e-12
    assert "reconstructed" in fit_report([found])


@pytest.mark.parametrize(
    ("curve", "risk", "note"),
    [
        ([(0, 100), (2, 50), (4, 50)], [(0, 2)], "survival is given in percent: divided by 100"),
        ([(0, 1.004), (2, 0.5), (4, 0.5)], [(0, 2)], "points up to 0.0040 beyond 0 or 1 are taken as 0 or 1"),
        ([(2, 0.5), (4, 0.5)], [(0, 2)], "the curve begins at 2 with 0.5: the point (0, 1) was added"),
        ([(0, 0.98), (2, 0.5), (4, 0.5)], [(0, 2)], "the curve begins at 0 with 0.98: the point (0, 1) was added"),
        ([(0, 1), (2, 0.49), (3, 0.5), (4, 0.5)], [(0, 2)], "moved, by 0.0067 at most, so that survival never rises"),
        ([(0, 1), (2, 0.5)], [(0, 2), (4, 1)], "the curve ends at 2, before 4 of the risk table"),
        ([(0, 1), (2, 0.5), (4, 0.5), (5, 0.4)], [(0, 2), (4.5, 0)], "nobody is at risk at 4.5"),
        ([(0, 1), (2, 0.5), (4, 0.5), (5, 0)], [(0, 2), (3, 2)], "between 0 and 3, but nobody leaves the risk table"),
    ],
)
def test_what_was_assumed_is_noted(tmp_path, curve, risk, note):
    (found,) = reconstructed(tmp_path, *small(curve, risk)).values()
    assert any(note in note_words(*one) for one in found.notes), found.notes
    assert note in fit_report([found])
    assert len(found.times) == 2


@pytest.mark.parametrize(
    ("curve", "risk", "words"),
    [
        (HAND_CURVE, [(0, 10**9)], "at_risk.csv, row 2, at_risk: found “1e+09”; at most 5,000 is expected"),
        (HAND_CURVE, [(0, 8), (1e300, 7)], "at_risk.csv, row 3, time: found “1e+300”; at most 1,000,000 is expected"),
        ([(0, 1), (1e9, 0.5)], HAND_RISK, "curve.csv, row 3, time: found “1e+09”; at most 1,000,000 is expected"),
        ([(t, 1) for t in range(20_001)], HAND_RISK, "curve.csv: the table has 20,001 rows, more than 20,000"),
        (HAND_CURVE, [(0, 8), (3, 7), (6, 9)], "at_risk.csv, row 4, at_risk: found “9”; the number at risk rises"),
        (HAND_CURVE, [(1, 8)], "at_risk.csv, row 2, time: found “1”; the risk table does not begin at time 0"),
        (HAND_CURVE, [(0, 0)], "at_risk.csv, row 2, at_risk: found “0”; nobody is at risk at time 0"),
        (HAND_CURVE, [(0, 8), (3, 7), (3, 6)], "at_risk.csv, row 4, time: found “3”; the time is there twice"),
        (HAND_CURVE, [(0, 8), (3, -7)], "at_risk.csv, row 3, at_risk: found “-7”; it may not be negative"),
        (HAND_CURVE, [(0, 7.5)], "at_risk.csv, row 2, at_risk: found “7.5”; a whole number is expected"),
        (HAND_CURVE, [(0, None)], "at_risk.csv, row 2, at_risk: the cell is empty"),
        ([(0, 1), (2, 1.4), (3, 0.5)], HAND_RISK, "curve.csv, row 3, survival: found “1.4”; survival is expected"),
        ([(0, 1), (2, 0.9), (3, 80), (4, 0.7)], HAND_RISK, "curve.csv, row 4, survival: found “80”; survival is"),
        ([(0, 1), (2, -0.1)], HAND_RISK, "curve.csv, row 3, survival: found “-0.1”; survival is expected"),
        ([(0, 1), (-2, 0.9)], HAND_RISK, "curve.csv, row 3, time: found “-2”; it may not be negative"),
        ([(0, 1), (2, 0.5), (3, 0.9)], HAND_RISK, "curve.csv, row 4, survival: found “0.9”; arm A: survival rises"),
        ([(0, 1), (2, "0,9")], HAND_RISK, "curve.csv, row 3, survival: found “0,9”; a number is expected"),
        ([(0, 1), (2, "inf")], HAND_RISK, "curve.csv, row 3, survival: found “inf”; a number is expected"),
        ([], HAND_RISK, "curve.csv: the table has a header but no rows"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path, curve, risk, words):
    with pytest.raises(CohortError) as refused:
        reconstructed(tmp_path, *small(curve, risk))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        ([9, None], "row 2, total_events: found “9”; there are more events than the 8 patients"),
        ([4, 5], "row 3, total_events: found “5”; another row of the arm says 4"),
        ([10**12, None], "row 2, total_events: found “1e\\+12”; at most 5,000 is expected"),
        ([0.5, None], "row 2, total_events: found “0.5”; a whole number is expected"),
    ],
)
def test_a_total_of_events_that_cannot_be(tmp_path, total, words):
    curve, risk = small(risk=[(0, 8), (3, 7)])
    with refuses(words):
        reconstructed(tmp_path, curve, risk.assign(total_events=total))


def test_a_total_of_events_against_a_flat_curve_is_refused(tmp_path):
    curve, risk = small([(0, 1), (9, 1)])
    with refuses("found “2”; arm A: curve and risk table leave room for 0 events"):
        reconstructed(tmp_path, curve, risk.assign(total_events=2))


def test_arms_must_be_the_same_in_every_table(tmp_path):
    curve, _ = small(arm="A")
    _, risk = small(arm="B")
    with pytest.raises(CohortError) as refused:
        reconstructed(tmp_path, curve, risk, pd.DataFrame({"arm": ["C"], "time": [1]}))
    assert [(one.file, one.value, rule_and_fix(one)[0]) for one in refused.value.problems] == [
        ("curve.csv", "A", "the arm is not in at_risk.csv"),
        ("at_risk.csv", "B", "the arm is not in curve.csv"),
        ("censor_ticks.csv", "C", "the arm is not in curve.csv"),
    ]


def test_the_command_refuses_in_words(tmp_path):
    curve, risk = small()
    folder = tmp_path / "half"
    folder.mkdir()
    curve.to_csv(folder / "curve.csv", index=False)
    done = run("reconstruct", folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error: at_risk.csv: the file is missing. Write the numbers at risk as printed there" in done.stderr
    risk.to_csv(folder / "at_risk.csv", index=False)
    (folder / "published.csv").write_text("id\n", encoding="utf-8")
    done = run("reconstruct", folder)
    assert done.returncode == 1 and "a digitised curve stands beside published.csv" in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["at_risk.csv", "curve.csv", "published.csv"]


def test_a_column_a_rounding_away_from_a_drop_is_met(tmp_path):
    """No number lies between the drop and the column: who is censored there is still gone at the column."""
    (arm,) = read_digitised(write(tmp_path, *small([(0, 1), (0.3, 0.75), (1, 0.75)], [(0, 4), (0.5, 1)])))
    column = np.nextafter(0.3, 1)
    found = guyot(replace(arm, risk_times=np.array([0, column]), ticks=np.array([0.3, 1])))
    assert fit(found).at_risk == [4, 1] and found.times.tolist() == [0.3, 0.3, 0.3, 1]
    found = guyot(replace(arm, risk_times=np.array([0, column]), total_events=1))
    assert fit(found).at_risk == [4, 1]


def test_the_same_curve_gives_the_same_patients(tmp_path):
    curve, risk, _ = printed(trial("larynx"))
    first, again = (patient_table(list(reconstructed(tmp_path, curve, risk).values())) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_the_order_of_points_does_not_matter(tmp_path):
    curve, risk, _ = printed(trial("leukemia"))
    first = patient_table(list(reconstructed(tmp_path, curve, risk).values()))
    turned = patient_table(list(reconstructed(tmp_path, curve.iloc[::-1], risk.iloc[::-1]).values()))
    order = ["arm", "time", "event"]
    pd.testing.assert_frame_equal(
        first.sort_values(order, ignore_index=True), turned.sort_values(order, ignore_index=True)
    )
