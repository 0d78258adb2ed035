"""The headline counted in every way: each by hand or by the statistics alone, and the file that holds them all."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict

import pandas as pd
import pytest

from livingreview import chapter
from livingreview.analyses.specifications import (
    FILE,
    parameter_sets,
    points,
    read_specifications,
    row_of,
    specification,
    specification_curve,
    tables_of,
    write_specifications,
)
from livingreview.cohort.cohort import Cohort
from livingreview.presentation.specification_figure import specification_answer, specification_figure
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words
from support import REFERENCE, ROOT, refuses, run

DEMO = ROOT / "data" / "demo"
SHARED = {"milestone_months": 36, "sustained_months": 12, "level": 0.95}
STUDY = """title: Six patients
short_title: Six
edition: {kind: simulated, date: 2026-11-22}
time_origin: {event: start}
vocabulary: {timepoints: [{name: before, label: Before}], ctcae: "5.0"}
contact: nobody
"""
PATIENTS = """patient_id,pfs_months,pfs_event,os_months,os_event
A,6,progression,40,censored
B,12,censored,12,censored
C,20,death,20,death
D,40,censored,40,censored
E,40,censored,40,censored
F,40,censored,40,censored
"""
MRD = """patient_id,months,status
A,3,negative
C,3,positive
D,3,negative
D,16,negative
E,3,negative
E,16,negative
"""


@pytest.fixture
def six(tmp_path):
    folder = tmp_path / "six"
    folder.mkdir()
    for name, text in (("study.yml", STUDY), ("patients.csv", PATIENTS), ("mrd.csv", MRD)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def counted(folder, definition="all", missing=0, interval="log-log"):
    chosen = {"interval": interval, "mrd_definition": definition, "missing_early_failures": missing}
    (found,) = specification(Cohort(folder), **SHARED, **chosen).estimates
    return found


@pytest.mark.parametrize(
    ("definition", "missing", "value", "n", "events"),
    [
        ("all", 0, 5 / 6 * 3 / 4, 6, 2),
        ("all", 1, 6 / 7 * 5 / 6 * 3 / 4, 7, 3),
        ("all", 5, 6 / 11 * 5 / 6 * 3 / 4, 11, 7),
        ("negative", 0, 2 / 3, 3, 1),
        ("sustained", 0, 1.0, 2, 0),
    ],
)
def test_who_is_counted_and_who_is_added(six, definition, missing, value, n, events):
    for interval in ("plain", "log", "log-log", "beta product"):
        found = counted(six, definition, missing, interval)
        assert found.value == pytest.approx(value, abs=1e-12)
        assert (found.n, found.events) == (n, events)
        exact = events == 0 and interval != "beta product"
        assert method_words(found) == (
            "Kaplan-Meier, exact, no events" if exact else f"Kaplan-Meier, {interval} interval"
        )


@pytest.mark.parametrize("definition", ["negative", "sustained"])
def test_nobody_who_failed_early_is_added_to_a_group_defined_by_staying_event_free(six, definition):
    with pytest.raises(ValueError, match="nobody who failed early can belong to a group defined by staying event-free"):
        counted(six, definition, 1)


def test_a_group_with_nobody_in_it_has_no_estimate(six):
    (six / "mrd.csv").write_text("patient_id,months,status\nA,3,positive\n", encoding="utf-8")
    found = counted(six, "sustained")
    assert found.value is None and reason_words(found.reason) == "nobody is sustained MRD negative"


def test_where_small_counts_are_withheld_nothing_is_counted(six):
    study = six / "study.yml"
    study.write_text(STUDY.replace("kind: simulated", "kind: observed"), encoding="utf-8")
    with refuses("fewer than"):
        counted(six)
    shutil.copy(DEMO / FILE, six / FILE)
    done = run("specifications", six)
    assert done.returncode == 1 and "Traceback" not in done.stderr and "withheld" in done.stderr
    assert (six / FILE).read_bytes() == (DEMO / FILE).read_bytes()
    assert not specification_curve(Cohort(six), **SHARED).estimates[0].estimable


def test_every_combination_is_counted_once():
    sets = parameter_sets()
    # All patients with 0, 1, 3 or 5 early failures; those negative once, and sustained negative, as they are.
    ways = {(chosen["mrd_definition"], chosen["missing_early_failures"]) for chosen in sets}
    assert ways == {("all", 0), ("all", 1), ("all", 3), ("all", 5), ("negative", 0), ("sustained", 0)}
    assert len(sets) == 4 * 6 == len({tuple(chosen.values()) for chosen in sets})


@pytest.mark.parametrize("folder", [DEMO, REFERENCE], ids=lambda folder: folder.name)
def test_the_interval_never_moves_the_estimate(folder):
    cohort = Cohort(folder)
    values: dict[tuple, set] = {}
    for row in read_specifications(cohort, SHARED):
        values.setdefault((row.member, row.mrd_definition, row.missing_early_failures), set()).add(row.value)
    assert {len(found) for found in values.values()} == {1}
    ranges = specification_curve(cohort, **SHARED)
    assert (ranges["specification.count"].value, ranges["specification.estimates"].value) == (24, 6)
    said = specification_answer(ranges).markdown
    assert "Over {num}`specification.estimates` ways to count" in said and "never the estimate" in said


@pytest.mark.parametrize("folder", [DEMO, REFERENCE], ids=lambda folder: folder.name)
def test_the_committed_lines_are_those_that_the_analysis_gives(folder):
    """The notebooks wrote them; here every one of the tables' own is counted again without a notebook."""
    cohort = Cohort(folder)
    rows = [row for row in read_specifications(cohort, SHARED) if row.member == 0]
    again = [
        row_of(0, chosen, asdict(specification(cohort, **SHARED, **chosen).estimates[0]), rows[0].tables)
        for chosen in parameter_sets()
    ]
    assert len(rows) == 24
    for row, new in zip(rows, again, strict=True):
        assert (row.interval, row.mrd_definition, row.missing_early_failures) == (
            new.interval, new.mrd_definition, new.missing_early_failures,
        )  # fmt: skip
        assert (row.n, row.events) == (new.n, new.events)
        for name in ("value", "low", "high"):
            assert getattr(row, name) == pytest.approx(getattr(new, name), abs=1e-11)


