"""Why the audit calls a printed number consistent, impossible or undetermined, and what it assumes: a sentence by code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark, ngettext

REASONS = {
    # a percentage, and the counts behind it
    "no-denominator": mark("the denominator is not printed: nothing can be excluded"),
    "only-balanced": mark(
        "no count of %(n)s is printed as %(printed)s but by balancing with a category that is not printed"
    ),
    "no-count": mark(
        "no whole number of %(n)s patients is printed as %(printed)s, rounded half up, half to even or cut off"
    ),
    "one-count": mark("%(count)s of %(n)s"),
    "one-count-by": mark("%(count)s of %(n)s, by %(ways)s"),
    "several-counts": mark("%(counts)s counts of %(n)s are printed so"),
    "rounded": mark("%(count)s of %(n)s is %(share)s, printed %(printed)s"),
    "otherwise-rounded": mark("%(count)s of %(n)s is %(share)s, printed %(printed)s by %(ways)s, not by rounding"),
    "balanced-with-unprinted": mark(
        "%(count)s of %(n)s is %(share)s, printed %(printed)s: only balancing with a category not printed"
    ),
    "no-rounding": mark("%(count)s of %(n)s is %(share)s, which no rounding prints as %(printed)s"),
    "made-by": mark("the limits are those of the %(methods)s interval"),
    "made-otherwise": mark(
        "no Clopper-Pearson, Wilson, plain or logit interval of a fitting count has these limits; other methods exist"
    ),
    # a count
    "no-number-of-patients": mark("%(printed)s is no number of patients"),
    "above-denominator": mark("%(printed)s of %(n)s patients"),
    "within-denominator": mark("%(printed)s is not above the %(n)s patients"),
    # a share and its own limits
    "outside-range": mark("%(printed)s lies outside 0 to %(whole)s"),
    "below-limit": mark("%(printed)s lies below its own lower limit %(limit)s"),
    "above-limit": mark("%(printed)s lies above its own upper limit %(limit)s"),
    "outside-range-unknown": mark("%(printed)s lies outside 0 to %(whole)s; without a denominator nothing is excluded"),
    "below-limit-unknown": mark(
        "%(printed)s lies below its own lower limit %(limit)s; without a denominator nothing is excluded"
    ),
    "above-limit-unknown": mark(
        "%(printed)s lies above its own upper limit %(limit)s; without a denominator nothing is excluded"
    ),
    # categories of one whole
    "sum-is-whole": mark("%(terms)s = %(total)s, the whole"),
    "sum-is-rounded": mark("%(terms)s = %(total)s: %(whole)s but for rounding"),
    "sum-is-less": mark("%(terms)s = %(total)s, less than %(whole)s: others may not be printed"),
    "sum-is-more": mark("%(terms)s = %(total)s, more than %(whole)s"),
    "sum-may-overlap": mark("%(terms)s = %(total)s, more than %(whole)s: the categories may overlap"),
    # items that are 0 or 1
    "answers-unknown": mark("the number of answers is not printed: nothing can be excluded"),
    "too-many-answers": mark("more than %(most)s answers are not searched"),
    "no-ones": mark("no number of ones among %(n)s has the mean %(printed)s"),
    "counts-of-ones": mark("%(counts)s counts of %(n)s have this mean"),
    "ones-of-both": mark("%(ones)s ones of %(n)s have this mean and standard deviation"),
    "no-ones-of-both": mark(
        "no number of ones among %(n)s has the mean %(printed)s with the standard deviation %(sd)s"
    ),
    # hazard ratios
    "no-interval": mark("no interval is printed"),
    "no-logarithm": mark("a number so close to zero has no logarithm to compare"),
    "limits-turned-round": mark("the upper limit does not lie above the lower one"),
    "not-in-the-middle": mark(
        "the middle of the limits is %(centre_low)s to %(centre_high)s on the log scale, not %(printed)s; other "
        "intervals need not be symmetric"
    ),
    "in-the-middle": mark("the interval is symmetric around the ratio on the log scale"),
    "p-fits": mark("ratio and interval give p between %(p_low)s and %(p_high)s, printed %(p)s"),
    "p-of-another-test": mark(
        "ratio and interval give p between %(p_low)s and %(p_high)s, printed %(p)s: another test may have given it"
    ),
    # a survival: the events behind it
    "patients-unknown": mark("the number of patients behind it is not printed: nothing can be excluded"),
    "too-many-patients": mark("more than %(most)s patients are not searched"),
    "events-can-be": mark("%(events)s of %(n)s patients can lie behind it"),
    "no-product": mark(
        "no number of events among %(n)s patients gives a survival of %(printed)s: no product of different fractions "
        "(r - 1)/r with r up to %(n)s is printed so"
    ),
    "simple-proportion": mark(
        "no Kaplan-Meier history gives the interval, but it is the %(methods)s interval of a simple proportion"
    ),
    "another-kind": mark(
        "not an interval of these kinds (plain, log, log-log, logit or arcsine with Greenwood's error): limits by "
        "bootstrap, t or profile likelihood are none of these, so only the value itself was used: %(events)s of %(n)s"
    ),
    "rounded-coarsely": mark("possible only if numbers were rounded more coarsely than usual: %(events)s of %(n)s"),
    "rounded-coarsely-or-other-method": mark(
        "possible only if the method is not %(method)s, or numbers were rounded more coarsely than usual: %(events)s "
        "of %(n)s"
    ),
    "error-too-small": mark(
        "no number of events among %(n)s patients gives this survival with this interval: its standard error is at "
        "least %(error_least)s even if nobody was censored, the interval allows %(error_most)s"
    ),
    "excluded-by-weights": mark(
        "no number of events among %(n)s patients gives this survival with this interval: each of 0 to %(n)s events is "
        "excluded by weights that add up in whole numbers (see proof in --json)"
    ),
    "excluded-by-search": mark(
        "no number of events among %(n)s patients gives this survival with this interval: each of 0 to %(n)s events is "
        "excluded by weights that add up in whole numbers or a complete search (see proof in --json)"
    ),
    # a survival: a printed number of events, and its interval
    "events-agree": mark("%(claimed)s events %(when)s agree with %(of)s: %(events)s"),
    "events-cannot-give": mark(
        "%(claimed)s events %(when)s cannot give a survival of %(printed)s among %(n)s patients (%(of)s)"
    ),
    "events-need-another-kind": mark(
        "%(claimed)s events %(when)s agree with %(of)s only if its limits are not an interval of these kinds (plain, "
        "log, log-log, logit, arcsine); the row names no method"
    ),
    "events-need-other-rounding": mark(
        "%(claimed)s events %(when)s do not agree with %(of)s under the usual rounding; another is not excluded"
    ),
    "events-impossible": mark("%(claimed)s events %(when)s cannot lie behind %(of)s: %(events)s of %(n)s"),
    "limit-cut-off": mark("one limit is 0 or 1 and may have been cut off there: it says nothing of the method"),
    "symmetric-on-one": mark("symmetric only on the %(symmetric)s scale: made by that method"),
    "symmetric-on-several": mark("symmetric on the %(symmetric)s scale: made by one of these methods"),
    "not-as-named": mark("not symmetric on the %(method)s scale that is named"),
    "not-symmetric": mark("the interval is symmetric around the value on no usual scale"),
    "rounding-not-shown": mark(
        "limits this close can come from S and its standard error as they were: rounding first is not shown"
    ),
    "rounding-not-decided": mark("too many histories to decide whether values were rounded first"),
    "rounded-first": mark(
        "no history gives these limits from unrounded values: S and its standard error were rounded first"
    ),
}
_ALONE = mark("the estimate is Kaplan-Meier's and censoring is to the right")
ASSUMPTIONS = {
    "kaplan-meier": _ALONE,
    "usual-interval": mark(
        "the estimate is Kaplan-Meier's and censoring is to the right, the standard error is Greenwood's, and S and "
        "its standard error were rounded to three decimals or finer, or not at all, before the %(level)s %% limits "
        "were formed on the %(scales)s scale"
    ),
    "any-interval": mark(
        "the estimate is Kaplan-Meier's and censoring is to the right, the standard error is Greenwood's, and the "
        "%(level)s %% limits are symmetric on the plain, log, log-log, logit or arcsine scale; any rounding as coarse "
        "as the printed numbers is allowed"
    ),
    "binary-answers": mark("every answer is 0 or 1"),
    "all-answered": mark("every answer is 0 or 1, and all %(n)s answered"),
    "exclusive": mark("the categories exclude each other"),
    "share-of-patients": mark("it is a share of patients, and an interval contains its estimate"),
    "each-counts-once": mark("each of the %(n)s counts once"),
    "each-of-denominator": mark("each patient counts once and the denominator is %(n)s"),
    "same-patients": mark("both are about the same patients"),
    "patients-are-counted": mark("patients are counted"),
}
WAYS = {"half": mark("half up or half to even"), "truncation": mark("truncation"), "balancing": mark("balancing")}
WHEN = {True: mark("by then"), False: mark("in all follow-up")}
FORMS = {"share": ".4g", "error_least": ".4f", "error_most": ".4f", "total": ".10g", "whole": ".10g", "most": ",",
         "centre_low": ".4g", "centre_high": ".4g", "p_low": ".2g", "p_high": ".2g"}  # fmt: skip


def reason_words(code: str, facts: Mapping[str, Any]) -> str:
    """Why a verdict is what it is, without a full stop."""
    return _(REASONS[code], **_gaps(facts))


def assumption_words(code: str, facts: Mapping[str, Any]) -> str:
    """What a verdict rests on, without a full stop; `facts` are those of its finding."""
    return _(ASSUMPTIONS[code], **_gaps(facts))


def full_reason(code: str, facts: Mapping[str, Any], assumed: Sequence[str]) -> str:
    """The reason with everything that it assumes."""
    words = reason_words(code, facts)
    listed = "; ".join(assumption_words(one, facts) for one in assumed)
    return _("%(reason)s; assumed: %(assumptions)s", reason=words, assumptions=listed) if assumed else words


def _gaps(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: _fact(name, value) for name, value in facts.items()}


def _fact(name: str, value: Any) -> str:
    match name:
        case "events":
            return _events(value)
        case "ways":
            return _either([_(WAYS[way]) for way in value])
        case "methods" | "scales":
            return _either(value)
        case "symmetric":
            return _(" and the ").join(value)
        case "terms":
            return " + ".join(value)
        case "when":
            return _(WHEN[value])
    return format(value, FORMS[name]) if name in FORMS else str(value)


def _events(runs: Sequence[Sequence[int]]) -> str:
    """Numbers of events, as first and last of every run."""
    (first, last), more = runs[0], runs[1:]
    if more:
        return _("%(numbers)s events", numbers=_either([str(k) for low, high in runs for k in range(low, high + 1)]))
    if first == last:
        return ngettext("only %(n)s event", "only %(n)s events", first)
    return _("%(first)s to %(last)s events", first=first, last=last)


def _either(words: Sequence[str]) -> str:
    """Words with commas, and “or” before the last."""
    if len(words) < 2:
        return "".join(words)
    return _("%(words)s or %(last)s", words=", ".join(words[:-1]), last=words[-1])
