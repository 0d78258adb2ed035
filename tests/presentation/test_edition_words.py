"""What an edition is, in words: each kind has a name and a statement."""

from types import SimpleNamespace
from typing import get_args

from livingreview.cohort.sections import Edition
from livingreview.cohort.thresholds import PRESETS
from livingreview.presentation.edition_words import (
    NAMES,
    STATEMENTS,
    THRESHOLDS,
    contact_words,
    dated,
    edition_facts,
    threshold_words,
)

EDITION_KINDS = get_args(Edition.model_fields["kind"].annotation)


def test_every_kind_of_edition_has_a_name_and_a_statement():
    assert set(NAMES) == set(EDITION_KINDS)
    assert set(STATEMENTS) == {*EDITION_KINDS, "patients-shown"}


def test_every_threshold_names_whose_rule_it_is():
    assert tuple(THRESHOLDS) == PRESETS
    assert threshold_words(7) == "1 to 6 patients are withheld (a rule of this cohort's own)"
    assert threshold_words(0) == "none is withheld"


def test_an_edition_says_its_day_and_what_its_data_are():
    said = dated("observed", "2026-11-24", "patients-shown")
    assert said.startswith("Observed edition of 2026-11-24: computed from patient records; single patients are shown")


def test_whoever_is_to_be_written_to_begins_a_sentence():
    assert contact_words("a name").markdown == "Something is wrong? A name."


def test_what_only_some_studies_say_is_a_fact_where_it_is_said():
    vocabulary, edition = SimpleNamespace(ctcae="5.0", msmart=None), SimpleNamespace(kind="observed", date="2026-11-24")
    origin = SimpleNamespace(event="randomisation", stated_in_publication=True)
    study = SimpleNamespace(
        title="Lymphoma", edition=edition, time_origin=origin, data_cutoff=None, accrual=None, vocabulary=vocabulary,
        smallest_shown=5, approval=None, disclosure="aggregate-only", disease="lymphoma", design="randomised",
        url="https://x.example", licence="CC-BY-4.0",
    )  # fmt: skip
    facts = edition_facts(study, "abc", {"patients.csv": None})
    assert "mSMART version" not in facts
    assert (facts["Disease"], facts["Design"], facts["Licence of this edition"]) == (
        "lymphoma",
        "randomised arms",
        "CC-BY-4.0",
    )
    assert facts["Published at"] == "https://x.example"
