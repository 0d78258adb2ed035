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

BUILT = f"built not to be too narrow, usually too wide ({ref('method-beta-product', 'why')})"


def survival_answer(results: Results, endpoint: str) -> Block:
    """Survival at the last milestone, its interval with the method, how few events carry it, who was still followed."""
    found, alive = headline(results, endpoint), _(results.endpoints[endpoint].alive)
    if found is None or not found.estimable:
        return boxed(_cannot(f"were {alive}", found), KEY_RESULT)
    interval = (
        f"{num(found.key, 'level')} confidence interval {num(found.key, 'interval')}, {escaped(interval_words(found))}"
    )
    words = (
        f"An estimated {num(found.key)} of patients were {alive} at {num(found.key, 'time')} ({interval}), "
        f"with {num(found.key, 'events')} events by then among {num(found.key, 'n')} patients{deduced(found)}."
    )
    left = followed(results, endpoint)
    if left is not None:
        words += f" How many were still followed then without an event: {num(left.key)}."
    return boxed(words + _earlier(results, endpoint) + _other_intervals(results, endpoint), KEY_RESULT)


def _other_intervals(results: Results, endpoint: str) -> str:
    """The interval that was chosen or printed, if it is another, and the beta product's where events are few."""
    found, main, few = headline(results, endpoint), chosen(results, endpoint), exact(results, endpoint)
    words = ""
    if main is not found and main.low is not None:
        whose = "Printed in the publication" if main.identifiability else "Chosen for this edition"
        words += (
            f" {whose} is another, the {escaped(interval_words(main))}: {num(main.key, 'interval')} as computed here."
        )
    if few is not None and few.low is not None and few is not main:
        words += f" Events are few; the beta product interval is {num(few.key, 'interval')}: {BUILT}."
    return words


def beside_headline(results: Results, endpoint: str) -> list[str]:
    """Lines of a card under the headline: the beta product interval where events are few, and who was still followed."""
    few, left = exact(results, endpoint), followed(results, endpoint)
    lines = []
    if few is not None and few.low is not None and few is not headline(results, endpoint):
        lines.append(f"{num(few.key, 'interval')}, {escaped(interval_words(few))}: {BUILT}")
    if left is not None:
        lines.append(f"still followed then without an event: {num(left.key)}")
    return lines


def survival_details(results: Results, endpoint: str, *, name: str) -> Block:
    """What the beta product interval asks of unknown follow-up; of observed patients its mid-p form; else nothing."""
    main = chosen(results, endpoint)
    if main is None or main.value is None:
        return Block("")
    rows = results.where(endpoint=endpoint, statistic=Statistic.LOWER_LIMIT_IF_FOLLOWED)
    if rows:
        body = [[row.key.rpartition(".")[2], num(row.key)] for row in rows]
        caption = (
            f"Lower limit of the beta product interval at {num(main.key, 'time')}, by how many patients were still followed "
            "then without an event: over all histories that print the estimate and leave so many. How many it were is not printed."
        )
        head = ["Still followed", "Lower limit"]
        return table(head, body, caption=caption, name=name, look="lr-numeric lr-estimates")
    mid_p = known(results, f"{main.key}.bpcp_midp")
    if mid_p is None or mid_p.low is None:
        return Block("")
    return Block(
        f"As a sensitivity, the mid-p form of the beta product interval, which is shorter and not built to cover in every "
        f"case: {num(mid_p.key, 'interval')} ({ref('method-beta-product', 'how')})."
    )


def _earlier(results: Results, endpoint: str) -> str:
    """What is known of the milestones that only the ensemble bounds."""
    found = [
        f"{num(row.key)} at {num(row.key, 'time')}"
        for row in results.where(endpoint=endpoint, statistic=Statistic.SURVIVAL, group=(), identifiability="bounded")
        if row.value is None and row.key == f"{endpoint}.survival.{row.time_months:g}"
    ]
    return f" Before that it was {joined(found)}, depending on what the publication does not say." if found else ""


def deduced(found: Estimate) -> str:
    """Where no patient was observed the number of events is a deduction, with assumptions."""
    return f" (deduced: {ref('reproduction', 'the proof and its assumptions')})" if found.identifiability else ""


def _cannot(what: str, found: Estimate | None) -> str:
    reason = reason_words(found.reason) if found else "no milestone is set"
    return f"How many patients {what} cannot be said: {escaped(reason)}."
