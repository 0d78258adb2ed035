"""The one typeface of pages and drawings, so that both look alike on every machine.

Pages carry it inside a style sheet, since a page on disk may not load a font from the folder above it. Drawings are
laid out with the same letters set as wide as the widest face that may stand in for them (`fonts/room`): where ours does
not load every label still has room. `docs/fonts/make_review_sans.py` makes the files; decision 13 says why.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from livingreview.presentation.kit.figure import FONT

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Review Sans"
ROOM = "Review Sans Room"
STYLE, SCRIPT = "review-sans.css", "review-sans.js"
# face: style and weights of the text that is set in it
FACES = {"Regular": ("normal", "100 500"), "Semibold": ("normal", "600 900"), "Italic": ("italic", "100 900")}


def face_rules() -> str:
    """The faces as rules of a style sheet that holds their bytes."""
    return "".join(
        f'@font-face{{font-family:"{FAMILY}";font-style:{style};font-weight:{weights};font-display:block;'
        f'src:url("data:font/woff2;base64,{_base64(face)}") format("woff2")}}\n'
        for face, (style, weights) in FACES.items()
    )


def write_typeface(static: Path) -> None:
    """Write the style sheet of every page, and the script that a saved drawing takes the faces from.

    A page on disk may not read its own style sheets; a script it may load.
    """
    rules = face_rules()
    static.joinpath(STYLE).write_text(rules, encoding="utf-8", newline="\n")
    static.joinpath(SCRIPT).write_text(
        f"window.livingreviewFaces={json.dumps(rules)};\n", encoding="utf-8", newline="\n"
    )


def laid_out_with_room(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification as it is laid out: its letters as wide as any that may stand in for them."""
    _known_to_vega()
    return {**spec, "config": {**spec["config"], "font": ROOM}}


def as_shown(drawing: str) -> str:
    """The drawing as it is shown: in the letters of the page."""
    return drawing.replace(f'font-family="{ROOM}"', f'font-family="{FONT}"')


@cache
def _known_to_vega() -> None:
    import vl_convert

    for folder in (FONTS, FONTS / "room"):
        vl_convert.register_font_directory(str(folder))


def _base64(face: str) -> str:
    return b64encode(FONTS.joinpath(f"ReviewSans-{face}.woff2").read_bytes()).decode("ascii")
