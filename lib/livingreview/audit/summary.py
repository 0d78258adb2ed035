"""Results of the audit chapter: how many findings have each verdict, and the counts that each survival pins down."""

from __future__ import annotations

import re
from collections.abc import Sequence

from livingreview.audit.checks import audit as audited
from livingreview.audit.reproduction import published_group
from livingreview.audit.verdict import Finding, Verdict, verdict_counts
from livingreview.endpoints.registry import ENDPOINTS
from livingreview.published.printed import PrintedRow
from livingreview.results.codes import Estimator, Limits, Reason, ReasonCode, Statistic
from livingreview.results.estimates import Estimate, Interval, Results, estimate

CHAPTER = "audit"
KEY = re.compile(r"[A-Za-z0-9_.-]+")  # another id cannot be a key, so its counts stand in the table only


def audit(rows: Sequence[PrintedRow]) -> Results:
    """Estimates `audit.*` and `audit.<id>.events`; tables `findings` and `event_counts`."""
    findings = audited(rows)
    counts = {"all": len(findings), **verdict_counts(findings)}
    about = {"endpoint": "audit", "statistic": Statistic.COUNT, "unit": "numbers", "estimator": Estimator.COUNT}
    found = [estimate(f"audit.{name}", count, n=len(findings), **about) for name, count in counts.items()]
    by_id = {row.id: row for row in rows}
    survivals = [one for one in findings if one.verdict == Verdict.CONSISTENT and one.more.get("event_counts")]
    found += [_events(one, by_id[one.id]) for one in survivals if KEY.fullmatch(one.id)]
    keys = ("id", "check", "verdict", "code", "facts", "assumed")
    tables = {
        "findings": [{key: getattr(one, key) for key in keys} for one in findings],
        "event_counts": [_counts(one, by_id[one.id]) for one in survivals],
    }
    names = {key: endpoint.names for key, endpoint in ENDPOINTS.items()}
    return Results(CHAPTER, found if rows else [], tables=tables, endpoints=names)


def _events(one: Finding, row: PrintedRow) -> Estimate:
    counts = one.more["event_counts"]
    low, high = counts[0], counts[-1]
    allowed = Reason(ReasonCode.PRINT_ALLOWS_RANGE)
    result = low if low == high else Interval(None, low, high, 1.0, None, allowed, Limits.COHORT_RANGE)
    time = float(row.time_months) if row.time_months else None
    return estimate(
        f"audit.{one.id}.events",
        result,
        endpoint=row.endpoint,
        group=published_group(row.group),
        statistic=Statistic.EVENTS,
        unit="patients",
        time_months=time,
        estimator=Estimator.RISK_SET_PROOF,
        n=int(row.denominator),
    )


def _counts(one: Finding, row: PrintedRow) -> dict[str, object]:
    more = one.more
    low, high = more["event_counts"][0], more["event_counts"][-1]
    printed = row.printed if not row.printed_low else f"{row.printed} ({row.printed_low} to {row.printed_high})"
    return {
        "id": one.id,
        "printed": printed,
        "n": int(row.denominator),
        "events": ", ".join(map(str, more["event_counts"])) if more["exact"] else f"{low} to {high}",
        "sequences": str(more.get("sequences") or "not counted"),
    }
