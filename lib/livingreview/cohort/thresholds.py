"""The smallest number of patients that may be shown: the one place that knows."""

from __future__ import annotations

USUAL = 5  # of observed patients, unless study.yml says otherwise
PRESETS = (5, 8, 10, 11)  # rules of OHDSI, NHS Digital, ACRO and CMS


def allowed(smallest: int) -> bool:
    """Whether study.yml may say so: 0 withholds nothing, anything else protects at least as well as the usual."""
    return smallest == 0 or smallest >= min(PRESETS)
