"""What the survival figure draws: exact data and encodings, not that a picture exists."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from drawings import readable_on_a_phone

from livingreview import chapter
from livingreview.presentation.survival_figure import survival_figure
from livingreview.results.codes import Level
from support import REFERENCE, ROOT


def as_if_simulated(folder: Path) -> Path:
    """The reference tables up to month 36, as those of a simulation: every number of them is shown."""
    place = folder / "cohort"
    shutil.copytree(REFERENCE, place)
    study = (place / "study.yml").read_text(encoding="utf-8")
    (place / "study.yml").write_text(study.replace("kind: reconstructed", "kind: simulated"), encoding="utf-8")
    patients = pd.read_csv(place / "patients.csv")
    patients["pfs_months"] = patients["pfs_months"].clip(upper=36)
    patients.to_csv(place / "patients.csv", index=False)
    return place


with TemporaryDirectory() as scratch:
    COHORT = chapter.load_cohort(as_if_simulated(Path(scratch)))
    PFS = chapter.progression_free_survival(COHORT, milestones=[36], interval="plain", level=0.95)
FIGURE = survival_figure(PFS, "pfs")
TABLE = ("at_risk", "censored", "events")


def marks(spec: dict, kind: str) -> list[dict]:
    """Every layer of one mark, wherever it is."""
    found = [spec] if (spec.get("mark") or {}).get("type") == kind else []
    for inner in [*spec.get("vconcat", []), *spec.get("layer", [])]:
        found += marks(inner, kind)
    return found


def values(layer: dict, spec: dict) -> list[dict]:
    data = layer.get("data") or next(part["data"] for part in spec["vconcat"] if "data" in part)
    return spec["datasets"][data["name"]]


def test_the_title_is_the_finding_and_the_words_read_the_picture():
    assert FIGURE.title == "70.8 % were alive without progression at 36 months"
    for words in (
        "with 95 % band (Kaplan-Meier, log-log interval)",
        "70.8 % (95 % CI 47.7 % to 85.1 %), n = 28, Kaplan-Meier, log-log interval, at 36 months",
        "7 events among 28 patients, drawn to 36 months",
    ):
        assert words in FIGURE.description
    assert FIGURE.note == "" and not FIGURE.illustrative


@pytest.mark.parametrize("spec", [FIGURE.wide, FIGURE.narrow], ids=["wide", "narrow"])
def test_the_line_steps_after_each_event_from_0_to_100_percent(spec):
    (line,) = marks(spec, "line")
    assert line["mark"]["interpolate"] == "step-after" and line["encoding"]["y"]["scale"]["domain"] == [0, 1]
    drawn = [(point["t"], round(point["survival"], 6)) for point in values(line, spec)]
    assert drawn[:4] == [(0.0, 1.0), (7.1, 0.964286), (9.1, 0.964286), (11.2, 0.927198)] and drawn[-1] == (
        36.0,
        0.708042,
    )


def test_the_band_is_inside_0_to_100_percent_and_never_of_width_0():
    (band,) = marks(FIGURE.wide, "area")
    for point in values(band, FIGURE.wide):
        assert 0 <= point["low"] < point["high"] <= 1


def test_a_tick_for_each_censoring_time_on_the_curve():
    (tick,) = marks(FIGURE.wide, "tick")
    drawn = values(tick, FIGURE.wide)
    assert len(drawn) == 8 and drawn[0] == {"t": 9.1, "survival": pytest.approx(27 / 28), "group": "all"}


@pytest.mark.parametrize(("spec", "step"), [(FIGURE.wide, 6), (FIGURE.narrow, 12)], ids=["wide", "narrow"])
def test_the_numbers_under_the_axis_stand_at_its_ticks_and_add_up(spec, step):
    (counts,) = marks(spec, "text")
    drawn = values(counts, spec)
    line = marks(spec, "line")[0]
    ticks = line["encoding"]["x"]["axis"]["values"]
    assert ticks == [float(t) for t in range(0, 37, step)]
    assert counts["encoding"]["x"]["scale"]["domain"] == line["encoding"]["x"]["scale"]["domain"]
    for time in ticks:
        column = {row["row"]: int(row["count"]) for row in drawn if row["t"] == time}
        assert sum(column.values()) == 28 and list(column) == ["At risk", "Censored", "Events"]
    assert {row["row"]: row["count"] for row in drawn if row["t"] == 36} == {
        "At risk": "14",
        "Censored": "7",
        "Events": "7",
    }


DEMO = chapter.progression_free_survival(
    chapter.load_cohort(ROOT / "data" / "demo"), milestones=[36], interval="log-log", level=0.95
)


def test_where_few_are_left_the_curve_is_faint():
    figure, curve = survival_figure(DEMO, "pfs"), DEMO.curve("pfs")
    last = max(t for t, left in zip(curve.t, curve.at_risk, strict=True) if left >= 24)  # a tenth of 240
    layers = figure.wide["vconcat"][0]["layer"]
    assert [layer["mark"]["type"] for layer in layers] == ["area", "line", "tick", "area", "line"]
    assert [layer["name"] for layer in layers] == ["band_0", "line_0", "censored_0", "faint_band_0", "faint_line_0"]
    for whole, faint in ((layers[0], layers[3]), (layers[1], layers[4])):
        assert whole["transform"] == [{"filter": f'datum.group === "all" && datum.t <= {last!r}'}]
        assert faint["transform"] == [{"filter": f'datum.group === "all" && datum.t >= {last!r}'}]
        assert faint["mark"]["opacity"] < whole["mark"]["opacity"]
        assert faint["data"] == whole["data"] == {"name": "steps"}
    assert f"faint from {last:g} months on, where few are left at risk" in figure.description
    assert list(figure.wide["datasets"]["steps"][0]) == [
        "t", "survival", "from", "to", "at_risk", "group", "low", "high",
    ]  # fmt: skip


def test_a_curve_with_enough_to_its_end_is_whole():
    layers = FIGURE.wide["vconcat"][0]["layer"]
    assert [layer["name"] for layer in layers] == ["band_0", "line_0", "censored_0"]  # by which the script knows them
    assert FIGURE.wide["vconcat"][0]["name"] == "curves"
    assert "transform" not in layers[1] and "faint" not in FIGURE.description


def test_a_curve_of_four_patients_is_faint_from_the_start():
    few = replace(DEMO.curve("pfs"), t=[0.0, 5.0], survival=[1.0, 0.5], low=[0.4, 0.1], high=[1.0, 0.9], at_risk=[4, 4],
                  censored=[0, 0], events=[0, 2], censor_times=[])  # fmt: skip
    figure = survival_figure(replace(DEMO, curves=[few]), "pfs")
    line = figure.wide["vconcat"][0]["layer"][1]
    assert line["transform"] == [{"filter": 'datum.group === "all" && datum.t <= -1.0'}]
    assert "faint from 0 months on" in figure.description


def test_numbers_on_a_phone_are_large_enough():
    readable_on_a_phone(FIGURE)
    readable_on_a_phone(survival_figure(DEMO, "pfs"))


@pytest.mark.parametrize("many", [28, 3_000, 120_000])
@pytest.mark.parametrize("last", [36.0, 84.0, 150.0])
@pytest.mark.parametrize("look", ["wide", "narrow"])
def test_numbers_under_the_axis_have_room_in_a_wide_face_however_many_patients(many, last, look):
    """A digit of DejaVu Sans is 0.636 of its size wide, and text of drawings is 13 pixels high."""
    (curve,) = [curve for curve in PFS.curves if curve.key == "pfs"]
    times = [*range(0, int(last) + 1, 6)]
    table = replace(curve.risk_table, times=times, **{row: [many] * len(times) for row in TABLE})
    patients = [many] * len(curve.t)
    figure = survival_figure(replace(PFS, curves=[replace(curve, at_risk=patients, risk_table=table)]), "pfs")
    spec = getattr(figure, look)
    (counts,) = marks(spec, "text")
    part = next(part for part in spec["vconcat"] if part.get("mark") == counts["mark"])
    shown = sorted({row["t"] for row in values(counts, spec)})
    letters = len(str(many)) * 0.636 * 13
    assert min(b - a for a, b in zip(shown, shown[1:], strict=False)) / last * part["width"] > letters
    assert counts["encoding"]["y"]["axis"]["labelPadding"] > letters / 2


def test_a_long_name_of_a_group_does_not_widen_the_drawing_of_a_phone():
    groups = ("negative, but not confirmed for a year at the landmark", "not assessed")
    curves = [replace(PFS.curves[0], group=(Level("x", group),)) for group in groups]
    readable_on_a_phone(survival_figure(replace(PFS, curves=curves), "pfs"))
