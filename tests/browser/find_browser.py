"""A browser for the tests: the system's, else playwright's own, else installed, else say what is missing.

Run as a program it prints the path of the browser, or exits 1 with the one command to run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def system_browser() -> str | None:
    """Chrome or Chromium as the system has it; LIVINGREVIEW_BROWSER names another."""
    named = os.environ.get("LIVINGREVIEW_BROWSER")
    candidates = [named] if named else [*SYSTEM, *APPLICATIONS]
    return next((found for name in candidates if (found := shutil.which(name))), None)


def playwright_browser() -> str | None:
    """The browser playwright downloaded, after trying to download it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        path = running.chromium.executable_path
    if not Path(path).exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, timeout=300)
    return path if Path(path).exists() else None


def installed_browser() -> str | None:
    """Debian's or Ubuntu's chromium, installed as root."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return None
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], **quiet)
    return system_browser()


def find_browser() -> str | None:
    """The first of the three that is there."""
    return system_browser() or playwright_browser() or installed_browser()


if __name__ == "__main__":
    path = find_browser()
    if path is None:
        sys.exit("The tests need a browser. Install one and run again, for instance: sudo apt-get install chromium")
    print(path)
