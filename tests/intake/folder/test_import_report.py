"""IMPORT.md holds what was mapped, left out and noted, and nothing of one patient."""

from __future__ import annotations

from livingreview.intake.folder.import_report import Line, Report
from livingreview.words.problem_words import sentence


def test_text() -> None:
    report = Report("livingreview import table", {"b.csv": "22", "a.csv": "11"}, {"patients": 3})
    report.map("patients", "sex", "a.csv, Sex | gender", Line("recoded", {"pairs": {("F", "female"): 3}}))
    report.leave_out("a.csv", "columns", "not-mapped", names=["Notes"])
    report.remark("study-kept")
    report.remark("study-kept")
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

- study.yml was edited after the last import and is kept as it is.
"""
    )


def test_nothing_to_say() -> None:
    text = Report("x").text()
    assert "## Left out\n\nNothing.\n" in text and text.endswith("## Notes\n\nNone.\n")


def test_problems_stay_out_of_the_report() -> None:
    report = Report("x")
    report.refuse("a.csv", "cell-no-number", 3, "Age", "Doe")
    report.refuse("a.csv", "cell-no-number", 3, "Age", "Doe")
    report.note("a.csv", "dates-counted", None, "Age", count=2)
    (problem,) = report.refused
    assert sentence(problem).startswith("a.csv, row 3, Age: found “Doe”; a number is expected")
    assert len(report.problems) == 2 and "Doe" not in report.text()
