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
from livingreview.intake.folder.draft import Draft
from livingreview.intake.folder.gitignore import FILE as IGNORE
from livingreview.intake.folder.gitignore import write_ignore
from livingreview.intake.folder.import_report import Report
from livingreview.words.import_words import to_fill_in

MARK = "import.json"
REPORT = "IMPORT.md"
PROPOSAL = "mapping.yml"
# What only people know, with an entry by which the tables can be checked meanwhile.
STAND_INS = {
    "title": "title",
    "short_title": "short title",
    "edition.date": "2000-01-01",
    "time_origin.event": "origin",
    "contact": "contact",
}
ORDER = (
    "title short_title publication edition time_origin data_cutoff accrual inclusion "
    "vocabulary adverse_events subgroups parameters disclosure contact"
).split()
CONSEQUENCES = ("cell-empty", "column-missing", "column-misspelt")  # of a cell that was refused


def study_text(entries: dict, *, filled: bool = False) -> str:
    """study.yml of an observed edition; what `entries` lack is a marked empty place, or a stand-in if `filled`."""
    record = {"edition": {"kind": "observed"}, "time_origin": {}} | entries
    record["edition"] = {"kind": "observed"} | record["edition"]
    marks = {}
    for number, (entry, stand_in) in enumerate(STAND_INS.items()):
        *parents, last = entry.split(".")
        section = record
        for parent in parents:
            section[parent] = section = dict(section.get(parent) or {})
        if section.get(last) is None:
            section[last] = stand_in if filled else f"@@{number}"
            marks[f"'@@{number}'"] = to_fill_in(entry)
    ordered = {name: record[name] for name in [*ORDER, *record] if name in record}
    text = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=1000)
    for mark, words in marks.items():
        text = text.replace(mark, words)
    return text


def is_unfilled(text: str) -> bool:
    """Whether something that only people know is missing in study.yml; what is no YAML is not looked into."""
    try:
        record = yaml.safe_load(text)
    except yaml.YAMLError:
        return False
    for entry in STAND_INS:
        value = record
        for name in entry.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            return True
    return False


def refuse_foreign(folder: Path) -> None:
    """CohortError unless the folder is new, empty, a proposal or an earlier import that was not edited."""
    folder = folder.resolve()
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CohortError([Problem(folder.name, "target-is-file")])
    if Path.cwd().is_relative_to(folder):
        raise CohortError([Problem(folder.name, "target-is-here")])
    names = {path.name for path in folder.iterdir()}
    if names <= {PROPOSAL, IGNORE, KEY_FILE}:
        return
    if MARK not in names:
        raise CohortError([Problem(folder.name, "target-not-imported")])
    if changed := [name for name in _edited(folder) if name != "study.yml"]:
        raise CohortError([Problem(name, "target-edited") for name in changed])


def write_import(folder: Path, drafts: list[Draft], study: dict, report: Report) -> list[Problem]:
    """Check and write a cohort folder; the notes of the check.

    Raises CohortError with every problem, in the words of the sources, and then leaves the folder as it was.
    """
    refuse_foreign(folder)
    folder = folder.resolve()
    kept_study = "study.yml" in _edited(folder)
    if kept_study:
        report.remark("study-kept")
    for draft in drafts:
        draft.drop_empty()
    files = {draft.file: draft.csv() for draft in drafts}
    report.written = {draft.table: len(draft) for draft in drafts}
    text = (folder / "study.yml").read_text(encoding="utf-8") if kept_study else study_text(study)
    with _beside(folder) as new:
        _keep_others(folder, new)
        for name, content in files.items():
            (new / name).write_bytes(content)
        checked = text if kept_study and not is_unfilled(text) else study_text(study, filled=True)
        (new / "study.yml").write_text(checked, encoding="utf-8", newline="\n")
        found = _checked(new, drafts, report)
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


def _checked(new: Path, drafts: list[Draft], report: Report) -> list[Problem]:
    """What the check finds, said of the sources; CohortError for what is serious. One mistake is said once."""
    by_file = {draft.file: draft for draft in drafts}
    found = [
        by_file[problem.file].in_source(problem, {}) if problem.file in by_file else problem
        for problem in check_cohort(new)
    ]
    places = {(problem.file, problem.row) for problem in report.refused}
    serious = [
        problem
        for problem in found
        if not problem.note and not (places and (problem.code in CONSEQUENCES or (problem.file, problem.row) in places))
    ]
    if serious or places:
        raise CohortError(report.refused + serious)
    return found


def _written(folder: Path) -> dict[str, str]:
    """Hashes of the files of an earlier import."""
    mark = folder / MARK
    return json.loads(mark.read_text(encoding="utf-8")).get("written", {}) if mark.is_file() else {}


def _edited(folder: Path) -> list[str]:
    """Files of an earlier import whose bytes are no longer those that were written."""
    return [
        name
        for name, digest in _written(folder).items()
        if (folder / name).is_file() and hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def _keep_others(folder: Path, new: Path) -> None:
    """What people put beside an earlier import stays: commentary, a flow table, the mapping."""
    made = {MARK, *_written(folder)}
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.copytree(path, new / path.name)
        elif path.name not in made:
            shutil.copy2(path, new / path.name)


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
