"""What the name of a column speaks of: a person, an ethnic group, a place, a date or free text. One list for all ways in.

Names are compared as words, without case, accents and separators, in English, Chinese, French, German and Spanish.
A name says what a column is meant to hold, not what it holds: nothing here makes an unsuspicious column safe.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Kind = Literal["person", "ethnic group", "place", "date", "free text"]

# Whole words of a name.
WORDS: dict[Kind, frozenset[str]] = {
    "person": frozenset(
        """name names surname surnames forename forenames firstname lastname fullname initials mrn ssn nhs dob doctor
        physician phone tel mobile cellphone fax email mail address addr street zip zipcode postcode passport kin
        vorname vornamen nachname initialen arzt hausarzt handy strasse str hausnummer plz anschrift unterschrift
        nom noms prenom prenoms initiales medecin rue domicile courriel portable nir ipp nss
        nombres apellido apellidos iniciales movil correo calle domicilio direccion dni nie nuhsa curp
        xingming dianhua shouji dizhi shenfenzheng""".split()
    ),
    "ethnic group": frozenset(
        """race races racial ethnic ethnicity ethnicities ethnie ethnies ethnique ethnisch ethnische ethnicgroup
        nationality nationalities citizenship religion religions religious tribe caste skincolour skincolor
        rasse herkunft nationalitat nationalitaet staatsangehorigkeit konfession muttersprache nationalite
        raza etnia etnias etnico etnica nacionalidad minzu""".split()
    ),
    "place": frozenset(
        """place city town village county country province district municipality residence hospital hospitals hosp
        clinic ward centre center centers centres siteid invid invnam institution facility region site location latitude longitude gps
        ort wohnort stadt gemeinde landkreis kreis land bundesland krankenhaus klinik klinikum zentrum standort
        einrichtung station ville commune departement pays lieu hopital centres clinique etablissement
        ciudad pueblo municipio provincia pais lugar centro clinica localidad comunidad barrio
        chengshi shengfen yiyuan""".split()
    ),
    "date": frozenset("date dates datum fecha fechas riqi".split()),
    "free text": frozenset(
        """comment comments remark remarks note notes freetext narrative memo text verbatim description details
        bemerkung bemerkungen kommentar kommentare notiz notizen anmerkung anmerkungen beschreibung freitext
        commentaire commentaires remarque remarques texte observation observations
        comentario comentarios nota notas observacion observaciones descripcion texto beizhu""".split()
    ),
}
# Parts of a name, wherever they stand: compounds, words that follow one another, and Chinese, which has no blanks.
PARTS: dict[Kind, tuple[str, ...]] = {
    "person": tuple(
        """birth brth geburt geboren naissance nacimiento medical_record hospital_id hospital_no hospital_num chart_no
        chart_num file_number social_sec sozialversicherung securite_sociale seguridad_social insurance versicher
        national_id identity_card ausweis carte_identite documento_identidad passport reisepass passeport pasaporte
        telephon telefon phone e_mail email mailadress adress post_code postal_code postleitzahl code_postal codigo_postal
        familienname patientenname patientname nom_patient nom_du nombre_paciente nombre_del nombre_completo
        nombre_y krankenakte patientennummer fallnummer aufnahmenummer numero_dossier historia_clinica
        姓名 名字 姓氏 患者名 病历号 病案号 病歷號 住院号 住院號 门诊号 門診號 就诊卡 登记号 身份证 身分證 证件 社保 医保 健保
        电话 電話 手机 手機 联系 聯絡 邮箱 郵箱 地址 住址 邮编 郵編 微信 出生 生日 家属""".split()
    ),
    "ethnic group": ("民族", "种族", "種族", "族裔", "国籍", "國籍", "宗教", "migrationshintergrund", "mother_tongue"),
    "place": tuple("籍贯 籍貫 户籍 城市 地区 地區 省份 县 区 市 省 医院 醫院 科室 病区 中心 居住".split()),
    "date": ("日期",),
    "free text": tuple("free_text texte_libre texto_libre 备注 備註 说明 說明 描述 评论 注释 意见".split()),
}
EXACT: dict[str, Kind] = {"nombre": "person", "init": "person", "state": "place"}
OF_A_THING = re.compile(
    r"(drug|regimen|event|term|study|trial|protocol|file|form|visit|tumou?r|instrument|arm|treatment|gene|test|assay"
    r"|variable|column|product|therapy)_?names?"
)
OF_A_BODY = frozenset(
    """tumour tumor disease primary lesion biopsy sample injection infection involved extramedullary metastatic organ
    bone marrow chromosome gene relapse""".split()
)


def plain(name: str) -> str:
    """A name as words joined by underscores, without case and accents: `Date of Birth` → `date_of_birth`."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1_\2", name)
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", spaced.casefold()) if not unicodedata.combining(letter)
    )
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def speaks_of(name: str) -> Kind | None:
    """What the name of a column says that it holds; None for a name that speaks of nothing on the list."""
    words = OF_A_THING.sub("", plain(name))
    if words in EXACT:
        return EXACT[words]
    single = set(words.split("_"))
    for kind, known in WORDS.items():
        if kind == "place" and single & OF_A_BODY:
            continue
        if single & known or any(part in words for part in PARTS[kind]):
            return kind
    return None


def names_person(name: str) -> bool:
    """Whether the name of a column speaks of what names a person: a name, number, address, day of birth."""
    return speaks_of(name) == "person"
