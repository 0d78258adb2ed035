"""How much of what print leaves open an ensemble reached, counted again from the tables of its members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

import pandas as pd

from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.joint import Joint, left_after
from livingreview.reconstruction.member_responses import changed, frechet
from livingreview.statistics.paired import paired_bounds

Tables = Mapping[str, pd.DataFrame]
JOINT = "joint_histories"  # more than an ensemble can reach
CHANGES = ("deeper", "shallower")


@dataclass(slots=True)
class Coverage:
    """What members reached; `add` reads a member's tables and nothing else.

    `reached` are the values of every dimension; `paths` and `changes` the numbers of patients by timepoints and
    responses, or kind of change.
    """

    printed: Constraints
    reached: dict[str, set] = field(default_factory=lambda: defaultdict(set))
    paths: dict[tuple, set[int]] = field(default_factory=lambda: defaultdict(set))
    changes: dict[tuple, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, tables: Tables) -> None:
        """Count one member."""
        patients, horizon = tables["patients"], self.printed.horizon
        pfs = _history(patients["pfs_months"], patients["pfs_event"] != "censored", horizon)
        os = _history(patients["os_months"], patients["os_event"] == "death", horizon)
        events = patients[(patients["pfs_event"] != "censored") & (patients["pfs_months"] <= horizon)]
        kinds = list(events.sort_values("pfs_months")["pfs_event"])
        deaths = tuple(place for place, kind in enumerate(kinds) if kind == "death")
        late = patients["os_months"] > horizon
        for name, value in {
            **_of_joint(pfs, os, deaths),
            "pfs_followed": int((patients["pfs_months"] > horizon).sum()),
            "os_followed": int(late.sum()),
            "later_deaths": int((late & (patients["os_event"] == "death")).sum()),
            "sustained_mrd": _sustained(tables["mrd"]),
        }.items():
            self.reached[name].add(value)
        self.reached["severe_grades"].update(int(grade) for grade in tables["adverse_events"]["grade"])
        self._add_paths(tables["responses"])

    def _add_paths(self, responses: pd.DataFrame) -> None:
        wide = responses.pivot(index="patient_id", columns="timepoint", values="response")
        for before, after in pairwise(self.printed.responses):
            counts = wide.groupby([before, after], observed=True).size().to_dict()
            depth = [list(self.printed.responses[point]) for point in (before, after)]
            cells = {
                (row, column): int(counts.get((start, end), 0))
                for row, start in enumerate(depth[0])
                for column, end in enumerate(depth[1])
            }
            for cell, count in cells.items():
                self.paths[before, after, *cell].add(count)
            for kind in CHANGES:
                seen = sum(count for cell, count in cells.items() if changed(kind, *cell))
                self.changes[before, after, kind].add(seen)

    def report(self, joint: Sequence[Joint], smallest: int) -> dict[str, tuple[int, int]]:
        """Every dimension with (reached, all). `smallest` is the smallest group that can be significantly better."""
        n = self.printed.n
        every: dict[str, set] = defaultdict(set)
        for one in joint:
            for name, value in _of_joint(one.pfs.at_risk, one.os.at_risk, one.deaths).items():
                every[name].add(value)
        most_pfs, most_os = max(left_after(one.pfs, n) for one in joint), max(left_after(one.os, n) for one in joint)
        every["pfs_followed"] = set(range(1, most_pfs + 1))
        every["os_followed"] = set(range(1, most_os + 1))
        every["later_deaths"] = set(range(most_os + 1))
        every["sustained_mrd"] = set(range(smallest, n - min(len(one.pfs.at_risk) for one in joint) + 1))
        every["severe_grades"] = {3, 4, 5}
        for name, possible in every.items():
            if outside := self.reached[name] - possible:
                raise ValueError(f"{name}: {sorted(outside)[:3]} is outside what is possible")
        report = {name: (len(self.reached[name]), len(possible)) for name, possible in every.items()}
        for name, bounds in {"paths": self._path_bounds(), "changes": self._change_bounds()}.items():
            ends = [end in counts for counts, pair in bounds for end in pair]
            report[name] = (sum(ends), len(ends))
        return report

    def _path_bounds(self) -> Iterator[tuple[set[int], tuple[int, int]]]:
        """What was reached of every path between two timepoints, and its fewest and most patients."""
        for before, after, margins in self._steps():
            for (row, line), column in product(enumerate(frechet(*margins)), range(len(margins[1]))):
                yield self.paths[before, after, row, column], line[column]

    def _change_bounds(self) -> Iterator[tuple[set[int], tuple[int, int]]]:
        """What was reached of every kind of change, and its fewest and most patients."""
        for before, after, margins in self._steps():
            for kind in CHANGES:
                cells = [
                    [changed(kind, row, column) for column in range(len(margins[1]))] for row in range(len(margins[0]))
                ]
                yield self.changes[before, after, kind], paired_bounds(*margins, cells)

    def _steps(self) -> Iterator[tuple[str, str, list[list[int]]]]:
        for before, after in pairwise(self.printed.responses):
            yield before, after, [list(self.printed.responses[point].values()) for point in (before, after)]


def _of_joint(pfs: tuple[int, ...], os: tuple[int, ...], deaths: tuple[int, ...]) -> dict[str, tuple]:
    """The dimensions that a joint history settles."""
    return {"pfs_histories": pfs, "os_histories": os, "pairs": (pfs, os), "deaths": deaths, JOINT: (pfs, os, deaths)}


def _history(months: pd.Series, event: pd.Series, horizon: float) -> tuple[int, ...]:
    """Numbers at risk at the events up to the horizon, tied events one after the other."""
    times = sorted(months[event & (months <= horizon)])
    return tuple(int((months >= time).sum()) - times[:place].count(time) for place, time in enumerate(times))


def _sustained(samples: pd.DataFrame) -> int:
    """Patients with two negative samples and none positive."""
    negative = samples[samples["status"] == "negative"]["patient_id"].value_counts()
    positive = set(samples[samples["status"] == "positive"]["patient_id"])
    return int(sum(count > 1 and name not in positive for name, count in negative.items()))
