"""The parts of study.yml, each a small model with what its entries are for."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from livingreview.cohort.entries import different, matching

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
YearMonth = Annotated[str, matching(MONTH, "month-expected")]
Language = Annotated[str, matching(re.compile(r"[a-z]{2,3}(_[A-Z]{2})?"), "language-expected")]
Address = Annotated[str, matching(re.compile(r"https?://[^\s/]+\S*"), "address-expected")]
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
        return different(value, "name")


class AdverseEventRecording(Section):
    """What the adverse event table can and cannot say."""

    recorded_from_grade: int = Field(1, ge=1, le=5, description="the lowest grade anybody looked for")
    words: str = Field("", description="what the table can and cannot say")


class Approval(Section):
    """Who approved that numbers a publication has printed are shown although they are of few patients."""

    person: Words = Field(description="the name of who approved it")
    date: dt.date = Field(description="the day of the approval")
    publication: Words = Field(description="the reference of the publication that printed the numbers")
