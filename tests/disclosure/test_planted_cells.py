"""One small cell planted at a time, in tables written by hand or cut from the demo: no shown number proves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from reader_model import SMALLEST, Reader, censored_compatible

from livingreview import chapter
from livingreview.cohort.cohort import Cohort
from livingreview.presentation.harms import grade_figure
from livingreview.results.rounding import rounded
from observed import Tables, demo, observed_study

SURVIVAL = {"milestones": [12, 24, 36], "interval": "log-log", "level": 0.95}
MRD = {"milestone_months": 36, "landmark_months": 18, "sustained_months": 12, "interval": "log-log", "level": 0.95}
ANALYSES = {
    "study": {"level": 0.95},
    "responses": {"level": 0.95},
    "safety": {"level": 0.95},
    "progression_free_survival": SURVIVAL,
    "overall_survival": SURVIVAL,
    "minimal_residual_disease": MRD,
    "endpoint_survival": SURVIVAL | {"endpoint": "ttnt"},
    "subgroups": SURVIVAL | {"age_split": 65, "group_by": "msmart_risk"},
}


@pytest.fixture
def shown(tmp_path: Path) -> Callable[..., list[dict]]:
    """What the chapters show of an observed cohort of these tables."""

    def results(tables: Tables, *names: str, declared: str = "") -> list[dict]:
        for name, table in tables.items():
            table.to_csv(tmp_path / f"{name}.csv", index=False)
        (tmp_path / "study.yml").write_text(observed_study() + declared, encoding="utf-8")
        cohort = Cohort(tmp_path)
        return [getattr(chapter, name)(cohort, **ANALYSES[name]).to_dict() for name in names or ANALYSES]

    return results


def numbers(pages: list[dict]) -> list[tuple]:
    """Numbers of 1 to 4 patients that stand anywhere in the estimates."""
    rows = [row for page in pages for row in page["estimates"]]
    found = [(row["key"], name, row[name]) for row in rows for name in ("n", "events") if row[name] in range(1, 5)]
    return found + [
        (row["key"], row["value"]) for row in rows if row["unit"] == "patients" and row["value"] in range(1, 5)
    ]


def followed(patients: pd.DataFrame, endpoint: str) -> tuple[pd.Series, pd.Series]:
    return patients[f"{endpoint}_months"].astype(float), patients[f"{endpoint}_event"] != "censored"


def few_deaths(count: int) -> Tables:
    tables = demo()
    patients = tables["patients"]
    spared = patients.index[patients["os_event"] == "death"][count:]
    patients.loc[spared, "os_event"], patients.loc[spared, "death_cause"] = "censored", ""
    patients.loc[spared, "pfs_event"] = patients.loc[spared, "pfs_event"].replace("death", "censored")
    tables["adverse_events"]["grade"] = tables["adverse_events"]["grade"].replace("5", "4")
    return tables


def test_three_deaths_stand_beside_no_median(shown):
    assert numbers(shown(few_deaths(3), "overall_survival")) == []


def test_a_curve_steps_by_nobody_or_enough(shown):
    (page,) = shown(few_deaths(3), "progression_free_survival")
    for name in ("at_risk", "censored", "events"):
        values = [x for x in page["curves"][0][name] if x is not None]
        assert {abs(b - a) for a, b in zip(values, values[1:], strict=False)} & {1, 2, 3, 4} == set(), name


def test_patients_without_the_event_of_a_flag(shown):
    tables = demo()
    events = tables["adverse_events"]
    unrelated = events["patient_id"].isin(sorted(set(events["patient_id"]))[:3])
    events["related"] = unrelated.map({True: "no", False: "yes"})
    assert Reader(shown(tables, "study", "safety")).proven({"safety.related.without": 3}) == {}


def _all_but_one_harmed(tables: Tables) -> pd.DataFrame:
    """Adverse events, all of them related, of everybody but one patient."""
    events = tables["adverse_events"]
    unharmed = sorted(set(tables["patients"]["patient_id"]) - set(events["patient_id"]))[1:]
    more = pd.DataFrame([events.iloc[0].to_dict() | {"patient_id": one, "grade": "1"} for one in unharmed])
    return pd.concat([events, more], ignore_index=True).assign(related="yes")


def test_patients_without_a_related_event_whether_with_another_or_none(shown):
    """One had no event and two an unrelated one: neither is shown, and together they are all without."""
    tables = demo(60)
    events = _all_but_one_harmed(tables)
    events.loc[events["patient_id"].isin(sorted(set(events["patient_id"]))[:2]), "related"] = "no"
    tables["adverse_events"] = events
    assert Reader(shown(tables, "study", "safety")).proven({"safety.related.not": 3}) == {}


def test_grades_of_a_term_that_are_few_together(shown, tmp_path):
    """Grades of two patients and of one are withheld, and what the others leave of the term is not these three."""
    tables = demo(60)
    events = tables["adverse_events"]
    ids = list(tables["patients"]["patient_id"])
    grades = dict(zip(ids, [1] * 9 + [2] * 7 + [3] * 2 + [4], strict=False))
    gout = [
        events.iloc[0].to_dict() | {"patient_id": one, "term": "Gout", "grade": str(at)} for one, at in grades.items()
    ]
    tables["adverse_events"] = pd.concat([events, pd.DataFrame(gout)], ignore_index=True)
    (page,) = shown(tables, "safety")
    rows = {row["key"]: row for row in page["estimates"] if row["value"] is not None}
    assert rows["safety.term.gout"]["events"] == 19
    for key, row in rows.items():
        if row["statistic"] == "proportion" and row["key"].count(".") == 2:
            own = sum(rows[f"{key}.grade{at}"]["value"] for at in range(1, 6) if f"{key}.grade{at}" in rows)
            assert row["events"] - own not in range(1, 5), key
    figure = grade_figure(chapter.safety(Cohort(tmp_path), level=0.95))
    counts = [row["count"] for row in figure.wide["datasets"]["grades"]]
    assert set(counts) & {1, 2, 3, 4} == set()
    assert "shown together" in figure.description


def test_all_but_two_had_an_adverse_event(shown):
    tables = demo()
    events = tables["adverse_events"]
    unharmed = sorted(set(tables["patients"]["patient_id"]) - set(events["patient_id"]))[2:]
    more = pd.DataFrame([events.iloc[0].to_dict() | {"patient_id": one, "start_months": "0.4"} for one in unharmed])
    tables["adverse_events"] = pd.concat([events, more], ignore_index=True)
    assert Reader(shown(tables, "study", "safety")).proven({"safety.none": 2}) == {}


def test_negative_once_and_positive_once(shown):
    """Whoever was never negative was positive: what is left of the positive was negative once."""
    tables = demo()
    samples = tables["mrd"]
    results = samples.groupby("patient_id")["status"].agg(set)
    mixed = list(results.index[results.map(len) == 2])
    mixed = [one for one in mixed if not _sustained(samples[samples["patient_id"] == one])]
    kept = ~(samples["patient_id"].isin(mixed[3:]) & (samples["status"] == "positive"))
    once = samples[kept & ~(samples["patient_id"].isin(mixed[3:]) & samples[kept].duplicated("patient_id"))]
    tables["mrd"] = once
    assert once["patient_id"].nunique() == len(results)
    assert Reader(shown(tables, "study", "minimal_residual_disease")).proven({"mrd.converted": 3}) == {}


def test_few_neither_positive_nor_sustained_negative_at_the_landmark(shown):
    """Nobody is both: of those sampled, these two leave those negative once and those confirmed later."""
    tables = demo(28)
    patients = tables["patients"]
    patients["pfs_months"], patients["pfs_event"] = "50.5", "censored"
    patients.loc[[3, 4, 9, 12, 14, 24], "pfs_months"] = "17.9"
    found = dict.fromkeys((1, 2, 7, 16, 20, 25, 27), {"2.9": "positive", "15.4": "positive"})
    found |= dict.fromkeys((3, 4, 19), {"2.5": "positive"})
    found |= {22: {"2.8": "negative", "15.7": "positive"}, 26: {"2.7": "negative", "28.9": "positive"}}
    found |= dict.fromkeys((6, 10, 13, 17, 18, 21, 9), {"2.4": "negative", "15.2": "negative"})
    found |= {5: {"2.1": "negative", "28.4": "negative"}, 12: {"2.1": "negative"}}
    sample, ids = tables["mrd"].iloc[0].to_dict(), list(patients["patient_id"])
    rows = [(ids[place], months, status) for place in sorted(found) for months, status in found[place].items()]
    rows = [sample | {"patient_id": one, "months": months, "status": status} for one, months, status in rows]
    tables["mrd"] = pd.DataFrame(rows)
    reader = Reader(shown(tables, "study", "minimal_residual_disease"))
    assert not reader.proves_small({"mrd.evaluated": 1, "mrd.positive": -1, "mrd.landmark.sustained": -1})


def _sustained(rows: pd.DataFrame) -> bool:
    rows = rows.assign(months=rows["months"].astype(float)).sort_values("months")
    negative = rows[rows["status"] == "negative"]
    runs = (rows["status"] == "positive").cumsum()[negative.index]
    spans = negative.groupby(runs)["months"].agg(lambda months: months.max() - months.min())
    return bool((spans >= 12 - 1e-6).any())


def short_group() -> Tables:
    """Three sustained negative patients, followed for 30.3 months."""
    tables = demo()
    samples, patients = tables["mrd"], tables["patients"]
    sustained = [one for one, rows in samples.groupby("patient_id") if _sustained(rows)]
    tables["mrd"] = samples[~samples["patient_id"].isin(sustained[3:])]
    few = patients["patient_id"].isin(sustained[:3])
    patients.loc[few, "pfs_months"], patients.loc[few, "pfs_event"] = "30.3", "censored"
    return tables


def test_a_group_that_was_not_followed_so_long_shows_no_size(shown):
    assert numbers(shown(short_group(), "minimal_residual_disease")) == []


def test_reasons_name_no_time_of_a_patient(shown):
    pages = shown(short_group(), "minimal_residual_disease")
    tables = demo(30)
    patients = tables["patients"]
    patients["pfs_months"], patients["pfs_event"] = "10.1", "progression"
    patients["os_event"] = ["death"] * 15 + ["censored"] * 15
    patients["os_months"] = [f"{12.3 + t:.1f}" for t in range(30)]  # half are alive from month 26.3 on
    pages += shown(tables, "overall_survival")
    assert [
        (row["key"], row["reason"])
        for page in pages
        for row in page["estimates"]
        if re.search(r"\d\.\d", str(row["reason"]))
    ] == []


@pytest.mark.parametrize("known", [1, 2, 4])
def test_no_median_of_a_few_known_ages(shown, known):
    tables = demo()
    tables["patients"].loc[known:, "age_years"] = ""
    rows = {row["key"]: row for row in shown(tables, "study")[0]["estimates"]}
    assert rows["cohort.age_median"]["value"] is None


def test_few_censored_before_anybody_died(shown):
    """The lower limit of a survival of 100 % is a function of the number still followed."""
    tables = demo(30)
    patients = tables["patients"]
    patients["os_months"] = (patients["os_months"].astype(float) + 13).map("{:.1f}".format)
    early = patients.index[patients["os_event"] == "censored"][:3]
    patients.loc[early, "os_months"], patients.loc[early, "pfs_months"] = "9.3", "7.3"
    months, event = followed(patients, "os")
    assert int((~event & (months < 12)).sum()) == 3
    reader = Reader(shown(tables, "study", "overall_survival"), deaths_end_pfs=False)
    assert reader.proven({"os.censored<12": 3}) == {}


@pytest.mark.parametrize(
    ("n", "endpoint", "analysis"), [(30, "os", "overall_survival"), (60, "pfs", "progression_free_survival")]
)
def test_the_heights_of_a_curve_give_no_few_censored_away(shown, n, endpoint, analysis):
    """Between two heights every event divides by the number still followed."""
    tables = demo(n)
    (page,) = shown(tables, analysis)
    rows = {}
    for row in page["estimates"]:
        if row["statistic"] == "survival" and row["value"] is not None:
            rows[row["time_months"]] = (row["value"], row["events"], None)
    for curve in page["curves"]:
        columns = (curve[name] for name in ("t", "survival", "events", "censored"))
        rows |= {t: (survival, events, censored) for t, survival, events, censored in zip(*columns, strict=True)}
    times = sorted(rows)
    compatible = censored_compatible([rows[t] for t in times], n)
    months, event = followed(tables["patients"], endpoint)
    truth = [int((~event & (months <= t)).sum()) for t in times]
    assert all(true in possible for true, possible in zip(truth, compatible, strict=True))
    proven = [(t, p) for t, p in zip(times, compatible, strict=True) if min(p) > 0 and max(p) < SMALLEST]
    assert proven == []


def three_alive_after_progression() -> Tables:
    tables = demo(60)
    patients = tables["patients"]
    patients.loc[(patients["pfs_event"] == "censored"), "os_event"] = "censored"
    alive = patients.index[(patients["pfs_event"] == "progression") & (patients["os_event"] == "censored")]
    patients.loc[alive[3:], "os_event"] = "death"
    return tables


def test_few_alive_after_progression(shown):
    """Of two totals of nested events the difference is a count as well."""
    pages = shown(three_alive_after_progression(), "study", "progression_free_survival", "overall_survival")
    assert Reader(pages).proven({"progressed.alive": 3}) == {}


def test_few_followed_for_survival_alone(shown):
    """Whoever is still followed, but not for progression, is the difference of two columns at the same month."""
    tables = demo(60)
    patients = tables["patients"]
    for endpoint, early in (("os", 7), ("pfs", 10)):
        months = [6.2 if endpoint == "pfs" else 8.2] * 15 + [10.4] * 7 + [20.4] * (early - 7) + [50.6] * (45 - early)
        patients[f"{endpoint}_months"] = [f"{t:.1f}" for t in months]
        patients[f"{endpoint}_event"] = ["progression" if endpoint == "pfs" else "death"] * 15 + ["censored"] * 45
    reader = Reader(shown(tables, "study", "progression_free_survival", "overall_survival"))
    both = [{f"os.left{side}{t}": 1, f"pfs.left{side}{t}": -1} for t in range(21, 51) for side in ("<", "<=")]
    assert [terms for terms in both if reader.proves_small(terms)] == []


def answers(ids: list[str], pairs: list[tuple[str, str]]) -> pd.DataFrame:
    rows = []
    for one, (before, after) in zip(ids, pairs, strict=True):
        rows += [(one, "before", before), (one, "after", after), (one, "best", after)]
    return pd.DataFrame(rows, columns=["patient_id", "timepoint", "response"])


def test_few_of_one_path_between_responses(shown):
    """Two bars and the numbers that changed may leave one table of change only."""
    tables = demo(30)
    pairs = [("CR", "CR")] * 5 + [("VGPR", "VGPR")] * 10 + [("PR", "CR")] * 5 + [("PR", "VGPR")] * 2
    pairs += [("PR", "PR")] * 8
    tables["responses"] = answers(list(tables["patients"]["patient_id"]), pairs)
    assert Reader(shown(tables, "study", "responses")).proven({"response.before.after.pr.vgpr": 2}) == {}


def test_few_who_first_reached_a_threshold_later(shown):
    """Nobody got worse from the response after to the best one: the shares differ by those who reached it since."""
    paths = {("sCR", "sCR"): 6, ("CR", "CR"): 6, ("VGPR", "sCR"): 1, ("VGPR", "VGPR"): 8, ("PR", "sCR"): 1}
    paths |= {("PR", "VGPR"): 2, ("MR", "CR"): 2, ("MR", "VGPR"): 1, ("MR", "MR"): 10}
    paths |= {("NE", "VGPR"): 1, ("NE", "PR"): 1, ("NE", "NE"): 8}
    taken = [path for path, count in paths.items() for _ in range(count)]
    tables = demo(len(taken))
    ids = tables["patients"]["patient_id"]
    each = zip(ids, taken, strict=True)
    rows = [row for one, (a, b) in each for row in ((one, "before", "PR"), (one, "after", a), (one, "best", b))]
    tables["responses"] = pd.DataFrame(rows, columns=["patient_id", "timepoint", "response"])
    reader = Reader(shown(tables, "study", "responses"))
    names = ("cr_or_better", "vgpr_or_better", "pr_or_better")
    since = [{f"response.best.{name}": 1, f"response.after.{name}": -1} for name in names]
    assert [terms for terms in since if reader.proves_small(terms)] == []


def test_few_unchanged_of_those_assessed_twice(shown):
    tables = demo(60)
    pairs = [("PR", "VGPR")] * 20 + [("VGPR", "CR")] * 10 + [("VGPR", "PR")] * 10 + [("CR", "PR")] * 10
    pairs += [("PR", "PR")] * 3 + [("PR", "NE")] * 7
    tables["responses"] = answers(list(tables["patients"]["patient_id"]), pairs)
    assert Reader(shown(tables, "study", "responses")).proven({"response.unchanged.before.after": 3}) == {}


def test_few_without_a_sample_still_followed_at_the_landmark(shown):
    """Where the curve of all patients can be read at the landmark, its groups can be subtracted."""
    tables = demo()
    patients, samples = tables["patients"], tables["mrd"]
    months = patients["pfs_months"].astype(float)
    patients.loc[(months > 15.9) & (months <= 19), "pfs_months"] = "15.9"
    late = patients.loc[patients["pfs_months"].astype(float) > 18, "patient_id"]
    sampled = set(samples["patient_id"])
    unsampled = [one for one in late if one not in sampled]
    dropped = [one for one in late if one in sampled][: 3 - len(unsampled)]
    dropped += [one for one in patients["patient_id"] if one in sampled and one not in set(late)][:5]
    tables["mrd"] = samples[~samples["patient_id"].isin(dropped)]
    pages = shown(tables, "study", "progression_free_survival", "minimal_residual_disease")
    assert Reader(pages, deaths_end_pfs=False).proven({"mrd.unsampled.followed": 3}) == {}


def test_few_left_between_a_reading_of_the_curve_and_the_landmark(shown):
    """35 are left at month 13, two are censored before the landmark: the curve is not read there, the landmark is."""
    tables = demo(41)
    patients = tables["patients"]
    patients["pfs_months"] = ["12.4"] * 6 + ["15.5"] * 2 + ["30.5"] * 12 + ["40.5"] * 10 + ["50.5"] * 11
    patients["pfs_event"] = ["progression"] * 6 + ["censored"] * 2 + ["progression"] * 12 + ["censored"] * 21
    pages = shown(tables, "study", "progression_free_survival", "minimal_residual_disease")
    (curve,) = pages[1]["curves"]
    reader = Reader(pages, deaths_end_pfs=False)
    left = [f"pfs.left{side}{t:g}" for t in curve["t"] for side in ("<", "<=")]
    followed = [{one: 1, "mrd.landmark.followed": -1} for one in left]
    assert [terms for terms in followed if reader.proves_small(terms)] == []


def test_few_deaths_that_were_no_fatal_adverse_event(shown):
    """Every fatal adverse event is a death, as the checks of a cohort demand."""
    tables = demo()
    patients, events = tables["patients"], tables["adverse_events"]
    dead = list(patients.loc[patients["os_event"] == "death", "patient_id"])
    fatal = {"grade": "5", "start_months": "0.4", "term": "Sepsis", "serious": "yes"}
    more = pd.DataFrame([events.iloc[0].to_dict() | fatal | {"patient_id": one} for one in dead[3:]])
    tables["adverse_events"] = pd.concat([events[events["grade"] != "5"], more], ignore_index=True)
    pages = shown(tables, "study", "safety", "overall_survival")
    assert Reader(pages).proven({"os.deaths.not_fatal_event": 3}) == {}


def test_few_whose_stage_the_revision_lowered(shown):
    """Revised stage III is stage III with a further risk."""
    tables = demo()
    patients = tables["patients"]
    third = patients.index[patients["iss_stage"] == "III"]
    patients["r_iss_stage"] = "II"
    patients.loc[third[3:], "r_iss_stage"] = "III"
    patients.loc[patients.index[patients["iss_stage"] == "I"][:20], "r_iss_stage"] = "I"
    assert Reader(shown(tables, "study")).proven({"iss_iii_not_r_iss_iii": 3}) == {}


def test_missing_values_and_a_rare_category_together(shown):
    tables = demo()
    patients = tables["patients"]
    patients.loc[:2, "iss_stage"], patients.loc[3, "induction"], patients.loc[4:5, "induction"] = "", "KRd", ""
    patients.loc[0, "msmart_risk"], patients.loc[9, "n_asct"] = "", "3"
    tables["flow"].loc[1, "n"] = "243"
    pages = shown(tables, "study")
    truth = {"baseline.iss_stage.missing": 3, "baseline.induction.krd": 1, "baseline.induction.missing": 2}
    truth |= {"baseline.msmart_risk.missing": 1, "baseline.n_asct.3": 1, "flow.left.1": 3}
    assert Reader(pages).proven(truth) == {}
    assert numbers(pages) == []
    assert "krd" not in {row["key"].rpartition(".")[2] for row in pages[0]["estimates"]}


def test_a_flow_that_excludes_three_at_its_only_step(shown):
    tables = demo()
    tables["flow"] = tables["flow"].iloc[1:].reset_index(drop=True)
    tables["flow"].loc[0, "n"] = "243"
    assert Reader(shown(tables, "study")).proven({"flow.left.0": 3}) == {}


def test_four_patients_in_total_show_nothing_of_themselves(shown):
    assert numbers(shown(demo(4))) == []


@pytest.mark.parametrize("n", [30, 60])
def test_no_small_number_stands_in_a_small_cohort(shown, n):
    assert numbers(shown(demo(n))) == []


def test_a_path_of_two_takes_all_paths_between_the_timepoints(shown):
    tables = demo(60)
    pairs = [("PR", "VGPR")] * 20 + [("VGPR", "CR")] * 15 + [("CR", "CR")] * 15 + [("PR", "PR")] * 10
    tables["responses"] = answers(list(tables["patients"]["patient_id"]), pairs)
    (page,) = shown(tables, "responses")
    paths = {row["key"]: row["value"] for row in page["estimates"] if row["statistic"] == "path"}
    assert paths["response.path.before.after.pr.vgpr"] == 20 and len(paths) == 4 + 3  # to the best response: the same
    tables["responses"] = answers(list(tables["patients"]["patient_id"]), [("PR", "CR")] * 2 + pairs[2:])
    (page,) = shown(tables, "responses")
    left = [row["key"] for row in page["estimates"] if row["statistic"] == "path" and row["value"] is not None]
    assert [key for key in left if ".before.after." in key] == []


def test_no_cell_of_paths_grades_or_groups_is_small(shown):
    """In every edition of the demo cohort, whatever its size."""
    for n in (30, 60, 120, 240):
        pages = shown(demo(n), "responses", "safety", "subgroups")
        assert numbers(pages) == [], n


def test_few_of_a_worst_grade_of_a_term(shown):
    """What the other grades leave of a term, and a grade of all of the same grade of a term."""
    tables = demo()
    events = tables["adverse_events"]
    severe = events.index[(events["term"] == "Fatigue") & (events["grade"] >= "3")]
    events.loc[severe[2:], "grade"] = "2"
    pages = shown(tables, "study", "safety")
    by_term = events[events["term"] == "Fatigue"].groupby("patient_id")["grade"].max().value_counts()
    truth = {f"safety.term.fatigue.grade{grade}": int(count) for grade, count in by_term.items()}
    assert truth["safety.term.fatigue.grade3"] + truth.get("safety.term.fatigue.grade4", 0) == 2
    assert Reader(pages).proven(truth) == {}
    assert numbers(pages) == []


def test_few_severe_events_that_were_not_of_one_term(shown):
    """Whoever had a term at grade 3 or more is one of those who had any event so severe."""
    tables = demo()
    events = tables["adverse_events"]
    fatigued = set(events.loc[events["term"] == "Fatigue", "patient_id"])
    severe = events["grade"].isin(["3", "4", "5"])
    others = list(dict.fromkeys(events.loc[severe & ~events["patient_id"].isin(fatigued), "patient_id"]))
    events.loc[severe & ~events["patient_id"].isin(others[:3]), "grade"] = "2"
    events.loc[events["term"].eq("Fatigue"), "grade"] = "3"
    pages = shown(tables, "study", "safety")
    assert Reader(pages).proven({"safety.term.fatigue.below3": 3}) == {}


def test_few_patients_of_a_group(shown):
    tables = demo()
    patients = tables["patients"]
    patients.loc[:2, "induction"], patients.loc[4:6, "iss_stage"] = "KRd", ""
    patients["own"] = ["rare"] * 4 + ["common"] * 236
    pages = shown(tables, "study", "progression_free_survival", "subgroups")
    assert numbers(pages) == []
    keys = [row["key"] for row in pages[2]["estimates"]]
    assert [key for key in keys if "krd" in key or "rare" in key] == []
    months, event = followed(patients, "pfs")
    by_then = event & (months <= 36)
    truth = {"baseline.induction.krd": 3, "baseline.iss_stage.missing": 3}
    truth["subgroup.iss_stage.missing.events<=36"] = int((by_then & (patients["iss_stage"] == "")).sum())
    truth["subgroup.induction.krd.events<=36"] = int((by_then & (patients["induction"] == "KRd")).sum())
    assert Reader(pages).proven(truth) == {}


def test_curves_of_groups_are_read_where_that_of_all_is(shown):
    """Groups that are everybody add up to the curve of all: at no other month than its own."""
    pages = shown(demo(), "progression_free_survival", "subgroups")
    (whole,), groups = pages[0]["curves"], pages[1]["curves"]
    assert len(groups) == 2
    for curve in groups:
        assert set(curve["t"]) <= set(whole["t"])
        assert set(curve["risk_table"]["times"]) <= set(whole["risk_table"]["times"])
        for name in ("at_risk", "censored", "events"):
            steps = {abs(b - a) for a, b in zip(curve[name], curve[name][1:], strict=False)}
            assert steps & {1, 2, 3, 4} == set(), (curve["key"], name)


def test_numbers_made_from_a_survival_tell_no_more_decimals_of_it(shown):
    (page,) = shown(three_alive_after_progression(), "progression_free_survival")
    rows = {row["key"]: row["value"] for row in page["estimates"]}
    survival = rows["pfs.survival.36"]
    found = {missing: rows[f"pfs.with_early_failures.36.{missing}"] for missing in (1, 3, 5)}
    assert found == {missing: float(rounded(survival * 60 / (60 + missing), 3)) for missing in found}


def test_a_second_interval_stands_only_where_all_who_are_left_are_counted(shown, monkeypatch):
    """Two intervals of one survival probability, made in different ways, leave few numbers at risk."""
    monkeypatch.setitem(ANALYSES, "progression_free_survival", SURVIVAL | {"interval": "beta product"})
    (page,) = shown(three_alive_after_progression(), "progression_free_survival")
    rows = {row["key"]: row["value"] for row in page["estimates"]}
    assert rows["pfs.followed.12"] and rows["pfs.survival.12.loglog"] and rows["pfs.survival.12.bpcp_midp"]
    assert rows["pfs.survival.36"] is not None and rows["pfs.followed.36"] is None
    assert {key for key in rows if key.startswith(("pfs.survival.24.", "pfs.survival.36."))} == set()


def _with_events(progressed: int, died: int, *, alive: int = 0) -> Tables:
    """60 patients of whom so many progressed and so many died before, in the first year; `alive` of them still are."""
    tables = demo(60)
    patients = tables["patients"]
    events = ["progression"] * progressed + ["death"] * died
    patients["pfs_event"] = events + ["censored"] * (60 - len(events))
    patients["os_event"] = patients["pfs_event"].replace("progression", "death")
    patients.loc[: alive - 1, "os_event"] = "censored"
    patients["death_cause"] = ""
    months = [3.0 + place / 10 for place in range(len(events))] + [50.0] * (60 - len(events))
    patients["pfs_months"] = patients["os_months"] = [f"{month:.1f}" for month in months]
    tables["adverse_events"]["grade"] = tables["adverse_events"]["grade"].replace("5", "4")
    tables["mrd"] = tables["mrd"][tables["mrd"]["months"].astype(float) < 3]
    return tables


@pytest.mark.parametrize("died", [1, 2])
def test_no_test_on_few_events_bounds_a_total_that_is_withheld(shown, died):
    """8 progressed: a test that is refused below 10 events, and made from 10 on, tells how many died."""
    progression, groups = shown(_with_events(8, died, alive=3), "progression_free_survival", "subgroups")
    total = next(row for row in progression["estimates"] if row["key"] == "pfs.events")
    tests = [row for row in groups["estimates"] if row["key"].endswith(".logrank")]
    assert total["value"] is None and tests
    assert all(row["status"] == "withheld" and row["reason"] == total["reason"] for row in tests)
    assert {row["estimator"] for row in tests} == {None}


def test_tests_stand_where_the_total_is_shown(shown):
    progression, groups = shown(_with_events(12, 0), "progression_free_survival", "subgroups")
    assert any(row["key"] == "pfs.events" and row["value"] == 12 for row in progression["estimates"])
    tests = {row["key"]: row["value"] for row in groups["estimates"] if row["key"].endswith(".logrank")}
    assert tests["subgroup.sex.logrank"] is not None


def test_rows_of_a_withheld_milestone_do_not_say_whether_somebody_died(shown):
    """A second interval is made only of 1 to 9 events: beside a withheld milestone its very row would say so."""
    keys = []
    for died in (0, 2):
        tables = few_deaths(0)
        patients = tables["patients"]
        patients["os_months"] = ["6.0"] * 3 + ["8.0"] * died + ["50.0"] * (len(patients) - 3 - died)
        patients["pfs_months"], patients["pfs_event"] = patients["os_months"], "censored"
        patients.loc[3 : 2 + died, ["os_event", "pfs_event", "death_cause"]] = ["death", "death", "myeloma"]
        (page,) = shown(tables, "overall_survival")
        rows = {row["key"]: row["status"] for row in page["estimates"]}
        assert rows["os.survival.12"] == "withheld"
        keys.append({key for key in rows if key.startswith("os.survival.12")})
    assert keys[0] == keys[1]


def values(pages: list[dict], *keys: str) -> list[float | None]:
    rows = {row["key"]: row for page in pages for row in page["estimates"]}
    return [rows[key]["value"] if key in rows else None for key in keys]  # a withheld term has no row


def test_few_who_progressed_and_had_no_next_therapy_are_no_difference_of_two_endpoints(shown):
    """94 progressed, 91 of them had a next therapy; 15 died without progression, 18 without a next therapy."""
    tables = demo()
    patients = tables["patients"]
    progressed = patients["pfs_event"] == "progression"
    patients["next_therapy_months"] = patients["pfs_months"].where(progressed, "")
    patients.loc[patients.index[progressed & (patients["os_event"] == "death")][:3], "next_therapy_months"] = ""
    pages = shown(tables, "progression_free_survival", "overall_survival", "endpoint_survival")
    assert values(pages, "progression.patients", "pfs.events.death", "ttnt.events") == [94, 15, 109]
    assert values(pages, "ttnt.events.next_therapy", "ttnt.events.death") == [None, None]


def test_an_endpoint_that_starts_later_shows_no_month_at_which_few_differ_from_another(shown, tmp_path):
    """Duration from a start that is month 0 but for three patients: its curve is that of PFS but for these."""
    tables = demo()
    patients = tables["patients"]
    patients["begin_months"] = "0"
    late = patients.index[patients["pfs_months"].astype(float) > 40][:3]
    patients.loc[late, "begin_months"] = "30"
    declared = """
