"""What study.yml can declare beyond the schema's own columns: endpoints, groups of adverse events, response criteria."""

from __future__ import annotations

from itertools import combinations

from pydantic import Field, field_validator, model_validator

from livingreview.cohort.columns import PATIENTS
from livingreview.cohort.entries import different, refusal
from livingreview.cohort.identifying import speaks_of
from livingreview.cohort.sections import Section, Slug, Words


def month_column(name: str) -> str:
    """The name of a column of months: one of the schema's, or a further one that may enter a cohort."""
    known = PATIENTS.column(name)
    if known and not known.in_months:
        raise refusal("column-of-no-months", name=name)
    if not known and (kind := speaks_of(name)):
        raise refusal("declared-identifies", name=name, kind=kind)
    return name


class Ending(Section):
    """One way a patient's time can end: in the month of `months`, where `column` holds `code` or has no name."""

    words: Words = Field(description="completes “time to …” for an event and “is censored …” otherwise")
    months: Words = Field(description="the column of patients with the month")
    column: str = Field("", description="the column of patients that says whether it happened")
    code: str = Field("", description="the word of that column that says so")

    @field_validator("months")
    @classmethod
    def _of_months(cls, value: str) -> str:
        return month_column(value)

    @model_validator(mode="after")
    def _together(self) -> Ending:
        if bool(self.column) != bool(self.code):
            raise refusal("ending-column-and-code")
        known = PATIENTS.column(self.column)
        if known and self.code not in known.values:
            raise refusal("ending-code", name=self.column, allowed=list(known.values) or ["–"])
        return self


class DeclaredEndpoint(Section):
    """A time from the time origin, or from the month in column `start`, to the first of its events."""

    key: Slug = Field(description="begins the keys of its numbers, such as efs")
    name: Words = Field(description="such as event-free survival")
    short: Words = Field(description="such as EFS")
    alive: str = Field("", description="what patients without an event are, such as alive without an event")
    start: str = Field("", description="the column of months it is counted from, where that is not the time origin")
    start_words: str = Field("", description="what it is counted from, where that is not the time origin")
    events: list[Ending] = Field(min_length=1, description="what ends it")
    censoring: list[Ending] = Field(min_length=1, description="where patients without an event are censored")
    source: str = Field("", description="whose definition it is")
    note: str = Field("", description="what the endings do not say")
    caution: str = Field("", description="what the endpoint cannot tell")

    @field_validator("start")
    @classmethod
    def _from_months(cls, value: str) -> str:
        return month_column(value) if value else value

    @property
    def month_columns(self) -> tuple[str, ...]:
        """The columns of patients that hold its months, each once."""
        named = (self.start, *(ending.months for ending in (*self.events, *self.censoring)))
        return tuple(dict.fromkeys(filter(None, named)))

    @property
    def code_columns(self) -> tuple[str, ...]:
        """The columns of patients that say what happened, each once."""
        return tuple(dict.fromkeys(filter(None, (ending.column for ending in (*self.events, *self.censoring)))))


class AdverseEventGroup(Section):
    """Adverse events that are counted together: of any of the terms or system organ classes, of this grade or more."""

    key: Slug = Field(description="ends the keys of its numbers, such as infections")
    name: Words = Field(description="such as infections of grade 3 or more")
    terms: list[Words] = Field([], description="preferred terms, as in the column term")
    soc: list[Words] = Field([], description="system organ classes, as in the column soc")
    from_grade: int = Field(1, ge=1, le=5, description="the lowest grade that counts")
    words: str = Field("", description="what the group is meant to hold")

    @model_validator(mode="after")
    def _of_something(self) -> AdverseEventGroup:
        if not (self.terms or self.soc):
            raise refusal("group-of-nothing")
        return self


class ResponseCategory(Section):
    """One category of response."""

    name: Words = Field(description="as in the column response")
    words: Words = Field(description="the category in words")


class ResponseThreshold(Section):
    """A rate that is reported: every category at least as deep counts."""

    key: Slug = Field(description="ends the keys of its numbers, such as pr_or_better")
    words: Words = Field(description="such as partial response or better")
    shallowest: Words = Field(description="the shallowest category that counts")


class ResponseCriteria(Section):
    """By what response is judged: categories best first, the one that is no depth, and the rates that are reported."""

    name: Words = Field(description="such as IMWG")
    source: str = Field("", description="whose criteria they are")
    categories: list[ResponseCategory] = Field(min_length=2, description="best first")
    not_evaluable: str = Field("", description="the word of those who could not be assessed; no depth of response")
    thresholds: list[ResponseThreshold] = Field(min_length=1, description="rates that are reported, deepest first")

    @property
    def depth(self) -> tuple[str, ...]:
        """The categories, best first."""
        return tuple(category.name for category in self.categories)

    @property
    def terms(self) -> tuple[str, ...]:
        """Every word that the column response may hold."""
        return (*self.depth, *filter(None, [self.not_evaluable]))

    @property
    def _called(self) -> dict[str, list[tuple[str, ...]]]:
        """Categories, one or neighbours counted together, by what ends the keys of their numbers."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for start, end in combinations(range(len(self.depth) + 1), 2):
            found.setdefault("_or_".join(self.depth[start:end]).lower(), []).append(self.depth[start:end])
        return found

    @field_validator("categories")
    @classmethod
    def _different(cls, value: list[ResponseCategory]) -> list[ResponseCategory]:
        return different(value, "name")

    @model_validator(mode="after")
    def _of_the_categories(self) -> ResponseCriteria:
        for threshold in self.thresholds:
            if threshold.shallowest not in self.depth:
                raise refusal("threshold-of-no-category", name=threshold.shallowest, allowed=list(self.depth))
            if set(self._called.get(threshold.key, [])) - {self.depth[: self.depth.index(threshold.shallowest) + 1]}:
                raise refusal("threshold-called-as-category", name=threshold.key)
        if self.not_evaluable in self.depth:
            raise refusal("not-evaluable-is-no-depth", name=self.not_evaluable)
        return self
