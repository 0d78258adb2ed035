"""The language in use: `gettext as _` around every sentence that people read.

The English sentence stands in the code and needs no catalogue. Another language is one file `<language>.po` of
gettext in the folder `locale` beside this module, or in the one that LIVINGREVIEW_LOCALE names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

ENGLISH = "en"
_in_use = ENGLISH


def use(language: str) -> None:
    """Say everything from now on in this process in a language; ValueError where it has no catalogue."""
    global _in_use
    if language not in languages():
        raise ValueError(f"no catalogue for the language {language!r}; there are: {', '.join(languages())}")
    _in_use = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in a language for a while."""
    before = _in_use
    use(language)
    try:
        yield
    finally:
        use(before)


def language() -> str:
    """The language in use."""
    return _in_use


@contextmanager
def english() -> Iterator[None]:
    """Whatever is said inside is English: files that programs read are the same in every language."""
    before = language()
    use(ENGLISH)
    try:
        yield
    finally:
        use(before)


def locale_folder() -> Path:
    """Where the catalogues are."""
    return Path(os.environ.get("LIVINGREVIEW_LOCALE") or Path(__file__).with_name("locale"))


def catalogue_file(language: str) -> Path:
    """The catalogue of a language, which need not be there."""
    return locale_folder() / f"{language}.po"


def languages() -> list[str]:
    """Every language that can be used, English first."""
    return [ENGLISH, *sorted(path.stem for path in locale_folder().glob("*.po") if path.stem != ENGLISH)]


def gettext(message: str, /, **gaps: object) -> str:
    """The message in the language in use, its gaps such as `%(n)s` filled where any are given."""
    said = _catalogue(_in_use).gettext(message) if message else ""  # the empty message is the header of a catalogue
    return said % gaps if gaps else said


def ngettext(one: str, many: str, n: int, /, **gaps: object) -> str:
    """The form of a message that the number asks for; the number itself fills the gap `%(n)s`."""
    return _catalogue(_in_use).ngettext(one, many, n) % {"n": n, **gaps}


def mark(message: str, /) -> str:
    """A message that is extracted here and said elsewhere, by `gettext`: for tables of words in a module."""
    return message


@cache
def _catalogue(language: str) -> NullTranslations:
    """What a language says of each message; an entry that is empty or fuzzy stays English."""
    if language == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with catalogue_file(language).open("rb") as opened:
        write_mo(compiled, read_po(opened, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