def test_one_notebook_is_executed_for_every_set(six):
    sets = [chosen for chosen in parameter_sets() if chosen["interval"] == "log" and chosen["mrd_definition"] == "all"]
    shared = {"milestone_months": 36, "sustained_months": 12, "confidence_level": 0.95}
    code = f"""
import json
from pathlib import Path
from livingreview.book.specify import specify
heard = []
found = list(specify({{7: Path({str(six)!r})}}, {sets!r}, {shared!r}, 2, heard.append))
print(json.dumps([heard, found]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heard, found = json.loads(done.stdout.splitlines()[-1])
    assert heard == [1, 2, 3, 4]
    assert [(number, chosen) for number, chosen, _ in found] == [(7, chosen) for chosen in sets]
    for _, chosen, numbers in found:
        direct = counted(six, "all", chosen["missing_early_failures"], "log")
        assert (numbers["value"], numbers["low"]) == (direct.value, direct.low)


def test_lines_of_other_tables_are_not_shown(tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(DEMO, folder)
    assert len(read_specifications(Cohort(folder), SHARED)) == 24
    assert read_specifications(Cohort(folder), SHARED | {"milestone_months": 24}) == []
    patients = folder / "patients.csv"
    patients.write_text(patients.read_text(encoding="utf-8").replace("progression", "death", 1), encoding="utf-8")
    cohort = Cohort(folder)
    assert read_specifications(cohort, SHARED) == []
    ranges = chapter.specification_curve(cohort, **SHARED)
    assert "livingreview specifications" in specification_answer(ranges).markdown
    assert "No picture is drawn" in specification_figure(ranges, []).markdown


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"interval,mrd_definition\nplain,all\n"])
def test_a_file_that_is_not_ours_is_as_none(six, content):
    (six / FILE).write_bytes(content)
    assert read_specifications(Cohort(six), SHARED) == []


def test_the_ranges_are_those_of_the_lines(tmp_path):
    cohort = Cohort(DEMO)
    rows = read_specifications(cohort, SHARED)
    frame = pd.read_csv(DEMO / FILE)
    ranges = specification_curve(cohort, **SHARED)
    assert ranges["specification.count"].value == 24 and ranges["specification.cohorts"].value == 1
    for group, lines in frame.groupby("mrd_definition"):
        for part, column in (("survival", "value"), ("lower_limit", "low"), ("upper_limit", "high")):
            found = ranges[f"specification.{group}.{part}"]
            assert (found.value, found.low, found.high) == (None, lines[column].min(), lines[column].max())
    drawn = points(rows)
    assert len(drawn) == 24 and drawn == sorted(drawn, key=lambda way: way["lowest"])
    write_specifications(tmp_path / FILE, rows)
    assert (tmp_path / FILE).read_bytes() == (DEMO / FILE).read_bytes()


def test_the_tables_are_known_by_what_they_hold_and_how_they_are_read(six):
    first = tables_of(Cohort(six), SHARED)
    assert len(first) == 12 and first == tables_of(Cohort(six), dict(reversed(SHARED.items())))
    assert first != tables_of(Cohort(six), SHARED | {"level": 0.9})
    (six / "mrd.csv").unlink()
    assert first != tables_of(Cohort(six), SHARED)
