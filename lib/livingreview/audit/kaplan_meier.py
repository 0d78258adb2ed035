"""Which event counts can have produced a printed Kaplan-Meier estimate, and whether the printed counts are among them.

Assumed, and said with every verdict: Kaplan-Meier (or a life table), Greenwood's standard error, right censoring, an
interval of the level named, and S and SE rounded to three decimals or finer, or not at all, before the limits were
formed.

An interval is evidence against a number only where the row names its method, one of those scales: bootstrap, t and
profile likelihood limits are none of them, and a table that does not say how it made its limits may hold them.
"""

from __future__ import annotations

import math
from fractions import Fraction

from livingreview.audit.enumeration import LARGEST, histories
from livingreview.audit.event_counts import Counts, event_counts
from livingreview.audit.percentages import method_fits
from livingreview.audit.region import region
from livingreview.audit.scales import ALL, USUAL, Box, Printed, every_box, usual_boxes, value_alone
from livingreview.audit.verdict import CONSISTENT, IMPOSSIBLE, UNDETERMINED, Finding
from livingreview.published.printed import PrintedRow

CHECK = "kaplan-meier"
LARGEST_BOUNDED = 20_000
ALONE = "the estimate is Kaplan-Meier's and censoring is to the right"
ASSUMED = (
    f"{ALONE}, the standard error is Greenwood's, and S and its standard error were rounded to three decimals "
    "or finer, or not at all, before the {level} % limits were formed on the {scales} scale"
)
WIDEST = (
    f"{ALONE}, the standard error is Greenwood's, and the {{level}} % limits are symmetric on the plain, log, "
    "log-log, logit or arcsine scale; any rounding as coarse as the printed numbers is allowed"
)
ODD = "the interval is symmetric around the value on no usual scale"
OTHER = "not an interval of these kinds"
MADE = "limits by bootstrap, t or profile likelihood are none of these, so only the value itself was used"
DIRECT = 2000  # histories looked at to see whether one prints the limits


def printed_of(row: PrintedRow) -> Printed:
    """The three printed numbers of a row with what turns them into fractions of 1."""
    factor = Fraction(1, 100) if row.is_percent else Fraction(1)
    return Printed(row.printed, row.printed_low, row.printed_high, factor, row.level or "95")


def kaplan_meier(row: PrintedRow, n: int, events: list[tuple[PrintedRow, bool]]) -> list[Finding]:
    """Findings about one printed survival among n patients.

    `events` are rows that print how many had the event, and whether by the same time (True) or in all follow-up.
    """
    printed = printed_of(row)
    if n > LARGEST_BOUNDED:
        return [Finding(row.id, CHECK, UNDETERMINED, f"more than {LARGEST_BOUNDED:,} patients are not searched")]
    named = (row.method,) if row.method in ALL else USUAL
    boxes = usual_boxes(printed, named) if printed.limits else [value_alone(printed)]
    counts = event_counts(boxes, n) if boxes else None
    found = [_scale(row, printed, boxes)] if printed.limits else []
    found.append(_verdict(row, printed, n, boxes, counts))
    if printed.limits == 2 and n <= LARGEST and boxes and counts and counts.possible:
        found += _rounded_first(row, printed, n, named, counts)
    return found + [_count(row, n, printed, counts, other, same) for other, same in events]


def _verdict(row: PrintedRow, printed: Printed, n: int, boxes: list[Box], counts: Counts | None) -> Finding:
    level = printed.level
    if counts is not None and counts.possible:
        words = f"{_counted(counts)} of {n} patients can lie behind it; assumed: "
        named = row.method if row.method in ALL else f"{', '.join(USUAL[:-1])} or {USUAL[-1]}"
        words += ASSUMED.format(level=level, scales=named) if printed.limits else ALONE
        return Finding(row.id, CHECK, CONSISTENT, words, counts.to_dict())
    alone = event_counts([value_alone(printed)], n, sequences=False)
    if not alone.possible:
        words = f"no number of events among {n} patients gives a survival of {row.printed}: no product of different "
        words += f"fractions (r - 1)/r with r up to {n} is printed so; assumed: {ALONE}"
        return Finding(row.id, CHECK, IMPOSSIBLE, words, alone.to_dict())
    if exact := method_fits(row, n):
        words = f"no Kaplan-Meier history gives the interval, but it is the {exact} interval of a simple proportion"
        return Finding(row.id, CHECK, UNDETERMINED, words, alone.to_dict())
    wide = every_box(printed)
    if not wide:
        return _other_kind(row, n, alone)
    widest = event_counts(wide, n, sequences=False)
    if widest.possible:
        unlike = f"the method is not {row.method}, or " if row.method in ALL else ""
        words = f"possible only if {unlike}numbers were rounded more coarsely than usual: {_counted(widest)} of {n}"
        return Finding(row.id, CHECK, UNDETERMINED, words, widest.to_dict())
    if row.method not in ALL:
        return _other_kind(row, n, alone)
    words = (
        f"no number of events among {n} patients gives this survival with this interval: {_because(wide, n, widest)}"
    )
    return Finding(row.id, CHECK, IMPOSSIBLE, f"{words}; assumed: {WIDEST.format(level=level)}", widest.to_dict())


