"""The first sentence of every chapter: its question answered, made from the estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from livingreview.presentation.kit.format import NOT_ESTIMABLE, absence, interval_name
from livingreview.presentation.kit.headline import headline
from livingreview.presentation.kit.labels import endpoint_title
from livingreview.presentation.kit.myst import KEY_RESULT, Block, boxed, directive, escaped, joined, num, numref
from livingreview.presentation.survival_words import beside_headline, deduced
from livingreview.results.codes import Estimator, Limits, Statistic
from livingreview.results.estimates import Estimate, Results
from livingreview.words.method_names import interval_words
from livingreview.words.reason_words import reason_words


def responses_answer(results: Results, timepoints: dict[str, str]) -> Block:
    """Complete response or better at every timepoint, in order."""
    clauses = [
        f"by {num(key, 'count')} patients {escaped(words.lower())}{_share(results[key])}"
        for name, words in timepoints.items()
        if (key := f"response.{name}.cr_or_better") in results and results[key].estimable
    ]
    if not clauses:
        found = next((row for row in results.estimates if row.key.endswith(".cr_or_better")), None)
        reason = reason_words(found.reason) if found else "no timepoint is named"
        return boxed(f"How many patients responded cannot be said: {escaped(reason)}.", KEY_RESULT)
    return boxed(f"A complete response or better was reached {joined(clauses)}.", KEY_RESULT)


def _share(found: Estimate) -> str:
    """Percentage and interval, in brackets; nothing of a count that is only below the threshold."""
    if found.value is None:
        return ""
    return f" ({num(found.key)}; {interval_name(found)} {num(found.key, 'interval')})"


def changes_words(results: Results, timepoints: dict[str, str]) -> Block:
    """How many responses deepened and were lost between timepoints, or the range the totals allow."""
    names = list(timepoints)
    sentences = []
    for before, after in zip(names, names[1:], strict=False):
        deeper, lost = (f"response.{change}.{before}.{after}" for change in ("deepened", "lost"))
        if deeper not in results or not results[deeper].estimable:
            continue
        if results[deeper].value is None:
            sentences.append(
                f"From “{escaped(timepoints[before].lower())}” to “{escaped(timepoints[after].lower())}” the response deepened in "
                f"{num(deeper)} patients and became shallower in {num(lost)}: the totals allow any number in these ranges, "
                "and nothing published says who changed."
            )
        else:
            sentences.append(
                f"From “{escaped(timepoints[before].lower())}” to “{escaped(timepoints[after].lower())}” the response deepened in "
                f"{num(deeper)} and became shallower in {num(lost)} of {num(deeper, 'n')} {_assessed(results[deeper])}."
            )
    return Block(
        "\n\n".join(sentences) or "Change between timepoints cannot be described: fewer than two were recorded."
    )


def _assessed(found: Estimate) -> str:
    both = found.estimator == Estimator.COUNT_ASSESSED_TWICE
    return "patients assessed twice" if both else "patients, assessed twice or not"


def safety_answer(results: Results) -> Block:
    """Patients with an adverse event of grade 3 or more."""
    key = "safety.grade3plus"
    if results[key].limits == Limits.BELOW_THRESHOLD:
        return boxed(f"{num(key, 'count')} patients had an adverse event of grade 3 or more.", KEY_RESULT)
    if results[key].value is None:
        return boxed(
            f"How many patients had an adverse event of grade 3 or more cannot be said: {escaped(reason_words(results[key].reason))}.",
            KEY_RESULT,
        )
    return boxed(
        f"{num(key, 'count')} patients ({num(key)}; exact {num(key, 'level')} confidence interval {num(key, 'interval')}) "
        "had an adverse event of grade 3 or more.",
        KEY_RESULT,
    )


def study_answer(results: Results) -> Block:
    """Who was analysed, of how many."""
    whole = results["cohort.asct_recipients"]
    if whole.value is None:
        return boxed(
            f"{num('cohort.n')} patients were analysed; from how many they were taken is not recorded.", KEY_RESULT
        )
    return boxed(
        f"{num('cohort.n')} of {num('cohort.asct_recipients')} patients were analysed "
        f"({num('cohort.analysed')}); {num('cohort.not_analysed')} were not.",
        KEY_RESULT,
    )


def inclusion_words(months: float | None, words: str | None, summary: Results) -> Block:
    """What a rule that asks for some time on treatment hides; nothing where there is no such rule."""
    if not words:
        return Block(
            "The study names no rule that asked patients to stay on treatment for some time before they could be analysed."
        )
    before = "early" if months is None else f"before month {months:g} of maintenance"
    left_out = "How many were lost to this rule is not known."
    if summary["cohort.not_analysed"].value is not None:
        left_out = (
            f"How many of the {num('cohort.not_analysed')} patients not analysed were lost to this rule is not printed."
            if summary["cohort.not_analysed"].identifiability
            else f"How many left at which step is in {numref('tbl-flow')}."
        )
    return Block(
        f"Only patients with {escaped(words)} were analysed. Whoever progressed, died or stopped for toxicity {before} "
        "is not among them, so every figure of this review describes patients who had already come that far. "
        f"{left_out} A curve that starts later does not repair it: early failures that were left out cannot be "
        "recovered from those who stayed."
    )


def headline_cards(pages: dict[str, Results], endpoints: Mapping[str, str]) -> Block:
    """The results a reader looks for first, each with its interval and n; `endpoints` has the page of each endpoint."""
    survival = [(key, pages[page]) for key, page in endpoints.items() if page in pages]
    cards = [
        *(
            _card(endpoint_title(key, page.endpoints), headline(page, key), page, beside_headline(page, key))
            for key, page in survival
        ),
        _card("Complete response or better", _last_response(pages["responses"]), pages["responses"]),
        _card("Adverse event of grade 3 or more", pages["safety"]["safety.grade3plus"], pages["safety"]),
    ]
    return Block(directive("div", "lr-cards", "\n".join(cards), depth=5))


def _last_response(results: Results) -> Estimate | None:
    """Complete response or better at the last timepoint that was recorded."""
    found = [row for row in results.where(statistic=Statistic.PROPORTION) if row.key.endswith(".cr_or_better")]
    known = [row for row in found if row.value is not None]
    return (known or found or [None])[-1]


def _card(title: str, found: Estimate | None, results: Results, beside: Sequence[str] = ()) -> str:
    """Title, value, interval by method, n and what stands beside it; where there is no value, that."""
    link = f"[{title}](chapters/{results.chapter})"
    if found is None or found.value is None:
        words = absence(found) if found is not None else NOT_ESTIMABLE
        return directive("div", "lr-card", f"{link}\n\n{_card_value(words)}")
    when = f" at {num(found.key, 'time')}" if found.time_months is not None else ""
    interval = f"{num(found.key, 'level')} CI {num(found.key, 'interval')}, {escaped(interval_words(found))}"
    counted = "{} events by then among {} patients" if when else "{} of {} patients"
    counts = counted.format(num(found.key, "events"), num(found.key, "n")) + (deduced(found) if when else "")
    body = "\n\n".join([f"{link}{when}", _card_value(num(found.key)), interval, counts, *beside])
    return directive("div", "lr-card", body)


def _card_value(words: str) -> str:
    return directive("div", "lr-card-value", words, depth=3)


def reproduction_answer(compared: Results, kind: str) -> Block:
    """How many printed numbers are reproduced, and what that is worth."""
    if not compared.tables["ledger"]:
        return boxed(
            "This cohort has no published numbers to compare with: the folder holds no published.csv.", KEY_RESULT
        )
    worth = (
        "The tables were reconstructed to agree, so agreement shows that the printed numbers are consistent with each other, not that they are true."
        if kind == "reconstructed"
        else "The tables were recorded, not made to agree."
    )
    bounded = f"{num('ledger.bounded')} lies in a range, " if compared["ledger.bounded"].value else ""
    return boxed(
        f"Of {num('ledger.all')} printed or named numbers, {num('ledger.reproduced')} are reproduced, {num('ledger.rounding')} under another rounding "
        f"that is named, {num('ledger.differs')} differ; {bounded}"
        f"{num('ledger.not_derivable')} cannot be derived, {num('ledger.not_printed')} are named without being printed. {worth}",
        KEY_RESULT,
    )
