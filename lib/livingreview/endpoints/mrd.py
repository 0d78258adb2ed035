"""Minimal residual disease: negative once, and sustained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

# Months are decimals: 16.4 - 4.4 is a little less than 12 in binary.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class SustainedNegativity:
    """Two negative samples at least `gap_months` apart with no positive one between.

    The state begins at the *confirming* sample, not at the first negative one. IMWG asks for
    marrow and imaging; a table without imaging gives the marrow half of the definition.
    Source: Kumar et al., Lancet Oncol 2016;17:e328-e346.
    """

    gap_months: float = 12.0

    def derive(self, samples: pd.DataFrame) -> pd.DataFrame:
        """One row per sampled patient: `patient_id, ever_negative, ever_positive, sustained_from`.

        `sustained_from` is NaN where negativity was not confirmed.
        """
        known = samples[samples["patient_id"].notna()]
        patient, names = pd.factorize(known["patient_id"], sort=True)
        months = known["months"].to_numpy(float)
        order = np.lexsort((months, patient))  # by patient, then by month; samples of one month keep their order
        patient, months, status = patient[order], months[order], known["status"].to_numpy()[order]
        negative, positive = status == "negative", status == "positive"
        confirming = negative & (
            months - _negative_since(patient, months, negative, positive) >= self.gap_months - ROUNDING
        )
        first_of, first = np.unique(patient[confirming], return_index=True)
        sustained_from = np.full(len(names), np.nan)
        sustained_from[first_of] = months[confirming][first]
        return pd.DataFrame(
            {
                "patient_id": names,
                "ever_negative": np.bincount(patient[negative], minlength=len(names)) > 0,
                "ever_positive": np.bincount(patient[positive], minlength=len(names)) > 0,
                "sustained_from": sustained_from,
            }
        )


def _negative_since(patient: np.ndarray, months: np.ndarray, negative: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Month of the first negative sample since the patient's last positive one, for every sample in order.

    NaN before the first negative one. A positive sample begins a new stretch, and so does the next patient.
    """
    begins = positive | (np.diff(patient, prepend=-1) != 0)
    stretch = np.cumsum(begins) - 1
    with_negative, first = np.unique(stretch[negative], return_index=True)
    since = np.full(int(begins.sum()), np.nan)
    since[with_negative] = months[negative][first]
    return since[stretch]
