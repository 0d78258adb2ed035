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
        records = []
        for patient, rows in samples.sort_values("months").groupby("patient_id", sort=True):
            status = rows["status"]
            records.append(
                (
                    patient,
                    bool((status == "negative").any()),
                    bool((status == "positive").any()),
                    self._confirmed(rows["months"].astype(float).to_numpy(), status.to_numpy()),
                )
            )
        return pd.DataFrame(records, columns=["patient_id", "ever_negative", "ever_positive", "sustained_from"]).astype(
            {"sustained_from": float}
        )

    def _confirmed(self, months: np.ndarray, status: np.ndarray) -> float:
        since = None
        for month, result in zip(months, status, strict=True):
            if result == "positive":
                since = None
            elif result == "negative":
                since = month if since is None else since
                if month - since >= self.gap_months - ROUNDING:
                    return float(month)
        return float("nan")
