"""The ensemble of the reference cohort: every member as printed, exact ends reached, and pages that show just that."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from itertools import pairwise

import pytest
import yaml

from livingreview import chapter
from livingreview.analyses.registry import ANALYSES
from livingreview.audit.histories import PrintedSurvival, risk_sets
from livingreview.book.chapters import read_chapters
from livingreview.cohort.check import check_cohort
from livingreview.cohort.identifiability import read_ensemble, read_identified, stale
from livingreview.cohort.parameters import DEFAULTS
from livingreview.cohort.problems import CohortError
from livingreview.cohort.study import read_study
from livingreview.presentation.kit.format import number, part
from livingreview.presentation.kit.headline import headline
from livingreview.published.ledger import ledger
from livingreview.published.printed import printed_number, read_published
from livingreview.reconstruction.member_responses import frechet
from livingreview.reconstruction.reconstruct import (
    Reconstruction,
    checked_member,
    reconstruct_from_numbers,
    refuse_unprinted,
)
from livingreview.results.estimates import Results
from livingreview.results.exchange import all_estimates
from livingreview.statistics.beta_product import beta_product_limits
from livingreview.statistics.survival_intervals import greenwood_limits
from livingreview.words.problem_words import rule_and_fix, sentence
from livingreview.words.reason_words import reason_words
from support import REFERENCE, ROOT, run

ROWS, STUDY = read_published(REFERENCE), read_study(REFERENCE)
MADE = Reconstruction.of(REFERENCE, ROWS, STUDY)
PRINTED = MADE.printed
COMMITTED = read_ensemble(REFERENCE)
FEW = 12


@pytest.fixture(scope="module")
def drawn():
    """The estimates and tables of the first members of the committed ensemble."""
    study = REFERENCE / "study.yml"
    return [
        checked_member(files, study, ROWS, number)
        for number, files in enumerate(MADE.members(FEW, COMMITTED.seed), start=1)
    ]


def test_the_committed_ensemble_belongs_to_the_committed_inputs():
    assert stale(REFERENCE, STUDY) == []
    assert COMMITTED.about["coverage"] == {
        "pfs_histories": "59 of 59",
        "os_histories": "5 of 5",
        "pairs": "295 of 295",
        "deaths": "30 of 30",
        "joint_histories": "300 of 5227",
        "pfs_followed": "15 of 15",
        "os_followed": "19 of 19",
        "later_deaths": "20 of 20",
        "sustained_mrd": "20 of 20",
        "severe_grades": "3 of 3",
        "paths": "36 of 36",
        "changes": "8 of 8",
    }
    assert COMMITTED.complete


def test_every_member_agrees_with_every_printed_row(drawn):
    for pages, _ in drawn:
        statuses = {row.status for row in ledger(ROWS, all_estimates(pages), "reconstructed")}
        assert statuses <= {"reproduced", "rounding", "not-derivable", "not-printed"}
        assert pages["minimal_residual_disease"]["mrd.naive.logrank"].value < 0.05
        assert pages["minimal_residual_disease"]["mrd.sustained.pfs.survival.36"].value == 1
    assert len({tuple(tables["patients"]["pfs_months"]) for _, tables in drawn}) == FEW


def test_no_member_leaves_the_committed_ranges(drawn):
    """The committed file says what the analyses of today say: a changed analysis asks for a new ensemble."""
    for pages, _ in drawn:
        for found in all_estimates(pages):
            over = COMMITTED.ranges[found.key]
            made = (found.estimator or "", found.interval if over.interval else "")
            assert not found.estimable or made == (over.estimator, over.interval), found.key
            for value, low, high in (
                (found.value, over.lowest, over.highest),
                (found.low, over.lowest_low, over.highest_low),
                (found.high, over.lowest_high, over.highest_high),
            ):
                assert value is None or low - 1e-9 <= value <= high + 1e-9, found.key
            if over.identifiability == "pinned" and not over.keeps_limits:
                shown = [part(found, name) for name in ("value", "interval", "n", "events")]
                first = next(row for row in all_estimates(drawn[0][0]) if row.key == found.key)
                assert shown == [part(first, name) for name in ("value", "interval", "n", "events")], found.key


def test_the_same_seed_gives_the_same_bytes(folder):
    first, again = (reconstruct_from_numbers(folder, ROWS, STUDY, count=4, seed=7) for _ in range(2))
    assert first == again
    other = reconstruct_from_numbers(folder, ROWS, STUDY, count=4, seed=8)
    assert {name for name in first if first[name] != other[name]} == {
        "PROVENANCE.yml",
        "ensemble.csv",
        "ensemble_curves.csv",
    }
    for name in ("patients.csv", "responses.csv", "mrd.csv", "adverse_events.csv", "flow.csv"):
        assert first[name].encode() == (REFERENCE / name).read_bytes(), name
    assert yaml.safe_load(first["PROVENANCE.yml"])["ensemble"]["complete"] is False


def test_the_defaults_are_those_of_the_chapters():
    declared = {}
    for page in read_chapters(ROOT):
        declared |= page.parameters
    assert {name: declared[name] for name in DEFAULTS} == DEFAULTS


def survivals(key: str) -> list:
    row = printed_number(ROWS, key)
    count = {"pfs.survival.36": 7, "os.survival.36": 3}[key]
    return risk_sets(PrintedSurvival.of(row), PRINTED.n, count)


@pytest.mark.parametrize("endpoint", ["pfs", "os"])
def test_survival_reaches_its_exact_ends(endpoint):
    """Before month 36 anything from the lowest S that prints the estimate to 100 %; nothing lower can be."""
    histories = survivals(f"{endpoint}.survival.36")
    lowest, highest = min(one.survival for one in histories), max(one.survival for one in histories)
    for month in (12, 24):
        over = COMMITTED.ranges[f"{endpoint}.survival.{month}"]
        assert (over.lowest, over.highest) == (pytest.approx(lowest, abs=1e-9), 1)
    over = COMMITTED.ranges[f"{endpoint}.survival.36"]
    assert (over.lowest, over.highest) == (pytest.approx(lowest, abs=1e-9), pytest.approx(highest, abs=1e-9))
    by_month = {row.months: row for row in COMMITTED.curves[endpoint]}
    for month in [*range(6, 36), 5.1]:
        assert (by_month[month].survival_low, by_month[month].survival_high) == (pytest.approx(lowest, abs=1e-9), 1)
    assert all(by_month[month].survival_low == 1 for month in range(6))  # nobody failed before month 5
    assert by_month[36].survival_high == pytest.approx(highest, abs=1e-9)


@pytest.mark.parametrize("endpoint", ["pfs", "os"])
def test_the_exact_and_the_log_log_limits_reach_their_ends(endpoint):
    histories = survivals(f"{endpoint}.survival.36")
    exact = [beta_product_limits(one.at_risk, followed) for one in histories for followed in (1, one.at_risk[-1] - 1)]
    over = COMMITTED.ranges[f"{endpoint}.survival.36.bpcp"]
    lows, highs = zip(*exact, strict=True)
    assert (over.lowest_low, over.highest_low) == (pytest.approx(min(lows)), pytest.approx(max(lows)))
    assert (over.lowest_high, over.highest_high) == (pytest.approx(min(highs)), pytest.approx(max(highs)))
    usual = [greenwood_limits(one.survival, (one.error / one.survival) ** 2, "log-log", 0.95) for one in histories]
    over = COMMITTED.ranges[f"{endpoint}.survival.36.loglog"]
    assert (over.lowest_low, over.highest_high) == (
        pytest.approx(min(low for low, _ in usual)), pytest.approx(max(high for _, high in usual)),
    )  # fmt: skip


LIMITS_BY_FOLLOWED = {  # percent, lowest over all histories that leave so many
    "pfs": {1: "1.8", 5: "32.4", 10: "44.0", 14: "47.2"},
    "os": {1: "2.2", 5: "41.2", 10: "58.1", 18: "66.0"},
}


@pytest.mark.parametrize("endpoint", ["pfs", "os"])
def test_the_lower_limit_by_how_many_were_followed_is_over_all_histories(endpoint):
    stem = f"{endpoint}.survival.36.bpcp_low."
    found = {int(key.removeprefix(stem)): over for key, over in COMMITTED.ranges.items() if key.startswith(stem)}
    assert {
        followed: number(over.lowest, "fraction", sign=False) for followed, over in found.items()
    } == LIMITS_BY_FOLLOWED[endpoint]
    for followed, over in found.items():
        lows = [
            beta_product_limits(one.at_risk, followed)[0]
            for one in survivals(f"{endpoint}.survival.36")
            if one.at_risk[-1] > followed
        ]
        assert (over.lowest, over.highest, over.members) == (
            pytest.approx(min(lows)),
            pytest.approx(max(lows)),
            len(lows),
        )
        assert max(lows) - min(lows) < 0.002


@pytest.mark.parametrize(("endpoint", "shown"), [("pfs", "47.6 % to 85.2 %"), ("os", "65.3 % to 95.9 %")])
def test_the_headline_is_the_widest_log_log_interval_over_all_histories(endpoint, shown):
    """And that of the documented member, 47.7 to 85.1 %, stands nowhere."""
    (page,) = (one for one in pages_of_the_edition() if f"{endpoint}.survival.36" in one)
    found = headline(page, endpoint)
    assert found.key == f"{endpoint}.survival.36.loglog_all_histories"
    assert part(found, "interval").replace("\u00a0", " ") == shown
    usual = [
        greenwood_limits(one.survival, (one.error / one.survival) ** 2, "log-log", 0.95)
        for one in survivals(f"{endpoint}.survival.36")
    ]
    assert found.low == pytest.approx(min(low for low, _ in usual)) and found.high == pytest.approx(
        max(high for _, high in usual)
    )
    assert f"{endpoint}.survival.36.loglog" not in page
    for way in ("bpcp", "bpcp_midp"):  # a limit that says only that follow-up is not known
        assert not page[f"{endpoint}.survival.36.{way}"].estimable
    left = page[f"{endpoint}.followed.36"]
    assert (left.value, left.low) == (None, 1) and left.identifiability == "bounded"
    member = {"pfs": ("47.7", "85.1"), "os": ("65.4", "95.8")}[endpoint]
    for row in page.estimates:
        assert (number(row.low, row.unit, sign=False), number(row.high, row.unit, sign=False)) != member, row.key


def test_counts_reach_their_exact_ends():
    left = max(one.at_risk[-1] - 1 for one in survivals("pfs.survival.36"))
    alive = max(one.at_risk[-1] - 1 for one in survivals("os.survival.36"))
    for key, ends in {
        "pfs.events.12": (0, 7), "pfs.events.24": (0, 7), "pfs.events.36": (7, 7), "pfs.events": (7, 7 + left),
        "pfs.events.death": (3, 3 + left), "os.deaths.12": (0, 3), "os.deaths.36": (3, 3), "os.deaths": (3, 3 + alive),
        "safety.worst.grade3.count": (0, 1), "safety.worst.grade4.count": (0, 1), "safety.worst.grade5.count": (0, 1),
        "mrd.sustained": (pytest.approx(2 / 28), pytest.approx(21 / 28)), "progression.patients": (4, 4),
    }.items():  # fmt: skip
        assert (COMMITTED.ranges[key].lowest, COMMITTED.ranges[key].highest) == ends, key
    over = COMMITTED.ranges["mrd.sustained.pfs.survival.36"]
    assert (over.lowest_low, over.highest_low) == (pytest.approx(0.025), pytest.approx(0.025 ** (1 / left)))


def test_paths_reach_their_frechet_ends_within_the_first_members():
    """Counted here from the tables, not by the report; the report counts the same over all members."""
    cells: dict[tuple, set[int]] = {}
    names = [timepoint.name for timepoint in STUDY.vocabulary.timepoints]
    for files in MADE.members(60, COMMITTED.seed):
        rows = list(csv.DictReader(files["responses.csv"].splitlines()))
        of = {name: {row["patient_id"]: row["response"] for row in rows if row["timepoint"] == name} for name in names}
        for before, after in pairwise(names):
            for start in ("CR", "VGPR", "PR"):
                for end in ("CR", "VGPR", "PR"):
                    count = sum(of[before][who] == start and of[after][who] == end for who in of[before])
                    cells.setdefault((before, after, start, end), set()).add(count)
    for before, after in pairwise(names):
        bounds = frechet(list(PRINTED.responses[before].values()), list(PRINTED.responses[after].values()))
        for start, row in zip(("CR", "VGPR", "PR"), bounds, strict=True):
            for end, (fewest, most) in zip(("CR", "VGPR", "PR"), row, strict=True):
                seen = cells[before, after, start, end]
                assert (min(seen), max(seen)) == (fewest, most), (before, start, end)


@pytest.mark.parametrize(
    ("page", "key", "value", "said"),
    [
        ("progression_free_survival", "pfs.survival.36", 0.72, "pfs.survival.36 value: printed 70.8, computed 72.0"),
        ("responses", "response.post_asct.cr.count", 16, "response.post_asct.cr.count value: printed 17, computed 16"),
        ("minimal_residual_disease", "mrd.naive.logrank", 0.06, "sustained MRD negativity is not significantly better"),
    ],
)
def test_a_member_that_does_not_agree_is_refused(drawn, page, key, value, said):
    pages = dict(drawn[0][0])
    refuse_unprinted(pages, ROWS, 1)
    planted = [replace(row, value=value) if row.key == key else row for row in pages[page].estimates]
    with pytest.raises(CohortError) as raised:
        refuse_unprinted({**pages, page: Results(page, planted)}, ROWS, 5)
    assert sentence(raised.value.problems[0]).startswith(
        f"published.csv: cohort 5 of the ensemble does not agree: {said}"
    )


def test_an_unsound_member_is_refused():
    files = next(MADE.members(1, 1))
    broken = files | {
        "patients.csv": files["patients.csv"].replace("R01,7.1,progression,37.1", "R01,7.1,progression,6.1")
    }
    with pytest.raises(CohortError) as raised:
        checked_member(broken, REFERENCE / "study.yml", ROWS, 3)
    assert "cohort 3 of the ensemble does not agree: patients.csv, row 2" in sentence(raised.value.problems[0])


def pages_of_the_edition() -> list:
    cohort = chapter.load_cohort(REFERENCE)
    values = DEFAULTS | STUDY.parameters
    return [
        getattr(chapter, name)(cohort, **analysis.arguments(values))
        for name, analysis in ANALYSES.items()
        if analysis.of_reconstructed
    ]


def test_pages_show_what_the_ensemble_says():
    """Pinned as it is, bounded as its range, free not at all; withheld by hand only what a rule names."""
    fixed, withheld = read_identified(REFERENCE), set()
    for found in (row for page in pages_of_the_edition() for row in page.estimates if row.identifiability):
        over = COMMITTED.ranges[found.key]
        if found.identifiability != over.identifiability:
            assert found.identifiability == "free" and fixed.rule(found.key).status == "free", found.key
            withheld.add(found.key)
        elif found.identifiability == "bounded" and not over.keeps_limits and over.lowest is not None:
            ends = (over.lowest, over.highest) if found.value is None else (over.lowest_low, over.highest_high)
            assert (found.low, found.high) == ends, found.key
            low, high = (number(end, found.unit, limit=True) for end in (over.lowest, over.highest))
            shown = low if low == high else f"between {low} and {high}"
            assert part(found) == (shown if found.value is None else number(found.value, found.unit))
    # Computed as bounded, and withheld by hand: intervals that say only that follow-up is not known, and a landmark
    # analysis of sampling times that nobody printed.
    assert withheld == {
        *(f"{end}.survival.36.{way}" for end in ("pfs", "os") for way in ("bpcp", "bpcp_midp")),
        *(key for key in COMMITTED.ranges if key.startswith("mrd.landmark.") and COMMITTED.ranges[key].identifiability == "bounded"),
    }  # fmt: skip


def test_what_the_documented_member_cannot_give_is_not_said_of_the_edition():
    """“Nobody was in this group” and the size of two groups are facts of one member, which nobody printed."""
    found = [row for page in pages_of_the_edition() for row in page.estimates]
    assert {row.status for row in found} == {"ok", "absent", "not-fixed"}
    assert [row.key for row in found if row.status == "not-fixed" and (row.n, row.events) != (None, None)] == []
    assert {row.n for row in found if row.status == "absent"} == {
        None,
        len(chapter.load_cohort(REFERENCE).table("patients")),
    }


def test_statuses_that_were_once_written_by_hand_are_computed():
    expected = {
        "pinned": "cohort.n response.post_asct.cr response.maintenance.pr.count progression.patients pfs.events.36 "
        "pfs.survival.36 os.deaths.36 safety.grade3plus safety.grade3plus.count cohort.age_median",
        "bounded": "response.deepened.pre_asct.post_asct response.lost.post_asct.maintenance pfs.survival.36.loglog "
        "os.survival.36 os.survival.36.loglog pfs.with_early_failures.36.1 "
        # free by hand, now known within bounds
        "pfs.survival.12 os.survival.24 pfs.events os.deaths pfs.survival.36.bpcp mrd.sustained safety.worst.grade5 "
        # pinned by hand without its interval, now with the widest one
        "mrd.sustained.pfs.survival.36",
        "free": "pfs.median os.median followup.median mrd.naive.logrank mrd.guarantee_months "
        "response.symmetry.pre_asct.post_asct mrd.positive.pfs.survival.36",
    }
    for status, keys in expected.items():
        for key in keys.split():
            assert COMMITTED.ranges[key].identifiability == status, key


def test_other_parameters_than_those_of_the_ensemble_are_withheld():
    cohort = chapter.load_cohort(REFERENCE)
    usual = {"milestone_months": 36, "landmark_months": 18, "interval": "plain", "level": 0.95}
    assert (
        chapter.minimal_residual_disease(cohort, sustained_months=12, **usual)["mrd.sustained"].identifiability
        == "bounded"
    )
    assert (
        chapter.minimal_residual_disease(cohort, sustained_months=6, **usual)["mrd.sustained"].identifiability == "free"
    )


def test_at_another_level_a_number_stays_but_a_range_of_limits_does_not():
    cohort = chapter.load_cohort(REFERENCE)
    share = chapter.responses(cohort, level=0.9)["response.post_asct.cr"]
    assert (share.level, share.identifiability) == (0.9, "pinned")  # an exact interval needs the count alone
    found = chapter.progression_free_survival(cohort, milestones=[12, 24, 36], interval="plain", level=0.9)
    few = found["pfs.survival.36.loglog"]
    assert (part(few), few.low, few.high, few.level) == ("70.8\u00a0%", None, None, None)
    assert "pfs.survival.36.loglog_all_histories" not in found
    assert reason_words(few.reason) == "no interval: the cohorts were analysed at 95% only"
    assert part(found["pfs.survival.12"]) == "between 70.8\u00a0% and 100.0\u00a0%"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: change(f / "published.csv", ",70.8,", ",70.9,"), "ensemble.csv: the ensemble was drawn from another published.csv, or from other entries of study.yml."),
        (lambda f: change(f / "study.yml", "[12, 24, 36]", "[12, 36]"), "ensemble.csv: the ensemble was drawn from another published.csv, or from other entries of study.yml."),
        (lambda f: change(f / "PROVENANCE.yml", "  version: 2", "  version: 0"), "ensemble.csv: the ensemble was drawn by version 0 of the generator; this is version 2."),
        (lambda f: change(f / "ensemble.csv", ",0.7075191816,1,", ",0.8,1,"), "ensemble.csv: the file is not the one that was computed."),
        (lambda f: (f / "ensemble_curves.csv").unlink(), "ensemble_curves.csv: a reconstructed edition must say over many cohorts how far its numbers are fixed."),
        (lambda f: (f / "ensemble.csv").write_text("key\nx\n"), "ensemble.csv: the file cannot be read."),
        (lambda f: change(f / "PROVENANCE.yml", "ensemble:", "other:"), "PROVENANCE.yml, ensemble: the file does not say how the ensemble was drawn."),
    ],
)  # fmt: skip
def test_a_stale_ensemble_is_refused_in_words(folder, spoil, said):
    assert check_cohort(folder) == []
    spoil(folder)
    (problem,) = check_cohort(folder)
    assert sentence(problem).startswith(said) and "livingreview reconstruct" in rule_and_fix(problem)[1]


def test_a_build_with_a_stale_ensemble_stops(folder, tmp_path):
    change(folder / "published.csv", ",70.8,", ",70.9,")
    done = run("build", folder, "--out", tmp_path / "out")
    assert done.returncode == 1 and "Traceback" not in done.stderr and not (tmp_path / "out" / "html").exists()
    assert "ensemble.csv: the ensemble was drawn from another published.csv" in done.stderr


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("count", ["0", "-3"])
def test_fewer_than_one_member_is_refused_in_words(folder, count):
    done = run("reconstruct", folder, "--members", count)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"--members: found “{count}”; at least one member is needed" in done.stderr


def test_the_command_writes_the_ensemble_beside_the_documented_cohort(tmp_path):
    for name in ("published.csv", "reasons.yml", "study.yml"):
        shutil.copy(REFERENCE / name, tmp_path / name)
    done = run("reconstruct", tmp_path, "--members", "3", "--seed", "5")
    assert (done.returncode, done.stderr) == (0, "")
    names = ["PROVENANCE.yml", "adverse_events.csv", "ensemble.csv", "ensemble_curves.csv", "flow.csv", "mrd.csv",
             "patients.csv", "published.csv", "reasons.yml", "responses.csv", "study.yml"]  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert read_ensemble(tmp_path).members == 3 and stale(tmp_path, read_study(tmp_path)) == []


def test_numbers_that_contradict_each_other_are_refused(folder):
    change(
        folder / "published.csv",
        "progression.patients,progression,count,all,,4,",
        "progression.patients,progression,count,all,,9,",
    )
    before = (folder / "ensemble.csv").read_bytes()
    done = run("reconstruct", folder, "--members", "2")
    assert done.returncode == 1 and "no cohort satisfies the printed survival" in done.stderr
    assert (folder / "ensemble.csv").read_bytes() == before


def test_a_folder_that_does_not_say_why_is_refused(folder):
    (folder / "reasons.yml").unlink()
    before = (folder / "ensemble.csv").read_bytes()
    done = run("reconstruct", folder, "--members", "2")
    assert done.returncode == 1 and "reasons.yml: why print fixes each number, or not, is not said" in done.stderr
    assert (folder / "ensemble.csv").read_bytes() == before
