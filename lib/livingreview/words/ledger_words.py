"""Why a printed number has its status in the ledger: a sentence by code, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from livingreview.results.codes import Qualified, Qualifier, Reason, ReasonCode
from livingreview.words.method_names import method_words
from livingreview.words.print_messages import table
from livingreview.words.reason_words import reason_words
from livingreview.words.translate import gettext as _


def explanation(row: Mapping[str, Any]) -> str:
    """The sentence of one row of the ledger, from its code, its facts and how the number was computed."""
    gaps = dict(row["facts"])
    if "exact" in gaps:
        gaps["exact"] = f"{gaps['exact']:.4f}"
    if made := row["made"]:
        qualifiers = [Qualifier(Qualified(one["code"]), one["value"]) for one in made["qualifiers"]]
        reason = made["reason"] and Reason(ReasonCode(made["reason"]["code"]), made["reason"]["facts"])
        gaps |= {
            "method": method_words(SimpleNamespace(**{**made, "qualifiers": qualifiers})),
            "reason": reason_words(reason),
        }
    return _(table("ledger")[row["code"]], **gaps)
