"""The first sentence of every chapter: its question answered, made from the estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from livingreview.presentation.kit.format import NOT_ESTIMABLE, absence, interval_name
from livingreview.presentation.kit.headline import COMPLETE, deepest, headline
from livingreview.presentation.kit.labels import capitalised, endpoint_title
from livingreview.presentation.kit.myst import KEY_RESULT, Block, boxed, directive, escaped, num, numref
from livingreview.presentation.survival_words import beside_headline, deduced
from livingreview.results.codes import Estimator, Limits, ReasonCode, Statistic
from livingreview.results.estimates import Estimate, Results
from livingreview.words.method_names import interval_words
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _


def responses_answer(results: Results, timepoints: dict[str, str]) -> Block:
    """Complete response or better at every timepoint, in order."""
    rate, what = deepest(results.estimates)
    clauses = [
        f"{escaped(small(words))} {num(key, 'count')}{_share(results[key])}"
        for name, words in timepoints.items()
        if (key := f"response.{name}.{rate}") in results and results[key].estimable
    ]
    if clauses:
        counts = "; ".join(clauses)
        if (rate, what) == COMPLETE:
            return boxed(_("Patients with a complete response or better: %(counts)s.", counts=counts), KEY_RESULT)
        return boxed(f"{escaped(capitalised(_(what)))}: {counts}.", KEY_RESULT)
    found = next((row for row in results.estimates if row.key.endswith(f".{rate}")), None)
    reason = reason_words(found.reason) if found else _("no timepoint is named")
    return boxed(_("How many patients responded cannot be said: %(reason)s.", reason=escaped(reason)), KEY_RESULT)


def small(words: str) -> str:
    """The words inside a sentence: no capital at their beginning, but for a word of capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _share(found: Estimate) -> str:
    """Percentage and interval, in brackets; nothing of a count that is only below the threshold."""
    if found.value is None:
        return ""
    return f" ({num(found.key)}; {interval_name(found)} {num(found.key, 'interval')})"


def changes_words(results: Results, timepoints: dict[str, str]) -> Block:
    """How many responses deepened and were lost between timepoints, or the range the totals allow."""
    sentences = []
    for before, after in pairwise(timepoints):
        deeper, lost = (f"response.{change}.{before}.{after}" for change in ("deepened", "lost"))
        if deeper not in results or not results[deeper].estimable:
            continue
        said = {"before": escaped(small(timepoints[before])), "after": escaped(small(timepoints[after]))}
        said |= {"deeper": num(deeper), "lost": num(lost), "n": num(deeper, "n")}
        if results[deeper].value is None:
            words = _(
                "From “%(before)s” to “%(after)s” the response deepened in %(deeper)s patients and became shallower in "
                "%(lost)s: the totals allow any number in these ranges, and nothing published says who changed.",
                **said,
            )
        elif results[deeper].estimator == Estimator.COUNT_ASSESSED_TWICE:
            words = _(
                "From “%(before)s” to “%(after)s” the response deepened in %(deeper)s and became shallower in %(lost)s of "
                "%(n)s patients assessed twice.",
                **said,
            )
        else:
            words = _(
                "From “%(before)s” to “%(after)s” the response deepened in %(deeper)s and became shallower in %(lost)s of "
                "%(n)s patients, assessed twice or not.",
                **said,
            )
        sentences.append(words)
    nothing = _("Change between timepoints cannot be described: fewer than two were recorded.")
    return Block("\n\n".join(sentences) or nothing)


def safety_answer(results: Results) -> Block:
    """Patients with an adverse event of grade 3 or more."""
    key = "safety.grade3plus"
    count = num(key, "count")
    if results[key].limits == Limits.BELOW_THRESHOLD:
        words = _("%(count)s patients had an adverse event of grade 3 or more.", count=count)
    elif results[key].value is None:
        words = _(
            "How many patients had an adverse event of grade 3 or more cannot be said: %(reason)s.",
            reason=escaped(reason_words(results[key].reason)),
        )
    else:
        words = _(
            "%(count)s patients (%(share)s; exact %(level)s confidence interval %(interval)s) had an adverse event of "
            "grade 3 or more.",
            count=count,
            share=num(key),
            level=num(key, "level"),
            interval=num(key, "interval"),
        )
    return boxed(words, KEY_RESULT)


def study_answer(results: Results) -> Block:
    """Who was analysed, of how many."""
    said = {"n": num("cohort.n"), "all": num("cohort.asct_recipients"), "share": num("cohort.analysed")}
    if results["cohort.asct_recipients"].value is None:
        words = _("%(n)s patients were analysed; from how many they were taken is not recorded.", n=said["n"])
    else:
        words = _(
            "%(n)s of %(all)s patients were analysed (%(share)s); %(others)s were not.",
            others=num("cohort.not_analysed"),
            **said,
        )
    return boxed(words, KEY_RESULT)


