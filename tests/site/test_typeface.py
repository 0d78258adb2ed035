"""The typeface: its letters, digits, names and weight; drawings are laid out with room for wider ones."""

from __future__ import annotations

import re

import pytest
from fontTools.ttLib import TTFont
from matplotlib import get_data_path

from livingreview.presentation.kit.figure import FONT
from livingreview.site.charts import svg
from livingreview.site.typeface import FACES, FAMILY, FONTS, ROOM, face_rules

NEEDED = "≥≤−–—×·±→←↑↓“”‘’…€₂²³‰≈≠ äöüßéèñçøåŁłŐőŞşŽž αβγδμσχλ ΔΣΩ"
SPEC = {
    "data": {"values": [{"name": "Peripheral neuropathy, unrelated", "share": 0.4}]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "share", "type": "quantitative"},
        "y": {"field": "name", "type": "nominal", "axis": {"labelLimit": 0}},
    },
    "config": {"font": FONT},
}

PLOT = re.compile(r'translate\(([\d.]+),[\d.]+\)"><g class="mark-group role-frame root"')


def faces() -> list[TTFont]:
    return [TTFont(path) for path in (*FONTS.glob("*.ttf"), *FONTS.glob("room/*.ttf"))]


def test_every_face_has_the_letters_of_pages_and_digits_of_one_width():
    assert len(faces()) == 5
    for font in faces():
        letters, widths = font.getBestCmap(), font["hmtx"]
        wanted = {ord(letter) for letter in NEEDED} | set(range(0xA1, 0x17F)) - {0xAD, 0x149}
        if font["post"].italicAngle == 0:
            assert wanted <= set(letters), [chr(code) for code in wanted - set(letters)]
        assert len({widths[letters[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_no_face_bears_the_reserved_name_and_the_licence_lies_beside():
    for font in faces():
        for number in (1, 3, 4, 6, 16):
            assert "source" not in (font["name"].getDebugName(number) or "").lower()
        assert font["name"].getDebugName(1) in (FAMILY, ROOM)
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_pages_carry_at_most_55_kb_and_every_face_once():
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) <= 55_000
    assert face_rules().count("@font-face") == len(FACES) == len(list(FONTS.glob("*.woff2")))
    assert "http" not in face_rules()


def dejavu(face: str) -> TTFont:
    """It comes with matplotlib, which is in the lock."""
    return TTFont(f"{get_data_path()}/fonts/ttf/{face}.ttf")


def width(font: TTFont, words: str, size: float = 1) -> float:
    letters, widths = font.getBestCmap(), font["hmtx"]
    return sum(widths[letters[ord(letter)]][0] for letter in words) / font["head"].unitsPerEm * size


@pytest.mark.parametrize("letter", "Wm0%é≥iß")
def test_letters_of_the_layout_are_as_wide_as_dejavu_or_wider(letter):
    for face, other in (("Regular", "DejaVuSans"), ("Semibold", "DejaVuSans-Bold")):
        room = TTFont(FONTS / "room" / f"ReviewSansRoom-{face}.ttf")
        assert width(room, letter) >= width(dejavu(other), letter) - 0.001


def test_a_drawing_is_shown_in_the_letters_of_the_page_with_room_for_wider_ones():
    shown = svg(SPEC, "p")
    assert set(re.findall(r'font-family="([^"]*)"', shown)) == {FONT} and ROOM not in shown
    left = float(PLOT.search(shown)[1])
    words = SPEC["data"]["values"][0]["name"]
    # The label ends seven pixels left of the plot, by Vega's own padding and tick.
    assert left - 7 >= width(dejavu("DejaVuSans"), words, 10)
