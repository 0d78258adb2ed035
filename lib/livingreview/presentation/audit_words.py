"""The audit in words and tables: what the printed numbers allow, and what that rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from livingreview.presentation.kit.labels import capitalised
from livingreview.presentation.kit.myst import Block, boxed, escaped, joined, num
from livingreview.presentation.kit.table import table
from livingreview.presentation.sentences import KEY_RESULT
from livingreview.results.codes import Statistic
from livingreview.results.estimates import Estimate, Results
from livingreview.words.audit_reasons import assumption_words, reason_words
from livingreview.words.group_names import group_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

SHORT = ("pfs", "os", "mrd", "asct", "cr", "vgpr", "pr", "hr")
VERDICTS = (mark("impossible"), mark("undetermined"), mark("consistent"))
CHECKS = {
    "kaplan-meier": mark("Events behind the survival"),
    "events": mark("Printed events"),
    "interval": mark("Kind of interval"),
    "rounding": mark("Rounded before the interval"),
    "limits": mark("Value and limits"),
    "ratio": mark("Ratio, interval and p"),
    "binary": mark("Mean and standard deviation"),
    "sum": mark("Sum over categories"),
    "percentage": mark("Percentage against counts"),
    "count": mark("Count against denominator"),
}


def audit_answer(found: Results) -> Block:
    """Which event counts the printed survival pins down, and how many checks end in which verdict."""
    if not found.estimates:
        return boxed(_("Nothing was printed about this cohort: its folder holds no published.csv."), KEY_RESULT)
    counts = {name: num(f"audit.{name}") for name in ("all", "impossible", "consistent", "undetermined")}
    verdict = (
        _("Nothing that the paper printed is proved impossible")
        if found["audit.impossible"].value == 0
        else _("%(impossible)s of %(all)s checks prove that a printed number is impossible", **counts)
    )
    words = _(
        "%(verdict)s: of %(all)s checks %(consistent)s find the number consistent, %(impossible)s impossible, and "
        "%(undetermined)s cannot tell.",
        verdict=verdict,
        **counts,
    )
    pinned = [row for row in found.where(statistic=Statistic.EVENTS) if row.value is not None]
    if pinned:
        listed = [
            _("exactly %(n)s events behind %(survival)s", n=num(row.key), survival=_survival(row, found))
            for row in pinned
        ]
        left = _(
            "The paper did not have to print how many events there were: its survival leaves room for %(events)s.",
            events=joined(listed),
        )
        words = f"{words} {left}"
    return boxed(words, KEY_RESULT)


def _survival(row: Estimate, found: Results) -> str:
    """A printed survival in words."""
    if row.endpoint not in found.endpoints or row.time_months is None:
        return _words(row.key.removeprefix("audit.").removesuffix(".events"))
    survival = _("%(endpoint)s at %(time)s", endpoint=_(found.endpoints[row.endpoint].name), time=num(row.key, "time"))
    group = escaped(group_words(row.group)) if row.group else ""
    return f"{survival} ({group})" if group else survival


def audit_table(found: Results, *, caption: str, name: str) -> Block:
    """Every verdict with its reason, the telling ones first; what it assumes is said once, below."""
    order = list(CHECKS)
    rows = sorted(found.tables["findings"], key=lambda row: (VERDICTS.index(row["verdict"]), order.index(row["check"])))
    body = [[_words(row["id"]), f"*{capitalised(_(row['verdict']))}.* {escaped(_why(row))}"] for row in rows]
    return table([_("Number"), _("Verdict, and why")], body, caption=caption, name=name, look="")


def audit_counts_table(found: Results, *, caption: str, name: str) -> Block:
    """The event counts that each printed survival leaves. Nothing where no survival was printed."""
    rows: Sequence[Mapping[str, object]] = found.tables["event_counts"]
    if not rows:
        return Block("")
    body = [
        [_words(row["id"]), escaped(row["events"]), escaped(row["sequences"]), escaped(row["printed"]), str(row["n"])]
        for row in rows
    ]
    header = [_("Survival"), _("Possible events"), _("Histories"), _("Printed"), _("Patients")]
    return table(header, body, caption=caption, name=name)


def audit_assumptions(found: Results) -> Block:
    """What the verdicts of this edition assume, each assumption once."""
    rows = found.tables["findings"]
    listed = dict.fromkeys(assumption_words(code, row["facts"]) for row in rows for code in row["assumed"])
    return Block("\n".join(f"- {escaped(capitalised(words))}." for words in listed))


def _words(key: str) -> str:
    """The id of a printed number as words."""
    words = key.replace(".", " ").replace("_", " ").split(" ")
    return escaped(capitalised(" ".join(word.upper() if word in SHORT else word for word in words)))


def _why(row: Mapping[str, Any]) -> str:
    return f"{_(CHECKS[row['check']])}: {reason_words(row['code'], row['facts'])}."
