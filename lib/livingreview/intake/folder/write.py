"""Putting an import in its folder: whole or not at all, and never over what was written by hand."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from livingreview.cohort.check import check_cohort
from livingreview.cohort.key import KEY_FILE
from livingreview.cohort.problems import CohortError, Problem
from livingreview.intake.folder.gitignore import FILE as IGNORE
from livingreview.intake.folder.gitignore import write_ignore
from livingreview.intake.folder.import_report import Report
from livingreview.intake.mapping.draft import Draft

MARK = "import.json"
REPORT = "IMPORT.md"
PROPOSAL = "mapping.yml"
# What only people know: the words of the empty place, and an entry with which the tables can be checked meanwhile.
TO_FILL_IN = {
    "title": ("the title of the review", "title"),
    "short_title": ("a few words for the top of each page", "short title"),
    "edition.date": ("a day such as 2026-11-22; it is shown on every page", "2000-01-01"),
    "time_origin.event": ("what months are counted from, such as start of maintenance", "origin"),
    "contact": ("name and address for corrections", "contact"),
}
ORDER = (
    "title short_title publication edition time_origin data_cutoff accrual inclusion "
    "vocabulary adverse_events subgroups parameters disclosure contact"
).split()


def study_text(entries: dict, *, filled: bool = False) -> str:
    """study.yml of an observed edition; what `entries` lack is a marked empty place, or a stand-in if `filled`."""
    record = {"edition": {"kind": "observed"}, "time_origin": {}} | entries
    record["edition"] = {"kind": "observed"} | record["edition"]
    marks = {}
    for number, (entry, (words, stand_in)) in enumerate(TO_FILL_IN.items()):
        *parents, last = entry.split(".")
        section = record
        for parent in parents:
            section[parent] = section = dict(section.get(parent) or {})
        if section.get(last) is None:
            section[last] = stand_in if filled else f"@@{number}"
            marks[f"'@@{number}'"] = f"# TO FILL IN: {words}"
    ordered = {name: record[name] for name in [*ORDER, *record] if name in record}
    text = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=1000)
    for mark, words in marks.items():
        text = text.replace(mark, words)
    return text


def refuse_foreign(folder: Path) -> None:
    """CohortError unless the folder is new, empty, a proposal or an earlier import that was not edited."""
    folder = folder.resolve()
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CohortError([Problem(folder.name, "a file of this name is there", "Name a new folder.")])
    if Path.cwd().is_relative_to(folder):
        rule = "the folder is replaced as a whole, and this is where you stand"
        raise CohortError([Problem(folder.name, rule, "Go to the folder above it and try again.")])
    names = {path.name for path in folder.iterdir()}
    if names <= {PROPOSAL, IGNORE, KEY_FILE}:
        return
    if MARK not in names:
        rule = "the folder holds something that was not imported"
        raise CohortError([Problem(folder.name, rule, "Name a new folder; files filled in by hand are kept.")])
    changed = [name for name in _edited(folder) if name != "study.yml"]
    if changed:
        fix = "Name a new folder, or move the file away."
        rule = "the file was edited after it was imported and would be overwritten"
        raise CohortError([Problem(name, rule, fix) for name in changed])


def write_import(folder: Path, drafts: list[Draft], study: dict, report: Report) -> list[Problem]:
    """Check and write a cohort folder; the notes of the check.

    Raises CohortError with every problem, in the words of the sources, and then leaves the folder as it was.
    """
    refuse_foreign(folder)
    folder = folder.resolve()
    kept_study = "study.yml" in _edited(folder) if (folder / MARK).is_file() else False
    if kept_study:
        report.note("study.yml was edited after the last import and is kept as it is.")
    files = {f"{draft.name}.csv": draft.csv() for draft in drafts}
    report.written = {draft.name: len(draft.frame) for draft in drafts}
    text = (folder / "study.yml").read_text(encoding="utf-8") if kept_study else study_text(study)
    with _beside(folder) as new:
        _keep_others(folder, new)
        for name, content in files.items():
            (new / name).write_bytes(content)
        checked = text if kept_study and not _unfilled(text) else study_text(study, filled=True)
        (new / "study.yml").write_text(checked, encoding="utf-8", newline="\n")
        found = [_said_of_source(problem, drafts) for problem in check_cohort(new)]
        serious = [problem for problem in found if not problem.note and _is_new(problem, report.problems)]
        if serious or report.problems:
            raise CohortError(report.problems + serious)
        files |= {"study.yml": text.encode(), REPORT: report.text().encode()}
        for name in ("study.yml", REPORT):
            (new / name).write_bytes(files[name])
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
        if kept_study:
            hashes["study.yml"] = "edited"
        record = {"made_by": "livingreview import", "sources": dict(sorted(report.files.items())), "written": hashes}
        (new / MARK).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        write_ignore(new)
        _swap(new, folder)
    return found


def _unfilled(text: str) -> bool:
    return "# TO FILL IN" in text


def _written(folder: Path) -> dict[str, str]:
    return json.loads((folder / MARK).read_text(encoding="utf-8")).get("written", {})


def _edited(folder: Path) -> list[str]:
    """Files of an earlier import whose bytes are no longer those that were written."""
    return [
        name
        for name, digest in _written(folder).items()
        if (folder / name).is_file() and hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def _keep_others(folder: Path, new: Path) -> None:
    """What people put beside an earlier import stays: commentary, a flow table, the mapping."""
    made = {MARK, *(_written(folder) if (folder / MARK).is_file() else ())}
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.copytree(path, new / path.name)
        elif path.name not in made:
            shutil.copy2(path, new / path.name)


def _is_new(problem: Problem, refused: list[Problem]) -> bool:
    """A cell that was refused is empty in the table: one mistake is said once."""
    if not refused:
        return True
    places = {(other.file, other.row) for other in refused}
    return (
        problem.code not in ("cell-empty", "column-missing", "column-misspelt")
        and (problem.file, problem.row) not in places
    )


def _said_of_source(problem: Problem, drafts: list[Draft]) -> Problem:
    draft = next((draft for draft in drafts if f"{draft.name}.csv" == problem.file), None)
    return draft.in_source(problem) if draft else problem


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder on the same file system, gone at the end unless it was renamed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    new.chmod(0o755)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    old = new.with_name(new.name + ".old")
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(new, folder)
    except OSError:
        if old.exists():
            os.replace(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
