"""Which columns of a table hold anything, without reading more of it than that takes."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from livingreview.cohort.tables import parquet_frame, table_file


def filled_columns(folder: Path, table: str, wanted: Collection[str]) -> set[str]:
    """Those of the columns that the table has and in which at least one cell is not empty."""
    path = table_file(folder, table)
    if path is None:
        return set()
    if path.suffix == ".parquet":
        frame = parquet_frame(path)
        return {name for name in wanted if name in frame and frame[name].notna().any()}
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.reader(opened)
        header = [name.strip() for name in next(rows, [])]
        empty = {header.index(name): name for name in wanted if name in header}
        there = set(empty.values())
        for row in rows:
            for place in [place for place in empty if place < len(row) and row[place].strip()]:
                del empty[place]
            if not empty:
                break
    return there - set(empty.values())
