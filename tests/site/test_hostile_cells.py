"""Whatever stands in a cell or in study.yml is shown as text: nothing is run, linked, marked up or lost."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml

from hostile import EVERYTHING, HOSTILE, LINKED, one_line
from livingreview.book.outputs import as_text
from livingreview.cohort.check import check_cohort
from livingreview.cohort.problems import CohortError
from livingreview.intake.folder.prepare import prepare
from livingreview.presentation.kit.myst import escaped
from livingreview.simulation.simulated_folder import STUDY, write_simulation
from support import PAGES

TTNT_SOURCE = (
    "https://doi.org/10.1182/blood-2010-10-299487"  # these patients have a next therapy, the reference ones none
)


class Page(HTMLParser):
    """What a browser would make of a page: its elements, what they run and where they lead, cells and words."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: Counter[str] = Counter()
        self.handlers: list[tuple[str, str]] = []
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self.words: list[str] = []
        self._script: list[str] | None = None
        self._cell: list[str] | None = None
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.handlers += [(tag, name) for name, _ in attrs if name.startswith("on")]
        self.links |= {
            value.strip() for name, value in attrs if name in ("href", "src", "xlink:href", "action") and value
        }
        if tag == "script":
            given = dict(attrs)
            self._script = [given.get("src") or ""]
            self._is_data = given.get("type", "").startswith("application/")
        if tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag):
        if tag == "script" and self._script is not None:
            if self._is_data:  # never run; it must be JSON that cannot end its element
                assert "<" not in self._script[-1]
                json.loads(self._script[-1])
            else:
                self.scripts["".join(self._script)] += 1
            self._script = None
        if tag in ("td", "th") and self._cell is not None:
            self.cells.append("".join(self._cell).strip())
            self._cell = None

    def handle_data(self, data):
        if self._script is not None:
            self._script.append(data)
            return
        self.words.append(data)
        if self._cell is not None:
            self._cell.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def elsewhere(self) -> set[str]:
        return {link for link in self.links if ":" in link and not link.startswith(("data:image/", "mailto:"))}


@cache
def read(path: Path) -> Page:
    """A page of a built site, read once."""
    return Page(path)


@pytest.mark.parametrize("page", [*PAGES, "search", "genindex"])
def test_no_cell_runs_or_links_or_becomes_markup(built_hostile, built, page):
    found, clean = read(built_hostile / "html" / f"{page}.html"), read(built / "html" / f"{page}.html")
    assert found.scripts == clean.scripts
    assert found.handlers == []
    assert found.elsewhere - clean.elsewhere <= {LINKED, TTNT_SOURCE}
    assert found.tags - clean.tags <= {"figure", "figcaption", "image", "table", "thead", "tbody", "tr", "td", "th", "caption", "colgroup", "col", "text", "tspan", "path", "g", "line", "svg", "clippath", "defs", "rect", "strong", "code", "li", "ul"}  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: repr(words)[1:31])
def test_a_cell_is_shown_as_it_was_written(built_hostile, words):
    study, safety = (read(built_hostile / "html" / "chapters" / f"{name}.html").cells for name in ("study", "safety"))
    shown = one_line(words)
    assert study.count(shown) == 2  # the step of the flow and why others left
    assert study.count(f"Induction: {shown}") == 1
    assert (shown if shown[1:2].isupper() else shown[:1].upper() + shown[1:]) in safety


def test_what_study_yml_says_is_shown_as_it_was_written(built_hostile):
    shown = " ".join(EVERYTHING.split())
    index, about, study, responses = (
        read(built_hostile / "html" / f"{name}.html").text
        for name in ("index", "chapters/about", "chapters/study", "chapters/responses")
    )
    assert f"Reviewed: Citation {shown}" in index
    assert f"Something is wrong? Contact {shown}." in about
    assert f"Event {shown}" in about and f"Version {shown}" in about
    assert f"Only patients with Inclusion {shown} were analysed." in study
    for name in ("before", "after", "best"):
        assert f"Label {name} {shown}" in responses


def test_no_patient_is_named_in_any_file(built_hostile):
    for path in built_hostile.rglob("*"):
        if path.is_file():
            assert b"Z9Q" not in path.read_bytes(), path


def test_no_cell_of_a_csv_file_is_a_formula(built_hostile):
    paths = [built_hostile / "results.csv", *sorted((built_hostile / "curves").iterdir())]
    assert len(paths) > 2
    groups = set()
    for path in paths:
        with path.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                groups.add(row["group"])
                for cell in row.values():
                    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) or float(cell) < 0, cell
    for words in HOSTILE:
        assert {f"Induction: {words}", as_text(words)} <= groups
    assert {"'=cmd|' /C calc'!A0", "'+1+1", "'@SUM(1)", "'-2+3", "'---"} <= groups


