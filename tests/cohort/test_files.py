"""What a folder may hold: regular files of a sane size, inside it; everything else is refused without waiting."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from livingreview.cohort import files
from livingreview.cohort.check import check_cohort
from livingreview.cohort.files import files_below, read_file, read_words, refuse_irregular
from livingreview.cohort.problems import CohortError
from livingreview.words.problem_words import sentence
from support import refuses


def refused(folder: Path) -> list[str]:
    with pytest.raises(CohortError) as raised:
        refuse_irregular(folder)
    return [sentence(problem) for problem in raised.value.problems]


def test_the_reference_folder_is_regular(folder: Path) -> None:
    refuse_irregular(folder)


@pytest.mark.parametrize("name", ["study.yml", "patients.csv", "published.csv", "commentary/safety.md"])
def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    said = [f"{name}: this is a pipe. A regular file is expected."]
    assert refused(folder) == said
    assert [sentence(problem) for problem in check_cohort(folder)] == said
    with refuses("this is a pipe"):
        read_file(folder / name)


def test_a_socket_is_refused(folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(folder)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("flow.parquet")
        assert refused(folder) == ["flow.parquet: this is a socket. A regular file is expected."]


def test_a_device_is_refused_where_a_link_leads_to_it(folder: Path) -> None:
    (folder / "mrd.csv").unlink()
    (folder / "mrd.csv").symlink_to("/dev/zero")
    assert refused(folder) == ["mrd.csv: the link leads out of the folder. Copy the file itself to this place."]
    with refuses("this is a device"):
        read_file(folder / "mrd.csv")


def test_links_are_followed_only_to_files_of_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text("patient_id\n", encoding="utf-8")
    for name, target in {"a.csv": "a.csv", "b.csv": "gone.csv", "c.csv": "../theirs.csv", "d": "commentary"}.items():
        (folder / name).symlink_to(target)
    (folder / "fine.csv").symlink_to("flow.csv")
    fix = "Copy the file itself to this place."
    assert refused(folder) == [
        f"a.csv: the link leads nowhere. {fix}",
        f"b.csv: the link leads nowhere. {fix}",
        f"c.csv: the link leads out of the folder. {fix}",
        f"d: the link leads to no regular file. {fix}",
    ]


def test_a_folder_that_is_itself_linked_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(folder)
    refuse_irregular(tmp_path / "linked")


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_bytes(b"x" * (files.MAX_TEXT + 1))
    with refuses(r"notes\.md: the file is larger than 256 kB"):
        read_words(tmp_path / "notes.md")
    with (tmp_path / "mrd.csv").open("wb") as sparse:
        sparse.truncate(files.MAX_TABLE + 1)
    assert refused(tmp_path) == ["mrd.csv: the file is larger than 1,024 MB. Leave out what is not needed."]


def test_a_file_that_may_not_be_read_is_named(folder: Path, monkeypatch) -> None:
    """Root may read everything: what the system would answer to others is said in its place."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "mrd.csv")
    assert refused(folder) == ["mrd.csv: you may not read it. Give yourself the right to read it."]


def test_a_folder_that_may_not_be_listed_is_named(folder: Path, monkeypatch) -> None:
    listed = os.scandir

    def scandir(path):
        if Path(path).name == "commentary":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert refused(folder) == ["commentary/: you may not read it. Give yourself the right to read it."]


def test_what_is_hidden_is_no_file_of_the_folder(folder: Path) -> None:
    before = list(files_below(folder))
    (folder / ".git" / "objects").mkdir(parents=True)
    (folder / ".git" / "objects" / "patients.csv").write_text("patient_id\n", encoding="utf-8")
    (folder / ".livingreview-key").write_text("secret", encoding="utf-8")
    assert list(files_below(folder)) == before
