"""What the tests need of the system: a browser and two common families of fonts; installed where that is allowed.

Run as a program it prints the path of the browser, or exits 1 with one sentence that says what to do.
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
# A file of each family that stands in for ours where it does not load, and Debian's package of it.
FONTS = {
    "DejaVu Sans": ("DejaVuSans.ttf", "fonts-dejavu-core"),
    "Liberation Sans": ("LiberationSans-Regular.ttf", "fonts-liberation2"),
}
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)
DRIVER = "libatomic1"  # the program of playwright that talks to the browser does not start without it


def system_browser() -> str | None:
    """Chrome or Chromium as the system has it; LIVINGREVIEW_BROWSER names another."""
    named = os.environ.get("LIVINGREVIEW_BROWSER")
    candidates = [named] if named else [*SYSTEM, *APPLICATIONS]
    return next((found for name in candidates if (found := shutil.which(name))), None)


def font_folder(family: str) -> Path | None:
    """The folder that holds a family; None where the system does not have it."""
    name, _ = FONTS[family]
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return next((found.parent for folder in folders if folder.is_dir() for found in sorted(folder.rglob(name))), None)


def driver_starts() -> bool:
    """Whether playwright's own program runs on this machine."""
    return subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True).returncode == 0


def missing() -> list[str]:
    """Debian's packages of what is not there."""
    packages = [] if system_browser() else ["chromium"]
    packages += [] if driver_starts() else [DRIVER]
    return packages + [package for family, (_, package) in FONTS.items() if font_folder(family) is None]


def installed(packages: list[str]) -> str:
    """Install packages of Debian or Ubuntu as root, saying so; returns why that is not possible, or nothing."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return "only root may install them, on Debian or Ubuntu"
    print(f"The tests need {', '.join(packages)}: installing from Debian's packages (apt-get).", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", "-qq", *command], **quiet).returncode != 0:
            return f"apt-get {command[0]} failed, as it says above"
    return ""


def main() -> None:
    """Print the path of the browser once everything is there."""
    if packages := missing():
        why = installed(packages)
        if why or (packages := missing()):
            sys.exit(
                f"The tests need Chrome or Chromium and two families of fonts; not here: {', '.join(packages)} "
                f"({why or 'installed, but not found'}). Install them and run again, on Debian or Ubuntu: "
                f"sudo apt-get install {' '.join(packages)}"
            )
    print(system_browser())


if __name__ == "__main__":
    main()
