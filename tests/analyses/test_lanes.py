"""Lanes of single patients: order, segments, an even choice, no identifiers."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import asdict

from analyses.eight import eight
from livingreview.analyses.lanes import MOST_LANES, lane_names, lanes
from livingreview.cohort.cohort import Cohort
from support import ROOT


def test_the_longest_followed_stand_first(tmp_path):
    found = lanes(Cohort(eight(tmp_path)))
    # H 48, F 44, then three of 40 months: D and E still treated, C until 24; A 30, B 20, G 12.
    assert [row["followed_to"] for row in found.rows] == [48, 44, 40, 40, 40, 30, 20, 12]
    assert [row["treated_to"] for row in found.rows] == [48, 44, 40, 40, 24, 10, 9, 12]
    assert len({row["lane"] for row in found.rows}) == 8
    assert (found.of, found.ongoing) == (8, 5)


def test_a_lane_says_what_happened(tmp_path):
    by_end = {row["followed_to"]: row for row in lanes(Cohort(eight(tmp_path))).rows}
    by_end[30].pop("lane")
    assert by_end[30] == {
        "treated_from": 3, "treated_to": 10, "followed_to": 30, "progressed": 10, "died": False,
        "stopped": 10, "why": None, "ongoing": False,
    }  # fmt: skip
    assert by_end[20]["died"] and by_end[20]["progressed"] is None and not by_end[20]["ongoing"]
    assert by_end[48]["ongoing"] and by_end[48]["stopped"] is None


def test_a_lane_without_treatment_is_follow_up_alone(tmp_path):
    patients = "patient_id,pfs_months,pfs_event,os_months,os_event\nA,5,censored,9,death\n"
    (row,) = lanes(Cohort(eight(tmp_path, patients=patients, responses="", mrd="", adverse_events="", flow=""))).rows
    assert (row["treated_from"], row["treated_to"], row["followed_to"], row["ongoing"]) == (None, None, 9, False)


def test_a_name_stays_when_other_patients_go():
    patients = [f"P{number:03d}" for number in range(60)]
    names = dict(zip(patients, lane_names(patients, b"key"), strict=True))
    assert len(set(names.values())) == 60 and {len(name) for name in names.values()} == {4}
    fewer = patients[7:31]
    assert lane_names(fewer, b"key") == [names[patient] for patient in fewer]


def test_a_name_cannot_be_had_without_the_key():
    assert lane_names(["P001"], b"key") != lane_names(["P001"], b"another")
    # By hand: HMAC-SHA256 of "lane", a zero byte and the identifier, in base 32, the first four letters.
    made = hmac.new(b"key", b"lane\0P001", hashlib.sha256).digest()
    assert lane_names(["P001"], b"key") == [base64.b32encode(made).decode()[:4]]


def test_two_of_one_name_are_told_apart_by_a_longer_one():
    patients = [str(number) for number in range(5000)]  # twenty bits are a million names: some meet
    names = lane_names(patients, b"key")
    assert len(set(names)) == 5000 and len(names[0]) > 4


def test_at_most_sixty_evenly_from_all_and_without_identifiers():
    found = lanes(Cohort(ROOT / "data" / "demo"))
    assert len(found.rows) == MOST_LANES and found.of == 240
    ends = [row["followed_to"] for row in found.rows]
    assert ends == sorted(ends, reverse=True)
    assert "S0" not in str(asdict(found)) and "patient_id" not in str(asdict(found))