endpoints:
  - key: later
    name: duration from the beginning
    short: DFB
    start: begin_months
    start_words: the beginning
    events:
      - {words: progression, months: pfs_months, column: pfs_event, code: progression}
      - {words: death, months: pfs_months, column: pfs_event, code: death}
    censoring:
      - {words: at the last assessment, months: pfs_months}
"""
    (pfs,) = shown(tables, "progression_free_survival", declared=declared)
    later = chapter.endpoint_survival(Cohort(tmp_path), endpoint="later", **SURVIVAL).to_dict()
    months = patients["pfs_months"].astype(float)
    own = months - patients["begin_months"].astype(float)
    read = [t for curve in later["curves"] for t in curve["t"]]
    assert len(read) > 3 and len(pfs["curves"][0]["t"]) > 3
    assert [t for t in read if 0 < abs(int((own > t).sum()) - int((months > t).sum())) < SMALLEST] == []


def test_few_of_a_declared_group_without_its_most_frequent_term(shown):
    """Everybody with an infection but three had pneumonia: the group and the term would say so together."""
    tables = demo()
    events = tables["adverse_events"]
    infected = "Infections and infestations"
    with_pneumonia = set(events.loc[events["term"] == "Pneumonia", "patient_id"])
    events = events[(events["soc"] != infected) | events["patient_id"].isin(with_pneumonia)]
    others = [one for one in tables["patients"]["patient_id"] if one not in with_pneumonia][:3]
    zoster = [
        events[events["soc"] == infected].iloc[0].to_dict() | {"patient_id": one, "term": "Herpes zoster"}
        for one in others
    ]
    tables["adverse_events"] = pd.concat([events, pd.DataFrame(zoster)], ignore_index=True)
    declared = f"adverse_event_groups: [{{key: infections, name: infections, soc: [{infected}]}}]\n"
    pages = shown(tables, "safety", declared=declared)
    group, term = values(pages, "safety.group.infections.count", "safety.term.pneumonia.count")
    assert len(with_pneumonia) >= SMALLEST and None in (group, term)


BEGUN = """
  - key: {key}
    name: duration from {column}
    short: {key}
    start: {column}
    start_words: the beginning
    events:
      - {{words: progression, months: pfs_months, column: pfs_event, code: progression}}
      - {{words: death, months: pfs_months, column: pfs_event, code: death}}
    censoring:
      - {{words: at the last assessment, months: pfs_months}}
