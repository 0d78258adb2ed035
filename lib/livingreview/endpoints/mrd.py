"""Minimal residual disease: negative once, sustained, and what was known at a given time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Months are decimals: 16.4 - 4.4 is a little less than 12 in binary.
ROUNDING = 1e-6
SUSTAINED, UNCONFIRMED, POSITIVE, NOT_ASSESSED = "sustained", "unconfirmed", "positive", "not_assessed"


@dataclass(frozen=True, slots=True)
class SustainedNegativity:
    """Two negative samples at least `gap_months` apart with no positive one between.

    The state begins at the *confirming* sample, not at the first negative one. As attained it has no end; as a
    current state a positive sample ends it, and two more negative ones begin it anew. A sample that could not be
    evaluated does neither. Of samples of one month a positive one counts. What is known of a patient is out of
    date once the last sample is older than `current_months`. IMWG asks for marrow and imaging; a table without
    imaging gives the marrow half of the definition.
    Source: Kumar et al., Lancet Oncol 2016;17:e328-e346.
    """

    gap_months: float = 12.0
    current_months: float = 12.0

    def derive(self, samples: pd.DataFrame) -> pd.DataFrame:
        """One row per sampled patient: `patient_id, ever_negative, ever_positive, assessed_from, sustained_from`.

        `assessed_from` is the month of the first negative or positive sample, `sustained_from` that of the first
        confirming one; NaN where there is none.
        """
        history = self._history(samples)
        counted = len(history.names)
        status = samples.loc[samples["patient_id"].notna(), ["patient_id", "status"]]
        ever = {
            result: pd.Index(history.names).isin(status.loc[status["status"] == result, "patient_id"])
            for result in ("negative", "positive")
        }
        return pd.DataFrame(
            {
                "patient_id": history.names,
                "ever_negative": ever["negative"],
                "ever_positive": ever["positive"],
                "assessed_from": _first(history.months, history.patient, counted),
                "sustained_from": _first(history.months[history.confirms], history.patient[history.confirms], counted),
            }
        )

    def stretches(self, samples: pd.DataFrame) -> pd.DataFrame:
        """One row per confirmed stretch of negative samples: `patient_id, sustained_from, sustained_until`.

        By patient and time. `sustained_until` is the month of the positive sample that ended it, infinite where
        none did.
        """
        history = self._history(samples)
        begins = np.flatnonzero(history.begins)
        confirmed, first = np.unique(history.stretch[history.confirms], return_index=True)
        until = np.full(len(begins), np.inf)
        same = np.flatnonzero(np.diff(history.patient[begins]) == 0)  # the next stretch is of the same patient
        until[same] = history.months[begins[same + 1]]
        return pd.DataFrame(
            {
                "patient_id": history.names[history.patient[begins[confirmed]]],
                "sustained_from": history.months[history.confirms][first],
                "sustained_until": until[confirmed],
            }
        )

    def known_at(self, samples: pd.DataFrame, at: float) -> pd.DataFrame:
        """What the samples up to month `at` say: `patient_id, state`, one row per patient with a recent enough one.

        `state` is `sustained`, `unconfirmed` (negative, not yet for long enough) or `positive`. Later samples are
        not looked at. Whoever has no row was not assessed: never by then, or too long ago.
        """
        history = self._history(samples[samples["months"] <= at])
        last = np.flatnonzero(np.diff(history.patient, append=-1) != 0)
        last = last[at - history.months[last] <= self.current_months + ROUNDING]
        state = np.select([history.positive[last], history.confirms[last]], [POSITIVE, SUSTAINED], UNCONFIRMED)
        return pd.DataFrame({"patient_id": history.names[history.patient[last]], "state": state.astype(object)})

    def _history(self, samples: pd.DataFrame) -> _History:
        """The negative and positive samples in order; a negative one in the month of a positive one is left out."""
        patient, names = pd.factorize(samples["patient_id"], sort=True)  # -1 where there is none
        months, status = samples["months"].to_numpy(float), samples["status"].to_numpy()
        positive = status == "positive"
        kept = (positive | (status == "negative")) & (patient >= 0)
        patient, months, positive = patient[kept], months[kept], positive[kept]
        order = np.lexsort((~positive, months, patient))
        patient, months, positive = patient[order], months[order], positive[order]
        agrees = positive | ~_in_a_positive_month(patient, months, positive)
        patient, months, positive = patient[agrees], months[agrees], positive[agrees]
        begins = positive | (np.diff(patient, prepend=-1) != 0)
        stretch = np.cumsum(begins) - 1
        since = np.full(int(begins.sum()), np.nan)
        with_negative, first = np.unique(stretch[~positive], return_index=True)
        since[with_negative] = months[~positive][first]
        confirms = ~positive & (months - since[stretch] >= self.gap_months - ROUNDING)
        return _History(names.to_numpy(object), patient, months, positive, begins, stretch, confirms)


@dataclass(frozen=True, slots=True)
class _History:
    """Samples by patient and month, all arrays of one length but `names`.

    `patient` is a place in `names`; `begins` is true at the first sample of a patient and at every positive one,
    `stretch` counts these; `confirms` is true at a negative sample long enough after the first one of its stretch.
    """

    names: NDArray[np.object_]
    patient: NDArray[np.int64]
    months: NDArray[np.float64]
    positive: NDArray[np.bool_]
    begins: NDArray[np.bool_]
    stretch: NDArray[np.int64]
    confirms: NDArray[np.bool_]


def _in_a_positive_month(patient: NDArray, months: NDArray, positive: NDArray) -> NDArray[np.bool_]:
    """Whether a sample shares its patient and month with a positive one, which is sorted before it."""
    visit = np.cumsum((np.diff(patient, prepend=-1) != 0) | (np.diff(months, prepend=np.nan) != 0)) - 1
    return np.bincount(visit[positive], minlength=len(visit) and int(visit[-1]) + 1)[visit] > 0


def _first(months: NDArray, patient: NDArray, count: int) -> NDArray[np.float64]:
    """The first month of every patient, of months in order; NaN where there is none."""
    found = np.full(count, np.nan)
    places, first = np.unique(patient, return_index=True)
    found[places] = months[first]
    return found
