"""Tables in other encodings: western European ones are read as written, all others refused with what they look like."""

from __future__ import annotations

import random

import pytest

from livingreview.cohort.problems import CohortError
from livingreview.intake.read.encodings import UnreadableText, decoded
from livingreview.intake.read.formats import read_sheet
from livingreview.words.intake_messages import fact_words
from livingreview.words.problem_words import sentence

HEADER = "patient_id,sex,induction,comment\n"
WORDS = {
    "Chinese": ["女", "男", "硼替佐米", "来那度胺", "完全缓解", "多发性骨髓瘤", "北京", "阿"],
    "Chinese, long form": ["女", "男", "硼替佐米", "完全緩解", "多發性骨髓瘤", "臺北", "呻"],
    "Japanese": ["女性", "男性", "ボルテゾミブ", "完全奏効", "多発性骨髄腫", "東京", "男"],
    "Korean": ["여성", "남성", "보르테조밉", "완전관해", "서울"],
    "Cyrillic": ["женский", "мужской", "бортезомиб", "полный ответ", "Москва", "да", "м", "ж"],
}
OTHERS = [
    ("Chinese", "gb18030", "Chinese (GB18030)"), ("Chinese", "gbk", "Chinese (GB18030)"),
    ("Chinese, long form", "big5", "Chinese (Big5)"), ("Japanese", "shift_jis", "Japanese (Shift-JIS)"),
    ("Japanese", "euc_jp", "Japanese (EUC-JP)"), ("Korean", "euc_kr", "Korean (EUC-KR)"),
    ("Cyrillic", "cp1251", "Cyrillic (such as Windows-1251)"), ("Cyrillic", "koi8_r", "Cyrillic (such as Windows-1251)"),
]  # fmt: skip
WESTERN = (
    "männlich,Müller,Größe,Straße,Übelkeit,Ödem,Ärztin,übermäßig,Öl,Köln,réponse complète,très bonne réponse,"
    "à 12 mois,œdème,Noël,naïf,garçon,créée,née,l’été,où,Église,ÉLÉVÉ,ANNÉE,« oui »,maïs,déçu,niño,corazón,señor,"
    "São Paulo,nº 3,1ª,Åse,Køge,Ø 5,Sjögren,Guillain-Barré,Waldenström,37 °C,37°,5 µg,µg/L,10 ± 2,“ja”,„nein“,5 €,€5,"
    "10–12,m²,Ninlaro®,à,é,§ 5,– ,VGPR…"
).split(",")


def table(words: list[str], rows: int) -> str:
    draw = random.Random(rows)
    body = (f"P{row},{draw.choice(words)},{draw.choice(words)},{draw.choice(words)}\n" for row in range(rows))
    return HEADER + "".join(body)


@pytest.mark.parametrize("rows", [1, 2, 5, 40])
@pytest.mark.parametrize(("writing", "codec", "looks"), OTHERS)
def test_no_other_writing_is_taken_for_western(writing, codec, looks, rows):
    with pytest.raises(UnreadableText) as refused:
        decoded(table(WORDS[writing], rows).encode(codec))
    assert refused.value.code in ("text-byte", "text-byte-looks", "text-looks", "text-no-words", "text-lone-letters")
    assert refused.value.row >= 2
    if rows == 40:
        assert list(map(fact_words, refused.value.facts["looks"])) == [looks]


@pytest.mark.parametrize(("writing", "codec", "looks"), OTHERS)
def test_one_word_is_enough_to_refuse(writing, codec, looks):
    for word in WORDS[writing]:
        with pytest.raises(UnreadableText):
            decoded(f"{HEADER}P1,{word},x,y\n".encode(codec))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("words", [["female", "male"], WORDS["Chinese"]])
def test_utf_16_without_its_mark_is_refused(codec, words):
    with pytest.raises(UnreadableText, match="text-utf16-unmarked"):
        decoded(table(words, 5).encode(codec))


@pytest.mark.parametrize("codec", ["cp1252", "latin-1"])
def test_western_european_words_are_read_as_written(codec):
    for word in WESTERN:
        if codec == "latin-1" and not word.isascii() and any(ord(sign) > 0xFF for sign in word):
            continue
        text = f"{HEADER}P1,x,{word},y\nP2,{word},x,y\n"
        found, encoding = decoded(text.encode(codec))
        assert found == text and encoding == ("" if word.isascii() else "Windows-1252"), word


def test_utf_8_stays_what_it_is():
    for words in (*WORDS.values(), WESTERN, ["Řehoř", "Łódź", "İzmir"]):
        text = table(words, 20)
        assert decoded(text.encode()) == (text, "") and decoded(text.encode("utf-8-sig")) == (text, "")
        assert decoded(b"\xff\xfe" + text.encode("utf-16-le")) == (text, "UTF-16")


def test_half_of_it_utf_8():
    content = "id,a\n1,é\n".encode() + "2,née\n".encode("cp1252")
    with pytest.raises(UnreadableText, match="text-mixed"):
        decoded(content)


def test_a_table_says_where_and_what_to_do(tmp_path):
    path = tmp_path / "patients.csv"
    path.write_bytes(table(WORDS["Chinese"], 40).encode("gb18030"))
    with pytest.raises(CohortError) as refused:
        read_sheet(path)
    assert sentence(refused.value.problems[0]) == (
        "patients.csv, row 2: the text is not UTF-8: it looks Chinese (GB18030). Save the sheet as “CSV UTF-8” and try again."
    )