def inclusion_words(months: float | None, words: str | None, summary: Results) -> Block:
    """What a rule that asks for some time on treatment hides; one sentence where there is no such rule."""
    if not words:
        return Block(
            _(
                "The study names no rule that asked patients to stay on treatment for some time before they could be "
                "analysed."
            )
        )
    hidden = _(
        "Only patients with %(rule)s were analysed. Whoever progressed, died or stopped for toxicity %(early)s is not "
        "among them, so every figure of this review describes patients who had already come that far.",
        rule=escaped(words),
        early=_("early") if months is None else _("before month %(month)g of treatment", month=months),
    )
    later = _(
        "A curve that starts later does not repair it: early failures that were left out cannot be recovered from those "
        "who stayed."
    )
    return Block(f"{hidden} {_left_out(summary['cohort.not_analysed'])} {later}")


def _left_out(others: Estimate) -> str:
    """How many the rule left out, as far as that is known."""
    if others.value is None:
        return _("How many were lost to this rule is not known.")
    if others.identifiability:
        n = num(others.key)
        return _("How many of the %(n)s patients not analysed were lost to this rule is not printed.", n=n)
    return _("How many left at which step is in %(table)s.", table=numref("tbl-flow"))


def headline_cards(pages: dict[str, Results], endpoints: Mapping[str, str]) -> Block:
    """The results a reader looks for first, each with its interval and n; `endpoints` has the page of each.

    Of a table that the cohort does not have, nothing is said.
    """
    survival = [(key, pages[page]) for key, page in endpoints.items() if page in pages]
    cards = [
        *(
            _card(endpoint_title(key, page.endpoints), headline(page, key), page, beside_headline(page, key))
            for key, page in survival
        ),
        *(_card(title, found, page) for title, found, page in _beside_survival(pages) if _was_recorded(found)),
    ]
    return Block(directive("div", "lr-cards", "\n".join(cards), depth=5))


def _beside_survival(pages: dict[str, Results]) -> list[tuple[str, Estimate | None, Results]]:
    responses, safety = pages["responses"], pages["safety"]
    return [
        (_response_title(responses), _last_response(responses), responses),
        (_("Adverse event of grade 3 or more"), safety["safety.grade3plus"], safety),
    ]


def _was_recorded(found: Estimate | None) -> bool:
    """Whether the cohort has the table behind it."""
    return found is not None and not (found.reason and found.reason.code == ReasonCode.NO_TABLE)


def _response_title(results: Results) -> str:
    found = deepest(results.estimates)
    return _("Complete response or better") if found == COMPLETE else escaped(capitalised(_(found[1])))


def _last_response(results: Results) -> Estimate | None:
    """Complete response or better at the last timepoint that was recorded."""
    rate = f".{deepest(results.estimates)[0]}"
    found = [row for row in results.where(statistic=Statistic.PROPORTION) if row.key.endswith(rate)]
    known = [row for row in found if row.value is not None]
    return (known or found or [None])[-1]


def _card(title: str, found: Estimate | None, results: Results, beside: Sequence[str] = ()) -> str:
    """Title, value, interval by method, n and what stands beside it; where there is no value, that."""
    link = f"[{title}](chapters/{results.chapter})"
    if found is None or found.value is None:
        words = absence(found) if found is not None else _(NOT_ESTIMABLE)
        return directive("div", "lr-card", f"{link}\n\n{_card_value(words)}")
    interval = _(
        "%(level)s CI %(interval)s, %(method)s",
        level=num(found.key, "level"),
        interval=num(found.key, "interval"),
        method=escaped(interval_words(found)),
    )
    counted = {"events": num(found.key, "events"), "n": num(found.key, "n")}
    counts = _("%(events)s of %(n)s patients", **counted)
    if found.time_months is not None:
        link = _("%(endpoint)s at %(time)s", endpoint=link, time=num(found.key, "time"))
        counts = _("%(events)s events by then among %(n)s patients", **counted) + deduced(found)
    body = "\n\n".join([link, _card_value(num(found.key)), interval, counts, *beside])
    return directive("div", "lr-card", body)


def _card_value(words: str) -> str:
    return directive("div", "lr-card-value", words, depth=3)


def reproduction_answer(compared: Results, kind: str) -> Block:
    """How many printed numbers are reproduced, and what that is worth."""
    if not compared.tables["ledger"]:
        return boxed(
            _("This cohort has no published numbers to compare with: the folder holds no published.csv."), KEY_RESULT
        )
    worth = (
        _(
            "The tables were reconstructed to agree, so agreement shows that the printed numbers are consistent with each "
            "other, not that they are true."
        )
        if kind == "reconstructed"
        else _("The tables were recorded, not made to agree.")
    )
    statuses = ("all", "reproduced", "rounding", "differs", "bounded", "not_derivable", "not_printed")
    numbers = {status: num(f"ledger.{status}") for status in statuses}
    bounded = _("%(bounded)s lies in a range, ", **numbers) if compared["ledger.bounded"].value else ""
    words = _(
        "Of %(all)s printed or named numbers, %(reproduced)s are reproduced, %(rounding)s under another rounding that is "
        "named, %(differs)s differ; %(in_range)s%(not_derivable)s cannot be derived, %(not_printed)s are named without "
        "being printed.",
        in_range=bounded,
        **numbers,
    )
    return boxed(f"{words} {worth}", KEY_RESULT)
