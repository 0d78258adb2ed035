"""Both editions in a language that marks every message: no visible word stands outside the marks but data and names."""

import re
import shutil
from functools import partial
from pathlib import Path

import pytest

from support import ROOT, run
from words.pseudo import LANGUAGE, of_the_data, of_the_theme, outside, plain, unmarked, write_catalogue

NAMES = plain(
    "CSV SVG PNG BibTeX RIS CSL JSON results.csv CTCAE mSMART IMWG SHA Kaplan Meier Python numpy scipy pandas altair "
    "lifelines papermill jupyter-book and others ttnt"
)
SKIPPED = ("lr-citation", "bibtex", "bibtex-citation", "citation-list", "component-author", "copyright")  # names
# Made in published/ and audit/ and English in every language: explanations of the ledger, and ids written as words.
STILL_ENGLISH = re.compile(
    r"S and SE rounded to .*|.* is printed cut off|[\d.]+ \([\d.]+ to [\d.]+\)|Response .* (counts|percentages)"
)


@pytest.fixture(scope="module", params=["chen-2026", "demo"])
def marked(request, tmp_path_factory) -> tuple[Path, Path]:
    """The folder of an edition in the marked language, and its build."""
    place = tmp_path_factory.mktemp("marked")
    folder = Path(shutil.copytree(ROOT / "data" / request.param, place / request.param))
    with (folder / "study.yml").open("a", encoding="utf-8") as study:
        study.write(f"\nlanguage: {LANGUAGE}\n")
    write_catalogue(ROOT, place)
    done = run("build", folder, "--out", place / "out", LIVINGREVIEW_LOCALE=str(place))
    assert done.returncode == 0, done.stderr
    return folder, place / "out"


def test_no_visible_word_is_left_but_data_names_and_words_of_the_theme(marked):
    folder, out = marked
    data = of_the_data(
        folder, ROOT / "references.bib", ROOT / "CITATION.cff", ROOT / "data" / "evidence", ROOT / "CHANGELOG.md"
    )
    theme = {plain(word) for word in of_the_theme()}
    left = {
        (page.stem, place, words)
        for page in sorted((out / "html").rglob("*.html"))
        for place, words in unmarked(page, SKIPPED)
        if not STILL_ENGLISH.fullmatch(words)
        and not _known(data, theme, words)
        and not all(map(partial(_known, data, theme), _parts(place, words)))
    }
    assert sorted(left) == []


def _parts(place: str, words: str) -> list[str]:
    """What is looked up one by one: a reference that pops up by the word, titles and names by their parts."""
    return words.split() if place == "a title" else re.split(r" [—-] |: ", words)


def _known(data: str, theme: set[str], words: str) -> bool:
    """Whether a piece is of the data, a name, or of the theme; hashes, versions and codes are words with digits."""
    letters = plain(" ".join(word for word in re.findall(r"[^\W_]+", words) if not re.search(r"\d", word)))
    if re.fullmatch(r"[A-Z2-7]{4}", words):  # the name of a lane
        return True
    return plain(words) in theme or plain(words) in data or letters in NAMES or not letters.strip()


def test_the_language_changes_no_number(marked, request):
    folder, out = marked
    english = request.getfixturevalue("built" if folder.name == "chen-2026" else "built_demo")
    assert (out / "results.csv").read_bytes() == (english / "results.csv").read_bytes()


def test_what_stands_outside_the_marks_is_seen():
    assert outside("⟦36 ⟦months⟧ later⟧ and more") == (["and more"], 0)
    assert outside("still inside⟧ outside", 1) == (["outside"], 0)
    assert outside("28 %") == ([], 0)
