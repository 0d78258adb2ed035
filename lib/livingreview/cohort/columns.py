"""Every table and column of a cohort folder: type, unit, meaning, allowed values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from livingreview.cohort import vocabulary as terms

Kind = Literal["text", "number", "integer", "category"]
MONTHS = "months from the time origin"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `minimum` and `maximum` are inclusive; `required` columns may not be empty."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False

    @property
    def in_months(self) -> bool:
        """Whether it holds times from the time origin."""
        return self.unit == MONTHS


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `key` columns identify a row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there and filled."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column | None:
        """The column of this name, None for a further column."""
        return next((column for column in self.columns if column.name == name), None)


def months(name: str, meaning: str, *, required: bool = False) -> Column:
    """A time since the origin; 1 month = 30.4375 days."""
    return Column(name, "number", meaning, MONTHS, minimum=0, required=required)


def text(name: str, meaning: str) -> Column:
    """Free words, shown as written."""
    return Column(name, "text", meaning)


def category(name: str, meaning: str, values: tuple[str, ...], *, required: bool = False) -> Column:
    """One of a fixed list of terms."""
    return Column(name, "category", meaning, values=values, required=required)


PATIENT_ID = Column("patient_id", "text", "pseudonym of the patient, the same in every table", required=True)

PATIENTS = Table(
    "patients",
    "one row per patient: baseline, treatment, progression-free and overall survival",
    (
        PATIENT_ID,
        months("pfs_months", "time to progression, death or the last assessment without either", required=True),
        category("pfs_event", "what ended the progression-free time", terms.PFS_EVENTS, required=True),
        months("os_months", "time to death or the last day known alive", required=True),
        category("os_event", "whether the patient died", terms.OS_EVENTS, required=True),
        Column("age_years", "number", "age at the time origin", "years", minimum=0, maximum=120),
        category("sex", "sex as recorded", terms.SEX),
        category("iss_stage", "International Staging System stage", terms.STAGES),
        category("r_iss_stage", "revised ISS stage", terms.STAGES),
        category("msmart_risk", "mSMART risk group; version in study.yml", terms.RISKS),
        text("induction", "induction regimen before transplantation"),
        Column("n_asct", "integer", "autologous transplantations", "count", minimum=0, maximum=3),
        text("maintenance_regimen", "drugs given as maintenance"),
        text("maintenance_partner", "drug given beside the study drug; empty for monotherapy"),
        months("maintenance_start_months", "start of maintenance"),
        months("maintenance_end_months", "last dose of maintenance; empty if ongoing"),
        text("off_treatment_reason", "why maintenance ended"),
        months("last_assessment_months", "last disease assessment"),
        text("progression_type", "biochemical, clinical, …; only after progression"),
        months("next_therapy_months", "start of the next line of therapy"),
        text("death_cause", "cause of death; only for patients who died"),
    ),
    key=("patient_id",),
)
RESPONSES = Table(
    "responses",
    "IMWG response of each patient at each timepoint",
    (
        PATIENT_ID,
        Column("timepoint", "text", "one of the timepoints of study.yml", required=True),
        category("response", "IMWG response category", terms.RESPONSES, required=True),
        months("months", "when the response was assessed"),
        category("basis", "which response is meant", terms.RESPONSE_BASIS),
    ),
    key=("patient_id", "timepoint"),
)
MRD = Table(
    "mrd",
    "one row per minimal residual disease sample",
    (
        PATIENT_ID,
        months("months", "when the sample was taken", required=True),
        category("status", "result of the sample", terms.MRD_STATUS, required=True),
        text("method", "next-generation flow, next-generation sequencing, …"),
        Column(
            "sensitivity_reached", "number", "limit of detection reached", "fraction of cells", minimum=0, maximum=1
        ),
        text("sample", "marrow or blood"),
        category("response_at_sample", "IMWG response when sampled", terms.RESPONSES),
        category("imaging", "result of imaging at the sample", terms.MRD_STATUS),
    ),
    key=("patient_id", "months"),
)
ADVERSE_EVENTS = Table(
    "adverse_events",
    "one row per adverse event",
    (
        PATIENT_ID,
        Column(
            "grade", "integer", "CTCAE grade; version in study.yml", "CTCAE grade", minimum=1, maximum=5, required=True
        ),
        text("term", "preferred term"),
        text("soc", "system organ class"),
        category("serious", "serious adverse event", terms.YES_NO),
        category("related", "judged related to treatment", terms.YES_NO),
        text("action", "dose reduced, interrupted, stopped, …"),
        months("start_months", "first day"),
        months("end_months", "last day; empty if ongoing"),
        category("on_treatment", "began while on maintenance", terms.YES_NO),
    ),
)
FLOW = Table(
    "flow",
    "from all transplanted patients to those analysed, in order",
    (
        Column("step", "text", "which patients remain", required=True),
        Column("n", "integer", "how many", "patients", minimum=0, required=True),
        text("reason", "why others left at this step"),
    ),
    key=("step",),
)
TABLES = {table.name: table for table in (PATIENTS, RESPONSES, MRD, ADVERSE_EVENTS, FLOW)}
# What is known of patients at the start: only this may split them into groups, because whoever reaches a later state
# had to live long enough for it.
AT_START = (
    "age_years",
    "sex",
    "iss_stage",
    "r_iss_stage",
    "msmart_risk",
    "induction",
    "n_asct",
    "maintenance_regimen",
    "maintenance_partner",
)
