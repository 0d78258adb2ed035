"""What the survival figure draws: exact data and encodings, not that a picture exists."""

from __future__ import annotations

import pytest

from livingreview import chapter
from livingreview.presentation.survival_figure import survival_figure
from support import REFERENCE

PFS = chapter.progression_free_survival(chapter.load_cohort(REFERENCE), milestones=[36], interval="plain", level=0.95)
FIGURE = survival_figure(PFS, "pfs")


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
        "log-log interval",
        "70.8 % (95 % CI 52.2 % to 89.4 %), n = 28",
        "Drawn to 36 months for 28 patients",
    ):
        assert words in FIGURE.description
    assert FIGURE.note.startswith("Illustrative: one of many histories") and "56" not in FIGURE.description


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
    assert len(drawn) == 7 and drawn[0] == {"t": 9.1, "survival": pytest.approx(27 / 28), "group": "all"}


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
