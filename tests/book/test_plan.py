"""What a build would do is said without doing it."""

from __future__ import annotations

from livingreview.book.failures import Message
from livingreview.book.plan import plan
from livingreview.book.settings import Settings
from livingreview.intake.folder.prepare import prepare
from support import PAGES, REFERENCE, ROOT


def test_before_the_first_build_every_executed_page_is_planned(tmp_path):
    out = tmp_path / "out"
    planned = plan(Settings(root=ROOT, folder=REFERENCE, out=out), prepare(REFERENCE, tmp_path / "strict" / "cohort"))
    assert set(planned) == set(PAGES) - {"chapters/rebuild"}
    assert {why for reasons in planned.values() for why in reasons} == {Message("not-built")}
    assert not out.exists()
