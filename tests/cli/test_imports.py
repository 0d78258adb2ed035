from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from intake.adam.adam_source import Source, adtte
from livingreview.cli import imports as cli_import
from livingreview.cli.main import main
from livingreview.cohort.check import check_cohort
from livingreview.cohort.problems import CohortError
from livingreview.intake.folder.write import study_text

REGISTRY = """\
MRN,PFS months,PFS status,OS days,Vital status,Remarks
8842,12.5,1,600,alive,x
8843,3,2,91.3125,dead,
8844,8,0,300,alive,
"""


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = tmp_path / "registry.csv"
    path.write_text(REGISTRY, encoding="utf-8")
    return path


def invoke(*arguments: object, typed: str | None = None, monkeypatch: pytest.MonkeyPatch | None = None):
    """The command in this process; `typed` is what somebody answers on a terminal."""
    if monkeypatch:
        monkeypatch.setattr(cli_import, "_terminal", lambda: True)
    return CliRunner().invoke(cli_import.import_app, [str(argument) for argument in arguments], input=typed)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def refusal(done) -> list[tuple[str, str]]:
    """Files and codes of what was refused."""
    return [(problem.file, problem.code) for problem in done.exception.problems]


def ran(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, *arguments: object) -> tuple[int, str, str]:
    """The whole command in this process: exit code, what it says and what it complains about."""
    monkeypatch.setattr(sys, "argv", ["livingreview", *map(str, arguments)])
    with pytest.raises(SystemExit) as raised:
        main()
    said = capsys.readouterr()
    return raised.value.code or 0, said.out, said.err


def test_adam_as_a_user_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    source = Source(tmp_path / "adam", ".xpt")
    before = contents(source.folder)
    arguments = ("import", "adam", source.folder, tmp_path / "cohort", "--date", "2026-01-02")
    code, said, complained = ran(monkeypatch, capsys, *arguments)
    assert (code, complained) == (0, "")
    assert "patients.csv: 4 rows" in said and "Fill in the marked places of study.yml" in said
    assert contents(source.folder) == before


