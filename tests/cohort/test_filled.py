"""Which columns hold anything: header, first cells, or the whole file."""

from __future__ import annotations

import pandas as pd

from livingreview.cohort.filled import filled_columns

WANTED = ("a", "b", "c", "d")


def test_a_column_counts_from_its_first_filled_cell(tmp_path):
    (tmp_path / "patients.csv").write_text("\ufeffa, b ,c\n,1, \n,,\n2,,\n", encoding="utf-8")
    assert filled_columns(tmp_path, "patients", WANTED) == {"a", "b"}


def test_without_rows_or_without_a_table_nothing_is_filled(tmp_path):
    assert filled_columns(tmp_path, "patients", WANTED) == set()
    (tmp_path / "patients.csv").write_text("a,b\n", encoding="utf-8")
    assert filled_columns(tmp_path, "patients", WANTED) == set()


def test_parquet(tmp_path):
    pd.DataFrame({"a": [None, 1.0], "b": [None, None]}).to_parquet(tmp_path / "patients.parquet")
    assert filled_columns(tmp_path, "patients", WANTED) == {"a"}
