"""`study.yml`: what the tables mean, typed, with errors in the same words as the tables'."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from livingreview.cohort.columns import AT_START, PATIENTS
from livingreview.cohort.criteria import CRITERIA
from livingreview.cohort.declared import AdverseEventGroup, DeclaredEndpoint, ResponseCriteria
from livingreview.cohort.entries import different, entry_problem, refusal
from livingreview.cohort.identifying import speaks_of
from livingreview.cohort.parameters import wrong_values
from livingreview.cohort.problems import UNSHOWABLE, CohortError, Problem
from livingreview.cohort.sections import (
    MONTH,
    Accrual,
    Address,
    AdverseEventRecording,
    Approval,
    Edition,
    Inclusion,
    Language,
    Publication,
    Section,
    Slug,
    TimeOrigin,
    VocabularyChoices,
    Words,
    YearMonth,
)
from livingreview.cohort.thresholds import PRESETS, USUAL, allowed
from livingreview.cohort.yaml import read_yaml

FILE = "study.yml"
MOST_GROUPS = 6  # of a column that splits patients
# Beginnings of the keys of numbers that every review has.
RESERVED = frozenset("pfs os ttnt response mrd safety progression followup flow baseline risk subgroups".split())


class Study(Section):
    """The whole of study.yml."""

    title: Words = Field(description="the title of the review")
    short_title: Words = Field(description="a few words for the top of each page")
    publication: Publication | None = Field(None, description="the paper the cohort was published in")
    edition: Edition
    authors: list[Words] = Field([], description="who made this edition of the review")
    url: Address | None = Field(None, description="where the review is published")
    licence: Words | None = Field(None, description="of the review's words and numbers, such as CC-BY-4.0")
    disease: Words | None = Field(None, description="such as multiple myeloma")
    design: Literal["single-arm", "randomised", "observational"] | None = Field(None, description="of the study")
    language: Language = Field("en", description="the language of the pages; en, or one that has a catalogue")
    time_origin: TimeOrigin
    data_cutoff: YearMonth | dt.date | None = Field(None, description="a month such as 2026-06, or a day")
    dates: Literal["day-first", "month-first"] | None = Field(
        None, description="the order in dates such as 03/04/2020, where the tables hold dates instead of months"
    )
    accrual: Accrual | None = Field(None, description="the calendar window of the study, as months")
    inclusion: Inclusion | None = Field(None, description="a rule that only patients followed for some time can meet")
    vocabulary: VocabularyChoices = VocabularyChoices()
    response_criteria: ResponseCriteria = Field(
        CRITERIA["imwg"], description=f"{', '.join(CRITERIA)}, or criteria of your own"
    )
    endpoints: list[DeclaredEndpoint] = Field([], description="times to an event beside those every review has")
    adverse_events: AdverseEventRecording = AdverseEventRecording()
    adverse_event_groups: list[AdverseEventGroup] = Field([], description="adverse events that are counted together")
    subgroups: list[Words] = Field(
        [], description="further columns of patients, known at the start, that split them into two to six groups"
    )
    labels: dict[Words, Words] = Field({}, description="what pages call a column of subgroups or one of its words")
    chapters: list[Words] = Field([], description="the chapters that are shown; all where none is named")
    evidence: list[Words] = Field([], description="ids of other studies, of data/evidence, that this review speaks of")
    parameters: dict[Slug, Any] = Field({}, description="values of parameters that chapters declare")
    disclosure: Literal["aggregate", "outcomes-as-published", "patient-level-approved"] = Field(
        "aggregate", description="what may be shown"
    )
    approval: Approval | None = Field(
        None, validate_default=True, description="who approved of outcomes-as-published: person, date, publication"
    )
    smallest_count: int | None = Field(None, description="smallest number of patients shown; 0 shows all")
    contact: Words = Field(description="name and address for corrections")

    @property
    def smallest_shown(self) -> int:
        """Counts from 1 up to this one are withheld; 0 where none are."""
        if self.smallest_count is not None:
            return self.smallest_count
        protects = self.edition.kind == "observed" and self.disclosure != "patient-level-approved"
        return USUAL if protects else 0

    @field_validator("response_criteria", mode="before")
    @classmethod
    def _by_name(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value not in CRITERIA:
            raise refusal("response-criteria-unknown", allowed=list(CRITERIA))
        return CRITERIA[value]

    @field_validator("endpoints", "adverse_event_groups")
    @classmethod
    def _of_own_keys(cls, value: list) -> list:
        for entry in value:
            if entry.key in RESERVED:
                raise refusal("key-reserved", name=entry.key)
        return different(value, "key")

    @field_validator("approval")
    @classmethod
    def _named(cls, value: Approval | None, info: ValidationInfo) -> Approval | None:
        if value is None and info.data.get("disclosure") == "outcomes-as-published":
            raise refusal("approval-missing")
        return value

    @field_validator("smallest_count")
    @classmethod
    def _protects(cls, value: int | None) -> int | None:
        if value is not None and not allowed(value):
            raise refusal("smallest-count", allowed=list(PRESETS), usual=USUAL)
        return value

    @property
    def shows_patients(self) -> bool:
        """Whether pages may show real patients one by one."""
        approved = self.disclosure == "patient-level-approved" and self.smallest_shown <= 1
        return self.edition.kind == "observed" and approved

    @property
    def data(self) -> str:
        """What the data are and what is shown of them, as a code: the kind of the edition, or `patients-shown`."""
        return "patients-shown" if self.shows_patients else self.edition.kind

    @field_validator("subgroups")
    @classmethod
    def _groups(cls, value: list[str]) -> list[str]:
        """Whose names speak of nothing that may tell who a patient is, and of nothing that is known only later."""
        for name in value:
            if kind := speaks_of(name):
                raise refusal("subgroup-identifies", name=name, kind=kind)
            if PATIENTS.column(name) and name not in AT_START:
                raise refusal("subgroup-known-later", name=name)
        return different(value)

    @field_validator("data_cutoff", mode="before")
    @classmethod
    def _month_or_day(cls, value: object) -> object:
        if isinstance(value, str) and not MONTH.fullmatch(value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                raise refusal("month-or-day-expected") from None
        return value


def read_study(folder: Path) -> Study:
    """Read and validate; CohortError names every wrong entry."""
    try:
        record = read_yaml(folder / FILE)
    except FileNotFoundError:
        raise CohortError([Problem(FILE, "study-missing")]) from None
    if not isinstance(record, dict):
        raise CohortError([Problem(FILE, "study-without-entries")])
    if unfit := list(_unshowable(record)):
        raise CohortError([Problem(FILE, "entry-unshowable", column=place, value=value) for place, value in unfit])
    try:
        study = Study.model_validate(record)
    except ValidationError as error:
        raise CohortError([entry_problem(one, Study, FILE) for one in error.errors()]) from None
    if wrong := wrong_values(study.parameters, study.subgroups):
        raise CohortError(
            [
                Problem(FILE, code, facts, None, f"parameters.{name}", str(study.parameters[name]))
                for name, (code, facts) in wrong.items()
            ]
        )
    return study


def _unshowable(entry: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record that no page can show, with its place."""
    if isinstance(entry, str) and UNSHOWABLE.search(entry):
        yield place, entry
    items = entry.items() if isinstance(entry, dict) else enumerate(entry) if isinstance(entry, list) else ()
    for name, inner in items:
        yield from _unshowable(inner, f"{place}.{name}" if place else str(name))
