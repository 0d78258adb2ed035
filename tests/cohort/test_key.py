"""The key of an observed folder: made once, kept private, never counted; no secret where nothing is to protect."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
from pathlib import Path

import pytest

from livingreview.cohort.cohort import Cohort
from livingreview.cohort.files import file_hashes
from livingreview.cohort.key import KEY_FILE, PUBLIC, key_of, keyed
from support import refuses


def test_it_is_made_once_for_its_owner_alone_and_is_no_file_of_the_cohort(folder: Path) -> None:
    before = file_hashes(folder)
    key = key_of(folder, "observed")
    assert len(key) == 32 and key == key_of(folder, "observed")
    assert (folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert (folder / KEY_FILE).read_text(encoding="ascii") == key.hex() + "\n"
    assert file_hashes(folder) == before


def test_two_folders_have_two_keys(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert key_of(folder, "observed") != key_of(tmp_path / "other", "observed")


@pytest.mark.parametrize("kind", ["reconstructed", "simulated"])
def test_public_data_have_no_secret(folder: Path, kind: str) -> None:
    assert key_of(folder, kind) == PUBLIC and not (folder / KEY_FILE).exists()


def test_git_does_not_see_it(folder: Path) -> None:
    (folder / ".gitignore").write_text("*.xlsx", encoding="utf-8")  # no line end: still a line of its own
    key_of(folder, "observed")
    assert (folder / ".gitignore").read_text(encoding="utf-8") == f"*.xlsx\n{KEY_FILE}\n"
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    seen = subprocess.run(["git", "status", "--short", "-uall"], cwd=folder, check=True, capture_output=True, text=True)
    assert "patients.csv" in seen.stdout and KEY_FILE not in seen.stdout


def test_the_key_that_was_there_first_wins(folder: Path, monkeypatch) -> None:
    first = "ab" * 32
    link = os.link

    def late(source, target):
        Path(target).write_text(first, encoding="ascii")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert key_of(folder, "observed") == bytes.fromhex(first)
    assert [path.name for path in folder.glob(".livingreview*")] == [KEY_FILE]


@pytest.mark.parametrize("content", [b"", b"xyz\n", b"ab" * 31, b"ab" * 33, "é".encode() * 32, b"a" * 10_000_000])
def test_a_damaged_key_is_refused_with_what_to_do(folder: Path, content: bytes) -> None:
    (folder / KEY_FILE).write_bytes(content)
    with refuses("64 hexadecimal digits are expected.*or delete it"):
        key_of(folder, "observed")
    assert (folder / KEY_FILE).read_bytes() == content


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "fifo"])
def test_what_is_no_file_is_no_key(folder: Path, make) -> None:
    make(folder / KEY_FILE)
    with refuses("this is no key"):
        key_of(folder, "observed")


def test_a_folder_that_cannot_be_written_is_named(folder: Path, monkeypatch) -> None:
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with refuses(rf"{KEY_FILE}: the key cannot be kept: Permission denied. The folder must"):
        key_of(folder, "observed")


def test_keyed_is_the_hmac_of_rfc_2104_apart_by_purpose() -> None:
    key = bytes(range(32))
    expected = hmac.digest(key, b"lane\0R01", "sha256").hex()
    assert keyed(key, "lane", "R01") == expected
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key.ljust(64, b"\0")) + b"lane\0R01").digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key.ljust(64, b"\0")) + inner).hexdigest()
    assert expected == outer
    assert len({keyed(key, "lane", "R01"), keyed(key, "data", "R01"), keyed(bytes(32), "lane", "R01")}) == 3


def test_a_cohort_knows_the_key_of_its_folder_and_says_that_it_was_used(folder: Path) -> None:
    assert Cohort(folder).key == PUBLIC
    study = folder / "study.yml"
    text = study.read_text(encoding="utf-8").replace("kind: reconstructed", "kind: observed")
    study.write_text(text, encoding="utf-8")
    cohort = Cohort(folder)
    assert KEY_FILE not in cohort.reads
    assert cohort.key == key_of(folder, "observed") and KEY_FILE in cohort.reads
