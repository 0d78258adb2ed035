"""Response criteria that study.yml can name: a disease's categories as data, best first."""

from __future__ import annotations

from livingreview.cohort.declared import ResponseCriteria
from livingreview.cohort.vocabulary import RESPONSE_WORDS, RESPONSES


def _criteria(
    name: str, source: str, categories: dict[str, str], thresholds: dict[str, tuple[str, str]]
) -> ResponseCriteria:
    """`categories` and their words, best first, and `NE`; `thresholds`: words and shallowest category by key."""
    return ResponseCriteria(
        name=name,
        source=source,
        categories=[{"name": term, "words": words} for term, words in categories.items()],
        not_evaluable=NOT_EVALUABLE,
        thresholds=[
            {"key": key, "words": words, "shallowest": shallowest} for key, (words, shallowest) in thresholds.items()
        ],
    )


NOT_EVALUABLE = "NE"
CR, PR = ("complete response", "CR"), ("partial response or better", "PR")
FOUR = {term: RESPONSE_WORDS[term] for term in ("CR", "PR", "SD", "PD")}
CRITERIA = {
    "imwg": _criteria(
        "IMWG",
        "Kumar et al., Lancet Oncol 2016;17:e328-e346",
        {term: RESPONSE_WORDS[term] for term in RESPONSES if term != NOT_EVALUABLE},
        {
            "cr_or_better": ("complete response or better", "CR"),
            "vgpr_or_better": ("very good partial response or better", "VGPR"),
            "pr_or_better": PR,
        },
    ),
    "lugano": _criteria(
        "Lugano",
        "Cheson et al., J Clin Oncol 2014;32:3059-3068",
        FOUR,
        {"cr_or_better": CR, "pr_or_better": PR},
    ),
    "recist": _criteria(
        "RECIST 1.1",
        "Eisenhauer et al., Eur J Cancer 2009;45:228-247",
        FOUR,
        {"cr_or_better": CR, "pr_or_better": PR},
    ),
}
