"""Who the simulated patients are: age, stages that follow from one another, risk, treatment before maintenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from livingreview.simulation.registry import REGISTRY

STAGES = ("I", "II", "III", "")  # the last is not known
RISKS = ("standard", "high", "")
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Baseline:
    """Columns of the patients table, and what is true of a patient even where nobody wrote it down.

    `age` in years, `iss` 0 to 2 for stages I to III, `high` risk by mSMART, `partner` a second drug: one entry a patient.
    """

    frame: pd.DataFrame
    age: np.ndarray
    iss: np.ndarray
    high: np.ndarray
    partner: np.ndarray


def named(codes: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The name of each code; a name that stands in a million rows is one object in memory."""
    return np.array(names, dtype=object)[codes]


def baseline(n: int, rng: np.random.Generator) -> Baseline:
    """Draw n patients.

    R-ISS follows from ISS, high-risk chromosomal abnormalities and LDH: I needs ISS I and neither of the two,
    III needs ISS III and one of them, all others are II (Palumbo et al., J Clin Oncol 2015;33:2863-2869). High
    risk by mSMART is one of these abnormalities, a gain of 1q, or R-ISS III. Where the chromosomes were not
    examined R-ISS and mSMART are empty, where ISS is not known so is R-ISS.
    """
    age = np.clip(rng.normal(60, 8, n), 32, 75).round().astype(int)
    iss = np.digitize(rng.normal(0.03 * (age - 60), 1), [-0.31, 0.64])
    abnormal, gain, ldh = rng.random(n) < 0.18, rng.random(n) < 0.2, rng.random(n) < 0.1 + 0.1 * (iss == 2)
    r_iss = np.select([(iss == 0) & ~abnormal & ~ldh, (iss == 2) & (abnormal | ldh)], [0, 2], 1)
    high = abnormal | gain | (r_iss == 2)
    unexamined, unstaged = rng.random(n) < 0.06, rng.random(n) < 0.03
    partner = rng.random(n) < np.where(high, 0.5, 0.28)
    width = max(3, len(str(n)))
    frame = pd.DataFrame(
        {
            "patient_id": [f"S{number:0{width}d}" for number in range(1, n + 1)],
            "age_years": age,
            "sex": named((rng.random(n) < 0.44).astype(int), ("male", "female")),
            "iss_stage": named(np.where(unstaged, UNKNOWN, iss), STAGES),
            "r_iss_stage": named(np.where(unexamined | unstaged, UNKNOWN, r_iss), STAGES),
            "msmart_risk": named(np.where(unexamined, UNKNOWN, high), RISKS),
            "induction": named(rng.choice(3, n, p=[0.6, 0.25, 0.15]), REGISTRY["induction"]),
            "n_asct": np.where(rng.random(n) < np.where(high, 0.15, 0.04), 2, 1),
            "maintenance_regimen": REGISTRY["regimen"],
            "maintenance_partner": named(partner.astype(int), ["", REGISTRY["partner"]]),
        }
    )
    return Baseline(frame, age, iss, high, partner)
