"""The tables of one cohort: the schema with the columns and response categories that its study.yml declares."""

from __future__ import annotations

from dataclasses import replace

from livingreview.cohort.columns import TABLES, Column, Table, months, text
from livingreview.cohort.study import Study

RESPONSE_COLUMNS = ("response", "response_at_sample")


def tables_of(study: Study | None) -> dict[str, Table]:
    """Every table by name; those of the schema where study.yml cannot be read."""
    if study is None:
        return TABLES
    tables = {name: _with_responses(table, study) for name, table in TABLES.items()}
    patients = tables["patients"]
    return tables | {"patients": replace(patients, columns=(*patients.columns, *declared_columns(study, patients)))}


def declared_columns(study: Study, patients: Table) -> list[Column]:
    """The columns of endpoints that the patients table of the schema does not have."""
    columns = {}
    for endpoint in study.endpoints:
        columns |= {name: months(name, endpoint.name) for name in endpoint.month_columns}
        columns |= {name: text(name, endpoint.name) for name in endpoint.code_columns}
    return [column for name, column in columns.items() if not patients.column(name)]


def _with_responses(table: Table, study: Study) -> Table:
    terms = study.response_criteria.terms
    return replace(
        table,
        columns=tuple(
            replace(column, values=terms) if column.name in RESPONSE_COLUMNS else column for column in table.columns
        ),
    )
