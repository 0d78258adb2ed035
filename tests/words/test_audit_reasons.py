"""Every code of the audit has its sentence, and no sentence is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import livingreview.audit
from livingreview.audit.verdict import Assumption
from livingreview.words.audit_reasons import assumption_words, full_reason, reason_words
from livingreview.words.print_messages import table

REASONS, ASSUMPTIONS = table("audit"), table("assumptions")
SOURCES = "\n".join(path.read_text("utf-8") for path in Path(livingreview.audit.__path__[0]).glob("*.py"))


def test_every_sentence_belongs_to_a_code_of_the_audit():
    literal = {code for code in REASONS if f'"{code}"' in SOURCES}
    built = {f"{code}-unknown" for code in ("outside-range", "below-limit", "above-limit")}
    assert set(REASONS) == literal | built
    assert set(ASSUMPTIONS) == set(Assumption)


def test_every_code_of_the_audit_has_a_sentence():
    said = re.findall(r'(?:Verdict\.\w+, |code, facts = |code = )"([a-z-]+)"', SOURCES)
    assert len(said) > 40 and set(said) <= set(REASONS)


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([[1, 1]], "only 1 event"),
        ([[7, 7]], "only 7 events"),
        ([[2, 9]], "2 to 9 events"),
        ([[2, 3], [5, 5]], "2, 3 or 5 events"),
    ],
)
def test_numbers_of_events_are_said_as_runs(runs, words):
    assert reason_words("events-can-be", {"events": runs, "n": 28}) == f"{words} of 28 patients can lie behind it"


def test_facts_are_rounded_for_reading():
    facts = {"count": "15", "n": 28, "share": 100 * 15 / 28, "printed": "53.5", "ways": ["truncation", "balancing"]}
    assert reason_words("otherwise-rounded", facts) == (
        "15 of 28 is 53.57, printed 53.5 by truncation or balancing, not by rounding"
    )


def test_what_is_assumed_follows_the_reason():
    facts = {"n": 28, "level": "95", "scales": ["plain", "log", "log-log", "logit"]}
    said = assumption_words("usual-interval", facts)
    assert said.endswith("before the 95 % limits were formed on the plain, log, log-log or logit scale")
    assert full_reason("no-count", {"n": 28, "printed": "70.8"}, ["each-counts-once"]) == (
        "no whole number of 28 patients is printed as 70.8, rounded half up, half to even or cut off; "
        "assumed: each of the 28 counts once"
    )
