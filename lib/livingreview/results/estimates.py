"""The result types: what every statistic returns and everything else only reads.

A statistic returns an `Interval` or `NotEstimable`; an analysis names it and so
makes an `Estimate`; a `Curve` is the drawn form of a survival function.
Proportions are fractions of 1, times are months; nothing here is rounded, and nothing is said in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from livingreview.results.codes import (
    Estimator,
    Fact,
    Group,
    IntervalMethod,
    Limits,
    Qualified,
    Qualifier,
    Reason,
    ReasonCode,
    Statistic,
    Status,
)
from livingreview.results.curves import Curve, group_of, reason_of
from livingreview.results.endpoint_names import EndpointNames
from livingreview.results.partitions import Tally


@dataclass(frozen=True, slots=True)
class Interval:
    """A point with its interval. A limit is None where it does not exist; `reason` then says why.

    `value` itself is None for a quantile that was not reached: the limits may still exist.
    """

    value: float | None
    low: float | None
    high: float | None
    level: float
    method: IntervalMethod | None = None
    reason: Reason | None = None
    limits: Limits = Limits.CONFIDENCE


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """A number that these data cannot give, and why."""

    reason: Reason
    status: Status = Status.NOT_ESTIMABLE


def not_estimable(code: ReasonCode, **facts: Fact) -> NotEstimable:
    """A number that the patients of this cohort cannot give."""
    return NotEstimable(Reason(code, facts))


def absent(code: ReasonCode, **facts: Fact) -> NotEstimable:
    """A number for which the table or the column is missing."""
    return NotEstimable(Reason(code, facts), Status.ABSENT)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of the review with everything needed to read it alone.

    `identifiability` is empty where patients were observed. In a reconstructed edition it is
    `pinned`, `bounded` or `free`: whether the publication fixes this number. `level` is that of the interval.
    Decisions read the codes; the words of group, method and reason are made from them by `words`.
    """

    key: str
    endpoint: str
    group: Group
    statistic: Statistic
    time_months: float | None
    value: float | None
    low: float | None
    high: float | None
    level: float | None
    estimator: Estimator | None
    interval: IntervalMethod | None
    n: int | None
    events: int | None
    unit: str
    reason: Reason | None = None
    identifiability: str = ""
    status: Status = Status.OK
    limits: Limits = Limits.NONE
    qualifiers: tuple[Qualifier, ...] = ()

    @property
    def estimable(self) -> bool:
        """Whether there is a number, or at least a range, to show."""
        return self.value is not None or self.low is not None or self.high is not None

    def with_reason(self, reason: Reason, status: Status, *, identifiability: str = "") -> Estimate:
        """The same question, not answered."""
        return replace(
            self,
            value=None,
            low=None,
            high=None,
            level=None,
            n=None,
            events=None,
            reason=reason,
            identifiability=identifiability,
            status=status,
            limits=Limits.NONE,
        )

    def qualified(self, code: Qualified, amount: float | str, /, **changes: Any) -> Estimate:
        """The estimate with one more qualifier, and with other fields changed."""
        return replace(self, qualifiers=(*self.qualifiers, Qualifier(code, amount)), **changes)

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Estimate:
        """The inverse of `asdict`."""
        return cls(
            **{
                name: _READ[name](value) if value is not None and name in _READ else value
                for name, value in record.items()
            }
        )


def estimate(
    key: str,
    result: Interval | NotEstimable | float | int | None,
    *,
    endpoint: str,
    statistic: Statistic,
    unit: str,
    group: Group = (),
    time_months: float | None = None,
    estimator: Estimator | None = None,
    n: int | None = None,
    events: int | None = None,
) -> Estimate:
    """Name a result."""
    named = Estimate(
        key=key,
        endpoint=endpoint,
        group=tuple(group),
        statistic=statistic,
        time_months=None if time_months is None else float(time_months),
        value=None,
        low=None,
        high=None,
        level=None,
        estimator=estimator,
        interval=None,
        n=None if n is None else int(n),
        events=None if events is None else int(events),
        unit=unit,
    )
    if isinstance(result, NotEstimable):
        return replace(named, reason=result.reason, status=result.status)
    if not isinstance(result, Interval):
        return replace(named, value=None if result is None else float(result))
    nothing = result.low is None and result.high is None
    unreached = result.value is None and result.limits == Limits.CONFIDENCE
    return replace(
        named,
        value=result.value,
        low=result.low,
        high=result.high,
        level=result.level,
        interval=result.method,
        reason=result.reason,
        limits=Limits.NONE if nothing else result.limits,
        status=Status.NOT_REACHED if unreached else Status.OK,
    )


def slugs(names: Iterable[str]) -> dict[str, str]:
    """The part of a key for each name: small letters, digits and underscores, and no two the same."""
    found: dict[str, str] = {}
    for name in sorted(set(names)):
        stem = slug = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name.lower())
        number = 1
        while slug in found.values():
            number += 1
            slug = f"{stem}_{number}"
        found[name] = slug
    return found


@dataclass(frozen=True, slots=True)
class Results:
    """What one chapter computed: a flat list of estimates, its curves and further tables.

    `tables` holds lists of rows that are no estimates, such as the ledger; `parameters` are
    filled in by the build. `tally` is for disclosure alone and never written. `endpoints` has the names of the
    time-to-event endpoints that estimates and curves speak of.
    """

    chapter: str
    estimates: list[Estimate]
    curves: list[Curve] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally, repr=False, compare=False)
    endpoints: dict[str, EndpointNames] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Estimate:
        for found in self.estimates:
            if found.key == key:
                return found
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(found.key == key for found in self.estimates)

    def curve(self, key: str) -> Curve:
        """The curve of this key."""
        return next(found for found in self.curves if found.key == key)

    def where(self, **wanted: Any) -> list[Estimate]:
        """The estimates whose fields equal all those given, in their order."""
        return [
            found for found in self.estimates if all(getattr(found, name) == value for name, value in wanted.items())
        ]

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and dictionaries, ready for JSON."""
        plain = asdict(replace(self, tally=Tally()))
        del plain["tally"]
        for curve in plain["curves"]:
            if curve["envelope"] is None:
                del curve["envelope"]
        return plain

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Results:
        """The inverse of `to_dict`."""
        curves = [Curve.from_dict(curve) for curve in record["curves"]]
        estimates = [Estimate.from_dict(row) for row in record["estimates"]]
        names = {key: EndpointNames(**one) for key, one in record.get("endpoints", {}).items()}
        return cls(record["chapter"], estimates, curves, record["tables"], record["parameters"], endpoints=names)


_READ: dict[str, Callable[[Any], Any]] = {
    "group": group_of,
    "reason": reason_of,
    "statistic": Statistic,
    "estimator": Estimator,
    "interval": IntervalMethod,
    "status": Status,
    "limits": Limits,
    "qualifiers": lambda records: tuple(Qualifier(Qualified(one["code"]), one["value"]) for one in records),
}
