"""The smallest number of patients that may be shown, with who asks for it: the one place that knows."""

from __future__ import annotations

USUAL = 5  # of observed patients, unless study.yml says otherwise
PRESETS = {
    5: "the smallest cell of OHDSI network studies (minCellCount) and of many hospitals",
    8: "NHS Digital, Hospital Episode Statistics since 2018: 1 to 7 are suppressed; so does OpenSAFELY",
    10: "the default of ACRO, which checks outputs of trusted research environments",
    11: "CMS cell size suppression policy, 2024: no cell of 1 to 10",
}


def allowed(smallest: int) -> bool:
    """Whether study.yml may say so: 0 withholds nothing, anything else protects at least as well as the usual."""
    return smallest == 0 or smallest >= min(PRESETS)


def threshold_words(smallest: int) -> str:
    """What is withheld and by whose rule, for a table of facts."""
    if smallest <= 1:
        return "none is withheld"
    rule = PRESETS.get(smallest, "a rule of this cohort's own")
    return f"1 to {smallest - 1} patients are withheld ({rule})"
