"""Words of IMPORT.md: counts of words, and none of free text, which may speak of one patient."""

from __future__ import annotations

import re

from livingreview.intake.folder.import_report import Line
from livingreview.words.import_words import line_words, listed, recoded
from livingreview.words.intake_messages import table
from support import ROOT


def test_words() -> None:
    assert [line_words(Line("numbers", {"count": n})) for n in (1, 2)] == ["1 number", "2 numbers"]
    assert recoded({("m", "male"): 2, ("?", ""): 1}) == "“?” → left empty (1), “m” → male (2)"
    assert recoded({}) == "empty throughout"
    assert listed({"Lost": 2, "": 1}) == "empty (1), “Lost” (2)"


def test_free_text_is_counted_not_shown() -> None:
    assert listed({f"moved to {n}": 1 for n in range(13)}) == "13 different words"
    assert recoded({(f"w{n}", "yes"): 1 for n in range(13)}) == "13 different words"


def test_rows_that_were_chosen_are_said_with_their_condition() -> None:
    facts = {"table": "mrd", "chosen": 3, "count": 6, "label": "a.csv", "where": {"arm": ["A", "B"], "visit": [""]}}
    said = "mrd: 3 of 6 rows of a.csv, where arm is A or B and visit is empty."
    assert line_words(Line("rows-chosen", facts)) == said


def test_no_line_is_left_without_a_code_and_no_code_without_a_line() -> None:
    texts = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "lib" / "livingreview" / "intake").rglob("*.py")
    )
    made = {"in-months", "in-days", "in-weeks", "in-years"}  # of a unit
    assert {code for code in table("lines") if f'"{code}"' not in texts} == made
    given = set(re.findall(r'(?:Line|remark)\(\s*"([a-z-]+)"', texts)) - {"note", "recoded"}
    assert given - set(table("lines")) == set()
