"""`study.yml`: what the tables mean, typed, with errors in the same words as the tables'."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo, field_validator

from livingreview.cohort.columns import AT_START, PATIENTS
from livingreview.cohort.entries import entry_problem, matching, refusal
from livingreview.cohort.identifying import speaks_of
from livingreview.cohort.parameters import wrong_values
from livingreview.cohort.problems import UNSHOWABLE, CohortError, Problem
from livingreview.cohort.thresholds import PRESETS, USUAL, allowed
from livingreview.cohort.yaml import read_yaml

FILE = "study.yml"
MOST_GROUPS = 6  # of a column that splits patients
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
YearMonth = Annotated[str, matching(MONTH, "month-expected")]
Language = Annotated[str, matching(re.compile(r"[a-z]{2,3}(_[A-Z]{2})?"), "language-expected")]
Slug = Annotated[str, matching(re.compile(r"[a-z][a-z0-9_]*"), "name-expected")]


class Section(BaseModel):
    """A part of study.yml; a name that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Publication(Section):
    """The paper the cohort was published in; a reference of the review, never its author."""

    citation: Words = Field(description="the reference as printed")
    authors: list[Words] = Field(description="the authors of the paper")
    doi: str | None = None
    citation_key: str | None = Field(None, description="key in references.bib")


class Edition(Section):
    """Which edition of the review these data make."""

    kind: Literal["observed", "reconstructed", "simulated"] = Field(description="observed: made from patient records")
    date: dt.date = Field(description="a day such as 2026-11-22, shown on every page; never the clock")


class TimeOrigin(Section):
    """Where the months of every table are counted from."""

    event: Words = Field(description="what months are counted from, such as start of maintenance")
    stated_in_publication: bool | None = None


class Accrual(Section):
    """The calendar window of the study."""

    start: YearMonth
    end: YearMonth


class Inclusion(Section):
    """A rule that only patients followed for some time can meet."""

    minimum_maintenance_months: float | None = Field(None, ge=0, description="patients below it are refused")
    words: Words = Field(description="the rule in words")


class Timepoint(Section):
    """A moment at which response was assessed; the list is in order of time."""

    name: Slug = Field(description="as in the column timepoint of the responses")
    label: Words = Field(description="as shown on the pages")


class VocabularyChoices(Section):
    """Which lists and versions the tables use."""

    timepoints: list[Timepoint] = Field([], description="moments at which response was assessed, in order of time")
    ctcae: str | None = Field(None, description="CTCAE version")
    msmart: str | None = Field(None, description="mSMART version")

    @field_validator("timepoints")
    @classmethod
    def _unique(cls, value: list[Timepoint]) -> list[Timepoint]:
        names = [timepoint.name for timepoint in value]
        if len(names) != len(set(names)):
            raise refusal("timepoint-twice")
        return value


class AdverseEventRecording(Section):
    """What the adverse event table can and cannot say."""

    recorded_from_grade: int = Field(1, ge=1, le=5, description="the lowest grade anybody looked for")
    words: str = Field("", description="what the table can and cannot say")


class Approval(Section):
    """Who approved that numbers a publication has printed are shown although they are of few patients."""

    person: Words = Field(description="the name of who approved it")
    date: dt.date = Field(description="the day of the approval")
    publication: Words = Field(description="the reference of the publication that printed the numbers")


class Study(Section):
    """The whole of study.yml."""

    title: Words = Field(description="the title of the review")
    short_title: Words = Field(description="a few words for the top of each page")
    publication: Publication | None = Field(None, description="the paper the cohort was published in")
    edition: Edition
    language: Language = Field("en", description="the language of the pages; en, or one that has a catalogue")
    time_origin: TimeOrigin
    data_cutoff: YearMonth | dt.date | None = Field(None, description="a month such as 2026-06, or a day")
    dates: Literal["day-first", "month-first"] | None = Field(
        None, description="the order in dates such as 03/04/2020, where the tables hold dates instead of months"
    )
    accrual: Accrual | None = Field(None, description="the calendar window of the study, as months")
    inclusion: Inclusion | None = Field(None, description="a rule that only patients followed for some time can meet")
    vocabulary: VocabularyChoices = VocabularyChoices()
    adverse_events: AdverseEventRecording = AdverseEventRecording()
    subgroups: list[Words] = Field(
        [], description="further columns of patients, known at the start, that split them into two to six groups"
    )
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
        if len(value) != len(set(value)):
            raise refusal("subgroup-twice")
        return value

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