def test_results_hold_the_text_itself(built_hostile):
    safety, study = (
        json.loads((built_hostile / "results" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("safety", "study")
    )
    assert {level["level"] for row in safety["estimates"] for level in row["group"]} >= set(HOSTILE)
    assert [(row["step"], row["reason"]) for row in study["tables"]["flow"]] == [
        *((words, words) for words in HOSTILE), ("Analysed", None),
    ]  # fmt: skip


def test_notebooks_are_valid(built_hostile):
    paths = sorted((built_hostile / "notebooks").iterdir())
    assert len(paths) == len(PAGES) - len({"chapters/rebuild"}) + len({"chapters/time-to-next-treatment"})
    for path in paths:
        nbformat.validate(nbformat.read(path, as_version=4))


# The title stands in the frame of every page


@pytest.mark.parametrize("page", [*PAGES, "search", "genindex"])
def test_a_title_neither_runs_nor_becomes_markup(built_hostile, page):
    found = read(built_hostile / "html" / f"{page}.html")
    assert [script for script in found.scripts if "alert" in script] == []
    assert found.handlers == []
    assert "https://x.example" not in {link.rstrip("/") for link in found.links}
    assert {link for link in found.links if link.lower().startswith("javascript:")} == set()


@pytest.mark.parametrize("page", [*PAGES, "search", "genindex"])
def test_a_title_is_shown_as_it_was_written(built_hostile, page):
    assert f"Title {' '.join(EVERYTHING.split())}" in read(built_hostile / "html" / f"{page}.html").text


# What no page can show is refused where it stands, or made visible

DRAW = """\
import json, sys
from livingreview.results.codes import Level, Variable
from livingreview.results.estimates import Interval, estimate
from livingreview.presentation.bars import response_figure
from livingreview.presentation.rates import rate_figure
from livingreview.results.exchange import FIGURE_MIME
from livingreview.site.charts import chart_html
words = json.loads(sys.argv[1])
share = Interval(0.5, 0.2, 0.8, 0.95)
about = {"statistic": "proportion", "unit": "fraction", "n": 10, "events": 5}
rates = rate_figure([estimate("safety.x", share, endpoint="safety", group=(Level("safety.term", words),), **about)], title="t")
best = [estimate("response.best.cr", share, endpoint="response", group=(Level(Variable.TIMEPOINT, "best"), Level(Variable.RESPONSE, "CR")), **about)]
for figure in (rates, response_figure(best, {"best": words}, title="t")):
    drawn = chart_html(figure._repr_mimebundle_()[FIGURE_MIME], "p")
    wrong = [letter for letter in drawn if letter < " " and letter not in "\\n\\t"]
    assert not wrong, wrong
"""


def refused_places(folder: Path) -> list[tuple[str, int | None, str]]:
    """Where the folder is refused, by the way of the command."""
    try:
        ready = prepare(folder, folder.parent / "strict" / folder.name)
    except CohortError as error:
        return [(problem.file, problem.row, problem.column) for problem in error.problems]
    return [(found.file, found.row, found.column) for found in check_cohort(ready.folder) if not found.note]


def with_term(folder: Path, words: str, suffix: str = ".csv") -> Path:
    """A simulated cohort with these words in the third row of the adverse events."""
    write_simulation(folder, 20, 7)
    events = pd.read_csv(folder / "adverse_events.csv")
    events.loc[1, "term"] = words
    (folder / "adverse_events.csv").unlink()
    if suffix == ".csv":
        events.to_csv(folder / "adverse_events.csv", index=False, quoting=csv.QUOTE_ALL, lineterminator="\n")
    else:
        events.to_parquet(folder / "adverse_events.parquet", index=False)
    return folder


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    "words",
    [
        "a\x01b",
        "a\x0bb",
        "a\x1b[31mb",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "a\uffffb",
        "\u202ea\u202c",
        "a\u200bb",
        "a\xadb",
    ],
    ids=ascii,
)
def test_a_control_character_is_refused_at_its_place_or_visible(tmp_path, words, suffix):
    if places := refused_places(with_term(tmp_path / "cohort", words, suffix)):
        assert places == [(f"adverse_events{suffix}", 3, "term")]
        return
    assert len(escaped(words).splitlines()) == 1
    assert escaped(words).isprintable()
    done = subprocess.run([sys.executable, "-c", DRAW, json.dumps(words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-300:]


@pytest.mark.parametrize("entry", ["short_title", "contact", "label"])
@pytest.mark.parametrize("mark", ["\x1b", "\x85", "\u2028", "\u202e", "\u200b"], ids=ascii)
def test_a_control_character_in_study_yml_is_refused_or_visible(tmp_path, entry, mark):
    write_simulation(tmp_path / "cohort", 20, 7)
    study = yaml.safe_load(STUDY.format(shortest=5.0))
    holder = study["vocabulary"]["timepoints"][0] if entry == "label" else study
    holder[entry] = f"a{mark}b"
    text = yaml.safe_dump(study, allow_unicode=False, sort_keys=False)
    (tmp_path / "cohort" / "study.yml").write_text(text, encoding="utf-8")
    if places := refused_places(tmp_path / "cohort"):
        column = "vocabulary.timepoints.0.label" if entry == "label" else entry
        assert places == [("study.yml", None, column)]
        return
    assert len(escaped(f"a{mark}b").splitlines()) == 1
    if entry == "label":
        done = subprocess.run([sys.executable, "-c", DRAW, json.dumps(f"a{mark}b")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-300:]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_cell_of_a_megabyte_is_refused_by_its_row(tmp_path, suffix):
    folder = with_term(tmp_path / "cohort", "W" * 1_000_000, suffix)
    assert {(file, row) for file, row, _ in refused_places(folder)} == {(f"adverse_events{suffix}", 3)}


def test_a_zero_byte_is_refused(tmp_path):
    folder = with_term(tmp_path / "cohort", "plain")
    path = folder / "adverse_events.csv"
    path.write_bytes(path.read_bytes().replace(b"plain", b"pl\x00in"))
    assert [file for file, _, _ in refused_places(folder)] == ["adverse_events.csv"]


def test_a_zero_byte_in_a_parquet_cell_is_refused_at_its_place(tmp_path):
    places = refused_places(with_term(tmp_path / "cohort", "pl\x00in", ".parquet"))
    assert places == [("adverse_events.parquet", 3, "term")]
