"""A cohort of the five needed columns and nothing else: what it lacks is named once, and nothing is said of it."""

from __future__ import annotations

import re

import pytest

from support import run

STUDY = """\
title: Treatment of acute leukaemia at our centre
short_title: Leukaemia
edition: {kind: simulated, date: 2026-11-22}
time_origin: {event: diagnosis}
vocabulary: {timepoints: []}
disclosure: patient-level-approved
contact: nobody was treated
"""
PATIENTS = ["patient_id,pfs_months,pfs_event,os_months,os_event"] + [
    f"M{number},{number},progression,{number + 6},{'death' if number % 2 else 'censored'}" for number in range(10, 50)
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The HTML of every page by its name."""
    folder = tmp_path_factory.mktemp("minimal") / "leukaemia"
    folder.mkdir()
    (folder / "study.yml").write_text(STUDY, encoding="utf-8")
    (folder / "patients.csv").write_text("\n".join(PATIENTS) + "\n", encoding="utf-8")
    done = run("build", folder, "--out", folder.parent / "out")
    assert done.returncode == 0, done.stderr
    html = folder.parent / "out" / "html"
    found = [html / "index.html", *(html / "chapters").glob("*.html")]
    return {path.stem: path.read_text(encoding="utf-8") for path in found}


def test_no_table_is_empty(pages):
    assert [name for name, page in pages.items() if "Nothing to show" in page] == []


def test_no_criteria_are_named_where_no_response_was_recorded(pages):
    assert [name for name, page in pages.items() if "International Myeloma Working Group" in page] == []


def test_the_landing_page_has_a_card_for_what_was_recorded(pages):
    assert pages["index"].count('class="lr-card docutils"') == 2 and "not estimable" not in pages["index"]


def test_only_methods_of_what_was_recorded_are_defined(pages):
    labels = set(re.findall(r'id="(method-[a-z0-9-]+)"', pages["methods"]))
    assert {"method-subgroups", "method-safety", "method-proportions"} <= labels
    assert labels.isdisjoint({"method-mrd", "method-landmark", "method-response", "method-paired", "method-ledger"})


def test_what_was_not_done_is_not_explained(pages):
    assert "one notebook was executed" not in pages["specification-curve"]
    assert "Sustained negativity begins" not in pages["minimal-residual-disease"]