"""
ONE_KIND = """
  - key: {key}
    name: time to {key} progression
    short: {key}
    events:
      - {{words: progression, months: pfs_months, column: kind, code: {key}}}
    censoring:
      - {{words: at the last assessment, months: pfs_months}}
"""


def of_endpoints(folder: Path, *keys: str) -> list[dict]:
    return [chapter.endpoint_survival(Cohort(folder), endpoint=key, **SURVIVAL).to_dict() for key in keys]


def test_few_who_reached_one_start_and_not_another(shown, tmp_path):
    """140 reached the first start, 137 of them the second: the n of two endpoints are counts as well."""
    tables = demo()
    patients = tables["patients"]
    months = patients["pfs_months"].astype(float)
    for column, first, share in (("first_months", 0, 0.3), ("second_months", 3, 0.4)):
        begun = (months * share).round(1).astype(str)
        patients[column] = begun.where((patients.index >= first) & (patients.index < 140), "")
    declared = "endpoints:" + BEGUN.format(key="one", column="first_months")
    shown(tables, "overall_survival", declared=declared + BEGUN.format(key="two", column="second_months"))
    one, two = of_endpoints(tmp_path, "one", "two")
    assert {row["n"] for row in one["estimates"]} >= {140}
    assert {row["n"] for row in two["estimates"]} == {None} and two["curves"] == []


def test_few_whom_two_endpoints_together_leave_of_a_third(shown, tmp_path):
    """Each kind of progression has an endpoint of its own, but for one that three patients had."""
    tables = demo()
    patients = tables["patients"]
    patients["kind"] = ""
    progressed = patients.index[patients["pfs_event"] == "progression"]
    for first, name in enumerate(("other", "slow", "fast")):
        patients.loc[progressed[:3] if name == "other" else progressed[2 + first :: 2], "kind"] = name
    declared = "endpoints:" + "".join(ONE_KIND.format(key=key) for key in ("slow", "fast"))
    (pfs,) = shown(tables, "progression_free_survival", declared=declared)
    slow, fast = of_endpoints(tmp_path, "slow", "fast")
    assert None in values([pfs, slow, fast], "progression.patients", "slow.events", "fast.events")
    last = [curve["events"][-1] for page in (slow, fast) for curve in page["curves"]]
    assert len(last) < 2 or not 0 < len(progressed) - sum(last) < SMALLEST


def test_few_with_severe_events_outside_a_declared_group_of_severe_ones(shown):
    """73 had grade 3 or more, 61 of them grade 3 at worst: 12 had more, all but three of these an infection."""
    tables = demo()
    events = tables["adverse_events"]
    severe = events["grade"].astype(float) >= 4
    few = sorted(set(events.loc[severe, "patient_id"]))[:3]
    events.loc[severe, "soc"] = "Infections"
    events.loc[severe & events["patient_id"].isin(few), "soc"] = "Others"
    declared = "adverse_event_groups: [{key: severe, name: severe infections, soc: [Infections], from_grade: 4}]\n"
    pages = shown(tables, "safety", declared=declared)
    keys = ("safety.group.severe.count", "safety.grade3plus.count", "safety.worst.grade3.count")
    assert None in values(pages, *keys)


@pytest.mark.parametrize("fewer", [True, False], ids=["inside", "around"])
def test_few_whom_several_levels_of_a_declared_column_leave_of_a_baseline_group(shown, tmp_path, fewer):
    """Three abnormalities make the risk high; three patients have high risk without one, or one without high risk."""
    tables = demo()
    patients = tables["patients"]
    high = patients.index[patients["msmart_risk"] == "high"]
    standard = patients.index[patients["msmart_risk"] != "high"][:3]
    with_one = [*high[3:]] if fewer else [*standard, *high]  # each abnormality has one of standard risk
    patients["abnormality"] = "none"
    for place, name in enumerate(("del17p", "t414", "t1416")):
        patients.loc[with_one[place::3], "abnormality"] = name
    shown(tables, "study", declared="subgroups: [abnormality]\n")
    parameters = ANALYSES["subgroups"] | {"group_by": "abnormality"}
    found = chapter.subgroups(Cohort(tmp_path), **parameters).to_dict()
    own = "subgroup.abnormality."
    assert [curve["key"] for curve in found["curves"]] == []
    assert {row["n"] for row in found["estimates"] if row["key"].startswith(own) and ".pfs." in row["key"]} <= {None}
