"""SAS datasets in other encodings: western European words are read, others refused with their place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from livingreview.intake.adam.dataset import read_dataset
from livingreview.intake.folder.import_report import Report
from support import refuses


def dataset(folder: Path, content: bytes) -> Path:
    """A transport file whose second cell of REGION holds these bytes."""
    path, place = folder / "adsl.xpt", "Z" * len(content)
    pyreadstat.write_xport(pd.DataFrame({"USUBJID": ["1", "2"], "REGION": ["x", place]}), str(path))
    path.write_bytes(path.read_bytes().replace(place.encode(), content))
    return path


@pytest.mark.parametrize(
    ("word", "codec"), [("完全缓解多发", "gb18030"), ("полный ответ", "cp1251"), ("完全緩解多發", "big5")]
)
def test_other_writings_are_refused(tmp_path, word, codec):
    with refuses("adsl.xpt, row 3, REGION: the words are not UTF-8"):
        read_dataset(dataset(tmp_path, word.encode(codec)), Report("import"))


@pytest.mark.parametrize("codec", ["cp1252", "utf-8"])
def test_western_words_are_read(tmp_path, codec):
    found = read_dataset(dataset(tmp_path, "Baden-Württemberg".encode(codec)), Report("import"))
    assert list(found.text("REGION")) == ["x", "Baden-Württemberg"]


def test_a_year_is_no_day(tmp_path):
    """SAS counts days from 1960: the day 2020 would be in 1965."""
    path, report = tmp_path / "adtte.csv", Report("import")
    path.write_text("USUBJID,ADT\n1,2020\n2,22008\n3,03APR2020\n4,.\n", encoding="utf-8")
    days = read_dataset(path, report).dates("ADT")
    assert list(days) == [None, dt.date(2020, 4, 3), dt.date(2020, 4, 3), None]
    assert [(problem.code, problem.row, problem.value) for problem in report.refused] == [
        ("date-incomplete", 2, "2020")
    ]
