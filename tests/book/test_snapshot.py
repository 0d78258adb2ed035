"""A build reads one state of the folder: saved meanwhile, it is refused; a site is never made of two."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from quick import READ, Quick, quick  # noqa: F401

from livingreview.book.failures import BuildError
from livingreview.book.intact import tree
from livingreview.book.snapshot import refuse_if_changed, take_snapshot
from livingreview.cohort.files import file_hashes
from livingreview.cohort.key import KEY_FILE
from livingreview.cohort.problems import CohortError

MOMENTS = 20


class AtOpening:
    """Does something once, when the process opens its n-th file after `begin`."""

    def __init__(self) -> None:
        self.at, self.count, self.what = 0, 0, None
        sys.addaudithook(self.heard)

    def begin(self, at: int, what) -> None:
        self.at, self.count, self.what = at, 0, what

    def heard(self, event: str, _: tuple) -> None:
        if event == "open" and self.what is not None:
            self.count += 1
            if self.count == self.at:
                what, self.what = self.what, None
                what()


@pytest.fixture(scope="module")
def opening() -> AtOpening:
    return AtOpening()


def edition(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text(encoding="utf-8") for name in READ}


def shown(out: Path) -> dict[str, str]:
    import json

    return json.loads((out / "html" / "chapters" / "safety.html").read_text(encoding="utf-8"))["shown"]


def test_saved_at_any_moment_the_build_is_refused_or_of_one_state(quick: Quick, opening: AtOpening) -> None:  # noqa: F811
    old = edition(quick.folder)
    new = {
        name: text.replace("R01", "S01").replace("title: ", "title: Newer, ") for name, text in old.items()
    }  # fmt: skip
    assert all(old[name] != new[name] for name in READ)

    def save(found: dict[str, str]) -> None:
        for name, text in found.items():
            (quick.folder / name).write_text(text, encoding="utf-8")

    save(old)
    quick.build()
    assert shown(quick.out) == old
    opening.begin(10**9, lambda: None)
    quick.build(force=True)
    openings, opening.what = opening.count, None
    assert openings > 100
    ended = {"refused": 0, "old": 0, "new": 0}
    for moment in range(MOMENTS):
        save(old)
        if shown(quick.out) != old:
            quick.build()
        before = tree(quick.out)
        opening.begin(1 + moment * (openings - 1) // (MOMENTS - 1), lambda: save(new))
        try:
            quick.build(force=True)
        except BuildError as error:
            assert "changed while it was being built (" in str(error) and "patients.csv is changed" in str(error)
            ended["refused"] += 1
            assert tree(quick.out) == before
        else:
            assert shown(quick.out) in (old, new)
            ended["new" if shown(quick.out) == new else "old"] += 1
        opening.what = None
        assert not quick.beside("new").exists() and not quick.beside("cohort").exists()
    assert sum(ended.values()) == MOMENTS and ended["refused"] >= MOMENTS // 4, ended


def test_what_became_of_the_folder_is_said(folder: Path, tmp_path: Path) -> None:
    take_snapshot(folder, tmp_path / "copy")
    refuse_if_changed(folder, tmp_path / "copy")
    (folder / "mrd.csv").unlink()
    (folder / "notes.txt").write_text("new", encoding="utf-8")
    with pytest.raises(BuildError, match=r"\(mrd.csv is gone; notes.txt is new\). The last good site is untouched"):
        refuse_if_changed(folder, tmp_path / "copy")


def test_the_copy_holds_the_data_and_the_key_for_its_owner_alone(folder: Path, tmp_path: Path) -> None:
    for name in (".git/config", ".DS_Store", "~$cohort.xlsx", KEY_FILE):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    copy = tmp_path / "private" / "copy"
    take_snapshot(folder, copy)
    assert file_hashes(copy) == file_hashes(folder)
    assert [path.name for path in copy.iterdir() if path.name.startswith((".", "~"))] == [KEY_FILE]
    assert copy.stat().st_mode & 0o777 == copy.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_in_the_place_of_a_file_is_copied_so_that_it_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "commentary" / "subgroups.md").mkdir(parents=True)
    take_snapshot(folder, tmp_path / "copy")
    assert (tmp_path / "copy" / "commentary" / "subgroups.md").is_dir()


def test_a_link_inside_the_folder_is_copied_as_its_file(folder: Path, tmp_path: Path) -> None:
    (folder / "mrd.csv").rename(folder / "mrd-2026.csv")
    (folder / "mrd.csv").symlink_to(folder / "mrd-2026.csv")
    take_snapshot(folder, tmp_path / "copy")
    assert not (tmp_path / "copy" / "mrd.csv").is_symlink() and file_hashes(tmp_path / "copy") == file_hashes(folder)


PLANTED = {
    "pipe": (os.mkfifo, "file-irregular"),
    "link out": (lambda path: path.symlink_to("/etc/hostname"), "link-outside"),
    "folder out": (lambda path: path.symlink_to("/etc"), "link-outside"),
    "folder around": (lambda path: path.symlink_to(path.parent), "link-irregular"),
    "loop": (lambda path: path.symlink_to(path), "link-nowhere"),
    "nothing": (lambda path: path.symlink_to("no-such-file"), "link-nowhere"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "link-outside"),
}


@pytest.mark.parametrize(("plant", "code"), PLANTED.values(), ids=list(PLANTED))
def test_what_is_no_regular_file_of_the_folder_is_refused(folder: Path, tmp_path: Path, plant, code: str) -> None:
    (folder / "mrd.csv").unlink()
    plant(folder / "mrd.csv")
    with pytest.raises(CohortError) as raised:
        take_snapshot(folder, tmp_path / "copy")
    assert [(problem.file, problem.code) for problem in raised.value.problems] == [("mrd.csv", code)]
    assert not (tmp_path / "copy").exists()
