"""Why the audit calls a printed number consistent, impossible or undetermined, and what it assumes: a sentence by code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from livingreview.words.print_messages import table
from livingreview.words.translate import gettext as _
from livingreview.words.translate import mark, ngettext

WAYS = {"half": mark("half up or half to even"), "truncation": mark("truncation"), "balancing": mark("balancing")}
WHEN = {True: mark("by then"), False: mark("in all follow-up")}
FORMS = {"share": ".4g", "error_least": ".4f", "error_most": ".4f", "total": ".10g", "whole": ".10g", "most": ",",
         "centre_low": ".4g", "centre_high": ".4g", "p_low": ".2g", "p_high": ".2g"}  # fmt: skip


def reason_words(code: str, facts: Mapping[str, Any]) -> str:
    """Why a verdict is what it is, without a full stop."""
    return _(table("audit")[code], **_gaps(facts))


def assumption_words(code: str, facts: Mapping[str, Any]) -> str:
    """What a verdict rests on, without a full stop; `facts` are those of its finding."""
    return _(table("assumptions")[code], **_gaps(facts))


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
