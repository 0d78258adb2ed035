"""What the tests need is installed where that is allowed, and else named in one sentence; never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import find_browser
import pytest

SCRIPT = Path(find_browser.__file__)


def refused(monkeypatch: pytest.MonkeyPatch, **changed) -> str:
    """What the program says where it gives up."""
    for name, value in changed.items():
        monkeypatch.setattr(find_browser, name, value)
    with pytest.raises(SystemExit) as end:
        find_browser.main()
    assert isinstance(end.value.code, str), "a sentence: the exit is then 1"
    return end.value.code


def test_without_a_browser_and_without_root_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    said = refused(monkeypatch, system_browser=lambda: None, driver_starts=lambda: False, font_folder=lambda _: None)
    assert "\n" not in said
    assert said.endswith("sudo apt-get install chromium libatomic1 fonts-dejavu-core fonts-liberation2")


def test_root_on_debian_is_told_what_is_installed(monkeypatch, capsys):
    asked, there = [], []

    def run(command, **_):
        asked.append(command)
        there.extend(command[5:])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(find_browser.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    monkeypatch.setattr(find_browser.subprocess, "run", run)
    monkeypatch.setattr(find_browser, "system_browser", lambda: "/usr/bin/chromium" if "chromium" in there else None)
    monkeypatch.setattr(find_browser, "driver_starts", lambda: "libatomic1" in there)
    monkeypatch.setattr(find_browser, "font_folder", lambda family: find_browser.FONTS[family][1] in there or None)
    find_browser.main()
    packages = ["chromium", "libatomic1", "fonts-dejavu-core", "fonts-liberation2"]
    assert asked == [
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages],
    ]
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"The tests need {', '.join(packages)}: installing from Debian's packages (apt-get).",
        "/usr/bin/chromium",
    ]


def test_a_failed_installation_is_one_sentence(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(find_browser.shutil, "which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(find_browser.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 100))
    said = refused(monkeypatch, missing=lambda: ["chromium"])
    assert "apt-get update failed" in said and "\n" not in said


def test_a_browser_that_is_named_but_not_there_is_no_traceback(tmp_path):
    """As a program, and nobody may install: an empty PATH holds neither a browser nor apt-get."""
    environment = {"PATH": str(tmp_path), "LIVINGREVIEW_BROWSER": "no-such-browser", "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, env=environment)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith("The tests need Chrome or Chromium") and done.stderr.count("\n") == 1
