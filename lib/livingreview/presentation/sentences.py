"""The first sentence of every chapter: its question answered, made from the estimates."""

from __future__ import annotations

from collections.abc import Sequence

from livingreview.estimates import Estimate, Results
from livingreview.presentation.headline import beside, headline
from livingreview.presentation.markup import Block, boxed, escaped, num
from livingreview.presentation.numbers import NOT_ESTIMABLE, absence, interval_name

KEY_RESULT = "lr-key-result"
ALIVE = {"pfs": "were alive without progression", "os": "were alive"}


def survival_answer(results: Results, endpoint: str) -> Block:
    """Survival at the last milestone, its interval with the method, and how few events carry it."""
    found = headline(results, endpoint)
    if found is None or not found.estimable:
        return boxed(_cannot(ALIVE[endpoint], found), KEY_RESULT)
    words = (
        f"{num(found.key)} of patients {ALIVE[endpoint]} at {num(found.key, 'time')} "
        f"({_interval(found)}), with {num(found.key, 'events')} events by then among {num(found.key, 'n')} patients"
        f"{_deduced(found)}."
    )
    words += _earlier(results, endpoint)
    exact = beside(results, found)
    if exact is not None and exact.identifiability == "bounded":
        words += (
            f" So few events ask for the beta product interval ({{ref}}`why <method-beta-product>`), which depends on what is"
            f" not printed: {escaped(exact.reason.partition(':')[0])}."
        )
    elif exact is not None:
        words += (
            f" So few events ask for the beta product interval, {num(exact.key, 'interval')}:"
            " the usual ones are too narrow ({ref}`why <method-beta-product>`)."
        )
    return boxed(words, KEY_RESULT)


def _earlier(results: Results, endpoint: str) -> str:
    """What is known of the milestones that only the ensemble bounds."""
    found = [
        f"{num(row.key)} at {num(row.key, 'time')}"
        for row in results.where(endpoint=endpoint, statistic="survival", group="all", identifiability="bounded")
        if row.value is None and row.key == f"{endpoint}.survival.{row.time_months:g}"
    ]
    return f" Before that it was {_joined(found)}, depending on what the publication does not say." if found else ""


def _deduced(found: Estimate) -> str:
    """Where no patient was observed the number of events is a deduction, with assumptions."""
    return " (deduced: {ref}`the proof and its assumptions <reproduction>`)" if found.identifiability else ""


def _interval(found: Estimate) -> str:
    name = found.method.removeprefix("Kaplan-Meier, ")
    return f"{num(found.key, 'level')} confidence interval {num(found.key, 'interval')}, {escaped(name)}"


def _cannot(what: str, found: Estimate | None) -> str:
    reason = found.reason if found else "no milestone is set"
    return f"How many patients {what} cannot be said: {escaped(reason)}."


def responses_answer(results: Results, timepoints: dict[str, str]) -> Block:
    """Complete response or better at every timepoint, in order."""
    clauses = [
        f"by {num(key, 'count')} patients {escaped(words.lower())}{_share(results[key])}"
        for name, words in timepoints.items()
        if (key := f"response.{name}.cr_or_better") in results and results[key].estimable
    ]
    if not clauses:
        found = next((row for row in results.estimates if row.key.endswith(".cr_or_better")), None)
        reason = found.reason if found else "no timepoint is named"
        return boxed(f"How many patients responded cannot be said: {escaped(reason)}.", KEY_RESULT)
    return boxed(f"A complete response or better was reached {_joined(clauses)}.", KEY_RESULT)


def _share(found: Estimate) -> str:
    """Percentage and interval, in brackets; nothing of a count that is only below the threshold."""
    if found.value is None:
        return ""
    return f" ({num(found.key)}; {interval_name(found)} {num(found.key, 'interval')})"


def _joined(clauses: Sequence[str]) -> str:
    return clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"


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
                f"{num(deeper)} and became shallower in {num(lost)} of {num(deeper, 'n')} {escaped(results[deeper].method.removeprefix('count of '))}."
            )
    return Block(
        "\n\n".join(sentences) or "Change between timepoints cannot be described: fewer than two were recorded."
    )


