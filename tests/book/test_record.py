"""Whatever happens to a built site, or to what is remembered of it, the next build mends it and says so in a line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from quick import Quick, quick  # noqa: F401

from livingreview.book.failures import BuildError
from livingreview.book.intact import tree
from livingreview.book.swap import MARK


def fill(path: Path, content: bytes = b"other") -> None:
    path.write_bytes(content)


def as_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()
    (path / "inside").write_text("x", encoding="utf-8")


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_link(path: Path) -> None:
    path.rename(path.with_suffix(".elsewhere"))
    path.symlink_to(path.with_suffix(".elsewhere"))


SITE = {
    "html gone": lambda out: shutil.rmtree(out / "html"),
    "landing page gone": lambda out: (out / "html" / "index.html").unlink(),
    "page replaced": lambda out: fill(out / "html" / "chapters" / "safety.html"),
    "page empty": lambda out: fill(out / "html" / "index.html", b""),
    "page a link": lambda out: as_link(out / "html" / "index.html"),
    "page a pipe": lambda out: as_pipe(out / "html" / "index.html"),
    "results edited": lambda out: fill(out / "results" / "safety.json", b'{"chapter": "safety"}'),
    "results gone": lambda out: (out / "results" / "safety.json").unlink(),
    "results.csv edited": lambda out: fill(out / "results.csv", b"key\n"),
    "notebook truncated": lambda out: os.truncate(out / "notebooks" / "safety.ipynb", 40),
    "notebooks a file": lambda out: (shutil.rmtree(out / "notebooks"), fill(out / "notebooks")),
    "file added": lambda out: fill(out / "html" / "new.html"),
}
EXECUTED_AGAIN = {"results edited", "results gone", "notebook truncated", "notebooks a file"}


@pytest.mark.parametrize("damage", SITE)
def test_a_damaged_site_is_made_again_and_said(quick: Quick, damage: str) -> None:  # noqa: F811
    quick.build()
    before = tree(quick.out)
    SITE[damage](quick.out)
    assert tree(quick.out) != before
    quick.build()
    before.pop(MARK)
    after = tree(quick.out)
    manifest = after.pop(MARK)
    assert after == before and manifest != "no regular file"
    assert [line for line in quick.said if line.startswith("the built site was damaged (")] != []
    assert quick.executed == 1 + (damage in EXECUTED_AGAIN)
    quick.build()
    assert [line for line in quick.said if "damaged" in line] == [] and quick.executed == 1 + (damage in EXECUTED_AGAIN)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"versions": {}, "data": "", "inputs": {}}'])
def test_a_damaged_manifest_is_written_again(quick: Quick, content: bytes) -> None:  # noqa: F811
    quick.build()
    quick.build()
    before = (quick.out / MARK).read_bytes()
    fill(quick.out / MARK, content)
    quick.build()
    assert (quick.out / MARK).read_bytes() == before
    assert "manifest.json was damaged: it is written again" in quick.said and quick.executed == 1


@pytest.mark.parametrize("damage", [Path.unlink, as_folder])
def test_without_its_manifest_a_site_that_is_remembered_is_still_ours(quick: Quick, damage) -> None:  # noqa: F811
    quick.build()
    damage(quick.out / MARK)
    quick.build()
    assert json.loads((quick.out / MARK).read_text(encoding="utf-8"))["reused"] == ["chapters/safety"]
    assert quick.executed == 1


def rewritten(place: Path, edit) -> None:
    """A memory whose checksum is right and whose content is not what we write."""
    digest, _, text = (place / "last.json").read_text(encoding="utf-8").rstrip("\n").partition("\n")
    text = json.dumps(edit(json.loads(text)))
    (place / "last.json").write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}\n", encoding="utf-8")


def flipped(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 1
    path.write_bytes(content)


STATE = {
    "state gone": lambda place: shutil.rmtree(place),
    "state a file": lambda place: (shutil.rmtree(place), fill(place)),
    "state a link to nothing": lambda place: (shutil.rmtree(place), place.symlink_to("nowhere")),
    "memory gone": lambda place: (place / "last.json").unlink(),
    "memory a folder": lambda place: as_folder(place / "last.json"),
    "memory empty": lambda place: fill(place / "last.json", b""),
    "memory truncated": lambda place: os.truncate(place / "last.json", 200),
    "memory without its last byte but one": lambda place: os.truncate(
        place / "last.json", (place / "last.json").stat().st_size - 2
    ),
    "memory not text": lambda place: fill(place / "last.json", b"\xff\xfe\x00"),
    "memory a list": lambda place: fill(place / "last.json", b"[]"),
    "memory a number": lambda place: fill(place / "last.json", b"1"),
    "memory deeply nested": lambda place: fill(place / "last.json", b"[" * 100_000),
    "memory without checksum": lambda place: fill(
        place / "last.json", (place / "last.json").read_bytes().partition(b"\n")[2]
    ),
    **{
        f"one bit at {at}": lambda place, at=at: flipped(place / "last.json", at)
        for at in (0, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)
    },
    "of another version": lambda place: rewritten(place, lambda found: {**found, "colour": "red"}),
    "an entry less": lambda place: rewritten(place, lambda found: {k: v for k, v in found.items() if k != "inputs"}),
    "nested and checked": lambda place: rewritten(place, lambda found: [found]),
}


@pytest.mark.parametrize("damage", STATE)
def test_damaged_state_is_thrown_away_and_said(quick: Quick, damage: str) -> None:  # noqa: F811
    quick.build()
    before = tree(quick.out)
    STATE[damage](quick.beside("state"))
    quick.build()
    assert tree(quick.out) == before and quick.executed == 2
    words = "what was remembered of the last build is missing or damaged: everything is built again"
    assert quick.said.count(words) == 1
    quick.build()
    assert words not in quick.said and quick.executed == 2


@pytest.mark.parametrize("what", ["new", "cohort", "last", "lock", "work"])
@pytest.mark.parametrize("plant", [as_folder, fill, lambda path: path.symlink_to("nowhere")])
def test_what_lies_in_the_way_of_a_build_is_taken_away(quick: Quick, what: str, plant) -> None:  # noqa: F811
    quick.build()
    before = tree(quick.out)
    if quick.beside(what).is_dir():
        shutil.rmtree(quick.beside(what))
    quick.beside(what).unlink(missing_ok=True)
    plant(quick.beside(what))
    quick.build(force=True)
    assert tree(quick.out) == before


def test_a_build_that_ended_between_swap_and_memory_is_taken_as_done(quick: Quick) -> None:  # noqa: F811
    quick.build()
    place = quick.beside("state")
    old = (place / "last.json").read_bytes()
    study = quick.folder / "study.yml"
    study.write_text(study.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")
    quick.build()
    (place / "last.json").rename(place / "next.json")
    (place / "last.json").write_bytes(old)
    quick.build()
    assert quick.said == [] and quick.executed == 1
    (quick.out / "html" / "index.html").unlink()
    quick.build()
    assert (quick.out / "html" / "index.html").is_file()


def test_somebody_elses_files_are_not_replaced(quick: Quick) -> None:  # noqa: F811
    quick.build()
    shutil.rmtree(quick.out)
    fill(quick.out)
    with pytest.raises(BuildError, match="is no earlier build"):
        quick.build()
    quick.out.unlink()
    quick.out.mkdir()
    fill(quick.out / "thesis.txt")
    with pytest.raises(BuildError, match="is no earlier build"):
        quick.build()
    assert [path.name for path in quick.out.iterdir()] == ["thesis.txt"]


def test_two_folders_of_one_name_are_refused_and_both_named(quick: Quick, tmp_path: Path) -> None:  # noqa: F811
    quick.build()
    before = tree(quick.out)
    first, other = quick.folder, tmp_path / "other" / "cohort"
    shutil.copytree(first, other)
    quick.folder = other
    with pytest.raises(BuildError) as refused:
        quick.build()
    assert refused.value.usage and f"holds the site of {first}, not of {other}" in str(refused.value)
    assert tree(quick.out) == before
    shutil.rmtree(first)  # it was moved: the output is free
    quick.build()
    assert quick.executed == 1


def observed(quick: Quick) -> None:  # noqa: F811
    study = quick.folder / "study.yml"
    text = study.read_text(encoding="utf-8").replace("kind: reconstructed", "kind: observed")
    study.write_text(text, encoding="utf-8")


def results(quick: Quick, monkeypatch, content: str) -> None:  # noqa: F811
    from livingreview.book import run

    monkeypatch.setattr(run, "write_tables", lambda new, kind: fill(new / "results.csv", content.encode()))


def test_a_second_edition_of_observed_data_is_warned_of_once_outcomes_differ(quick: Quick, monkeypatch) -> None:  # noqa: F811
    def warned() -> bool:
        return any("subtract one from the other" in line for line in quick.said)

    patients = quick.folder / "patients.csv"
    text = patients.read_text(encoding="utf-8")
    results(quick, monkeypatch, "one")
    quick.build()
    patients.write_text(text.replace("R01", "S01"), encoding="utf-8")
    for other in ("responses", "mrd", "adverse_events"):
        (quick.folder / f"{other}.csv").unlink(missing_ok=True)
    shutil.copytree(quick.folder, quick.folder.with_name("kept"))
    (quick.folder / "responses.csv").write_text("patient_id,timepoint,response\n", encoding="utf-8")
    results(quick, monkeypatch, "two")
    quick.build()
    assert not warned()  # these are reconstructed
    observed(quick)
    quick.build()
    assert not warned()  # the last were
    results(quick, monkeypatch, "three")
    quick.build(force=True)
    assert not warned()  # other software, the same patients
    patients.write_text(text.replace("R01", "T01"), encoding="utf-8")
    quick.build()
    assert not warned()  # other patients, the same results
    patients.write_text(text.replace("R01", "U01"), encoding="utf-8")
    results(quick, monkeypatch, "four")
    quick.build()
    assert warned()
