"""What is new is the newest entry of the folder's own CHANGES.md, and nothing where it has none."""

from __future__ import annotations

from livingreview import chapter
from livingreview.presentation.news import whats_new
from support import REFERENCE


def test_the_newest_entry_stands_under_its_heading():
    shown = whats_new("## 2026-11-24\n\n- More patients.\n\n## 2026-11-22\n\n- The first ones.\n").markdown
    assert shown.startswith("## What is new in the data\n")
    assert shown.endswith("**2026-11-24**\n\n- More patients.")


def test_no_entry_is_no_heading():
    assert [whats_new(text).markdown for text in ("", "Some words.\n")] == ["", ""]


def test_a_cohort_shows_its_own_news_alone(folder):
    assert "log-log interval" in chapter.whats_new(chapter.load_cohort(REFERENCE)).markdown
    (folder / "CHANGES.md").unlink()
    assert chapter.whats_new(chapter.load_cohort(folder)).markdown == ""
