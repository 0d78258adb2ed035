"""Marks are filled in, nothing else is, and they stay the same as long as the folder of work does."""

from __future__ import annotations

import os

import pytest

from livingreview.site.marks import Marks, kept_marks

HASH = "0123456789abcdef" * 4
ROWS = {"pfs.survival.36": "7"}


def test_the_hash_and_the_row_of_a_key_are_filled_in():
    marks = Marks("lr" + "a" * 32)
    text = f'<p data-row="{marks.row("pfs.survival.36")}">{marks.whole} {marks.short}</p>'
    assert marks.filled(text, HASH, "0123", ROWS) == f'<p data-row="7">{HASH} 0123</p>'


@pytest.mark.parametrize(
    "words", ["lr-row:x", "lr-row:pfs.survival.36", "lr-data-hash-whole", f"lr{'0' * 32}-row:x", f"lr{'0' * 32}-whole"]
)
def test_a_text_that_looks_like_a_mark_stays_as_it_is(tmp_path, words):
    assert kept_marks(tmp_path / "marks").filled(words, HASH, "0123", ROWS) == words


def test_marks_are_kept_with_the_folder_of_work_and_differ_between_folders(tmp_path):
    first = kept_marks(tmp_path / "one" / "marks")
    assert kept_marks(tmp_path / "one" / "marks") == first
    assert kept_marks(tmp_path / "two" / "marks") != first


@pytest.mark.parametrize("damaged", [b"", b"lr12", b"\xff\x00", b"lr" + b"A" * 32, b"(" * 34])
def test_damaged_marks_are_made_anew(tmp_path, damaged):
    (tmp_path / "marks").write_bytes(damaged)
    assert kept_marks(tmp_path / "marks").token.encode() != damaged


@pytest.mark.parametrize("kind", ["folder", "pipe", "link to nothing"])
def test_what_has_taken_the_place_of_the_marks_is_replaced(tmp_path, kind):
    path = tmp_path / "marks"
    if kind == "folder":
        (path / "inner").mkdir(parents=True)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "none")
    made = kept_marks(path)
    assert path.is_file() and not path.is_symlink()
    assert kept_marks(path) == made
