"""The language in use: English without a catalogue, others from one file, plurals, gaps."""

import subprocess
import sys

import pytest

from livingreview.words import translate
from livingreview.words.translate import gettext, language, languages, mark, ngettext, use

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n<5 ? 1 : 2);\\n"

msgid "%(part)s of %(all)s"
msgstr "z %(all)s: %(part)s"

msgid "%(n)s patient"
msgid_plural "%(n)s patients"
msgstr[0] "%(n)s pacient"
msgstr[1] "%(n)s pacienti"
msgstr[2] "%(n)s pacientů"

#, fuzzy
msgid "Unsure"
msgstr "Nejisté"
"""


@pytest.fixture
def czech(tmp_path, monkeypatch):
    (tmp_path / "cs.po").write_text(PO, encoding="utf-8")
    monkeypatch.setenv("LIVINGREVIEW_LOCALE", str(tmp_path))
    use("cs")
    yield
    use("en")
    translate._catalogue.cache_clear()


def test_english_needs_no_catalogue():
    assert language() == "en"
    assert gettext("%(part)s of %(all)s", part=3, all=28) == "3 of 28"
    assert [ngettext("%(n)s patient", "%(n)s patients", n) for n in (0, 1, 2)] == [
        "0 patients",
        "1 patient",
        "2 patients",
    ]


def test_a_message_without_gaps_keeps_its_percent_sign():
    assert gettext("the 95 % interval") == "the 95 % interval"
    assert gettext("") == ""


def test_a_language_has_its_own_order_of_words_and_its_own_plurals(czech):
    assert language() == "cs"
    assert gettext("%(part)s of %(all)s", part=3, all=28) == "z 28: 3"
    said = [ngettext("%(n)s patient", "%(n)s patients", n) for n in (1, 2, 7)]
    assert said == ["1 pacient", "2 pacienti", "7 pacientů"]


def test_what_a_catalogue_lacks_or_is_unsure_of_stays_english(czech):
    assert gettext("Not there") == "Not there"
    assert gettext("Unsure") == "Unsure"
    assert gettext(mark("")) == ""


def test_a_language_without_a_catalogue_is_refused_with_those_there_are(czech):
    assert languages() == ["en", "cs"]
    with pytest.raises(ValueError, match="'xx'; there are: en, cs"):
        use("xx")
    assert language() == "cs"


def test_english_imports_no_library():
    code = "import sys; from livingreview.words.translate import gettext; gettext('x'); print('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
