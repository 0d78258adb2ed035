"""The set-up of `make`, with stand-ins for Python and pip that note how they were called and can be killed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from support import ROOT

LOCKS = ("requirements-build.lock", "requirements.lock", "requirements-test.lock")
# Makes a folder whose python notes what it is asked; killed at the word that the file `kill` holds.
PYTHON = """#!/bin/sh
echo "$@" >> {log}
case "$*" in
  "-m venv"*)
    mkdir -p "$3/bin"
    cp "$0" "$3/bin/python"
    chmod +x "$3/bin/python"
    ;;
esac
if [ -s {kill} ] && echo "$*" | grep -q -f {kill}; then kill -9 $PPID; exit 137; fi
exit 0
"""


@pytest.fixture
def machine(tmp_path: Path):
    """Runs `make`, once killed at a command that holds a word; returns the commands that were run."""
    log, kill, python = tmp_path / "log", tmp_path / "kill", tmp_path / "python3"
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    for name in (*LOCKS, "pyproject.toml"):
        (tmp_path / name).touch()
    python.write_text(PYTHON.format(log=log, kill=kill))
    python.chmod(0o755)

    def make(target: str, killed_at: str = "") -> list[str]:
        log.write_text("")
        kill.write_text(killed_at)
        done = subprocess.run(["make", f"PYTHON={python}", target], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode == 0) == (not killed_at), done.stderr
        return log.read_text().splitlines()

    make.folder = tmp_path
    return make


def test_the_book_needs_no_tool_of_the_tests(machine):
    ran = "\n".join(machine(".venv/.book"))
    assert "requirements.lock" in ran and "requirements-test.lock" not in ran
    assert machine(".venv/.book") == [], "what is set up is not set up again"
    assert "requirements-test.lock" in "\n".join(machine(".venv/.tests"))


@pytest.mark.parametrize("moment", ["-m venv", "-r requirements-build.lock", "-r requirements.lock", "--no-deps"])
def test_a_set_up_killed_at_any_moment_heals(machine, moment):
    machine(".venv/.book", killed_at=moment)
    remains = machine.folder / ".venv" / "remains"
    remains.touch()
    ran = machine(".venv/.book")
    assert ran[1] == "-m venv .venv" and not remains.exists(), "what a killed set-up left behind is not trusted"
    assert len(ran) == 5


def test_a_killed_set_up_of_the_tests_heals(machine):
    machine(".venv/.book")
    machine(".venv/.tests", killed_at="requirements-test.lock")
    assert "-m venv .venv" in machine(".venv/.tests")


def test_what_is_installed_has_a_known_hash_and_is_not_built_from_unknown_tools(machine):
    ran = machine(".venv/.tests")
    installed = [command for command in ran if "-r " in command]
    assert len(installed) == 3
    for command in installed:
        assert "--require-hashes" in command and "--only-binary :all:" in command
        assert "--no-binary" not in command or "--no-binary autograd-gamma --no-build-isolation" in command


def test_locks_name_no_index_and_the_first_has_no_tool_of_the_tests():
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in (*LOCKS, "requirements-audit.lock")}
    for name, text in texts.items():
        assert "://" not in text and "--index-url" not in text, name
        assert text.count("==") and text.count("--hash=sha256:") >= text.count("\n    --hash"), name
    for tool in ("pytest==", "playwright==", "hypothesis==", "ruff=="):
        assert tool not in texts["requirements.lock"] and tool in texts["requirements-test.lock"]
