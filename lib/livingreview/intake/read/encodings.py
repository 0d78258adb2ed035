"""The text of a table that people saved: UTF-8, UTF-16 with its mark, or Windows-1252 where that gives plausible words.

Every byte but five is some sign in Windows-1252, so a Chinese, Japanese or Russian table can be read as it without an
error and is nonsense then. It is accepted only if its signs beyond ASCII are those of western European words: letters
with accents beside Latin letters, marks such as ° and µ beside digits or blanks. Everything else is refused with what
it looks like.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from charset_normalizer import from_bytes

UTF16 = (b"\xff\xfe", b"\xfe\xff")
LETTERS = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒŠŽŸßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿœšž")
WORDS = set("àÀèÈéÉóòåÅöøØß")  # letters that stand alone as a word or a unit
AFTER = set("’”“»…™®°²³ªº")  # signs that follow a letter, a digit or a stop
BEFORE = set("‘“„«")
FREE = set("\u00a0±·×÷µ–—•§£€†‡")
WRITINGS = {  # codecs that a table may really be in, by the writing whose signs they give
    "gb18030": ("CJK",), "big5": ("CJK",), "cp932": ("CJK", "HIRAGANA", "KATAKANA"),
    "euc_jp": ("CJK", "HIRAGANA", "KATAKANA"), "euc_kr": ("HANGUL",), "cp1251": ("CYRILLIC",),
}  # fmt: skip
FAMILIES = {  # what charset-normalizer may call the same
    "gbk": "gb18030", "gb2312": "gb18030", "hz": "gb18030", "big5hkscs": "big5", "shift_jis": "cp932",
    "shift_jis_2004": "cp932", "shift_jisx0213": "cp932", "euc_jis_2004": "euc_jp", "euc_jisx0213": "euc_jp", "johab": "euc_kr", "cp949": "euc_kr",
    "koi8_r": "cp1251", "mac_cyrillic": "cp1251", "cp855": "cp1251", "cp866": "cp1251", "iso8859_5": "cp1251",
}  # fmt: skip


RUN = re.compile(r"[^\x00-\x7f]+")
LONE = re.compile(r"(?<![^\W\d_])[\u0100-\u017f](?![^\W\d_])")  # as Ů, which is how one Chinese sign reads
CLOSED, SPACES, STOPS = tuple(".!?)]%…"), (" ", "\u00a0"), ("", " ", ",", ";", "\t", "\n", "\r")
EDGES = "".join(AFTER | BEFORE | FREE)
SAMPLE = 20_000  # bytes are enough for a guess
SHORT = 20  # letters beyond ASCII; of fewer the writing is a guess


class UnreadableText(ValueError):
    """Bytes that are no text of a kind that is read: a problem's code and facts, and the row."""

    def __init__(self, code: str, row: int | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.row, self.facts = code, row, facts


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding if that is not UTF-8. Raises UnreadableText."""
    if content.startswith(UTF16):
        try:
            return content.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise UnreadableText("text-no-utf16") from None
    if b"\x00" in content:
        raise UnreadableText(_zero_bytes(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _windows_1252(content, error.start), "Windows-1252"
    if LONE.search(text) and LONE.sub("", text).isascii():
        raise UnreadableText("text-lone-letters")
    return text, ""


def _windows_1252(content: bytes, broken: int) -> str:
    """The text as Windows-1252; `broken` is where it stops being UTF-8."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        byte, looks = f"{content[error.start]:#04x}", _looks(content)
        if looks:
            raise UnreadableText("text-byte-looks", row, byte=byte, looks=looks) from None
        raise UnreadableText("text-byte", row, byte=byte) from None
    if any(sign in LETTERS for sign in content[:broken].decode("utf-8")):
        row = content.count(b"\n", 0, broken) + 1
        raise UnreadableText("text-mixed", row)
    strange = implausible(text)
    if strange is not None:
        row = text.count("\n", 0, strange) + 1
        if looks := _looks(content):
            raise UnreadableText("text-looks", row, looks=looks)
        raise UnreadableText("text-no-words", row)
    return text


def _zero_bytes(content: bytes) -> str:
    """UTF-16 of mostly Latin letters has a zero at every second byte."""
    share = max(content[0::2].count(0), content[1::2].count(0)) / max(len(content) // 2, 1)
    return "text-utf16-unmarked" if share > 0.3 else "csv-zero-bytes"


def implausible(text: str) -> int | None:
    """Where the first sign stands that western European words have not there; None where there is none."""
    for match in RUN.finditer(text):
        before, after = text[: match.start()][-1:], text[match.end() : match.end() + 1]
        run = match.group()
        letters = [sign for sign in run if sign in LETTERS]
        if (
            len(letters) > 2
            or any(sign in LETTERS for sign in run.strip(EDGES))
            and len(run.strip(EDGES)) > len(letters)
        ):
            return match.start()
        if letters and not _word(run, letters, before, after):
            return match.start()
        if not _marks(run, before, after):
            return match.start()
    return None


def _word(run: str, letters: list[str], before: str, after: str) -> bool:
    """Whether these letters may stand in a word: beside a Latin letter or alone, no capital after a small letter."""
    if before.islower() and letters[0].isupper() and run[0] in LETTERS:
        return False
    beside = (before.isalpha() and run[0] in LETTERS) or (after.isalpha() and run[-1] in LETTERS)
    return beside or (len(run) == 1 and run in WORDS)


def _marks(run: str, before: str, after: str) -> bool:
    """Whether every sign that is no letter has the neighbours of its kind; of those that are free one at a time."""
    signs = [before, *run, after]
    for left, sign, right in zip(signs, signs[1:], signs[2:], strict=False):
        if sign in LETTERS:
            continue
        free = sign in FREE and left != sign
        closing = sign in AFTER and (left.isalnum() or left in CLOSED or (sign == "»" and left in SPACES))
        opening = sign in BEFORE and not left.isalnum() and (right not in STOPS or (sign == "«" and right in SPACES))
        known = free or closing or opening or (sign == "°" and right in ("C", "F"))
        if not known or (sign in "²³" and right.isalpha()):
            return False
    return True


def _looks(content: bytes) -> list[str]:
    """The codec in which the text reads as words, or two where it is short; none where none does.

    charset-normalizer guesses from the statistics of languages; a guess counts only if the signs beyond ASCII then
    are letters of that writing.
    """
    fitting = [name for name in WRITINGS if _fits(content, name)]
    letters = len(re.findall(rb"[\x80-\xff]", content)) // 2
    if letters >= SHORT and len(fitting) > 1:
        guess = from_bytes(content[:SAMPLE]).best()
        first = FAMILIES.get(guess.encoding, guess.encoding) if guess is not None else ""
        fitting = [first] if first in fitting else fitting
    return fitting[:2]


def _fits(content: bytes, codec: str) -> bool:
    """Whether nine in ten letters beyond ASCII belong to the writing of a codec."""
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        return False
    letters = [unicodedata.name(sign, "") for sign in text if not sign.isascii() and sign.isalpha()]
    return len(letters) > 1 and sum(name.startswith(WRITINGS[codec]) for name in letters) >= 0.9 * len(letters)
