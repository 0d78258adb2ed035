"""How much of what print leaves open an ensemble reached, counted again from the tables of its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from livingreview.reconstruction.documented import HORIZON
from livingreview.reconstruction.joint import Joint
from livingreview.reconstruction.member_responses import Margins, changed, frechet
from livingreview.reconstruction.members import left_after
from livingreview.statistics.paired import paired_bounds

Tables = Mapping[str, pd.DataFrame]


@dataclass(slots=True)
class Coverage:
    """What members reached; `add` reads a member's tables and nothing else."""

    timepoints: Sequence[str]
    depth: Sequence[str]
    reached: dict[str, set] = field(default_factory=dict)
    cells: dict[tuple, set[int]] = field(default_factory=dict)
    changes: dict[tuple, set[int]] = field(default_factory=dict)

    def add(self, tables: Tables) -> None:
        """Count one member."""
        patients = tables["patients"]
        pfs = _history(patients["pfs_months"], patients["pfs_event"] != "censored")
        os = _history(patients["os_months"], patients["os_event"] == "death")
        events = patients[(patients["pfs_event"] != "censored") & (patients["pfs_months"] <= HORIZON)]
        kinds = list(events.sort_values("pfs_months")["pfs_event"])
        deaths = tuple(place for place, kind in enumerate(kinds) if kind == "death")
        late = patients["os_months"] > HORIZON
        for name, value in {
            "pfs": pfs,
            "os": os,
            "pairs": (pfs, os),
            "deaths": deaths,
            "joint": (pfs, os, deaths),
            "pfs_followed": int((patients["pfs_months"] > HORIZON).sum()),
            "os_followed": int(late.sum()),
            "later_deaths": int((late & (patients["os_event"] == "death")).sum()),
            "sustained": _sustained(tables["mrd"]),
        }.items():
            self.reached.setdefault(name, set()).add(value)
        self.reached.setdefault("grades", set()).update(int(grade) for grade in tables["adverse_events"]["grade"])
        self._add_paths(tables["responses"])

    def _add_paths(self, responses: pd.DataFrame) -> None:
        wide = responses.pivot(index="patient_id", columns="timepoint", values="response")
        for before, after in pairwise(self.timepoints):
            counts = wide.groupby([before, after], observed=True).size().to_dict()
            for start in wide[before].unique():
                for end in wide[after].unique():
                    place = (before, after, str(start), str(end))
                    self.cells.setdefault(place, set()).add(int(counts.get((start, end), 0)))
            pairs = [
                (self.depth.index(str(start)), self.depth.index(str(end)), n) for (start, end), n in counts.items()
            ]
            for words in CHANGES:
                seen = sum(n for start, end, n in pairs if changed(words, start, end))
                self.changes.setdefault((before, after, words), set()).add(int(seen))

    def report(self, joint: Sequence[Joint], responses: Margins, n: int, smallest: int) -> dict[str, tuple[int, int]]:
        """Every dimension with (reached, all). `smallest` is the smallest group that can be significantly better."""
        every = {
            "pfs": {one.pfs.at_risk for one in joint},
            "os": {one.os.at_risk for one in joint},
            "pairs": {(one.pfs.at_risk, one.os.at_risk) for one in joint},
            "deaths": {one.deaths for one in joint},
            "joint": {(one.pfs.at_risk, one.os.at_risk, one.deaths) for one in joint},
            "pfs_followed": set(range(1, max(left_after(one.pfs, n) for one in joint) + 1)),
            "os_followed": set(range(1, max(left_after(one.os, n) for one in joint) + 1)),
            "later_deaths": set(range(0, max(left_after(one.os, n) for one in joint) + 1)),
            "sustained": set(range(smallest, n - min(len(one.pfs.at_risk) for one in joint) + 1)),
            "grades": {3, 4, 5},
        }
        found = {}
        for name, words in WORDS.items():
            outside = self.reached[name] - every[name]
            if outside:
                raise ValueError(f"{words}: {sorted(outside)[:3]} is outside what is possible")
            found[words] = (len(self.reached[name]), len(every[name]))
        ends = [end in counts for counts, pair in self._bounds(responses) for end in pair]
        found["fewest and most patients of every path between responses"] = (sum(ends), len(ends))
        ends = [end in counts for counts, pair in self._change_bounds(responses) for end in pair]
        found["fewest and most patients whose response deepened or was lost"] = (sum(ends), len(ends))
        return found

    def _change_bounds(self, responses: Margins) -> list[tuple[set[int], tuple[int, int]]]:
        found = []
        for before, after in pairwise(responses):
            margins = [list(responses[name].values()) for name in (before, after)]
            for words in CHANGES:
                cells = [
                    [changed(words, row, column) for column in range(len(margins[1]))] for row in range(len(margins[0]))
                ]
                found.append((self.changes.get((before, after, words), set()), paired_bounds(*margins, cells)))
        return found

    def _bounds(self, responses: Margins) -> list[tuple[set[int], tuple[int, int]]]:
        found = []
        for before, after in pairwise(responses):
            bounds = frechet(list(responses[before].values()), list(responses[after].values()))
            for start, row in zip(responses[before], bounds, strict=True):
                for end, pair in zip(responses[after], row, strict=True):
                    found.append((self.cells.get((before, after, start, end), {0}), pair))
        return found


JOINT = "joint histories"
CHANGES = ("deeper", "shallower")
WORDS = {
    "pfs": "histories of progression-free survival",
    "os": "histories of overall survival",
    "pairs": "pairs of them",
    "deaths": "orders of deaths and progressions",
    "joint": JOINT,
    "pfs_followed": "numbers followed without event past month 36",
    "os_followed": "numbers followed for survival past month 36",
    "later_deaths": "numbers of deaths after month 36",
    "sustained": "sizes of the group with sustained MRD negativity",
    "grades": "worst grades of the severe event",
}


def _history(months: pd.Series, event: pd.Series) -> tuple[int, ...]:
    """Numbers at risk at the events up to month 36, tied events one after the other."""
    times = sorted(months[event & (months <= HORIZON)])
    return tuple(int((months >= time).sum()) - times[:place].count(time) for place, time in enumerate(times))


def _sustained(samples: pd.DataFrame) -> int:
    """Patients with two negative samples and none positive."""
    negative = samples[samples["status"] == "negative"]["patient_id"].value_counts()
    positive = set(samples[samples["status"] == "positive"]["patient_id"])
    return int(sum(count > 1 and name not in positive for name, count in negative.items()))
