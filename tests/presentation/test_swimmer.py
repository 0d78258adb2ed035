"""Lanes of single patients: what is drawn of each, and one sentence where none may be."""

from __future__ import annotations

from drawings import readable_on_a_phone

from livingreview import chapter
from livingreview.presentation.swimmer import lane_table, swimmer_figure
from livingreview.results.codes import Reason, ReasonCode
from livingreview.results.curves import Lanes
from support import ROOT


def lane(**given) -> dict:
    usual = {"lane": 1, "treated_from": 0.0, "treated_to": 10.0, "followed_to": 20.0, "progressed": None}
    return {**usual, "died": False, "stopped": 10.0, "why": "toxicity", "ongoing": False, **given}


def marks(*rows: dict) -> list[tuple]:
    return [(m["t"], m["what"]) for m in swimmer_figure(Lanes(list(rows), len(rows))).wide["datasets"].get("marks", [])]


def test_segments_are_treatment_and_the_time_without():
    rows = swimmer_figure(Lanes([lane(treated_from=2.0)], 1)).wide["datasets"]["lanes"]
    assert [(row["what"], row["start"], row["end"]) for row in rows] == [
        ("Followed without it", 0.0, 2.0), ("On treatment", 2.0, 10.0), ("Followed without it", 10.0, 20.0),
    ]  # fmt: skip


def test_marks_say_what_happened():
    assert marks(lane()) == [(10.0, "Stopped: toxicity")]
    assert marks(lane(progressed=10.0)) == [(10.0, "Progression")]  # the stop came with it
    assert marks(lane(progressed=15.0, died=True)) == [
        (15.0, "Progression"),
        (10.0, "Stopped: toxicity"),
        (20.0, "Death"),
    ]
    assert marks(lane(stopped=None, ongoing=True, treated_to=20.0)) == [(20.0, "Treatment going on")]
    assert marks(lane(why=None)) == [(10.0, "Stopped: reason not recorded")]
    assert marks(lane(treated_from=None, treated_to=None, stopped=None)) == []


def test_the_two_most_frequent_reasons_have_a_shape_of_their_own():
    rows = [lane(why=why) for why in ("a", "a", "a", "b", "b", "c", "d")]
    assert {what for _, what in marks(*rows)} == {"Stopped: a", "Stopped: b", "Stopped: other reason"}


def test_every_mark_has_a_shape_and_no_two_the_same():
    figure = swimmer_figure(chapter.patient_lanes(chapter.load_cohort(ROOT / "data" / "demo")))
    scale = figure.wide["layer"][1]["encoding"]["shape"]["scale"]
    assert set(scale["domain"]) == {row["what"] for row in figure.wide["datasets"]["marks"]}
    assert len(set(scale["range"])) == len(scale["domain"]) == len(scale["range"])
    assert figure.title == "66 of 240 patients were still on treatment when last seen"
    assert figure.note == "Each lane is a patient: 60 of 240, evenly from the longest follow-up to the shortest."
    readable_on_a_phone(figure)


def test_no_approval_one_sentence_and_no_table():
    none = Lanes([], reason=Reason(ReasonCode.BECAUSE, {"because": "nobody approved"}))
    assert swimmer_figure(none).markdown == "No lanes of single patients are drawn: nobody approved."
    assert lane_table(none, caption="c", name="t").markdown == ""


def test_the_table_holds_the_lanes():
    rows = [lane(), lane(lane=2, ongoing=True, stopped=None), lane(lane=3, progressed=10.0)]
    body = lane_table(Lanes(rows, 3), caption="c", name="t").markdown
    assert body.count("* - ") == 4
    assert all(f"  - {words}\n" in body for words in ("Stopped\\: toxicity", "Treatment going on", "Progression"))


def test_a_reason_of_one_patient_is_not_told():
    rows = [lane(lane=place, why=why) for place, why in enumerate(("a", "a", "b", "b", "of one patient"), start=1)]
    figure, body = swimmer_figure(Lanes(rows, 5)), lane_table(Lanes(rows, 5), caption="c", name="t").markdown
    assert "of one patient" not in str(figure.wide) + figure.description + body


def test_a_treatment_that_nobody_recorded_is_not_said_to_have_ended():
    untreated = Lanes([lane(treated_from=None, treated_to=None, stopped=None, why=None)], 1)
    figure, shown = swimmer_figure(untreated), lane_table(untreated, caption="c", name="n").markdown
    assert figure.title == "Time on treatment is not recorded: lanes of follow-up"
    assert [row["what"] for row in figure.wide["datasets"]["lanes"]] == ["Followed"]
    assert "Treated from" not in shown and "How it ended" not in shown and "Followed to" in shown
