"""The data and the marks of a figure, for tests."""

from __future__ import annotations

import re

import vl_convert

from livingreview.presentation.kit.figure import Figure

TEXT = re.compile(r"<text[^>]*?font-size=\"([\d.]+)px\"[^>]*>([^<]*)<")


def layers(spec: dict) -> list[dict]:
    """Every layer of a specification, in order."""
    inner = [*spec.get("vconcat", []), *spec.get("layer", [])]
    return [found for part in inner for found in layers(part)] if inner else [spec]


def marks(spec: dict, kind: str) -> list[dict]:
    """Every layer of one mark."""
    return [layer for layer in layers(spec) if (layer.get("mark") or {}).get("type") == kind]


def drawn(spec: dict) -> tuple[float, list[tuple[float, str]]]:
    """The width of the drawing and its texts with their size in pixels."""
    svg = vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    return float(re.search(r'width="([\d.]+)"', svg)[1]), [(float(size), words) for size, words in TEXT.findall(svg)]


def readable_on_a_phone(figure: Figure) -> None:
    """No text under 10 pixels where 250 pixels are left for the drawing, as on a screen of 320."""
    width, texts = drawn(figure.narrow)
    shrunk = min(1.0, 250 / width)
    assert [(words, size * shrunk) for size, words in texts if size * shrunk < 10] == [], width
