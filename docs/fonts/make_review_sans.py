"""Make Review Sans, the one typeface of pages and drawings, and the letters by which drawings are laid out.

    python -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools brotli
    /tmp/fonts/bin/pip download --no-deps font-source-sans-pro==0.0.1 && unzip font_source_sans_pro-*.whl
    /tmp/fonts/bin/python docs/fonts/make_review_sans.py font_source_sans_pro/files DEJAVU LIBERATION

DEJAVU and LIBERATION are the folders of Debian's fonts-dejavu-core and fonts-liberation2. The same sources give the
same bytes. Review Sans is a part of Source Sans Pro 2.020 under another name: “Source” is reserved by its licence.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parents[2] / "lib" / "livingreview" / "site" / "fonts"
FAMILY, ROOM = "Review Sans", "Review Sans Room"
# name: the face of Source Sans Pro, style and weight it is asked for by, and the widest faces it may be replaced by
FACES = {
    "Regular": ("Regular", "Regular", 400, ("DejaVuSans", "LiberationSans-Regular")),
    "Semibold": ("Semibold", "Bold", 600, ("DejaVuSans-Bold", "LiberationSans-Bold")),
    "Italic": ("It", "Italic", 400, None),
}
LETTERS = (
    *range(0x20, 0x7F),  # ASCII
    *range(0xA0, 0x180),  # Latin-1, Latin Extended-A
    *range(0x391, 0x3CA),  # Greek
    *range(0x2070, 0x2095),  # superscripts, subscripts
    *map(ord, "\u2009\u202f‐‑‒–—‘’‚“”„†‡•…‰‹›€™←↑→↓∂∆∏∑−∕√∞≈≠≤≥◊"),
)


def named(font: TTFont, family: str, face: str, style: str, weight: int) -> None:
    """Give a font its own name; copyright and licence stay."""
    words = {1: family, 2: style, 3: f"2.020;{family} {face}", 4: f"{family} {face}"}
    words[6] = f"{family.replace(' ', '')}-{face}"
    for record in list(font["name"].names):
        if record.nameID not in (0, 5, 7, 8, 9, 11, 13, 14):
            font["name"].removeNames(nameID=record.nameID)
    for number, text in words.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def part(source: Path, features: list[str]) -> TTFont:
    """The letters of pages out of a font, without hints."""
    options = subset.Options(layout_features=features, hinting=False, name_IDs=["*"], notdef_outline=True)
    font = TTFont(source, recalcTimestamp=False)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=LETTERS)
    chosen.subset(font)
    return font


def widened(font: TTFont, others: list[TTFont]) -> None:
    """Stretch each letter to the widest it has in any of the fonts, so that a layout leaves room for all of them."""
    widest: dict[str, float] = {}
    em = font["head"].unitsPerEm
    for code, glyph in font.getBestCmap().items():
        for other in others:
            if (found := other.getBestCmap().get(code)) is not None:
                width = other["hmtx"][found][0] * em / other["head"].unitsPerEm
                widest[glyph] = max(widest.get(glyph, 0), width)
    for glyph, (width, bearing) in list(font["hmtx"].metrics.items()):
        if (room := round(widest.get(glyph, 0))) > width > 0:
            outline = font["glyf"][glyph]
            if outline.numberOfContours > 0:  # a letter made of others keeps the shapes of those
                outline.coordinates.scale((room / width, 1))
                outline.coordinates.toInt()
                outline.recalcBounds(font["glyf"])
                bearing = outline.xMin
            font["hmtx"][glyph] = (room, bearing)


def main(source: Path, dejavu: Path, liberation: Path) -> None:
    """Write three faces for pages and documents, and two for the layout of drawings."""
    (TARGET / "room").mkdir(parents=True, exist_ok=True)
    for face, (original, style, weight, wide) in FACES.items():
        font = part(source / f"SourceSansPro-{original}.ttf", ["kern", "mark", "ccmp", "locl"])
        named(font, FAMILY, face, style, weight)
        font.save(TARGET / f"ReviewSans-{face}.ttf")
        font.flavor = "woff2"
        font.save(TARGET / f"ReviewSans-{face}.woff2")
        if wide:
            room = part(source / f"SourceSansPro-{original}.ttf", [])
            widened(room, [TTFont(dejavu / f"{wide[0]}.ttf"), TTFont(liberation / f"{wide[1]}.ttf")])
            named(room, ROOM, face, style, weight)
            room.save(TARGET / "room" / f"ReviewSansRoom-{face}.ttf")
    (TARGET / "OFL.txt").write_bytes((source / "LICENSE.txt").read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("Say where the fonts lie: make_review_sans.py SOURCE_SANS_PRO DEJAVU LIBERATION")
    main(*map(Path, sys.argv[1:]))
