"""The hooks of git: every one runs a tool of the environment and needs no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

from support import ROOT

CONFIG = ROOT / ".pre-commit-config.yaml"


def test_the_hooks_are_ours_and_their_tools_are_there():
    repositories = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]
    assert [one["repo"] for one in repositories] == ["local"]
    hooks = repositories[0]["hooks"]
    programs = {hook["entry"].split()[0] for hook in hooks if hook["language"] == "system"}
    assert {Path(program).parent.as_posix() for program in programs} == {".venv/bin"}
    for program in programs:
        assert Path(sys.executable).with_name(Path(program).name).is_file(), program


def test_the_file_of_hooks_is_valid():
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", CONFIG], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
