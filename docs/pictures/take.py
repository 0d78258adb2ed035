"""The pictures of the README, taken from the built editions: `.venv/bin/python docs/pictures/take.py`.

Needs `_build/chen-2026` and `_build/demo`, and Chrome or Chromium as the tests do.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
from find_browser import FLAGS, system_browser  # noqa: E402

PFS, SAFETY = "chapters/progression-free-survival", "chapters/safety"
# name: edition, page, width, height, colours, medium
PICTURES = {
    "landing": ("chen-2026", "index", 1280, 1330, "light", "screen"),
    "progression-free-survival": ("chen-2026", PFS, 1280, 1180, "light", "screen"),
    "safety-dark": ("demo", SAFETY, 1280, 1180, "dark", "screen"),
    "landing-phone": ("chen-2026", "index", 375, 1100, "light", "screen"),
    "progression-free-survival-phone": ("chen-2026", PFS, 375, 1100, "light", "screen"),
    "safety-phone": ("demo", SAFETY, 375, 1100, "dark", "screen"),
    "safety-paper": ("demo", SAFETY, 673, 980, "light", "print"),
}


def take(browser: Browser, name: str) -> None:
    """One picture, of what is first seen."""
    edition, page, width, height, colours, medium = PICTURES[name]
    tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=colours)
    tab.emulate_media(media=medium, color_scheme=colours, reduced_motion="reduce")
    tab.goto((ROOT / "_build" / edition / "html" / f"{page}.html").as_uri())
    tab.screenshot(path=HERE / f"{name}.png")
    tab.close()


with sync_playwright() as running:
    chromium = running.chromium.launch(executable_path=system_browser(), args=FLAGS)
    for picture in PICTURES:
        take(chromium, picture)
    chromium.close()
