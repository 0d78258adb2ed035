from __future__ import annotations

import pytest

from livingreview.cohort import vocabulary
from livingreview.cohort.columns import AT_START, MRD, PATIENTS, TABLES, Column, Table

COLUMNS = [
    pytest.param(column, id=f"{table.name}.{column.name}") for table in TABLES.values() for column in table.columns
]
EVERY_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def test_tables_are_found_by_their_own_name() -> None:
    assert list(TABLES) == ["patients", "responses", "mrd", "adverse_events", "flow"]
    assert all(table.name == name and table.meaning for name, table in TABLES.items())


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_says_what_it_means(column: Column) -> None:
    assert column.meaning.strip()
    assert not column.meaning.endswith(".")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_number_has_a_unit_and_nothing_else_has(column: Column) -> None:
    assert bool(column.unit) == (column.kind in ("number", "integer"))


@pytest.mark.parametrize("column", COLUMNS)
def test_months_are_counted_from_the_time_origin(column: Column) -> None:
    timed = column.name.endswith("months")
    assert (column.unit == "months from the time origin") == timed
    assert not timed or (column.kind, column.minimum, column.maximum) == ("number", 0, None)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_category_lists_its_terms_once(column: Column) -> None:
    assert bool(column.values) == (column.kind == "category")
    assert len(set(column.values)) == len(column.values)


@pytest.mark.parametrize("column", COLUMNS)
def test_limits_are_for_numbers_and_in_order(column: Column) -> None:
    limits = [limit for limit in (column.minimum, column.maximum) if limit is not None]
    assert not limits or column.kind in ("number", "integer")
    assert limits == sorted(limits)


@EVERY_TABLE
def test_a_column_is_there_once(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert sorted(set(names)) == sorted(names)


@EVERY_TABLE
def test_a_key_is_made_of_required_columns(table: Table) -> None:
    assert set(table.key) <= set(table.required)
    assert all(table.column(name) is not None for name in table.key)


def test_keys() -> None:
    assert {name: table.key for name, table in TABLES.items()} == {
        "patients": ("patient_id",),
        "responses": ("patient_id", "timepoint"),
        "mrd": ("patient_id", "months"),
        "adverse_events": (),
        "flow": ("step",),
    }


def test_required_columns() -> None:
    assert {name: table.required for name, table in TABLES.items()} == {
        "patients": ("patient_id", "pfs_months", "pfs_event", "os_months", "os_event"),
        "responses": ("patient_id", "timepoint", "response"),
        "mrd": ("patient_id", "months", "status"),
        "adverse_events": ("patient_id", "grade"),
        "flow": ("step", "n"),
    }


def test_what_is_known_at_the_start_is_of_the_patients_table() -> None:
    assert [name for name in AT_START if PATIENTS.column(name) is None] == []
    later = {column.name for column in PATIENTS.columns} - set(AT_START)
    assert {"pfs_event", "os_event", "off_treatment_reason", "progression_type", "death_cause"} <= later


def test_a_further_column_has_no_definition() -> None:
    assert PATIENTS.column("centre") is None
    assert MRD.column("status").values == ("negative", "positive", "not_evaluable")


def test_every_response_has_words() -> None:
    assert tuple(vocabulary.RESPONSE_WORDS) == vocabulary.RESPONSES
