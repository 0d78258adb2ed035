"""The audit in words and tables: what the printed numbers allow, and what that rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from livingreview.presentation.kit.labels import ENDPOINTS
from livingreview.presentation.kit.myst import Block, boxed, escaped, num
from livingreview.presentation.kit.table import table
from livingreview.presentation.sentences import KEY_RESULT
from livingreview.results.estimates import Estimate, Results

ASSUMED = "assumed: "
SHORT = ("pfs", "os", "mrd", "asct", "cr", "vgpr", "pr", "hr")
VERDICTS = ("impossible", "undetermined", "consistent")
CHECKS = {
    "kaplan-meier": "Events behind the survival",
    "events": "Printed events",
    "interval": "Kind of interval",
    "rounding": "Rounded before the interval",
    "limits": "Value and limits",
    "ratio": "Ratio, interval and p",
    "binary": "Mean and standard deviation",
    "sum": "Sum over categories",
    "percentage": "Percentage against counts",
    "count": "Count against denominator",
}


def audit_answer(found: Results) -> Block:
    """Which event counts the printed survival pins down, and how many checks end in which verdict."""
    if not found.estimates:
        return boxed("Nothing was printed about this cohort: its folder holds no published.csv.", KEY_RESULT)
    counts = {name: num(f"audit.{name}") for name in ("all", "impossible", "consistent", "undetermined")}
    verdict = (
        "Nothing that the paper printed is proved impossible"
        if found["audit.impossible"].value == 0
        else f"{counts['impossible']} of {counts['all']} checks prove that a printed number is impossible"
    )
    words = (
        f"{verdict}: of {counts['all']} checks {counts['consistent']} find the number consistent, "
        f"{counts['impossible']} impossible, and {counts['undetermined']} cannot tell."
    )
    pinned = [row for row in found.where(statistic="events") if row.value is not None]
    if pinned:
        listed = " and ".join(f"exactly {num(row.key)} events behind {_survival(row)}" for row in pinned)
        words += f" The paper did not have to print how many events there were: its survival leaves room for {listed}."
    return boxed(words, KEY_RESULT)


def _survival(row: Estimate) -> str:
    """A printed survival in words."""
    name = ENDPOINTS.get(row.endpoint)
    if not name or row.time_months is None:
        return _words(row.key.removeprefix("audit.").removesuffix(".events"))
    group = "" if row.group in ("", "all") else f" ({escaped(row.group)})"
    return f"{name.lower()} at {num(row.key, 'time')}{group}"


def audit_table(found: Results, *, caption: str, name: str) -> Block:
    """Every verdict with its reason, the telling ones first; what it assumes is said once, below."""
    order = list(CHECKS)
    rows = sorted(found.tables["findings"], key=lambda row: (VERDICTS.index(row["verdict"]), order.index(row["check"])))
    body = [[_words(row["id"]), f"*{_capital(row['verdict'])}.* {escaped(_why(row))}"] for row in rows]
    return table(["Number", "Verdict, and why"], body, caption=caption, name=name, look="")


def audit_counts_table(found: Results, *, caption: str, name: str) -> Block:
    """The event counts that each printed survival leaves. Nothing where no survival was printed."""
    rows: Sequence[Mapping[str, object]] = found.tables["event_counts"]
    if not rows:
        return Block("")
    body = [
        [_words(row["id"]), escaped(row["events"]), escaped(row["sequences"]), escaped(row["printed"]), str(row["n"])]
        for row in rows
    ]
    header = ["Survival", "Possible events", "Histories", "Printed", "Patients"]
    return table(header, body, caption=caption, name=name)


def audit_assumptions(found: Results) -> Block:
    """What the verdicts of this edition assume, each assumption once."""
    rows = found.tables["findings"]
    listed = list(dict.fromkeys(row["reason"].partition(ASSUMED)[2] for row in rows if ASSUMED in row["reason"]))
    return Block("\n".join(f"- {escaped(_capital(words))}." for words in listed))


def _words(key: str) -> str:
    """The id of a printed number as words."""
    words = key.replace(".", " ").replace("_", " ").split(" ")
    return escaped(_capital(" ".join(word.upper() if word in SHORT else word for word in words)))


def _why(row: Mapping[str, str]) -> str:
    return f"{CHECKS[row['check']]}: {_reason(row['reason'])}."


def _reason(words: str) -> str:
    return words.partition(ASSUMED)[0].rstrip("; ")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
