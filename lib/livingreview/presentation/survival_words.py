"""Survival in words: the headline with its interval, what stands beside it, and what only the details say."""

from __future__ import annotations

from livingreview.presentation.kit.headline import chosen, exact, followed, headline, known
from livingreview.presentation.kit.myst import KEY_RESULT, Block, boxed, escaped, joined, num, ref
from livingreview.presentation.kit.table import table
from livingreview.results.codes import Statistic
from livingreview.results.estimates import Estimate, Results
from livingreview.words.method_names import interval_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _


def survival_answer(results: Results, endpoint: str) -> Block:
    """Survival at the last milestone, its interval with the method, how few events carry it, who was still followed."""
    found, alive = headline(results, endpoint), _(results.endpoints[endpoint].alive)
    if found is None or not found.estimable:
        reason = reason_words(found.reason) if found else _("no milestone is set")
        words = {"alive": alive, "reason": escaped(reason)}
        return boxed(_("How many patients were %(alive)s cannot be said: %(reason)s.", **words), KEY_RESULT)
    first = _(
        "An estimated %(survival)s of patients were %(alive)s at %(time)s (%(level)s confidence interval %(interval)s, "
        "%(method)s), with %(events)s events by then among %(n)s patients%(deduced)s.",
        survival=num(found.key),
        alive=alive,
        level=num(found.key, "level"),
        method=escaped(interval_words(found)),
        deduced=deduced(found),
        **{part: num(found.key, part) for part in ("time", "interval", "events", "n")},
    )
    left = followed(results, endpoint)
    beside = [] if left is None else [_("How many were still followed then without an event: %(n)s.", n=num(left.key))]
    said = [first, *beside, *_earlier(results, endpoint), *_other_intervals(results, endpoint)]
    return boxed(" ".join(said), KEY_RESULT)


def _other_intervals(results: Results, endpoint: str) -> list[str]:
    """The interval that was chosen or printed, if it is another, and the beta product's where events are few."""
    found, main, few = headline(results, endpoint), chosen(results, endpoint), exact(results, endpoint)
    said = []
    if main is not found and main.low is not None:
        other = {"method": escaped(interval_words(main)), "interval": num(main.key, "interval")}
        said.append(
            _("Printed in the publication is another, the %(method)s: %(interval)s as computed here.", **other)
            if main.identifiability
            else _("Chosen for this edition is another, the %(method)s: %(interval)s as computed here.", **other)
        )
    if few is not None and few.low is not None and few is not main:
        interval = num(few.key, "interval")
        beta = _(
            "Events are few; the beta product interval is %(interval)s: %(built)s.", interval=interval, built=_built()
        )
        said.append(beta)
    return said


def _built() -> str:
    why = ref("method-beta-product", _("why"))
    return _("built not to be too narrow, usually too wide (%(why)s)", why=why)


def beside_headline(results: Results, endpoint: str) -> list[str]:
    """Lines of a card under the headline: the beta product interval where events are few, and who was still followed."""
    few, left = exact(results, endpoint), followed(results, endpoint)
    lines = []
    if few is not None and few.low is not None and few is not headline(results, endpoint):
        lines.append(f"{num(few.key, 'interval')}, {escaped(interval_words(few))}: {_built()}")
    if left is not None:
        lines.append(_("still followed then without an event: %(n)s", n=num(left.key)))
    return lines


def survival_details(results: Results, endpoint: str, *, name: str) -> Block:
    """What the beta product interval asks of unknown follow-up; of observed patients its mid-p form; else nothing."""
    main = chosen(results, endpoint)
    if main is None or main.value is None:
        return Block("")
    rows = results.where(endpoint=endpoint, statistic=Statistic.LOWER_LIMIT_IF_FOLLOWED)
    if rows:
        body = [[row.key.rpartition(".")[2], num(row.key)] for row in rows]
        caption = _(
            "Lower limit of the beta product interval at %(time)s, by how many patients were still followed then without "
            "an event: over all histories that print the estimate and leave so many. How many it were is not printed.",
            time=num(main.key, "time"),
        )
        head = [_("Still followed"), _("Lower limit")]
        return table(head, body, caption=caption, name=name, look="lr-numeric lr-estimates")
    mid_p = known(results, f"{main.key}.bpcp_midp")
    if mid_p is None or mid_p.low is None:
        return Block("")
    words = _(
        "As a sensitivity, the mid-p form of the beta product interval, which is shorter and not built to cover in every "
        "case: %(interval)s (%(how)s).",
        interval=num(mid_p.key, "interval"),
        how=ref("method-beta-product", _("how")),
    )
    return Block(words)


def _earlier(results: Results, endpoint: str) -> list[str]:
    """What is known of the milestones that only the ensemble bounds."""
    found = [
        _("%(survival)s at %(time)s", survival=num(row.key), time=num(row.key, "time"))
        for row in results.where(endpoint=endpoint, statistic=Statistic.SURVIVAL, group=(), identifiability="bounded")
        if row.value is None and row.key == f"{endpoint}.survival.{row.time_months:g}"
    ]
    if not found:
        return []
    return [_("Before that it was %(earlier)s, depending on what the publication does not say.", earlier=joined(found))]


def deduced(found: Estimate) -> str:
    """Where no patient was observed the number of events is a deduction, with assumptions."""
    if not found.identifiability:
        return ""
    return " " + _("(deduced: %(proof)s)", proof=ref("reproduction", _("the proof and its assumptions")))
