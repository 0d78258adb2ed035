"""A Parquet file whose names are no text holds none that can be used."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from livingreview.intake.read.parquet import parquet_columns


def test_names_of_parquet_columns_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "mrd.parquet"
    pd.DataFrame({"status": ["negative"]}).to_parquet(path)
    assert list(parquet_columns(path)) == ["status"]
    path.write_bytes(path.read_bytes().replace(b"status", b"st\x86tus"))
    assert parquet_columns(path) == {}
