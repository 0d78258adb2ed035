"""A time-to-event endpoint as one declaration: start, events, reasons for censoring, names and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livingreview.results.endpoint_names import EndpointNames

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Ending:
    """One way a patient's time can end: in the month of `months`, where `column` holds `code`, or has no name.

    `words` complete “time to …” for an event and “is censored …” otherwise. `count` is the key under which patients with
    this event are counted, empty where they are not, and `statistic` the kind of that count.
    """

    words: str
    months: str
    column: str = ""
    code: str = ""
    count: str = ""
    statistic: str = "events"

    def times(self, patients: pd.DataFrame) -> pd.Series:
        """When it happened to each patient, in months; NaN where it did not."""
        months = patients[self.months].astype(float)
        return months.where(patients[self.column].eq(self.code).fillna(False)) if self.column else months


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """An endpoint counted from the time origin, or from the month in column `start`, to the first of its events.

    `page` is the address of its chapter. `cite` is the key in references.bib of those whose convention it is, or
    `source` names them; `note` says what the endings do not, `caution` what the endpoint cannot tell. `total` and
    `follow_up` are the keys of the count of all events and of the median follow-up where they are not `<key>.events` and
    `<key>.followup.median`. With `early_failures` the last milestone is shown for cohorts to which patients were added
    who failed before they could be included.
    """

    key: str
    page: str
    names: EndpointNames
    events: tuple[Ending, ...]
    censoring: tuple[Ending, ...]
    cite: str = ""
    source: str = ""
    note: str = ""
    caution: str = ""
    start: str = ""
    start_words: str = ""
    total: str = ""
    follow_up: str = ""
    early_failures: bool = False

    @property
    def total_key(self) -> str:
        """The key of the count of all events."""
        return self.total or f"{self.key}.events"

    @property
    def follow_up_key(self) -> str:
        """The key of the median follow-up."""
        return self.follow_up or f"{self.key}.followup.median"

    @property
    def analysis(self) -> str:
        """The name under which a chapter asks for its results."""
        return self.page.replace("-", "_")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of patients that it is made of, in order, each once."""
        endings = (*self.events, *self.censoring)
        named = (self.start, *(name for ending in endings for name in (ending.months, ending.column)))
        return tuple(dict.fromkeys(name for name in named if name))

    def lacking(self, patients: pd.DataFrame) -> list[str]:
        """Its columns that the table does not fill for anybody."""
        return [name for name in self.columns if name not in patients or patients[name].isna().all()]

    def derive(self, patients: pd.DataFrame) -> pd.DataFrame:
        """One row per patient who reached the start before the time ended: `patient_id, months, event`.

        Whoever had several events counts at the first, whoever had none is censored at the first month that
        `censoring` has for the patient.
        """
        import pandas as pd  # a declaration costs no start of a program

        happened = _first([ending.times(patients) for ending in self.events])
        months = happened.fillna(_first([ending.times(patients) for ending in self.censoring]))
        derived = pd.DataFrame({"patient_id": patients["patient_id"], "months": months, "event": happened.notna()})
        if not self.start:
            return derived
        begun = patients[self.start].astype(float)
        return derived.assign(months=months - begun)[begun <= months]

    def first_events(self, patients: pd.DataFrame) -> pd.Series:
        """Which event each patient had first, as its place in `events`; of several in one month the first declared.

        Only patients with an event have a row.
        """
        import pandas as pd

        times = pd.concat([ending.times(patients) for ending in self.events], axis=1, keys=range(len(self.events)))
        return times[times.notna().any(axis=1)].idxmin(axis=1)


def _first(times: Sequence[pd.Series]) -> pd.Series:
    """The earliest of the times of each patient; NaN where there is none."""
    import pandas as pd

    return pd.concat(times, axis=1).min(axis=1)