def _other_kind(row: PrintedRow, n: int, alone: Counts) -> Finding:
    """What the value says where the interval says nothing."""
    words = f"{OTHER} (plain, log, log-log, logit or arcsine with Greenwood's error): {MADE}: {_counted(alone)} of {n}"
    return Finding(row.id, CHECK, UNDETERMINED, words, alone.to_dict())


def _because(boxes: list[Box], n: int, counts: Counts) -> str:
    """The proof in words: without censoring Greenwood's error is that of k of n, and censoring only makes it larger."""
    ends = [float(end) for box in boxes for end in (box.survival.low, box.survival.high)]
    least = min(math.sqrt(share * (1 - share) / n) for share in ends)
    most = max(float(box.error.high) for box in boxes if box.error is not None)
    if f"{most:.4f}" < f"{least:.4f}":
        return f"its standard error is at least {least:.4f} even if nobody was censored, the interval allows {most:.4f}"
    how = "weights that add up in whole numbers" + (" or a complete search" if counts.searched else "")
    return f"each of 0 to {n} events is excluded by {how} (see proof in --json)"


def _counted(counts: Counts) -> str:
    """The counts in words."""
    possible = counts.possible
    if len(possible) == 1:
        return f"only {possible[0]} event{'' if possible[0] == 1 else 's'}"
    if possible[-1] - possible[0] + 1 > len(possible):
        return f"{', '.join(map(str, possible[:-1]))} or {possible[-1]} events"
    return f"{possible[0]} to {possible[-1]} events"


def _count(row: PrintedRow, n: int, printed: Printed, counts: Counts | None, other: PrintedRow, same: bool) -> Finding:
    """Whether a printed number of events can lie behind the printed survival."""
    text = other.printed if other is not row else other.count
    claimed = Fraction(text)
    when = "by then" if same else "in all follow-up"

    def fits(found: Counts | None) -> bool:
        return bool(found and found.possible) and (claimed in found.possible if same else claimed >= found.possible[0])

    if fits(counts):
        return Finding(other.id, "events", CONSISTENT, f"{text} events {when} agree with {row.id}: {_counted(counts)}")
    alone = event_counts([value_alone(printed)], n, sequences=False)
    if not fits(alone):
        words = f"{text} events {when} cannot give a survival of {row.printed} among {n} patients ({row.id})"
        return _impossible(other, f"{words}; assumed: {ALONE}", alone)
    if printed.limits and row.method not in ALL:
        words = f"{text} events {when} agree with {row.id} only if its limits are {OTHER} (plain, "
        words += "log, log-log, logit, arcsine); the row names no method"
        return Finding(other.id, "events", UNDETERMINED, words)
    widest = (
        event_counts(every_box(printed), n, sequences=False) if printed.limits and not method_fits(row, n) else None
    )
    if widest is None or not widest.possible or fits(widest):
        words = f"{text} events {when} do not agree with {row.id} under the usual rounding; another is not excluded"
        return Finding(other.id, "events", UNDETERMINED, words)
    words = f"{text} events {when} cannot lie behind {row.id}: {_counted(widest)} of {n}"
    return _impossible(other, f"{words}; assumed: {WIDEST.format(level=printed.level)}", widest)


def _impossible(other: PrintedRow, words: str, counts: Counts) -> Finding:
    return Finding(other.id, "events", IMPOSSIBLE, words, {"proof": counts.to_dict()["proof"]})


def _scale(row: PrintedRow, printed: Printed, boxes: list[Box]) -> Finding:
    """On which scale the interval is symmetric."""
    if printed.limits < 2:
        words = "one limit is 0 or 1 and may have been cut off there: it says nothing of the method"
        return Finding(row.id, "interval", UNDETERMINED, words)
    names = [box.scale for box in boxes]
    if names:
        only, that = ("only ", "that method") if len(names) == 1 else ("", "one of these methods")
        words = f"symmetric {only}on the {' and the '.join(names)} scale: made by {that}"
        return Finding(row.id, "interval", CONSISTENT, words)
    words = f"not symmetric on the {row.method} scale that is named" if row.method in ALL else ODD
    return Finding(row.id, "interval", UNDETERMINED, words)


def _rounded_first(row: PrintedRow, printed: Printed, n: int, named: tuple[str, ...], counts: Counts) -> list[Finding]:
    """Whether the limits can come from S and SE as they were, or only from rounded ones."""
    regions = [region(box, n) for box in usual_boxes(printed, named, Fraction(0))]
    total, complete = 0, isinstance(counts.sequences, int)
    for one in regions if complete else ():
        for events in counts.possible:
            got = histories(one, n, events, most=DIRECT, budget=300_000)
            total, complete = total + got.count, complete and got.complete
    if total:
        words = "limits this close can come from S and its standard error as they were: rounding first is not shown"
        return [Finding(row.id, "rounding", CONSISTENT, words)]
    if not complete:
        words = "too many histories to decide whether values were rounded first"
        return [Finding(row.id, "rounding", UNDETERMINED, words)]
    words = "no history gives these limits from unrounded values: S and its standard error were rounded first"
    return [Finding(row.id, "rounding", CONSISTENT, words)]
