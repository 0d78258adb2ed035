"""Simulated trials and random tables, printed as papers print them; some with an impossible number planted."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

from livingreview.published.printed import PrintedRow
from livingreview.results.rounding import rounded

Z = 1.959963984540054
SCALES = ("plain", "log", "log-log")


@dataclass(frozen=True, slots=True)
class Trial:
    """A Kaplan-Meier estimate of n simulated patients: S, its standard error, and the numbers at risk at the events."""

    n: int
    at_risk: tuple[int, ...]
    survival: float
    error: float


def row(**cells: str) -> PrintedRow:
    """A printed row; every cell that is not named is empty."""
    return PrintedRow(**dict.fromkeys(PrintedRow.__dataclass_fields__, "") | {k: str(v) for k, v in cells.items()})


def trial(draw: random.Random, n: int) -> Trial:
    """Exponential times, some tied in visits, uniform censoring, a random landmark; rarely no event, never all."""
    while True:
        span, visits = draw.uniform(0.3, 3), draw.random() < 0.3
        people = []
        for _ in range(n):
            event, lost = draw.expovariate(1), draw.uniform(0, 1.5 * span) if draw.random() < 0.8 else 9
            time = min(event, lost)
            people.append((math.ceil(12 * time) / 12 if visits else time, event > lost))
        landmark = draw.uniform(0.05, min(span, 1.5))
        early = [at for at, (time, lost) in enumerate(sorted(people)) if time <= landmark and not lost]
        at_risk = tuple(n - at for at in early)
        if at_risk[-1] > 1 if at_risk else draw.random() < 0.2:
            survival = math.prod((r - 1) / r for r in at_risk)
            return Trial(n, at_risk, survival, survival * math.sqrt(sum(1 / (r * (r - 1)) for r in at_risk)))


def limits(survival: float, error: float, scale: str) -> tuple[float, float]:
    """95 % limits on a scale; those of log are cut off at 1."""
    if scale == "plain":
        return survival - Z * error, survival + Z * error
    if scale == "log":
        factor = math.exp(Z * error / survival)
        return survival / factor, min(1.0, survival * factor)
    power = math.exp(Z * error / (survival * abs(math.log(survival))))
    return survival**power, survival ** (1 / power)


def printed_trial(draw: random.Random, found: Trial, *, decimals: int = 1, key: str = "os.survival.36") -> PrintedRow:
    """The row of a paper: some round S and SE first, some cut numbers off."""
    survival, error = found.survival, found.error
    if draw.random() < 0.3:
        survival, error = float(rounded(survival, 3)), float(rounded(error, 3))
    scale = draw.choice(SCALES if 0 < survival < 1 else SCALES[:2])
    mode = "truncated" if draw.random() < 0.15 else "half up"
    value, low, high = (rounded(100 * x, decimals, mode) for x in (survival, *limits(survival, error, scale)))
    about = {"endpoint": "os", "group": "all", "time_months": 36, "denominator": found.n}
    return row(id=key, statistic="Kaplan-Meier percent", printed=value, printed_low=low, printed_high=high, **about)


SIZES = (20, 30, 45, 60, 100, 200, 500, 1000, 2000)


def numbered_trial(order: int) -> tuple[Trial, PrintedRow]:
    """The trial of this number and its printed row; mostly one decimal of a percent, now and then none or two."""
    draw = random.Random(20260101 + order)
    true = trial(draw, SIZES[order % len(SIZES)])
    return true, printed_trial(draw, true, decimals=draw.choice((0, 1, 1, 1, 1, 1, 1, 2)))


def numbered_table(order: int) -> tuple[str, list[PrintedRow]]:
    """The table of this number; every second one has a number changed, and what is said first."""
    draw = random.Random(30260101 + order)
    rows = table(draw)
    return planted(draw, rows) if order % 2 else ("", rows)


def holds(found: dict, events: int) -> bool:
    """Whether a list of counts, or its two ends, has room for so many events."""
    counts = found["event_counts"]
    return events in counts if found["exact"] else counts[0] <= events <= counts[-1]


def patients(draw: random.Random) -> int:
    """A number of patients: half of the time a small study."""
    return draw.randint(12, 60) if draw.random() < 0.5 else round(math.exp(draw.uniform(math.log(61), math.log(2000))))


def table(draw: random.Random) -> list[PrintedRow]:
    """A published table that is true: survival with its events, categories, a binary item, a hazard ratio."""
    n = patients(draw)
    found = trial(draw, n)
    survival = printed_trial(draw, found)
    rows = [survival, row(id="os.events.36", endpoint="os", group="all", statistic="count", printed=len(found.at_risk))]
    cuts = sorted(draw.randint(0, n) for _ in range(2))
    counts = (cuts[0], cuts[1] - cuts[0], n - cuts[1])
    mode = draw.choice(("half up", "half up", "half to even", "truncated"))
    for name, count in zip(("cr", "vgpr", "pr"), counts, strict=True):
        about = {"endpoint": "response", "denominator": n, "partition": "response"}
        rows.append(row(id=f"response.{name}.count", statistic="count", printed=count, **about))
        share = rounded(100 * count / n, 1, mode)
        rows.append(row(id=f"response.{name}", statistic="percent", printed=share, **about))
    alone = draw.randint(0, n)
    rows.append(
        row(id="harm.severe", endpoint="harm", statistic="percent", printed=rounded(100 * alone / n, 1), denominator=n)
    )
    ones = draw.randint(0, n)
    deviation = math.sqrt(ones * (n - ones) / (n * (n - 1)))
    rows.append(
        row(id="item", statistic="binary mean", printed=rounded(ones / n, 2), sd=rounded(deviation, 2), denominator=n)
    )
    ratio, spread = draw.uniform(0.4, 1.6), draw.uniform(0.1, 0.4)
    ends = [rounded(math.exp(math.log(ratio) + sign * Z * spread), 2) for sign in (-1, 1)]
    rows.append(
        row(id="hr", statistic="hazard ratio", printed=rounded(ratio, 2), printed_low=ends[0], printed_high=ends[1])
    )
    return rows


PLANTS = ("share of a count", "share alone", "narrow interval", "survival", "events", "deviation", "sum", "count")


def planted(draw: random.Random, rows: list[PrintedRow]) -> tuple[str, list[PrintedRow]]:
    """The table with one number changed: what was changed, and the table. A change need not make it impossible."""
    what = draw.choice(PLANTS)
    by_id = {one.id: one for one in rows}
    n = int(by_id["item"].denominator)

    def moved(text: str, units: int, decimals: int = 1) -> str:
        return rounded(max(0.0, float(text) + draw.choice((-1, 1)) * units / 10**decimals), decimals)

    survival = by_id["os.survival.36"]
    if what == "share of a count":
        one = by_id["response.cr"]
        changed = replace(one, printed=moved(one.printed, draw.randint(2, 20)))
    elif what == "share alone":
        one = by_id["harm.severe"]
        changed = replace(one, printed=moved(one.printed, draw.randint(2, 20)))
    elif what == "narrow interval":
        value, factor = float(survival.printed), draw.uniform(0.4, 0.8)
        ends = [rounded(value + factor * (float(x) - value), 1) for x in (survival.printed_low, survival.printed_high)]
        changed = replace(survival, printed_low=ends[0], printed_high=ends[1])
    elif what == "survival":
        shift = draw.choice((-1, 1)) * draw.uniform(1, 10)
        texts = [rounded(float(x) + shift, 1) for x in (survival.printed, survival.printed_low, survival.printed_high)]
        changed = replace(survival, printed=texts[0], printed_low=texts[1], printed_high=texts[2])
    elif what == "events":
        one = by_id["os.events.36"]
        changed = replace(one, printed=str(max(0, int(one.printed) + draw.choice((-1, 1)) * draw.randint(1, 5))))
    elif what == "deviation":
        one = by_id["item"]
        changed = replace(one, sd=moved(one.sd, draw.randint(4, 20), 2))
    elif what == "sum":
        one = by_id["response.pr.count"]
        changed = replace(one, printed=str(int(one.printed) + draw.randint(1, 3)))
    else:
        one = by_id["response.cr.count"]
        changed = replace(one, printed=str(n + draw.randint(1, 9)))
    return what, [changed if one.id == changed.id else one for one in rows]
