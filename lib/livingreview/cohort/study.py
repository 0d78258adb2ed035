"""`study.yml`: what the tables mean, typed, with errors in the same words as the tables'."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo, field_validator

from livingreview.cohort.columns import AT_START, PATIENTS
from livingreview.cohort.identifying import MEANING, speaks_of
from livingreview.cohort.parameters import wrong_values
from livingreview.cohort.problems import UNSHOWABLE, CohortError, Problem
from livingreview.cohort.thresholds import PRESETS, USUAL, allowed
from livingreview.cohort.vocabulary import EDITION_STATEMENTS, PATIENTS_SHOWN
from livingreview.cohort.yaml import read_yaml

FILE = "study.yml"
MOST_GROUPS = 6  # of a column that splits patients
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
YearMonth = Annotated[str, StringConstraints(pattern=MONTH.pattern)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


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
            raise ValueError("every timepoint needs a name of its own")
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
            raise ValueError("outcomes-as-published needs a person, a date and a publication")
        return value

    @field_validator("smallest_count")
    @classmethod
    def _protects(cls, value: int | None) -> int | None:
        if value is not None and not allowed(value):
            known = ", ".join(str(preset) for preset in PRESETS)
            raise ValueError(f"{known}, another number from {USUAL} on, or 0, which withholds nothing, is expected")
        return value

    @property
    def shows_patients(self) -> bool:
        """Whether pages may show real patients one by one."""
        approved = self.disclosure == "patient-level-approved" and self.smallest_shown <= 1
        return self.edition.kind == "observed" and approved

    @property
    def statement(self) -> str:
        """What the data are and what is shown of them: the sentence on every page."""
        return PATIENTS_SHOWN if self.shows_patients else EDITION_STATEMENTS[self.edition.kind]

    @field_validator("subgroups")
    @classmethod
    def _groups(cls, value: list[str]) -> list[str]:
        """Whose names speak of nothing that may tell who a patient is, and of nothing that is known only later."""
        for name in value:
            if kind := speaks_of(name):
                raise ValueError(f"“{name}” speaks of {MEANING[kind]}: it may not become a subgroup")
            if PATIENTS.column(name) and name not in AT_START:
                raise ValueError(f"“{name}” is known only after the start: it may not split patients into groups")
        if len(value) != len(set(value)):
            raise ValueError("every subgroup needs a column of its own")
        return value

    @field_validator("data_cutoff", mode="before")
    @classmethod
    def _month_or_day(cls, value: object) -> object:
        if isinstance(value, str) and not MONTH.match(value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                raise ValueError("a month such as 2019-08 or a day such as 2019-08-31 is expected") from None
        return value


def read_study(folder: Path) -> Study:
    """Read and validate; CohortError names every wrong entry."""
    try:
        record = read_yaml(folder / FILE)
    except FileNotFoundError:
        fix = "Every cohort folder needs one; copy data/chen-2026/study.yml and edit it."
        raise CohortError([Problem(FILE, "the file is missing", fix)]) from None
    if not isinstance(record, dict):
        raise CohortError(
            [Problem(FILE, "a list of “name: value” lines is expected", "Copy data/chen-2026/study.yml and edit it.")]
        )
    if unfit := list(_unshowable(record)):
        rule = "the entry holds a control or hidden character"
        raise CohortError([Problem(FILE, rule, "Delete it.", column=place, value=value) for place, value in unfit])
    try:
        study = Study.model_validate(record)
    except ValidationError as error:
        raise CohortError([_problem(found) for found in error.errors()]) from None
    if wrong := wrong_values(study.parameters, study.subgroups):
        raise CohortError(
            [
                Problem(FILE, rule, "Correct the entry.", None, f"parameters.{name}", str(study.parameters[name]))
                for name, rule in wrong.items()
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


def _problem(found: dict[str, Any]) -> Problem:
    place = ".".join(str(part) for part in found["loc"])
    value = "" if isinstance(found["input"], (dict, list)) or found["type"] == "missing" else str(found["input"])
    if found["input"] is None and (meaning := _meaning(found["loc"])):
        return Problem(FILE, "the entry is empty", f"Fill it in: {meaning}.", column=place)
    if found["type"] == "missing":
        return Problem(FILE, "the entry is missing", "Add it.", column=place)
    if found["type"] == "extra_forbidden":
        near = get_close_matches(str(found["loc"][-1]), _names(found["loc"][:-1]), 1)
        fix = f"Is “{near[0]}” meant?" if near else "Delete it, or see the list of entries in CONTRIBUTING.md."
        return Problem(FILE, "the entry is not known", fix, column=place)
    rule = found["msg"].removeprefix("Value error, ")
    rule = rule[:1].lower() + rule[1:]
    if found["type"] == "string_pattern_mismatch":
        wanted = (
            "a month such as 2019-08" if "d{4}" in found["ctx"]["pattern"] else "small letters, digits and underscores"
        )
        rule = f"{wanted} is expected"
    if found["type"] == "literal_error":
        rule = f"one of {found['ctx']['expected']} is expected".replace("'", "")
    return Problem(FILE, rule, "Correct the entry.", column=place, value=value)


def _meaning(loc: tuple) -> str:
    """What an entry is for, in words; empty where the model does not say."""
    model = _model(loc[:-1])
    return (model.model_fields[loc[-1]].description or "") if model and loc[-1] in model.model_fields else ""


def _names(loc: tuple) -> list[str]:
    model = _model(loc)
    return list(model.model_fields) if model else []


def _model(loc: tuple) -> Any:
    """The section that a place in study.yml belongs to."""
    model: Any = Study
    for part in loc:
        if isinstance(part, int) or model is None:
            continue
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        model = next((kind for kind in Section.__subclasses__() if kind.__name__ in str(annotation)), None)
    return model
