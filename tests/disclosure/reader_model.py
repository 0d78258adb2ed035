"""What a reader can prove from shown numbers alone: counts, which are parts of which, and integer programming."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

NOT_RECORDED = "(not recorded)"  # as in results/*.json

SMALLEST = 5
DEPTH = ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD")
REACHED = {"cr_or_better": 2, "vgpr_or_better": 3, "pr_or_better": 4}
BEFORE, THROUGH = "<", "<="
Terms = Mapping[str, float]


class Reader:
    """Unknown counts, what is known of their sums, and the smallest and largest value of any."""

    def __init__(self, pages: Iterable[dict], *, deaths_end_pfs: bool = True) -> None:
        self.columns: dict[str, int] = {}
        self.lowest: list[float] = []
        self.below: set[str] = set()
        self.known: list[tuple[Terms, float, float]] = []
        self.constraint: LinearConstraint | None = None
        pages = {page["chapter"]: page for page in pages}
        self.shown = {row["key"]: row for page in pages.values() for row in page["estimates"]}
        self.curves = [curve for page in pages.values() for curve in page["curves"]]
        self.flow = pages.get("study", {"tables": {}})["tables"].get("flow", [])
        self.deaths_end_pfs = deaths_end_pfs
        self.count("n", "cohort.n")
        for row in self.shown.values():
            if row["key"].startswith("response.") and row["n"] is not None:
                self.equal({"n": 1}, row["n"])
        self.study()
        self.responses()
        self.safety()
        self.residual_disease()
        self.survival()
        self.subgroups()

    # What is known

    def unknown(self, name: str, lowest: float = 0) -> str:
        if name not in self.columns:
            self.columns[name] = len(self.columns)
            self.lowest.append(lowest)
        self.lowest[self.columns[name]] = max(lowest, self.lowest[self.columns[name]])
        return name

    def between(self, terms: Terms, low: float, high: float = np.inf) -> None:
        for name in terms:
            self.unknown(name)
        self.known.append((dict(terms), low, high))

    def equal(self, terms: Terms, value: float) -> None:
        self.between(terms, value, value)

    def split(self, whole: str, *parts: str) -> None:
        self.equal({whole: 1} | dict.fromkeys(parts, -1), 0)

    def count(self, name: str, key: str, *, with_others: bool = False) -> str:
        """A count as the estimate of this key shows it; one that is withheld is not zero.

        One that is withheld `with_others`, as all numbers of a milestone are, may be.
        """
        self.unknown(name)
        row = self.shown.get(key)
        if row is None:
            return name
        shown = row["value"] if row["unit"] == "patients" else row["events"]
        if row["value"] is not None and shown is not None:
            self.equal({name: 1}, shown)
        elif row["limits"] == "below-threshold":
            self.below.add(name)
            self.between({name: 1}, 1, SMALLEST - 1)
        elif row["status"] == "withheld" and not with_others and not self._may_be_nobody(key):
            self.unknown(name, 1)
        return name

    def _may_be_nobody(self, key: str) -> bool:
        """Whether a whole that reads "<5" withholds this part of it even where nobody has it."""
        depth = {**dict.fromkeys(("scr", "cr", "scr_or_cr"), 0), "vgpr": 1, "pr": 2}
        stem, _, last = key.rpartition(".")
        wholes = [f"{stem}.{whole}" for whole in list(REACHED)[depth.get(last, 3) :]]
        if stem == "safety.worst":
            wholes = [f"safety.grade{at}" for at in ("5", "3plus") if last >= f"grade{at[0]}"]
        return any(self.shown.get(whole, {}).get("limits") == "below-threshold" for whole in wholes)

    # What follows

    def limits(self, terms: Terms) -> tuple[float, float]:
        if self.constraint is None:
            entries = [(row, self.columns[name], x) for row, (t, *_) in enumerate(self.known) for name, x in t.items()]
            rows, columns, values = zip(*entries, strict=True)
            matrix = csr_array((values, (rows, columns)), shape=(len(self.known), len(self.columns)))
            self.constraint = LinearConstraint(matrix, [low for _, low, _ in self.known], [h for *_, h in self.known])
        aim = np.zeros(len(self.columns))
        for name, x in terms.items():
            aim[self.columns[name]] = x
        return self._least(aim), -self._least(-aim)

    def _least(self, aim: np.ndarray) -> float:
        found = milp(
            aim, constraints=self.constraint, bounds=Bounds(self.lowest, np.inf), integrality=np.ones(len(aim))
        )
        assert found.status in (0, 3, 4), found.message  # what is shown must be possible
        return -np.inf if found.fun is None else round(found.fun)

    def proves_small(self, terms: Terms | str) -> bool:
        low, high = self.limits({terms: 1} if isinstance(terms, str) else terms)
        return low >= 1 and high < SMALLEST

    def proven(self, truth: Mapping[str, int]) -> dict[str, tuple[int, tuple[float, float]]]:
        """The truly small counts that what is shown proves to be small, with the limits it leaves."""
        small = {name: count for name, count in truth.items() if 0 < count < SMALLEST and name in self.columns}
        found = {name: (count, self.limits({name: 1})) for name, count in small.items() if self.proves_small(name)}
        return {name: one for name, one in found.items() if name not in self.below or one[1] != (1, SMALLEST - 1)}

    # Chapters

    def study(self) -> None:
        columns = {key.split(".")[1] for key in self.shown if key.startswith("baseline.")}
        for column in columns:
            self._baseline(column)
        if "baseline.msmart_risk" not in self.shown and "risk.msmart_high" in self.shown:
            self.count("baseline.msmart_risk.high", "risk.msmart_high")
        stages = [f"baseline.{name}.iii" for name in ("iss_stage", "r_iss_stage")]
        if all(stage in self.columns for stage in stages):  # who is R-ISS III is ISS III
            self.split(stages[0], stages[1], "iss_iii_not_r_iss_iii")
        for position, row in enumerate(self.flow):
            step = self.unknown(f"flow.{position}")
            if row["n"] is not None:
                self.equal({step: 1}, row["n"])
            if position:
                self.split(f"flow.{position - 1}", step, f"flow.left.{position - 1}")
        if self.flow:
            self.split("n", f"flow.{len(self.flow) - 1}")
            self.split("flow.0", self.count("cohort.not_analysed", "cohort.not_analysed"), "n")
            self.count("flow.0", "cohort.asct_recipients")

    def _baseline(self, column: str) -> None:
        stem = f"baseline.{column}"
        found = {row["key"]: row for key, row in self.shown.items() if key.startswith(f"{stem}.")}
        merged = found.pop(f"{stem}.merged", None)
        parts = {key: self.count(key, key) for key in found}
        if merged is not None:
            names = [level["level"] for level in merged["group"]]
            named = [f"{stem}.{'missing' if name == NOT_RECORDED else name.lower()}" for name in names]
            self.equal({self.unknown(name, 1): 1 for name in named}, merged["events"])
            parts |= dict.fromkeys(named)
        elif any(name not in found for name in (f"{stem}.missing",)):
            parts[self.unknown(f"{stem}.not_shown")] = None
        if found or merged:
            self.split("n", *parts)

    def responses(self) -> None:
        times = list(dict.fromkeys(key.split(".")[1] for key in self.shown if key.endswith(".cr_or_better")))
        for at in times:
            parts = [self._category(at, name) for name in DEPTH]
            none = self._category(at, "not_evaluable")
            self.split("n", *parts, none)
            for key, deepest in REACHED.items():
                self.split(self.count(f"response.{at}.{key}", f"response.{at}.{key}"), *parts[:deepest])
            self._joined(at)
            merged = self.shown.get(f"response.{at}.merged")
            if merged is not None:
                names = [one["level"].lower() for one in merged["group"] if one["variable"] == "response.category"]
                self.equal({f"response.{at}.{name}": 1 for name in names}, merged["events"])
        for before, after in zip(times, times[1:], strict=False):
            self._change(before, after)

    def _joined(self, at: str) -> None:
        """Neighbours that are counted as one at every timepoint."""
        for key in self.shown:
            names = key.removeprefix(f"response.{at}.").split("_or_")
            if key.startswith(f"response.{at}.") and len(names) > 1 and names[-1] != "better" and ".count" not in key:
                self.split(self.count(key, key), *(f"response.{at}.{name}" for name in names))

    def _category(self, at: str, name: str) -> str:
        """A category that no row names is one that nobody has."""
        key = f"response.{at}.{name.lower()}"
        self.count(key, key)
        joined = any(name.lower() in one.rpartition(".")[2].split("_or_") for one in self.shown if "_or_" in one)
        if key not in self.shown and not joined:
            self.equal({key: 1}, 0)
        return key

    def _change(self, before: str, after: str) -> None:
        names = [*DEPTH, "not_evaluable"]
        pair = f"{before}.{after}"
        path = {(one, two): f"response.{pair}.{one}.{two}".lower() for one in names for two in names}
        for (one, two), name in path.items():  # one that is not shown may be anything
            self.count(name, f"response.path.{pair}.{one}.{two}".lower())
        for name in names:
            self.split(f"response.{before}.{name.lower()}", *(path[name, other] for other in names))
            self.split(f"response.{after}.{name.lower()}", *(path[other, name] for other in names))
        rank = {name: place for place, name in enumerate(DEPTH)}
        twice = [(one, two) for one in DEPTH for two in DEPTH]
        cells = {
            "deepened": [p for p in twice if rank[p[1]] < rank[p[0]]],
            "lost": [p for p in twice if rank[p[1]] > rank[p[0]]],
            "unchanged": [p for p in twice if p[0] == p[1]],
        }
        for change, pairs in cells.items():
            key = f"response.{change}.{pair}"
            self.split(self.count(key, key), *(path[p] for p in pairs))

    def safety(self) -> None:
        if "safety.any" not in self.shown:
            return
        count = {key: self.count(key, key) for key in self.shown if key.startswith("safety.") and key[-6:] != ".count"}
        grades = {grade: count[f"safety.worst.grade{grade}"] for grade in range(1, 6)}
        self.split("n", "safety.any", "safety.none")
        self.split("safety.any", *grades.values())
        self.split("safety.grade3plus", *(grades[grade] for grade in (3, 4, 5)))
        self.split("safety.grade5", grades[5])
        for key in count:
            if not key.startswith("safety.term.") or not re.search(r"\.grade[1-5]$", key):
                self.split("n", key, f"{key}.not")
        for key in [key for key in count if not re.search(r"\.grade[1-5]$", key)]:
            if key.startswith(("safety.term.", "safety.serious", "safety.related")):
                self.split("safety.any", key, f"{key}.without")
            if key.startswith("safety.term."):
                self._term(key, grades)
        self.split(self.count("os.deaths", "os.deaths"), "safety.grade5", "os.deaths.not_fatal_event")

    def _term(self, key: str, worst: dict[int, str]) -> None:
        """Worst grades of a term add up to it; whoever had it so badly had an event so bad."""
        own = {grade: self.count(f"{key}.grade{grade}", f"{key}.grade{grade}") for grade in range(1, 6)}
        self.split(key, *own.values())
        for lowest in range(2, 6):
            milder = [worst[grade] for grade in range(1, lowest)]
            as_bad = [own[grade] for grade in range(lowest, 6)]
            self.split("safety.any", *milder, *as_bad, f"{key}.below{lowest}")

    def residual_disease(self) -> None:
        if "mrd.sustained" not in self.shown:
            return
        for name in ("evaluated", "negative", "sustained", "positive"):
            self.count(f"mrd.{name}", f"mrd.{name}")
        compared = ("mrd.landmark.sustained", "mrd.landmark.not_sustained")
        self.split("n", "mrd.evaluated", "mrd.unsampled")
        self.split("mrd.evaluated", "mrd.negative", "mrd.never")
        self.split("mrd.negative", "mrd.sustained", "mrd.converted", "mrd.once")
        self.split("mrd.positive", "mrd.never", "mrd.converted")  # a sample is negative or positive
        self.split("mrd.sustained", "mrd.landmark.sustained", "mrd.sustained.later")
        self.split("mrd.evaluated", "mrd.entered", "mrd.never_at_risk")
        self._landmark(*compared)
        for key, row in self.shown.items():
            group = key.partition(".pfs.")[0]
            if group != key and key.startswith("mrd.") and row["n"] is not None:
                self.equal({group: 1}, row["n"])
        sizes = {
            "mrd.mantel_byar": {"n": 1},
            "mrd.mantel_byar.current": {"n": 1},
            "mrd.mantel_byar.entry": {"mrd.entered": 1},
            "mrd.naive.logrank": {"mrd.sustained": 1, "mrd.positive": 1},
            "mrd.landmark.logrank": dict.fromkeys(compared, 1),
            "mrd.landmark.logrank.not_assessed_joined": {"mrd.landmark.followed": 1},
        }
        for key, size in sizes.items():
            if self.shown.get(key, {}).get("n") is not None:
                self.equal(size, self.shown[key]["n"])

    def _landmark(self, *compared: str) -> None:
        """Everybody is followed beyond the landmark or gone; the followed are in one of three groups."""
        for name in ("followed", "gone"):
            self.count(f"mrd.landmark.{name}", f"mrd.landmark.{name}")
        for state in ("sustained", "not_sustained", "positive", "unconfirmed", "not_assessed"):
            key = f"mrd.landmark.{state}.count"
            self.count(f"mrd.landmark.{state}", key)
            if self.shown.get(key, {}).get("n") is not None:
                self.equal({"mrd.landmark.followed": 1}, self.shown[key]["n"])
        self.split("n", "mrd.landmark.followed", "mrd.landmark.gone")
        self.split("mrd.landmark.followed", *compared, "mrd.landmark.not_assessed")
        self.split("mrd.landmark.not_sustained", "mrd.landmark.positive", "mrd.landmark.unconfirmed")
        self.split("mrd.evaluated", *compared, "mrd.evaluated.otherwise")
        self.split("mrd.negative", "mrd.landmark.sustained", "mrd.landmark.unconfirmed", "mrd.negative.otherwise")
        self.split("mrd.landmark.not_assessed", "mrd.unsampled.followed", "mrd.stale.followed")
        self.split("mrd.unsampled", "mrd.unsampled.followed", "mrd.unsampled.gone")
        self.split("mrd.landmark.gone", "mrd.unsampled.gone", "mrd.sampled.gone")

    # Times

    def at(self, endpoint: str, kind: str, time: float, side: str = THROUGH) -> str:
        return f"{endpoint}.{kind}{side}{time:g}"

    def survival(self) -> None:
        endpoints = [name for name in ("pfs", "os") if f"{name}.median" in self.shown]
        times = [t for curve in self.curves for t in curve["t"]]
        last = int(max([*times, 36])) + 3
        for endpoint in endpoints:
            self._timeline(endpoint, range(last))
        if "pfs" in endpoints:
            self.split("pfs.events", *(self.count(key, key) for key in ("progression.patients", "pfs.events.death")))
        if len(endpoints) == 2:
            self._two_endpoints(range(last))
        if "pfs" in endpoints and "mrd.unsampled" in self.columns:  # who is still followed after the landmark
            landmark = self.shown["mrd.landmark.gone"]["time_months"]
            if landmark is not None:
                self.split(self.at("pfs", "left", landmark), "mrd.landmark.followed")

    def _timeline(self, endpoint: str, months: Iterable[int]) -> None:
        total = {"events": {"pfs": "pfs.events", "os": "os.deaths"}[endpoint], "censored": f"{endpoint}.censored"}
        self.count(total["events"], total["events"])
        self.split("n", *total.values())
        for kind, whole in total.items():
            earlier = None
            for name in [self.at(endpoint, kind, t, side) for t in months for side in (BEFORE, THROUGH)] + [whole]:
                if earlier is not None:
                    self.between({name: 1, earlier: -1}, 0)
                earlier = self.unknown(name)
        for t in months:
            for side in (BEFORE, THROUGH):
                self.split("n", *(self.at(endpoint, kind, t, side) for kind in ("left", "events", "censored")))
        self._readings(endpoint, total["events"])

    def _readings(self, endpoint: str, events: str) -> None:
        for curve in self.curves:
            if curve["key"] == endpoint:
                self._columns(endpoint, curve["t"], curve, THROUGH)
                self._columns(endpoint, curve["risk_table"]["times"], curve["risk_table"], BEFORE)
                for t, survival, low in zip(curve["t"], curve["survival"], curve["low"], strict=True):
                    self._before_any_event(endpoint, t, survival, low, curve["level"])
        for key, row in self.shown.items():
            t = row["time_months"]
            if key.startswith(f"{events}.") and t is not None:
                self.count(self.at(endpoint, "events", t), key, with_others=True)
            if key.startswith(f"{endpoint}.survival.") and row["events"] is not None:
                self.equal({self.at(endpoint, "events", t): 1}, row["events"])
                self._before_any_event(endpoint, t, row["value"], row["low"], row["level"])

    def subgroups(self) -> None:
        """Sizes of groups are counts at baseline; their events and those left by a month are parts of all."""
        columns: dict[str, dict[str, str]] = {}
        for key, row in self.shown.items():
            if key.startswith("subgroup.") and ".pfs.survival." in key and row["n"] is not None:
                stem, time = key.split(".pfs.survival.")
                column = stem.split(".")[1]
                size = "n" if stem == "subgroup.all" else stem.replace("subgroup.", "baseline.", 1)
                self.equal({self.unknown(size): 1}, row["n"])
                if (
                    stem != "subgroup.all"
                    and f"{stem.rpartition('.')[0].replace('subgroup', 'baseline')}.missing" in self.columns
                ):
                    columns.setdefault(column, {})[stem] = time
                if row["events"] is not None:
                    self.equal({self.unknown(f"{stem}.events<={time}"): 1}, row["events"])
        for column, stems in columns.items():
            for time in set(stems.values()):
                self._group_events(column, time)

    def _group_events(self, column: str, time: str) -> None:
        """Every event by then is one of a level of the column, or of a patient whose level is missing."""
        stem = f"baseline.{column}."
        levels = [name for name in self.columns if name.startswith(stem) and name.count(".") == 2]
        levels = [name for name in levels if not name.endswith((".known", ".not_shown", ".merged"))]
        whole = self.at("pfs", "events", float(time))
        if whole in self.columns and f"{stem}not_shown" not in self.columns:
            parts = [self.unknown(f"subgroup.{column}.{name.removeprefix(stem)}.events<={time}") for name in levels]
            self.split(whole, *parts)

    def _columns(self, endpoint: str, times: list[float], counts: dict, side: str) -> None:
        for place, t in enumerate(times):
            for kind, column, when in (("events", "events", side), ("censored", "censored", side)):
                if counts[column][place] is not None:
                    self.equal({self.at(endpoint, kind, t, when): 1}, counts[column][place])
            if counts["at_risk"][place] is not None:
                self.equal({self.at(endpoint, "left", t, BEFORE): 1}, counts["at_risk"][place])

    def _before_any_event(self, endpoint: str, t: float, survival, low, level) -> None:
        """While nobody had an event the lower limit is a function of the number followed."""
        if survival != 1 or low is None or not 0 < low < 1:
            return
        fewest, most = (math.log((1 - level) / 2) / math.log(low + shift) for shift in (-0.0005, 0.0005))
        self.between({"n": 1, self.at(endpoint, "censored", t, BEFORE): -1}, fewest, most)

    def _two_endpoints(self, months: Iterable[int]) -> None:
        """Whoever progressed and did not die is in between; nobody is followed longer for PFS."""
        for t in months:
            for side in (BEFORE, THROUGH):
                one, two = (self.at(endpoint, "left", t, side) for endpoint in ("pfs", "os"))
                self.between({two: 1, one: -1}, 0)
                if self.deaths_end_pfs:
                    events = [self.at(endpoint, "events", t, side) for endpoint in ("pfs", "os")]
                    self.split(events[0], events[1], self.at("progressed", "alive", t, side))
        if self.deaths_end_pfs:
            self.split("pfs.events", "os.deaths", "progressed.alive")


def censored_compatible(rows: list[tuple], n: int) -> list[set[int]]:
    """Numbers censored by each row that some order of events and censorings explains, by its survival.

    A row is (survival to three decimals, events so far, censored so far or None). Every order is followed,
    survival kept to five decimals.
    """
    layers, ways = [], {0: {1.0: {None}}}
    events = 0
    for survival, until, censored in rows:
        ways = _ordered(ways, events, until, n, survival)
        ways = {
            c: {s: o for s, o in found.items() if abs(s - survival) <= 0.00055}
            for c, found in ways.items()
            if censored in (None, c)
        }
        layers.append(ways)
        ways = {c: {s: {(c, s)} for s in found} for c, found in ways.items() if found}
        events = until
    alive = {(c, s) for c, found in layers[-1].items() for s in found}
    compatible = [{c for c, _ in alive}]
    for layer in reversed(layers[1:]):
        alive = {origin for c, s in alive for origin in layer[c][s]}
        compatible.append({c for c, _ in alive})
    return compatible[::-1]


def _ordered(ways: dict, start: int, end: int, n: int, lowest: float) -> dict:
    """All orders of the events from start to end and any censorings, to survival and where it came from."""
    state = {c: {s: set(o) for s, o in found.items()} for c, found in ways.items()}
    for events in range(start, end + 1):
        for c in range(n - end):
            for s, origins in state.get(c, {}).items():
                state.setdefault(c + 1, {}).setdefault(s, set()).update(origins)
        if events == end:
            return state
        following: dict = {}
        for c, found in state.items():
            followed = n - events - c
            for s, origins in found.items():
                after = round(s * (followed - 1) / followed, 5) if followed > 0 else -1
                if after >= lowest - 0.001:
                    following.setdefault(c, {}).setdefault(after, set()).update(origins)
        state = following
    return state
