"""What the audit chapter says: the answer first, the telling rows first, and one sentence where nothing was printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livingreview.audit.summary import audit
from livingreview.presentation.audit_words import audit_answer, audit_assumptions, audit_counts_table, audit_table
from livingreview.published.printed import read_published
from support import REFERENCE

ROWS = read_published(REFERENCE)


@pytest.fixture(scope="module")
def reference():
    return audit(ROWS)


def shown(block) -> list[str]:
    return [line for line in block.markdown.splitlines() if line.startswith("* - ")]


def test_the_answer_counts_the_verdicts_and_names_what_is_pinned_down(reference):
    words = audit_answer(reference).markdown
    assert "Nothing that the paper printed is proved impossible: of {num}`audit.all` checks" in words
    assert "exactly {num}`audit.pfs.survival.36.events` events behind progression-free survival at" in words
    assert "exactly {num}`audit.os.survival.36.events` events behind overall survival at" in words
    assert reference["audit.pfs.survival.36.events"].value == 7 and reference["audit.os.survival.36.events"].value == 3


def test_an_impossible_number_comes_first():
    wrong = [replace(row, printed="53.9") if row.id == "response.maintenance.cr" else row for row in ROWS]
    found = audit(wrong)
    assert "{num}`audit.impossible` of {num}`audit.all` checks prove" in audit_answer(found).markdown
    table = audit_table(found, caption="All.", name="tbl").markdown
    assert table.index("*Impossible.*") < table.index("*Undetermined.*") < table.index("*Consistent.*")
    assert shown(audit_table(found, caption="All.", name="tbl"))[1] == "* - Response maintenance CR"


def test_every_finding_has_a_row_and_every_assumption_is_said_once(reference):
    rows = shown(audit_table(reference, caption="All.", name="tbl"))
    assert len(rows) == 1 + len(reference.tables["findings"])
    assert len(shown(audit_counts_table(reference, caption="Counts.", name="tbl"))) == 1 + 2
    assert audit_assumptions(reference).markdown.count("Greenwood") == 1


def test_nothing_printed_is_one_sentence():
    found = audit([])
    assert "Nothing was printed about this cohort" in audit_answer(found).markdown
    assert (audit_counts_table(found, caption="", name="").markdown, audit_assumptions(found).markdown) == ("", "")


def test_an_id_that_is_no_key_stands_in_the_table_only():
    strange = [replace(row, id="os `36`") for row in ROWS if row.id == "os.survival.36"]
    found = audit(strange)
    assert [row.key for row in found.where(statistic="events")] == []
    assert "os \\`36\\`" in audit_counts_table(found, caption="Counts.", name="tbl").markdown.lower()
