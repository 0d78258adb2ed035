"""What names of columns speak of, in five languages; and what must not be taken for it."""

from __future__ import annotations

import pytest

from livingreview.cohort.columns import TABLES
from livingreview.cohort.identifying import plain, speaks_of

SPEAKS = {
    "person": "Name patient_name LastName MRN dob BRTHDT E-mail phone_no address ZIP 姓名 住院号 身份证号 出生日期 电话 "
    "Nachname Geburtsdatum Straße PLZ Krankenversicherung Prénom Date_de_naissance Numéro_dossier Adresse "
    "Apellidos Nombre Fecha_de_nacimiento Historia_clínica DNI Teléfono",
    "ethnic group": "race Ethnicity nationality religion 民族 国籍 Rasse Staatsangehörigkeit Konfession ethnie nationalité "
    "raza etnia nacionalidad",
    "place": "centre Hospital city country study_site SITEID 籍贯 医院 Wohnort Bundesland Klinik Zentrum ville hôpital pays "
    "ciudad provincia país",
    "date": "visit_date Datum fecha_visita 日期",
    "free text": "comment Remarks notes 备注 Bemerkung Freitext commentaire observaciones",
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in SPEAKS.items() for name in names.split()])
def test_names_that_are_refused(kind: str, name: str) -> None:
    assert speaks_of(name) == kind


@pytest.mark.parametrize(
    "name",
    "age sex del17p cytogenetics ldh ECOG drug_name regimen_name tumour_site bone_disease renal_impairment heavy_chain "
    "lines_of_therapy nombre_de_cycles trace arm risk_group 性别 分期 Stadium traitement línea".split(),
)
def test_names_that_speak_of_nothing_on_the_list(name: str) -> None:
    assert speaks_of(name) is None


def test_no_column_of_the_schema_is_on_the_list() -> None:
    assert [c.name for table in TABLES.values() for c in table.columns if speaks_of(c.name)] == []


def test_case_accents_and_separators_do_not_matter() -> None:
    assert plain("DateOfBirth") == plain("Date-of  Birth") == plain("DÀTE_öf_birth") == "date_of_birth"
