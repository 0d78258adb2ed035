"""Every table of the review, through one function: caption, name, scoped headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from livingreview.presentation.kit.format import NBSP, interval_name, number
from livingreview.presentation.kit.labels import Endpoints, label
from livingreview.presentation.kit.myst import Block, directive, escaped, listed_table, num
from livingreview.results.codes import Statistic, Variable
from livingreview.results.estimates import Estimate, Results
from livingreview.words.group_names import levels_words
from livingreview.words.method_names import method_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark

ELSEWHERE = {Statistic.LOWER_LIMIT_IF_FOLLOWED}
FIXED = {"pinned": mark("yes"), "bounded": mark("within limits"), "": ""}


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, name: str, look: str = "lr-numeric"
) -> Block:
    """A captioned table; the first row heads the columns, the first column heads the rows.

    Cells are MyST: data must come through `escaped`, numbers through `num`. A table without rows
    says so in a row, because other pages refer to its name. `look` is a class of the style sheet:
    `lr-numeric`, `lr-numeric lr-estimates` (the second column right-aligned), or none for words.
    """
    rows = list(rows) or [[_("Nothing to show"), *[""] * (len(header) - 1)]]
    return Block(listed_table([header, *rows], caption=caption, name=name, look=f"lr-table {look}".rstrip()))


def estimate_table(
    estimates: Sequence[Estimate], *, caption: str, name: str, endpoints: Endpoints | None = None
) -> Block:
    """Estimates with interval, denominator and method; below, what cannot be given, and why; in a table where nothing can.

    What has a table of its own is left out. `endpoints` are the names of the endpoints they belong to.
    """
    estimates = [found for found in estimates if found.statistic not in ELSEWHERE]
    shown = [found for found in estimates if found.estimable]
    absent = [found for found in estimates if not found.estimable]
    statuses = {found.identifiability for found in shown}
    mixed = len(statuses) > 1
    header = [_("Quantity"), _("Estimate"), _("Interval"), _("Patients"), _("Method")]
    if mixed:
        header.append(_("Fixed by print"))
    rows = [
        [escaped(label(found, endpoints)), *_cells(found), *([_(FIXED[found.identifiability])] if mixed else [])]
        for found in shown
    ]
    if statuses == {"pinned"}:
        caption = f"{caption} {_('All fixed by what is printed.')}"
    if not rows:
        return _none_given(absent, endpoints, caption=caption, name=name)
    shown_table = table(header, rows, caption=caption, name=name, look="lr-numeric lr-estimates")
    within = [found for found in shown if _is_within(found)]
    notes = [
        *_reasons(_("Fixed only within limits, and why"), within, endpoints),
        *_reasons(_("What cannot be given, and why"), absent, endpoints),
    ]
    return Block("\n\n".join([shown_table.markdown, *notes]))


def _none_given(absent: Sequence[Estimate], endpoints: Endpoints | None, *, caption: str, name: str) -> Block:
    """What cannot be given as the table itself, so that its address stays; nothing where nothing was asked."""
    rows = [[escaped("; ".join(names)), escaped(reason)] for reason, names in _by_reason(absent, endpoints).items()]
    header = [_("Quantity"), _("Why it cannot be given")]
    return table(header, rows, caption=caption, name=name, look="") if rows else Block("")


def _is_within(found: Estimate) -> bool:
    return found.identifiability == "bounded" and bool(found.reason)


def _cells(found: Estimate) -> list[str]:
    has_limits = found.low is not None or found.high is not None
    limits = f"{num(found.key, 'interval')} ({interval_name(found)})" if has_limits and found.value is not None else ""
    counts = ""
    if found.n is not None:
        counts = str(found.n) if found.events is None else f"{found.events}{NBSP}/{NBSP}{found.n}"
    reason = "" if _is_within(found) else reason_words(found.reason)  # stands below the table, once for all
    method = "; ".join(words for words in (method_words(found), reason) if words)
    return [num(found.key), limits, counts, escaped(method)]


def _reasons(title: str, estimates: Sequence[Estimate], endpoints: Endpoints | None) -> list[str]:
    """Quantities by what there is to say of them, one line a reason."""
    reasons = _by_reason(estimates, endpoints)
    if not reasons:
        return []
    lines = [f"- {escaped('; '.join(names))}: {escaped(reason)}." for reason, names in reasons.items()]
    return [directive("div", "lr-absent", f"**{title}**\n\n" + "\n".join(lines))]


def _by_reason(estimates: Sequence[Estimate], endpoints: Endpoints | None) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for found in estimates:
        names = reasons.setdefault(reason_words(found.reason), [])
        if (named := label(found, endpoints)) not in names:
            names.append(named)
    return reasons


def response_table(results: Results, timepoints: dict[str, str], *, caption: str, name: str) -> Block:
    """Response categories in rows, timepoints in columns; count, percentage and exact interval in a cell.

    Nothing where no timepoint is named.
    """
    shares = [found for found in results.where(statistic=Statistic.PROPORTION) if found.value is not None]
    if not timepoints:
        return Block("")
    rows: dict[str, dict[str, str]] = {}
    for found in shares:
        timepoint = found.group[0].level
        words = levels_words([level for level in found.group if level.variable == Variable.RESPONSE])
        rows.setdefault(words, {})[timepoint] = (
            f"{num(found.key, 'events')} ({num(found.key)}; {num(found.key, 'interval')})"
        )
    if shares:
        made = {"method": method_words(shares[0]), "interval": interval_name(shares[0])}
        counted = _("Patients of %(n)s (percentage; %(method)s %(interval)s).", n=shares[0].n, **made)
        caption = f"{caption} {counted}"
    body = [[escaped(words), *(cells.get(timepoint, "–") for timepoint in timepoints)] for words, cells in rows.items()]
    header = [_("Response"), *(escaped(words) for words in timepoints.values())]
    return table(header, body, caption=caption, name=name)


def lower_limit_table(rows: Sequence[Mapping[str, float]], *, caption: str, name: str) -> Block:
    """The exact lower limit of a survival of 100 % for each number of patients behind it."""
    body = [[str(row["at_risk"]), number(row["low"], "fraction")] for row in rows]
    header = [_("Patients still followed"), _("Lower limit")]
    return table(header, body, caption=caption, name=name, look="lr-numeric lr-estimates")
