"""Progression-free and overall survival: start, events, and reasons for censoring."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Ending:
    """One way a patient's time can end: its code in the table and what it means."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """An endpoint counted from the time origin of study.yml to the first of its events."""

    key: str
    name: str
    short: str
    alive: str
    months_column: str
    event_column: str
    events: tuple[Ending, ...]
    censoring: tuple[Ending, ...]
    source: str

    def derive(self, patients: pd.DataFrame) -> pd.DataFrame:
        """One row per patient: `patient_id, months, event, event_source, censor_reason`."""
        happened = {ending.code: ending.words for ending in self.events}
        censored = {ending.code: ending.words for ending in self.censoring}
        code = patients[self.event_column]
        return pd.DataFrame(
            {
                "patient_id": patients["patient_id"],
                "months": patients[self.months_column].astype(float),
                "event": code.isin(list(happened)),
                "event_source": code.map(happened),
                "censor_reason": code.map(censored),
            }
        )


PFS = TimeToEvent(
    key="pfs",
    name="progression-free survival",
    short="PFS",
    alive="alive without progression",
    months_column="pfs_months",
    event_column="pfs_event",
    events=(
        Ending("progression", "first progression by the IMWG criteria"),
        Ending("death", "death from any cause without a recorded progression"),
    ),
    censoring=(Ending("censored", "alive without progression at the last disease assessment"),),
    source="Kumar et al., Lancet Oncol 2016;17:e328-e346",
)
OS = TimeToEvent(
    key="os",
    name="overall survival",
    short="OS",
    alive="alive",
    months_column="os_months",
    event_column="os_event",
    events=(Ending("death", "death from any cause"),),
    censoring=(Ending("censored", "last known to be alive"),),
    source="Kumar et al., Lancet Oncol 2016;17:e328-e346",
)
