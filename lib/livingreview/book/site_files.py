"""The files of a rendered site into the new build, with the numbers behind it."""

from __future__ import annotations

import csv
import filecmp
import os
import re
import shutil
from pathlib import Path

from livingreview.cohort.files import files_below
from livingreview.site.edition import Edition
from livingreview.site.marks import Marks

MARKED = (".html", ".bib", ".ris", ".json")  # say of which data they are
NOT_PUBLISHED = (".buildinfo", "objects.inv")
# Five megabytes nobody loads, and the theme's templates, which are no pages.
UNUSED = re.compile(r"_static/(.*\.map|scripts/fontawesome\..*|vendor/fontawesome/.*|.*macros\.html)")
BESIDE = ("notebooks/*", "curves/*", "results.csv", "ledger.csv")


def take_site(built: Path, new: Path, last: Path, edition: Edition, marks: Marks) -> None:
    """Put the site into `new`/html, its marks filled in; a file that equals that of the `last` site is the same file."""
    rows = _row_numbers(new / "results.csv")
    for name, path in files_below(built).items():
        if name in NOT_PUBLISHED or name.startswith(".") or UNUSED.fullmatch(name):
            continue
        target = new / "html" / name
        if path.suffix in MARKED and not name.startswith("_static/"):
            target.parent.mkdir(parents=True, exist_ok=True)
            text = marks.filled(path.read_bytes().decode("utf-8"), edition.data_hash, edition.short_hash, rows)
            target.write_bytes(text.encode("utf-8"))
            path = target
        _take(path, target, last / name)
    for path in (path for pattern in BESIDE for path in sorted(new.glob(pattern))):
        beside = path.relative_to(new)
        _take(path, new / "html" / beside, last / beside)


def _row_numbers(results: Path) -> dict[str, str]:
    """The row of every key in results.csv, counted as a spreadsheet does."""
    with results.open(encoding="utf-8", newline="") as opened:
        return {row["key"]: str(number) for number, row in enumerate(csv.DictReader(opened), start=2)}


def _take(path: Path, target: Path, last: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if last.is_file() and not last.is_symlink() and filecmp.cmp(path, last, shallow=False):
        target.unlink(missing_ok=True)
        try:
            os.link(last, target)
            return
        except OSError:  # a file system without links
            path = last
    if path != target:
        shutil.copy2(path, target)
