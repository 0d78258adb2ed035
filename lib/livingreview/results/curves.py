"""The drawn form of a survival function, with its counts; and patients one by one as lanes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from livingreview.results.codes import Estimator, Group, IntervalMethod, Level, Reason, ReasonCode

MAX_CURVE_POINTS = 200
DRAWN = ("t", "survival", "low", "high", "at_risk", "censored", "events")  # one entry a time of a curve
COUNTED = ("times", "at_risk", "censored", "events")  # one entry a column of its risk table


@dataclass(frozen=True, slots=True)
class RiskTable:
    """KMunicate counts at `times`: in every column the three rows sum to n."""

    times: list[float]
    at_risk: list[int]
    censored: list[int]
    events: list[int]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an illustrative curve may run: lowest and highest over `members` cohorts, at each of `t` months.

    `at_risk`, `censored` and `events` are (fewest, most) at each time, counted as in a risk table.
    """

    members: int
    t: list[float]
    low: list[float]
    high: list[float]
    at_risk: list[tuple[int, int]]
    censored: list[tuple[int, int]]
    events: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Curve:
    """A survival function on at most 200 times, with counts before each time.

    `survival[i]` holds from `t[i]` up to `t[i + 1]`. `censored` and `events` count what
    happened before or at `t[i]`; `at_risk` counts who was still followed just before it. `note` must
    stand with the curve wherever it is drawn; an `illustrative` one is not known and never drawn as a whole line:
    its `envelope` is.
    """

    key: str
    endpoint: str
    group: Group
    estimator: Estimator
    interval: IntervalMethod
    level: float
    t: list[float]
    survival: list[float]
    low: list[float | None]
    high: list[float | None]
    at_risk: list[int]
    censored: list[int]
    events: list[int]
    risk_table: RiskTable
    censor_times: list[float] = field(default_factory=list)
    note: Reason | None = None
    illustrative: bool = False
    envelope: Envelope | None = None

    def __post_init__(self) -> None:
        if len(self.t) > MAX_CURVE_POINTS:
            raise ValueError(f"curve {self.key}: {len(self.t)} points, at most {MAX_CURVE_POINTS}")

    def at(self, rows: Sequence[int], marks: Sequence[int]) -> Curve:
        """The curve at some of its times, with some columns of its risk table, and without ticks."""
        drawn: dict[str, Any] = {name: [getattr(self, name)[row] for row in rows] for name in DRAWN}
        table = RiskTable(**{name: [getattr(self.risk_table, name)[mark] for mark in marks] for name in COUNTED})
        return replace(self, **drawn, risk_table=table, censor_times=[])

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Curve:
        """The inverse of `asdict`; a curve without an envelope has none in its record."""
        envelope, note = record.get("envelope"), record.get("note")
        parts = {
            "risk_table": RiskTable(**record["risk_table"]),
            "envelope": envelope and Envelope(**envelope),
            "group": group_of(record["group"]),
            "note": note and reason_of(note),
        }
        return cls(**{**record, **parts})


@dataclass(frozen=True, slots=True)
class Lanes:
    """Patients one by one without identifiers, an even choice of `of` patients; `reason` says why there are none."""

    rows: list[dict[str, Any]]
    of: int = 0
    ongoing: int = 0
    reason: Reason | None = None


def group_of(levels: Iterable[dict[str, Any]]) -> Group:
    """A group from its record in JSON."""
    return tuple(Level(**level) for level in levels)


def reason_of(record: dict[str, Any]) -> Reason:
    """A reason from its record in JSON."""
    return Reason(ReasonCode(record["code"]), record["facts"])
