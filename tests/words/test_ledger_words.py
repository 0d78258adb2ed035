"""Every code of the ledger has its sentence, made from how the number was computed."""

from __future__ import annotations

import livingreview.published.ledger
from livingreview.published.ledger import ledger
from livingreview.published.printed import read_published
from livingreview.words.ledger_words import explanation
from livingreview.words.print_messages import table
from published.recomputed import estimates
from support import REFERENCE


def test_every_code_has_a_sentence_and_no_sentence_is_left_over():
    with open(livingreview.published.ledger.__file__, encoding="utf-8") as opened:
        source = opened.read()
    assert {code for code in table("ledger") if f'"{code}"' not in source} == set()


def test_the_sentences_of_the_reference_ledger():
    rows = {(row.id, row.part): explanation(row.to_dict()) for row in _ledger()}
    assert rows["pfs.survival.36", "value"] == "Kaplan-Meier, plain interval, rounded half up"
    assert rows["os.survival.36", "low"] == "S and SE rounded to 3 decimals before the interval was formed"
    assert rows["response.maintenance.cr", "value"] == "truncated: 53.5714 is printed cut off"
    assert rows["cohort.data_cutoff", "value"] == "not printed"
    assert all(rows.values())


def _ledger():
    return ledger(read_published(REFERENCE), estimates(REFERENCE), "reconstructed")
