"""Every sentence reworded at random: no number, no withholding and no status of the ledger changes with it."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from livingreview import chapter
from livingreview.book.outputs import result_row
from livingreview.words import translate
from observed import observed_study
from support import REFERENCE, ROOT

WORDED = ("group", "method", "reason")  # of results.csv: made from the codes beside them
SURVIVAL = {"milestones": [12, 24, 36], "interval": "plain", "level": 0.95}
MRD = {"milestone_months": 36, "landmark_months": 18, "sustained_months": 12, "interval": "plain", "level": 0.95}
SUBGROUPS = SURVIVAL | {"age_split": 65.0, "group_by": "sex"}
TIMEPOINTS = {"before": "Before", "after": "After", "best": "Best"}
GAP = re.compile(r"(%\([a-z_]+\)[a-z]|%%)")


class Reworded:
    """A catalogue in which every message has its letters turned round and its gaps in another order."""

    def gettext(self, message: str) -> str:
        """The message reworded, in the same way each time."""
        pieces = [piece if GAP.fullmatch(piece) else f" {piece.strip()[::-1]} " for piece in GAP.split(message)]
        random.Random(message).shuffle(pieces)
        return f"¿{''.join(pieces)}?"

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The form for the number, reworded."""
        return self.gettext(one if n == 1 else many)


@pytest.fixture
def reword(monkeypatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(translate, "_catalogue", lambda language: Reworded())


@pytest.fixture(params=["reference", "demo", "observed"])
def folder(request, tmp_path) -> Path:
    if request.param == "reference":
        return REFERENCE
    if request.param == "demo":
        return ROOT / "data" / "demo"
    shutil.copytree(ROOT / "data" / "demo", tmp_path / "observed")
    (tmp_path / "observed" / "study.yml").write_text(observed_study(), encoding="utf-8")
    (tmp_path / "observed" / ".livingreview-key").write_text("ab" * 32, encoding="utf-8")
    return tmp_path / "observed"


def pages(folder: Path) -> dict[str, Any]:
    cohort = chapter.load_cohort(str(folder))
    return {
        "study": chapter.study(cohort, level=0.95),
        "responses": chapter.responses(cohort, level=0.95),
        "pfs": chapter.progression_free_survival(cohort, **SURVIVAL),
        "os": chapter.overall_survival(cohort, **SURVIVAL),
        "mrd": chapter.minimal_residual_disease(cohort, **MRD),
        "safety": chapter.safety(cohort, level=0.95),
        "subgroups": chapter.subgroups(cohort, **SUBGROUPS),
    }


def rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Every row of results.csv without its words."""
    every = [result_row(one) for page in found.values() for one in page.estimates]
    return [{name: value for name, value in row.items() if name not in WORDED} for row in every]


def drawn(found: dict[str, Any]) -> list[list[float]]:
    """The numbers of every picture, of each in order of size: names of groups decide where they stand."""
    figures = [
        chapter.response_figure(found["responses"].estimates, TIMEPOINTS),
        chapter.survival_figure(found["pfs"], "pfs"),
        chapter.survival_figure(found["os"], "os"),
        chapter.survival_figure(found["subgroups"], "subgroup"),
        chapter.forest_figure(found["subgroups"].estimates),
        chapter.grade_figure(found["safety"]),
    ]
    return [sorted(numbers(figure.wide["datasets"])) if hasattr(figure, "wide") else [] for figure in figures]


def numbers(value: object) -> Iterator[float]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from numbers(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def ledger(found: dict[str, Any], folder: Path) -> list[tuple[str, ...]]:
    compared = chapter.reproduction(chapter.load_cohort(str(folder)), found)
    return [(row["id"], row["part"], row["reproduced"], row["status"]) for row in compared.tables["ledger"]]


def test_a_reworded_sentence_is_another_one_with_the_same_gaps():
    said = Reworded().gettext("%(n)s of %(all)s patients")
    assert said != "%(n)s of %(all)s patients" and sorted(GAP.findall(said)) == ["%(all)s", "%(n)s"]
    assert said % {"n": 1, "all": 2}


def test_no_number_no_withholding_and_no_status_depends_on_words(folder, reword):
    before = pages(folder)
    expected = rows(before), drawn(before), ledger(before, folder)
    words = [result_row(one)["method"] for page in before.values() for one in page.estimates]
    reword()
    after = pages(folder)
    found = rows(after), drawn(after), ledger(after, folder)
    assert [result_row(one)["method"] for page in after.values() for one in page.estimates] != words
    assert found[0] == expected[0]
    assert found[1] == expected[1]
    assert found[2] == expected[2]
