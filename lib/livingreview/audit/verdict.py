"""One verdict about one printed number: a code with its facts, what it assumes, and the proof behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a check says of a number."""

    CONSISTENT = "consistent"
    UNDETERMINED = "undetermined"
    IMPOSSIBLE = "impossible"


class Check(StrEnum):
    """What was compared with what."""

    KAPLAN_MEIER = "kaplan-meier"
    EVENTS = "events"
    INTERVAL = "interval"
    ROUNDING = "rounding"
    LIMITS = "limits"
    RATIO = "ratio"
    BINARY = "binary"
    SUM = "sum"
    PERCENTAGE = "percentage"
    COUNT = "count"


class Assumption(StrEnum):
    """What a verdict rests on; its sentence may need facts of the finding."""

    KAPLAN_MEIER = "kaplan-meier"
    USUAL_INTERVAL = "usual-interval"  # level, scales
    ANY_INTERVAL = "any-interval"  # level
    BINARY_ANSWERS = "binary-answers"
    ALL_ANSWERED = "all-answered"  # n
    EXCLUSIVE = "exclusive"
    SHARE_OF_PATIENTS = "share-of-patients"
    EACH_COUNTS_ONCE = "each-counts-once"  # n
    EACH_OF_DENOMINATOR = "each-of-denominator"  # n
    SAME_PATIENTS = "same-patients"
    PATIENTS_ARE_COUNTED = "patients-are-counted"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one row.

    Attributes
    ----------
    id, check, verdict : which number, what was compared, with what outcome
    code, facts : why; `livingreview.words.audit_reasons` has the sentence of every code
    assumed : what the verdict rests on
    more : `event_counts`, `exact`, `sequences` and `proof` of a survival
    """

    id: str
    check: Check
    verdict: Verdict
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    assumed: tuple[Assumption, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


def runs(counts: Sequence[int]) -> list[list[int]]:
    """First and last of every run of neighbours in increasing counts."""
    found: list[list[int]] = []
    for count in counts:
        if found and found[-1][1] == count - 1:
            found[-1][1] = count
        else:
            found.append([count, count])
    return found


def verdict_counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings have each verdict."""
    return {str(verdict): sum(one.verdict == verdict for one in findings) for verdict in Verdict}
