"""What happens to the simulated patients: response, residual disease, progression, treatment, death."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from livingreview.simulation.baseline import Baseline, named

FOLLOW_UP = 72.0  # months from the first patient to the data cut-off
ACCRUAL = 48.0
SHORTEST = 5.0  # months of maintenance that the simulated rule asks for
FIRST_LOSS = 9.0  # nobody is lost before: the visit before it is later than SHORTEST
DEPTH = ("PD", "SD", "MR", "PR", "VGPR", "CR", "sCR")
NEGATIVE_BY_DEPTH = np.array([0, 0, 0, 0.04, 0.30, 0.55, 0.70])  # chance of no residual disease after transplantation
REASONS = ("", "progression", "death", "toxicity", "completed as planned", "patient's choice")
ONGOING, PROGRESSION, DEATH, TOXICITY = range(4)
CAUSES = ("", "myeloma", "infection", "second cancer", "heart or stroke")


@dataclass(frozen=True, slots=True)
class Response:
    """Depths as positions in DEPTH, one entry a patient.

    `deepened` is the month of the visit at which `during` was reached, infinite where maintenance changed nothing;
    `negative_from` the month from which no residual disease is measurable, infinite where it always is.
    """

    before: np.ndarray
    after: np.ndarray
    during: np.ndarray
    deepened: np.ndarray
    negative_from: np.ndarray


def tenth(months: np.ndarray) -> np.ndarray:
    """Months as a registry writes them."""
    return np.round(months, 1)


def rhythms(n: int, rng: np.random.Generator) -> np.ndarray:
    """Months between the visits of each patient, about a quarter of a year; visit k is at k times this."""
    return rng.uniform(2.6, 3.4, n)


def response(base: Baseline, rhythm: np.ndarray, rng: np.random.Generator) -> Response:
    """Transplantation deepens half of the responses, maintenance four in ten of those who have room."""
    n = len(rhythm)
    before = rng.choice([2, 3, 4, 5], n, p=[0.05, 0.40, 0.33, 0.22])
    after = np.clip(before + rng.choice([-1, 0, 1, 2], n, p=[0.03, 0.47, 0.36, 0.14]), 2, 6)
    during = np.minimum(after + rng.choice([0, 1, 2], n, p=[0.6, 0.3, 0.1]), 6)
    visit = tenth(rng.geometric(0.35, n) * rhythm)
    deepened = np.where(during > after, visit, np.inf)
    early = rng.random(n) < NEGATIVE_BY_DEPTH[after] * np.where(base.high, 0.75, 1)
    late = (rng.random(n) < 0.3) & (during >= 4)
    return Response(before, after, during, deepened, np.where(early, 0.0, np.where(late, deepened, np.inf)))


def survival(
    base: Baseline, course: Response, rhythm: np.ndarray, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Columns of the patients table, and the month in which residual disease is measurable again.

    Exponential times from month SHORTEST on. Progression comes sooner with ISS stage (hazard ratio 1.4 a stage),
    mSMART high risk (1.7) and age (1.012 a year), later with residual disease not measurable (0.4), a deeper response
    (0.8 a category) and a second drug (0.8). Death without it depends on age (1.06 a year), death after it on stage,
    risk and age. Biochemical progression is seen at the next visit, clinical progression at once. Who has no event is
    censored at the last visit before the last contact; one in fourteen is lost before the data cut-off.
    """
    n = len(rhythm)
    stage, years = base.iss - 1, base.age - 60
    negative = course.negative_from == 0
    log_ratio = 0.34 * stage + 0.53 * base.high + 0.012 * years - 0.92 * negative
    log_ratio = log_ratio - 0.22 * (course.after - 4) - 0.22 * base.partner
    begins = SHORTEST + rng.exponential(1 / (0.019 * np.exp(log_ratio)))
    clinical = rng.random(n) < 0.3
    progression = tenth(np.where(clinical, begins, np.ceil(begins / rhythm) * rhythm))
    after = rng.exponential(1 / (0.02 * np.exp(0.5 * base.high + 0.25 * stage + 0.02 * years)))
    other = SHORTEST + rng.exponential(1 / (0.0016 * np.exp(0.06 * years)))
    death = tenth(np.minimum(np.maximum(begins + after, progression + 0.1), other))
    end = _last_contact(n, rng)
    died, progressed = death <= end, (progression <= end) & (progression < death)
    os_months = np.where(died, death, end)
    last_visit = tenth(np.floor(os_months / rhythm) * rhythm)
    pfs_months = np.where(progressed, progression, np.where(died, death, last_visit))
    next_therapy = tenth(progression + rng.uniform(0.3, 2, n))
    cause = np.where(progressed & (rng.random(n) < 0.85), 1, rng.choice([2, 3, 4], n, p=[0.5, 0.25, 0.25]))
    frame = pd.DataFrame(
        {
            "pfs_months": pfs_months,
            "pfs_event": named(np.select([progressed, died], [0, 1], 2), ("progression", "death", "censored")),
            "os_months": os_months,
            "os_event": named(died.astype(int), ("censored", "death")),
            **_treatment(pfs_months, os_months, progressed, died, rng),
            "last_assessment_months": np.where(progressed, progression, np.minimum(last_visit, pfs_months)),
            "progression_type": named(
                np.where(progressed, np.where(clinical, 2, 1), 0), ("", "biochemical", "clinical")
            ),
            "next_therapy_months": np.where(progressed & (next_therapy < os_months), next_therapy, np.nan),
            "death_cause": named(np.where(died, cause, 0), CAUSES),
        }
    )
    return frame, begins - rng.uniform(3, 9, n)


def _last_contact(n: int, rng: np.random.Generator) -> np.ndarray:
    """The last contact with everybody who stays alive: within six weeks of the cut-off unless lost before."""
    end = FOLLOW_UP - rng.random(n) * ACCRUAL - rng.uniform(0, 1.5, n)
    lost = rng.random(n) < 1 / 14
    return tenth(np.where(lost, rng.uniform(FIRST_LOSS, end), end))


def _treatment(
    pfs_months: np.ndarray, os_months: np.ndarray, progressed: np.ndarray, died: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Maintenance ends with progression or death, or before for toxicity, by plan or by choice."""
    n = len(pfs_months)
    ends = np.column_stack(
        [
            os_months,
            np.where(progressed, pfs_months, np.inf),
            np.where(died, os_months, np.inf),
            tenth(SHORTEST + rng.exponential(110, n)),
            tenth(np.where(rng.random(n) < 0.35, rng.uniform(24, 30, n), np.inf)),
            tenth(SHORTEST + rng.exponential(160, n)),
        ]
    )
    ends[died, ONGOING] = np.inf
    reason = ends.argmin(axis=1)
    return {
        "maintenance_start_months": np.zeros(n),
        "maintenance_end_months": np.where(reason == ONGOING, np.nan, ends.min(axis=1)),
        "off_treatment_reason": named(reason, REASONS),
    }