def test_what_is_refused_ends_in_words_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    source = Source(tmp_path / "adam").adtte(2, "EVNTDESC", "Event")
    code, said, complained = ran(monkeypatch, capsys, "import", "adam", source.folder, tmp_path / "cohort")
    assert (code, said) == (1, "")
    assert complained.startswith("error: adtte.csv, row 2, EVNTDESC: found “Event”")
    assert complained.endswith("1 problem; nothing was changed.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["adam"]


def test_a_date_that_is_none(tmp_path: Path) -> None:
    source = Source(tmp_path / "adam")
    assert invoke("adam", source.folder, tmp_path / "cohort", "--date", "today").exit_code == 2


def test_importing_again_gives_the_same_bytes_and_keeps_what_people_wrote(tmp_path: Path) -> None:
    source, folder = Source(tmp_path / "adam"), tmp_path / "cohort"
    assert invoke("adam", source.folder, folder).exit_code == 0
    first = contents(folder)
    assert invoke("adam", source.folder, folder).exit_code == 0
    assert contents(folder) == first
    study = first["study.yml"].decode().replace("title: # TO FILL IN: the title of the review", "title: Ours")
    (folder / "study.yml").write_text(study)
    (folder / "flow.csv").write_text("step,n\nAnalysed,4\n")
    (folder / "commentary").mkdir()
    (folder / "commentary" / "safety.md").write_text("Ours.")
    for _ in range(2):
        assert invoke("adam", source.folder, folder).exit_code == 0
        assert (folder / "study.yml").read_text() == study
        assert (folder / "flow.csv").is_file() and (folder / "commentary" / "safety.md").read_text() == "Ours."
    assert "kept as it is" in (folder / "IMPORT.md").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["adam", "cohort"]


def test_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(tmp_path / "adam")
    (tmp_path / "cohort").mkdir()
    monkeypatch.chdir(tmp_path / "cohort")
    assert refusal(invoke("adam", source.folder, ".")) == [("cohort", "target-is-here")]


def test_a_table_that_is_no_longer_there_is_taken_away(tmp_path: Path) -> None:
    source, folder = Source(tmp_path / "adam"), tmp_path / "cohort"
    invoke("adam", source.folder, folder)
    (source.folder / "adae.csv").unlink()
    invoke("adam", source.folder, folder)
    assert not (folder / "adverse_events.csv").exists()


@pytest.mark.parametrize("name", ["patients.csv", "notes.txt"])
def test_a_folder_filled_by_hand_is_refused(tmp_path: Path, name: str) -> None:
    source, folder = Source(tmp_path / "adam"), tmp_path / "cohort"
    folder.mkdir()
    (folder / name).write_text("mine")
    done = invoke("adam", source.folder, folder)
    assert isinstance(done.exception, CohortError)
    assert refusal(done) == [("cohort", "target-not-imported")]
    assert contents(folder) == {name: b"mine"}


def test_an_edited_table_is_refused(tmp_path: Path) -> None:
    source, folder = Source(tmp_path / "adam"), tmp_path / "cohort"
    invoke("adam", source.folder, folder)
    path = folder / "patients.csv"
    path.write_text(path.read_text().replace("male,", "female,"))
    before = contents(folder)
    assert refusal(invoke("adam", source.folder, folder)) == [("patients.csv", "target-edited")]
    assert contents(folder) == before


def test_a_refused_import_leaves_the_last_one(tmp_path: Path) -> None:
    source, folder = Source(tmp_path / "adam"), tmp_path / "cohort"
    invoke("adam", source.folder, folder)
    before = contents(folder)
    source.write("adtte", adtte().assign(CNSR=-1))
    assert isinstance(invoke("adam", source.folder, folder).exception, CohortError)
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["adam", "cohort"]


def test_the_marker_holds_hashes_only(tmp_path: Path) -> None:
    source, folder = Source(tmp_path / "adam"), tmp_path / "cohort"
    invoke("adam", source.folder, folder)
    found = json.loads((folder / "import.json").read_text())
    adsl = hashlib.sha256((source.folder / "adsl.csv").read_bytes()).hexdigest()
    assert found["sources"]["adsl.csv"] == adsl
    assert set(found["written"]) == set(contents(folder)) - {"import.json", ".gitignore"}


def test_without_a_terminal_a_proposal_is_written(registry: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    done = invoke("table", registry, folder)
    assert done.exit_code == 1
    assert f"livingreview import table {registry} {folder} --mapping {folder / 'mapping.yml'}" in done.output
    assert {path.name for path in folder.iterdir()} == {"mapping.yml", ".gitignore"}
    written = (folder / "mapping.yml").read_text()
    assert (
        'pfs_event:   # look this over: one of progression, death, censored, or "" to leave the cell empty' in written
    )
    assert "# left out of registry.csv: Remarks" in written
    again = invoke("table", registry, folder)
    assert refusal(again) == [("mapping.yml", "mapping-there")]
    assert (folder / "mapping.yml").read_text() == written
    undecided = invoke("table", registry, folder, "--mapping", folder / "mapping.yml")
    assert ("tables.patients.columns.pfs_event.values", "?") in [
        (problem.column, problem.value) for problem in undecided.exception.problems
    ]
    for code, term in (("0", "censored"), ("1", "progression"), ("2", "death")):
        written = written.replace(f'"{code}": "?"', f'"{code}": {term}')
    (folder / "mapping.yml").write_text(written)
    done = invoke("table", registry, folder, "--mapping", folder / "mapping.yml", "--date", "2026-01-02")
    assert done.exit_code == 0
    assert (folder / "patients.csv").read_text().splitlines() == [
        "patient_id,pfs_months,pfs_event,os_months,os_event",
        "P001,12.5,progression,19.713,censored",
        "P002,3,death,3,death",
        "P003,8,censored,9.856,censored",
    ]


def test_questions_on_a_terminal(registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter takes what is proposed; codes have to be answered, and wrong answers are asked again."""
    before, folder = registry.read_bytes(), tmp_path / "cohort"
    answers = [
        "y",  # the table
        "",  # patient_id
        "PFS",  # pfs_months: no such column
        "PFS months",
        "",  # months
        "",  # pfs_event
        "alive",  # 0: no such term
        "censored",
        "progression",
        "death",
        "",  # os_months
        "days",
        "",  # os_event
    ]
    done = invoke(
        "table", registry, folder, "--date", "2026-01-02", typed="\n".join([*answers, ""]), monkeypatch=monkeypatch
    )
    assert done.exit_code == 0, done.output
    assert "seen in “MRN”: 3 different values, not shown" in done.output
    assert "seen in “PFS months”: 12.5, 3, 8" in done.output
    assert "Columns there are: MRN, PFS months" in done.output
    assert "“0” in 1 row\n" in done.output and "One of progression, death, censored, - is expected." in done.output
    assert "8842" not in done.output
    mapping = yaml.safe_load((folder / "mapping.yml").read_text())
    assert mapping["tables"]["patients"]["columns"]["pfs_event"]["values"]["0"] == "censored"
    assert len((folder / "patients.csv").read_text().splitlines()) == 4
    assert registry.read_bytes() == before
    with_words = (folder / "study.yml").read_text()
    for name in ("title", "short_title", "contact", "event"):
        with_words = with_words.replace(f"{name}: #", f"{name}: x #")
    (folder / "study.yml").write_text(with_words)
    assert [problem for problem in check_cohort(folder) if not problem.note] == []


def test_a_sheet_may_be_declined(registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = invoke("table", registry, tmp_path / "cohort", typed="n\n", monkeypatch=monkeypatch)
    assert "tables" in str(done.exception)
    assert not (tmp_path / "cohort" / "patients.csv").exists()


def test_empty_places_are_marked() -> None:
    assert (
        study_text({"title": "A", "edition": {"kind": "simulated"}})
        == """\
title: A
short_title: # TO FILL IN: a few words for the top of each page
edition:
  kind: simulated
  date: # TO FILL IN: a day such as 2026-11-22; it is shown on every page
time_origin:
  event: # TO FILL IN: what months are counted from, such as start of maintenance
contact: # TO FILL IN: name and address for corrections
"""
    )


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = "import sys, livingreview.cli.imports; sys.exit('pandas' in sys.modules or 'pyreadstat' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
