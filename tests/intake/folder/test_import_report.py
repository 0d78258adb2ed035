from __future__ import annotations

from livingreview.intake.folder.import_report import Report, counted, listed, recoded
from livingreview.words.problem_words import sentence


def test_text() -> None:
    report = Report("livingreview import table", {"b.csv": "22", "a.csv": "11"}, {"patients": 3})
    report.mapped("patients", "sex", "a.csv, Sex | gender", "“F” → female (3)")
    report.left_out("a.csv: Notes", "not in the mapping")
    report.note("Said once.")
    report.note("Said once.")
    assert (
        report.text()
        == """\
# What was imported

Made by `livingreview import table`. The sources were read and not changed.

## Sources

| file | SHA-256 |
| --- | --- |
| a.csv | 11 |
| b.csv | 22 |

## Written

| table | rows |
| --- | --- |
| patients | 3 |

## Mapped and converted

| table | column | from | how |
| --- | --- | --- | --- |
| patients | sex | a.csv, Sex \\| gender | “F” → female (3) |

## Left out

| what | why |
| --- | --- |
| a.csv: Notes | not in the mapping |

## Notes

- Said once.
"""
    )


def test_nothing_to_say() -> None:
    text = Report("x").text()
    assert "## Left out\n\nNothing.\n" in text and text.endswith("## Notes\n\nNone.\n")


def test_problems_stay_out_of_the_report() -> None:
    report = Report("x")
    report.refuse("a.csv", "a number is expected", "Correct it.", 3, "Age", "Doe")
    report.refuse("a.csv", "a number is expected", "Correct it.", 3, "Age", "Doe")
    assert [sentence(problem) for problem in report.problems] == [
        "a.csv, row 3, Age: found “Doe”; a number is expected. Correct it."
    ]
    assert "Doe" not in report.text()


def test_words() -> None:
    assert (counted(1, "row"), counted(2, "row"), counted(2, "entry", "entries")) == ("1 row", "2 rows", "2 entries")
    assert recoded({("m", "male"): 2, ("?", ""): 1}) == "“?” → left empty (1), “m” → male (2)"
    assert listed({"Lost": 2, "": 1}) == "empty (1), “Lost” (2)"


def test_free_text_is_counted_not_shown() -> None:
    assert listed({f"moved to {n}": 1 for n in range(13)}) == "13 different words"
    assert recoded({(f"w{n}", "yes"): 1 for n in range(13)}) == "13 different words"
