"""The closed vocabularies of a result: every decision reads one of these codes, every sentence is made from them last.

What a statistic gives away of patients stands in one table beside the names: disclosure asks `EXPOSES` and nothing
else what a number is, so a new statistic is withheld from editions of observed patients until somebody has said here
what it exposes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Fact = str | int | float | bool | None


class Statistic(StrEnum):
    """What kind of number an estimate is."""

    COUNT = "count"
    PROPORTION = "proportion"
    SURVIVAL = "survival"
    EVENTS = "events"
    FOLLOWED = "followed"
    MEDIAN = "median"
    MEDIAN_FOLLOW_UP = "median follow-up"
    P = "p"
    MONTH = "month"
    DEATHS_WITHOUT_PROGRESSION = "deaths without progression"
    WHAT_IF = "what if"
    DEEPENED = "deepened"
    LOST = "lost"
    PATH = "path"
    WORST_GRADE = "worst grade"
    SHORTEST_MAINTENANCE = "shortest maintenance"
    SHORTEST_CONFIRMATION = "shortest time to confirmation"
    LOWER_LIMIT = "lower limit"
    UPPER_LIMIT = "upper limit"
    LOWER_LIMIT_IF_FOLLOWED = "lower limit if so many were followed"
    LOWER_LIMIT_OF_ALL = "lower limit of 100 %"
    AT_RISK_AFTER = "at risk after the last event"
    HAZARD_RATIO = "hazard ratio"
    RATE = "rate"


class Exposure(StrEnum):
    """What a reader learns of patients from one number."""

    COUNT = "count"  # how many patients; small ones are withheld
    SHARE = "share"  # a count and its denominator
    RATE = "rate"  # survival at a time: what happened up to then; shown where the curve may be read
    TEST = "test"  # one number made from all counts of a table; rounded
    MIDDLE = "middle"  # a time or age in the middle of many; rounded to a stated step
    EXTREME = "extreme"  # the time or age of one patient; never shown
    NOBODY = "nobody"  # of the calendar or of the design, not of patients


EXPOSES: dict[str, Exposure] = {
    Statistic.COUNT: Exposure.COUNT,
    Statistic.EVENTS: Exposure.COUNT,
    Statistic.FOLLOWED: Exposure.COUNT,
    Statistic.DEATHS_WITHOUT_PROGRESSION: Exposure.COUNT,
    Statistic.DEEPENED: Exposure.COUNT,
    Statistic.LOST: Exposure.COUNT,
    Statistic.PATH: Exposure.COUNT,
    Statistic.WORST_GRADE: Exposure.COUNT,
    Statistic.PROPORTION: Exposure.SHARE,
    Statistic.SURVIVAL: Exposure.RATE,
    Statistic.LOWER_LIMIT_IF_FOLLOWED: Exposure.RATE,
    Statistic.WHAT_IF: Exposure.RATE,
    Statistic.P: Exposure.TEST,
    Statistic.MEDIAN: Exposure.MIDDLE,
    Statistic.MEDIAN_FOLLOW_UP: Exposure.MIDDLE,
    Statistic.SHORTEST_MAINTENANCE: Exposure.EXTREME,
    Statistic.SHORTEST_CONFIRMATION: Exposure.EXTREME,
    Statistic.MONTH: Exposure.NOBODY,
}


class Status(StrEnum):
    """Whether there is a number, and if not, why in one word."""

    OK = "ok"
    NOT_REACHED = "not-reached"
    NOT_ESTIMABLE = "not-estimable"
    ABSENT = "absent"  # the table or the column is missing: that says nothing of any patient
    WITHHELD = "withheld"
    NOT_FIXED = "not-fixed"  # print leaves it open


class Limits(StrEnum):
    """What the two limits of an estimate are."""

    NONE = ""
    CONFIDENCE = "confidence"
    DATA_RANGE = "data-range"  # values of single patients: a youngest and an oldest age
    COHORT_RANGE = "cohort-range"  # the same number over many cohorts, histories or analyses
    BELOW_THRESHOLD = "below-threshold"  # a count too small to be shown


class Estimator(StrEnum):
    """What was computed."""

    COUNT = "count"
    COUNT_IN_ALL_FOLLOW_UP = "count-in-all-follow-up"
    COUNT_BY_TIME = "count-by-time"
    COUNT_FOLLOWED = "count-followed"
    COUNT_ON_PATH = "count-on-path"
    COUNT_ASSESSED_TWICE = "count-assessed-twice"
    COUNT_OF_ALL = "count-assessed-twice-or-not"
    FOLLOWED_BEYOND_LANDMARK = "followed-beyond-landmark"
    GONE_BY_LANDMARK = "gone-by-landmark"
    KNOWN_AT_LANDMARK = "known-at-landmark"
    FIRST_STEP = "first-step-of-flow"
    FIRST_STEP_WITHOUT_ANALYSED = "first-step-without-analysed"
    PROPORTION = "proportion"
    SAMPLE_MEDIAN = "sample-median"
    MINIMUM = "minimum"
    SHORTEST_OF_ENDED = "shortest-of-ended"
    KAPLAN_MEIER = "kaplan-meier"
    KAPLAN_MEIER_MEDIAN = "kaplan-meier-median"
    REVERSE_KAPLAN_MEIER = "reverse-kaplan-meier-median"
    ADDED_EARLY_FAILURES = "added-early-failures"
    LOG_RANK = "log-rank"
    MANTEL_BYAR = "mantel-byar"
    BOWKER = "bowker"
    EXACT_BOWKER = "exact-bowker"
    MARGINS = "margins"
    SPECIFICATIONS = "specifications"
    LIMIT_OVER_HISTORIES = "limit-over-histories"
    RISK_SET_SEARCH = "risk-set-search"
    RISK_SET_PROOF = "risk-set-proof"
    UNROUNDED_LIMITS = "unrounded-limits"
    LIMIT_IF_ALL_IN_GROUP = "limit-if-all-in-group"
    AS_PRINTED = "as-printed"


class IntervalMethod(StrEnum):
    """What made the limits; those of survival are called as in the parameter `interval` of study.yml."""

    PLAIN = "plain"
    LOG = "log"
    LOG_LOG = "log-log"
    BETA_PRODUCT = "beta product"
    MID_P = "mid-p beta product"
    NO_EVENTS = "no events"  # exact, before the first event
    CLOPPER_PEARSON = "Clopper-Pearson"
    WILSON = "Wilson"
    RANGE = "range"  # of the data
    PRINTED = "printed"


class Qualified(StrEnum):
    """How an estimate departs from its estimator; its value says how many, how wide or from where."""

    WIDEST_OF_COHORTS = "widest-of-cohorts"
    RANGE_OVER_COHORTS = "range-over-cohorts"
    EXACT_RANGE_OVER_COHORTS = "exact-range-over-cohorts"
    WIDEST_OF_HISTORIES = "widest-of-histories"
    RANGE_OVER_HISTORIES = "range-over-histories"
    RANGE_OVER_ANALYSES = "range-over-analyses"
    NEAREST = "to-the-nearest"
    SEEN_IN = "seen-in"


@dataclass(frozen=True, slots=True)
class Qualifier:
    """One departure from the estimator: over how many cohorts, to which step, from which source."""

    code: Qualified
    value: int | float | str


class Variable(StrEnum):
    """What a level is a level of, where that is no column of the patients table."""

    FLOW = "cohort.flow"
    BASELINE = "cohort.baseline"
    TIMEPOINT = "response.timepoint"
    FROM_TIMEPOINT = "response.from_timepoint"
    TO_TIMEPOINT = "response.to_timepoint"
    RESPONSE = "response.category"
    MRD = "mrd.state"
    MRD_COMPARED = "mrd.compared"
    ADVERSE_EVENT = "safety.event"
    TERM = "safety.term"
    WORST_GRADE = "safety.worst_grade"
    EARLY_FAILURES = "pfs.early_failures"
    COUNTED = "specification.counted"
    ARM = "evidence.arm"
    COMPARATOR = "evidence.comparator"
    PUBLISHED = "published.group"


NOT_RECORDED = "(not recorded)"  # the level of those of whom a column says nothing
NOT_EVALUABLE = "not_evaluable"  # the response of those not assessed, or not evaluable


@dataclass(frozen=True, slots=True)
class Level:
    """Whose an estimate is: a variable (a column, or a `Variable`) and one of its levels; None for the whole variable.

    Several levels of one variable side by side are taken together. `label` is the name of a level that is declared
    elsewhere, in English; without it `words` has one, or the level is shown as it is in the data.
    """

    variable: str
    level: str | None = None
    label: str = field(default="", compare=False)


Group = tuple[Level, ...]  # () is everybody


class ReasonCode(StrEnum):
    """Why a number is missing, or what must be known of it."""

    # of the data: tables, columns, values
    NO_TABLE = "no-table"  # table
    EMPTY_COLUMN = "empty-column"  # column, table
    NO_CALENDAR_DATES = "no-calendar-dates"
    NO_MAINTENANCE_MONTHS = "no-maintenance-months"
    NO_RESPONSE_AT_TIMEPOINT = "no-response-at-timepoint"
    NOT_AT_BOTH_TIMEPOINTS = "not-at-both-timepoints"
    RECORDED_FROM_GRADE = "recorded-from-grade"  # grade
    NO_TERMS = "no-terms"
    TOO_MANY_VALUES = "too-many-values"  # most
    ONE_VALUE = "one-value"
    NO_SPECIFICATIONS = "no-specifications"
    # of the numbers: what a statistic cannot give
    NOBODY_EVALUATED = "nobody-evaluated"
    NOBODY_FOLLOWED = "nobody-followed"  # time
    NOBODY_IN_GROUP = "nobody-in-group"  # variable, level
    NOBODY_COUNTED = "nobody-counted"  # variable, level
    NOBODY_SAMPLED = "nobody-sampled"
    NOBODY_CONFIRMED = "nobody-confirmed"
    NOBODY_AT_LANDMARK = "nobody-at-landmark"
    NO_GROUPS_AT_LANDMARK = "no-groups-at-landmark"
    NOT_AFTER_LANDMARK = "not-after-landmark"  # time
    NOT_REACHED = "not-reached"
    NOT_REACHED_BY_THEN = "not-reached-within-follow-up"
    HALF_TO_THE_END = "half-to-the-end"
    ONE_GROUP = "one-group"
    NO_EVENTS = "no-events"
    NEVER_BOTH_AT_RISK = "never-both-at-risk"
    ALL_AT_ONCE = "all-at-once"
    FEW_EVENTS = "few-events"  # fewest
    NO_CHANGE = "no-change"
    TOO_MANY_TABLES = "too-many-tables"
    ONLY_MARGINS = "only-margins"
    NOT_EVERY_WAY = "not-every-way"  # variable, level
    NO_HISTORY = "no-history"
    HISTORIES_DIFFER = "histories-differ"
    PRINT_ALLOWS_RANGE = "print-allows-range"
    # of disclosure
    FEW_PATIENTS = "few-patients"  # smallest
    BELOW_THRESHOLD = "below-threshold"  # smallest
    FEW_AGES = "few-ages"  # fewest
    MEDIAN_OF_FEW = "median-of-few"  # fewest
    SINGLE_PATIENT = "single-patient"
    ENDS_ARE_PATIENTS = "ends-are-patients"
    UNDECLARED = "undeclared"
    ALL_WITHHELD = "survival-of-all-withheld"
    WAYS_TELL_COUNTS = "ways-tell-counts"
    DRAWN_TOGETHER = "steps-drawn-together"  # smallest
    PATIENTS_RECONSTRUCTED = "patients-reconstructed"
    LANES_NOT_APPROVED = "lanes-not-approved"  # approval
    LANES_SHOW_FEW = "lanes-show-few"  # smallest
    # of print: `because` is the folder's own sentence
    BECAUSE = "because"  # because, drawn
    NOT_FIXED = "not-fixed"  # because
    NOT_FIXED_P = "not-fixed-p"
    NOT_FIXED_METHOD = "not-fixed-method"  # estimator, interval
    OTHER_LEVEL = "other-level"  # confidence
    LIMITS_MOVE = "limits-move"  # lowest_low, highest_low, lowest_high, highest_high, unit, because, drawn


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and the values that its sentence needs."""

    code: ReasonCode
    facts: Mapping[str, Fact] = field(default_factory=dict, hash=False)