def safety_answer(results: Results) -> Block:
    """Patients with an adverse event of grade 3 or more."""
    key = "safety.grade3plus"
    if results[key].limits == "below-threshold":
        return boxed(f"{num(key, 'count')} patients had an adverse event of grade 3 or more.", KEY_RESULT)
    if results[key].value is None:
        return boxed(
            f"How many patients had an adverse event of grade 3 or more cannot be said: {escaped(results[key].reason)}.",
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
        f"{num('cohort.n')} of {num('cohort.asct_recipients')} transplanted patients were analysed "
        f"({num('cohort.analysed')}); {num('cohort.not_analysed')} were not.",
        KEY_RESULT,
    )


def inclusion_words(months: float | None, words: str | None, summary: Results) -> Block:
    """What a rule that asks for some time on treatment hides; nothing where there is no such rule."""
    if not words:
        return Block("No rule asked patients to stay on treatment for some time before they could be analysed.")
    before = "early" if months is None else f"before month {months:g} of maintenance"
    left_out = "How many were lost to this rule is not known."
    if summary["cohort.not_analysed"].value is not None:
        left_out = (
            f"How many of the {num('cohort.not_analysed')} patients not analysed were lost to this rule is not printed."
            if summary["cohort.not_analysed"].identifiability
            else "How many left at which step is in {numref}`tbl-flow`."
        )
    return Block(
        f"Only patients with {escaped(words)} were analysed. Whoever progressed, died or stopped for toxicity {before} "
        "is not among them, so every figure of this review describes patients who had already come that far. "
        f"{left_out} A curve that starts later does not repair it: early failures that were left out cannot be "
        "recovered from those who stayed."
    )


def headline_cards(pages: dict[str, Results]) -> Block:
    """The four results a reader looks for first, each with its interval and n."""
    pfs, os_ = pages["progression-free-survival"], pages["overall-survival"]
    cards = [
        _card("Progression-free survival", headline(pfs, "pfs"), pfs),
        _card("Overall survival", headline(os_, "os"), os_),
        _card("Complete response or better", _last_response(pages["responses"]), pages["responses"]),
        _card("Adverse event of grade 3 or more", pages["safety"]["safety.grade3plus"], pages["safety"]),
    ]
    return Block(":::::{div} lr-cards\n" + "\n".join(cards) + "\n:::::")


def _last_response(results: Results) -> Estimate | None:
    """Complete response or better at the last timepoint that was recorded."""
    found = [row for row in results.where(statistic="proportion") if row.key.endswith(".cr_or_better")]
    known = [row for row in found if row.value is not None]
    return (known or found or [None])[-1]


def _card(title: str, found: Estimate | None, results: Results) -> str:
    """Title, value, interval by method, and n; where there is no value, that."""
    link = f"[{title}](chapters/{results.chapter})"
    if found is None or found.value is None:
        words = absence(found) if found is not None else NOT_ESTIMABLE
        return f"::::{{div}} lr-card\n{link}\n\n:::{{div}} lr-card-value\n{words}\n:::\n::::"
    when = f" at {num(found.key, 'time')}" if found.time_months is not None else ""
    intervals = [found] if (exact := beside(results, found)) is None else [exact, found]
    if exact is not None and exact.identifiability == "bounded":
        intervals = [found, exact]  # what is printed stands before what is known only within bounds
    lines = [f"{num(row.key, 'level')} CI {num(row.key, 'interval')}, {escaped(_short(row))}" for row in intervals]
    counted = "{} events by then among {} patients" if when else "{} of {} patients"
    lines.append(counted.format(num(found.key, "events"), num(found.key, "n")) + (_deduced(found) if when else ""))
    body = "\n\n".join([f"{link}{when}", f":::{{div}} lr-card-value\n{num(found.key)}\n:::", *lines])
    return f"::::{{div}} lr-card\n{body}\n::::"


def _short(found: Estimate) -> str:
    return found.method.removeprefix("Kaplan-Meier, ").removesuffix(" interval")


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


def lead(title: str, kind: str, statement: str, date: str, citation: str | None) -> Block:
    """What this edition is, in one sentence, with the paper it reviews."""
    words = f"**{escaped(title)}.** {kind.capitalize()} edition of {escaped(date)}: {statement}."
    return Block(words if citation is None else f"{words}\n\nReviewed: {escaped(citation)}")


def contact_words(contact: str) -> Block:
    """Where to send a correction."""
    return Block(f"Something is wrong? {escaped(contact[:1].upper() + contact[1:])}.")
