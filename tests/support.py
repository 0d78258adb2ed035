"""The repository, the reference cohort and the command, for every test."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from livingreview.cohort.problems import CohortError
from livingreview.words.problem_words import sentence

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "data" / "chen-2026"
STATEMENT = "reconstructed from published numbers, not patient records"
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = ["index", *(entry["file"] for part in TOC["parts"] for entry in part["chapters"])]
PAGES.remove("chapters/endpoint")  # the pages of further endpoints are made from it
FURTHER = {"demo": ["chapters/time-to-next-treatment"]}  # what only some editions have
COMMAND = [sys.executable, "-c", "from livingreview.cli.main import main; main()"]

# A chapter of one analysis, for books of two pages.
SMALL_CHAPTER = """---
kernelspec: {{display_name: Python 3, language: python, name: python3}}
---

# Small

```{{code-cell}} python
:tags: [parameters]

cohort_path = "data/chen-2026"
confidence_level = 0.95
interval = "plain"
milestones_months = [36]
```

```{{code-cell}} python
from livingreview.chapter import load_cohort, publish, safety
publish(safety(load_cohort(cohort_path), level=confidence_level))
```

{prose}
"""


def run(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    """The command `livingreview`, as a user runs it."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, env={**os.environ, **environment}
    )


def build(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """A build by the command that must succeed, and what it said."""
    done = run("build", *arguments, cwd=cwd, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def copy_book(target: Path) -> Path:
    """The files a book is built from, in another folder."""
    target.mkdir(parents=True)
    for name in (
        "_config.yml",
        "_toc.yml",
        "references.bib",
        "CITATION.cff",
        "CHANGELOG.md",
        "index.md",
        "requirements.lock",
    ):
        shutil.copy(ROOT / name, target / name)
    for name in ("chapters", "data"):
        shutil.copytree(ROOT / name, target / name)
    return target


def tree(folder: Path) -> dict[str, str]:
    """Hash of every file by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def refuses(words: str) -> Iterator[pytest.ExceptionInfo[CohortError]]:
    """A CohortError in whose printed problems the pattern is found."""
    with pytest.raises(CohortError) as raised:
        yield raised
    told = "\n".join(map(sentence, raised.value.problems))
    assert re.search(words, told), told


def small_book(target: Path, prose: str) -> Path:
    """A book of two pages: a landing page and one chapter that ends with this prose."""
    copy_book(target)
    shutil.rmtree(target / "chapters")
    (target / "chapters").mkdir()
    (target / "index.md").write_text("# Home\n", encoding="utf-8")
    toc = "format: jb-book\nroot: index\nchapters:\n  - file: chapters/small\n"
    (target / "_toc.yml").write_text(toc, encoding="utf-8")
    write_small(target, prose)
    return target


def write_small(book: Path, prose: str) -> None:
    """The chapter of a small book, with this prose at its end."""
    (book / "chapters" / "small.md").write_text(SMALL_CHAPTER.format(prose=prose), encoding="utf-8")
