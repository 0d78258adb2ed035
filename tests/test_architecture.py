"""The map for people is true: its rooms are those of the library, and every file that its lists name is there."""

from __future__ import annotations

import re

import pytest

from support import ROOT

MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
LIBRARY = ROOT / "lib" / "livingreview"
LISTS = {
    name: (int(most), re.findall(r"(?m)^\d+\. `([^`]+)`", block))
    for name, most, block in re.findall(r"<!-- files: (\w+), at most (\d+) -->\n((?:\d+\. .*\n)+)", MAP)
}


def test_the_rooms_are_those_of_the_library():
    named = set(re.findall(r"(?m)^\| `([a-z.]+)` \|", MAP))
    rooms = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}
    assert named == rooms | {"chapter.py"}


def test_there_is_a_list_for_each_visitor():
    assert sorted(LISTS) == ["builder", "endpoint", "format", "language", "statistic", "word"]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_file_of_a_list_is_there_and_they_are_few(name):
    most, files = LISTS[name]
    assert [file for file in files if not (ROOT / file).is_file()] == []
    assert 0 < len(files) == len(set(files)) <= most


def test_what_the_text_counts_is_what_its_lists_hold():
    counted = {"new endpoint": "endpoint", "new spreadsheet format": "format", "new statistic": "statistic"}
    counted |= {"nother builder of the site": "builder", "wrong word": "word"}
    for words, name in counted.items():
        said = re.search(rf"{words}: (\d+) files?", MAP)
        assert said and int(said[1]) == len(LISTS[name][1]), words


def test_every_file_named_in_the_text_is_there():
    named = set(re.findall(r"`((?:lib|tests|docs|chapters|data)/[^`<*]+\.\w+)`", MAP))
    assert len(named) > 10 and [file for file in sorted(named) if not (ROOT / file).is_file()] == []


def test_an_endpoint_that_is_declared_has_everything_else():
    """The first step of the list is enough: analysis, page, columns and words follow from the declaration."""
    from livingreview.analyses.registry import ANALYSES
    from livingreview.endpoints.registry import ENDPOINTS

    for endpoint in ENDPOINTS.values():
        assert ANALYSES[endpoint.analysis].page == endpoint.page
        assert set(endpoint.columns) <= set(ANALYSES[endpoint.analysis].columns)
        assert endpoint.names.name and endpoint.events
