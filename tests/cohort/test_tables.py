from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livingreview.cohort.columns import ADVERSE_EVENTS, FLOW, MRD, PATIENTS, TABLES
from livingreview.cohort.problems import CohortError
from livingreview.cohort.tables import read_cells, table_file, typed
from livingreview.words.problem_words import sentence
from support import refuses

SAMPLES = "patient_id,months,status\nR01,3,negative\nR02,4.5,positive\n"
EMPTY = "mrd.csv: the file is empty. Give it a header row, or delete the file."


def read(folder: Path, content: str | bytes) -> list[list[str]]:
    """Header and rows of a table written and read back."""
    path = folder / "mrd.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    cells = read_cells(path)
    return [list(cells.columns), *cells.to_numpy().tolist()]


def refused(folder: Path, content: str | bytes) -> list[str]:
    """What is said of a table that cannot be read."""
    with pytest.raises(CohortError) as raised:
        read(folder, content)
    return [sentence(problem) for problem in raised.value.problems]


READ = [["patient_id", "months", "status"], ["R01", "3", "negative"], ["R02", "4.5", "positive"]]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SAMPLES.encode(), id="plain"),
        pytest.param(SAMPLES.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(SAMPLES.replace("\n", "\r\n").encode(), id="Windows line ends"),
        pytest.param(SAMPLES.replace("\n", "\r").encode(), id="old Mac line ends"),
        pytest.param(SAMPLES.strip().encode(), id="no last line end"),
        pytest.param(SAMPLES.encode() + b"\n , ,\n,,\n\n", id="empty rows at the end"),
        pytest.param(SAMPLES.replace(",", " , ").encode(), id="blanks around cells"),
        pytest.param(SAMPLES.replace("R02", '"R02"').encode(), id="quoted"),
    ],
)
def test_the_same_cells_are_read(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == READ


def test_cells_are_not_guessed(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,c,d\n007,NA,1e3,\n") == [["a", "b", "c", "d"], ["007", "NA", "1e3", ""]]


def test_a_quoted_cell_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b\n"x, y","one ""two""\nthree"\n')[1] == ["x, y", 'one "two"\nthree']


def test_header_only(tmp_path: Path) -> None:
    assert read(tmp_path, "patient_id,months,status\n") == [["patient_id", "months", "status"]]


@pytest.mark.parametrize(
    "content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b",,\n,,\n", "\N{NO-BREAK SPACE}\n".encode()]
)
def test_a_file_without_a_word_is_empty(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content) == [EMPTY]


def test_windows_1252_names_row_and_byte(tmp_path: Path) -> None:
    content = "patient_id,months,status\nR01,3,negative\nMüller,4,positive\n".encode("cp1252")
    assert refused(tmp_path, content) == [
        "mrd.csv, row 3: the byte 0xfc is not UTF-8. Save the sheet as “CSV UTF-8” and try again."
    ]


@pytest.mark.parametrize(("encoding", "byte"), [("utf-16", "0xff"), ("utf-32", "0xff")])
def test_utf_16_with_its_mark(tmp_path: Path, encoding: str, byte: str) -> None:
    assert refused(tmp_path, SAMPLES.encode(encoding)) == [
        f"mrd.csv, row 1: the byte {byte} is not UTF-8. Save the sheet as “CSV UTF-8” and try again."
    ]


@pytest.mark.parametrize(
    "content", [SAMPLES.encode("utf-16-le"), SAMPLES.encode("utf-16-be"), SAMPLES.replace("3", "3\0").encode()]
)
def test_zero_bytes(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content) == [
        "mrd.csv: the file holds zero bytes: it is no CSV text. Save the sheet as “CSV UTF-8” and try again."
    ]


def test_ragged_rows_are_all_named(tmp_path: Path) -> None:
    fix = "Quote cells that hold commas, and give every row as many cells as the header."
    assert refused(tmp_path, "a,b\n1\n1,2\n\n1,2,3\n1,2\n") == [
        f"mrd.csv, row 2: the row has 1 cell, the header has 2. {fix}",
        f"mrd.csv, row 4: the row has 0 cells, the header has 2. {fix}",
        f"mrd.csv, row 5: the row has 3 cells, the header has 2. {fix}",
    ]


def test_duplicated_headers_are_all_named(tmp_path: Path) -> None:
    assert refused(tmp_path, "b,a,c,a , b\n1,2,3,4,5\n") == [
        "mrd.csv, row 1, a: the column is there twice. Rename or delete one of them.",
        "mrd.csv, row 1, b: the column is there twice. Rename or delete one of them.",
    ]


def test_unclosed_quote(tmp_path: Path) -> None:
    assert refused(tmp_path, SAMPLES.replace("R01", '"R01')) == [
        "mrd.csv: the file is no valid CSV (unexpected end of data). Check the quotes near its end."
    ]


def test_the_longest_cell(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n1," + "x" * 10_000 + "\n")[1] == ["1", "x" * 10_000]


def test_a_longer_cell(tmp_path: Path) -> None:
    assert refused(tmp_path, "a,b\n1,2\n1," + "x" * 10_001 + "\n") == [
        "mrd.csv, row 3: a cell holds 10,001 characters, more than 10,000. Shorten it."
    ]


def test_a_cell_too_long_for_any_reader(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, "a,b\n1," + "x" * 200_000 + "\n")
    assert said.startswith("mrd.csv")
    assert len(said) < 200


def test_a_missing_table_has_no_file(folder: Path) -> None:
    (folder / "mrd.csv").unlink()
    assert table_file(folder, "mrd") is None
    assert table_file(folder, "flow") == folder / "flow.csv"


def test_a_table_in_two_files(folder: Path) -> None:
    read_cells(folder / "mrd.csv").to_parquet(folder / "mrd.parquet")
    with refuses(r"^mrd\.csv: the table is there twice, here and in mrd\.parquet\. Keep one of the two files\.$"):
        table_file(folder, "mrd")


def test_semicolons_between_cells_are_one_problem(edit) -> None:
    cells = (edit.folder / "patients.csv").read_text(encoding="utf-8")
    said = edit.text("patients.csv", cells.replace(",", ";")).found()
    assert len(said) == 1
    assert said[0].startswith("patients.csv, row 1")
    assert "semicolon" in said[0]


# Parquet


@pytest.mark.parametrize("name", TABLES)
def test_parquet_gives_the_same_typed_frame_as_csv(folder: Path, name: str) -> None:
    from_csv, csv_problems = typed(read_cells(folder / f"{name}.csv"), TABLES[name], f"{name}.csv")
    pd.read_csv(folder / f"{name}.csv").to_parquet(folder / f"{name}.parquet")
    from_parquet, parquet_problems = typed(read_cells(folder / f"{name}.parquet"), TABLES[name], f"{name}.parquet")
    assert csv_problems == parquet_problems == []
    pd.testing.assert_frame_equal(from_parquet, from_csv)


def parquet(folder: Path, **columns: object) -> tuple[pd.DataFrame, list[str]]:
    """Two samples with some columns replaced, read back from Parquet."""
    frame = pd.DataFrame({"patient_id": ["R01", "R02"], "months": [3.0, 4.5], "status": ["negative", "positive"]})
    frame.assign(**columns).to_parquet(folder / "mrd.parquet")
    frame, problems = typed(read_cells(folder / "mrd.parquet"), MRD, "mrd.parquet")
    return frame, [sentence(problem) for problem in problems]


def test_parquet_categories_and_nullable_numbers(tmp_path: Path) -> None:
    status = pd.Categorical(["negative", None])
    frame, problems = parquet(tmp_path, status=status, months=pd.array([3, None], dtype="Int64"), patient_id=[1, 2])
    assert problems == []
    assert frame["patient_id"].tolist() == ["1", "2"]
    assert frame["status"].tolist() == ["negative", None]
    assert frame["months"].dtype == float
    assert np.array_equal(frame["months"], [3.0, np.nan], equal_nan=True)


def test_parquet_text_is_stripped_like_csv(tmp_path: Path) -> None:
    frame, problems = parquet(tmp_path, status=[" negative", "positive "])
    assert problems == []
    assert frame["status"].tolist() == ["negative", "positive"]


@pytest.mark.parametrize(
    "months",
    [
        pytest.param(pd.to_datetime(["2020-01-01", "2020-02-01"]), id="dates"),
        pytest.param(pd.to_timedelta([3, 4], unit="D"), id="durations"),
        pytest.param([True, False], id="booleans"),
        pytest.param([[1], [2]], id="lists"),
    ],
)
def test_parquet_cells_that_are_no_numbers(tmp_path: Path, months: object) -> None:
    _, problems = parquet(tmp_path, months=months)
    assert len(problems) == 2
    assert problems[0].startswith("mrd.parquet, row 2, months: found ")
    assert problems[1].startswith("mrd.parquet, row 3, months: found ")
    assert all("a number is expected, with a point before decimals." in problem for problem in problems)


def test_broken_parquet(tmp_path: Path) -> None:
    (tmp_path / "mrd.parquet").write_text(SAMPLES, encoding="utf-8")
    with refuses(r"^mrd\.parquet: the file is no Parquet table \(ArrowInvalid\)\. Write it again\.$"):
        read_cells(tmp_path / "mrd.parquet")


# Types


def type_of(table, **cells: str) -> tuple[pd.DataFrame, list[tuple]]:
    """One row, typed; (row, column, value, code) of each cell that does not fit."""
    required = dict.fromkeys(table.required, "1")
    frame, problems = typed(pd.DataFrame([required | cells], dtype=str), table, "t.csv", kept=("centre",))
    return frame, [(problem.row, problem.column, problem.value, problem.code) for problem in problems]


def test_columns_have_their_types() -> None:
    frame, problems = type_of(PATIENTS, n_asct="2", age_years="57.5", sex="female", centre="Ulm")
    assert problems == []
    assert frame[["n_asct", "age_years", "sex", "centre"]].dtypes.astype(str).tolist() == [
        "Int64",
        "float64",
        "object",
        "object",
    ]
    assert frame[["n_asct", "age_years", "sex", "centre"]].iloc[0].tolist() == [2, 57.5, "female", "Ulm"]


def test_an_empty_cell_is_missing_in_every_type() -> None:
    frame, problems = type_of(PATIENTS, n_asct="", age_years=" ", sex="", centre="")
    assert problems == []
    assert frame[["n_asct", "age_years", "sex", "centre"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "value", ["twelve", "1,5", "12 months", "nan", "NA", "inf", "-inf", "1e400", "2020-01-01", "<5"]
)
def test_not_a_number(value: str) -> None:
    frame, problems = type_of(MRD, months=value)
    assert problems == [(2, "months", value, "cell-no-number")]
    assert frame["months"].isna().all()


@pytest.mark.parametrize("value", ["3.5", "three", "inf", "1e19", "-1e19", "9" * 30, "1e300"])
def test_not_a_whole_number(value: str) -> None:
    frame, problems = type_of(FLOW, n=value)
    assert problems == [(2, "n", value, "cell-no-whole-number")]
    assert frame["n"].isna().all()


def test_a_whole_number_with_a_point() -> None:
    frame, problems = type_of(ADVERSE_EVENTS, grade="3.0")
    assert problems == []
    assert frame["grade"].tolist() == [3]


# Headers


def test_a_column_that_is_missing_without_a_likely_name(edit) -> None:
    edit.text("mrd.csv", "patient_id,months\nR01,3\n")
    assert edit.found() == ["mrd.csv, row 1, status: the column is missing. Add it: result of the sample."]


def test_a_misspelt_header_in_patients_is_one_problem(edit) -> None:
    edit.header("patients", "pfs_months", "pfs_month")
    assert edit.found() == [
        "patients.csv, row 1, pfs_months: the column is missing. Is it the column “pfs_month”? Rename it."
    ]


def test_a_misspelt_header_in_a_closed_table_is_one_problem(edit) -> None:
    edit.header("responses", "response", "respons")
    assert edit.found() == [
        "responses.csv, row 1, response: the column is missing. Is it the column “respons”? Rename it."
    ]


def test_a_column_that_is_not_known(edit) -> None:
    edit.cell("adverse_events", 2, "colour", "red").cell("flow", 2, "reasons", "")
    edit.header("flow", "reason", "why")
    rule = "the column is not known: it is left out"
    assert edit.found() == [
        f"note: adverse_events.csv, row 1, colour: {rule}. Nothing to do if that is right.",
        f"note: flow.csv, row 1, why: {rule}. Nothing to do if that is right.",
        f"note: flow.csv, row 1, reasons: {rule}. Is it “reason”? Then rename it.",
    ]


def test_a_column_without_a_name(edit) -> None:
    edit.cell("patients", 2, "", "x")
    assert edit.found() == ["patients.csv, row 1: a column has no name. Name or delete it."]


@pytest.mark.parametrize("name", ["CNSR", "cnsr"])
def test_a_censoring_flag(edit, name: str) -> None:
    edit.cell("patients", 2, name, "1")
    assert edit.found() == [
        f"patients.csv, row 1, {name}: CDISC codes CNSR 1 = censored, the reverse of an event. Write pfs_event and os_event in words."
    ]


LEFT_OUT = "the column is not known: it is left out"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("iss_stages", f"{LEFT_OUT}. Is it “iss_stage”? Then rename it."),
        ("Sex", f"{LEFT_OUT}. Is it “sex”? Then rename it."),
        ("ISS", f"{LEFT_OUT}. Is it “iss_stage”? Then rename it."),
        ("del17p", f"{LEFT_OUT}. Nothing to do, unless it splits patients into groups: then name it under “subgroups” in study.yml."),
        ("centre", f"{LEFT_OUT}. Nothing to do if that is right."),
        ("Nachname", "left out: what names a person never enters the cohort. Nothing to do if that is right."),
        ("出生日期", "left out: what names a person never enters the cohort. Nothing to do if that is right."),
    ],
)  # fmt: skip
def test_a_further_column_of_patients_is_left_out_and_named(edit, name: str, said: str) -> None:
    edit.cell("patients", 2, name, "II")
    assert edit.found() == [f"note: patients.csv, row 1, {name}: {said}"]


def test_age_is_close_to_age_years_where_that_is_missing(edit) -> None:
    edit.header("patients", "age_years", "Age")
    assert edit.found() == [f"note: patients.csv, row 1, Age: {LEFT_OUT}. Is it “age_years”? Then rename it."]


def test_many_further_columns_are_counted(edit) -> None:
    for number in range(25):
        edit.cell("patients", 2, f"x{number}", "1")
    found = edit.found()
    assert len(found) == 21
    assert found[-1] == (
        "note: patients.csv, row 1: 5 further columns are not known: they are left out. "
        "Nothing to do if nothing is missed."
    )


def test_a_table_of_too_many_columns_is_refused(edit) -> None:
    edit.text("mrd.csv", ",".join(f"c{number}" for number in range(20_000)) + "\n")
    assert edit.found() == [
        "mrd.csv: the table has 20,000 columns, more than 5,000. Keep those that are needed, and delete the others."
    ]


def test_a_name_of_ten_thousand_letters_is_refused(edit) -> None:
    edit.cell("mrd", 2, "x" * 10_000, "1")
    assert edit.found() == [f"mrd.csv, row 1, {'x' * 20}…: the name of a column has 10,000 letters. Shorten it."]


def test_what_is_wrong_under_a_misspelt_header_is_found_in_the_same_run(edit) -> None:
    edit.cell("patients", 3, "pfs_months", "9,1").header("patients", "pfs_months", "PFS_month")
    assert edit.found() == [
        "patients.csv, row 1, pfs_months: the column is missing. Is it the column “PFS_month”? Rename it.",
        "patients.csv, row 3, pfs_months: found “9,1”; a number is expected, with a point before decimals. "
        "Correct the cell, or leave it empty if it is not known.",
    ]


@given(
    st.lists(
        st.sampled_from(["CR", " CR", "CR\n", "", " ", None, "\N{NO-BREAK SPACE}x", "7", 7, 7.0, True, 1]), max_size=40
    )
)
def test_words_are_those_of_a_plain_loop(cells: list) -> None:
    frame = pd.DataFrame({"induction": pd.Series(cells, dtype=object)})
    expected = [None if cell is None else str(cell).strip() or None for cell in cells]
    assert typed(frame, PATIENTS, "patients.csv")[0]["induction"].tolist() == expected
