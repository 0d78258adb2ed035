"""One member drawn by its plan: a cohort that agrees with every printed number."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from livingreview.reconstruction.constraints import Constraints
from livingreview.reconstruction.joint import no_cohort
from livingreview.reconstruction.member_mrd import Row, samples
from livingreview.reconstruction.member_responses import response_rows
from livingreview.reconstruction.plans import Plan

STEP = 0.003  # months between two neighbours where a corner crowds them
TRIES = 40


def member(plan: Plan, printed: Constraints, draw: random.Random) -> dict[str, list[Row]]:
    """The rows of the tables of one member, by table; flow.csv is the same in all.

    Where a plan leaves no significant group with sustained MRD negativity it is loosened: other times, and
    everyone followed.
    """
    for attempt in range(TRIES):
        tried = plan
        if attempt >= 8:
            tried = replace(plan, timing=draw.choice(("random", "even", "late")))
        if attempt >= 16:
            tried = replace(tried, followed=None)
        patients = _patients(tried, printed, draw)
        sampled = samples(patients, plan.sustained, printed.horizon, draw)
        if sampled is not None:
            ages = _ages(printed, plan.ages, draw)
            for row, age in zip(patients, ages, strict=True):
                row["age_years"] = age
            names = [str(row["patient_id"]) for row in patients]
            return {
                "patients": patients,
                "responses": response_rows(names, printed.responses, plan.response, draw),
                "mrd": sampled,
                "adverse_events": _severe(patients, printed.severe, plan.grade, draw),
            }
    raise no_cohort(printed)


@dataclass(slots=True)
class _Patient:
    """One patient while the order is laid out; ends are places in the order, or None for after the horizon."""

    kind: str = "censored"
    pfs: int | None = None
    os: int | None = None


def _patients(plan: Plan, printed: Constraints, draw: random.Random) -> list[Row]:
    people, moments = _order(plan, printed, draw)
    within = _times(moments, printed.shortest, printed.horizon, plan.timing, draw)
    after = _after(len(people), printed, plan.timing, draw)
    dying = {"none": 0.0, "some": draw.random(), "most": 1.0}[plan.later]
    rows: list[Row] = []
    for person in people:
        late = after.pop()
        pfs = late if person.pfs is None else within[person.pfs]
        os = late if person.os is None else within[person.os]
        died = person.kind == "death" or (person.os is None and draw.random() < dying)
        event = person.kind
        if person.pfs is None:
            event = "death" if died else "censored"
        rows.append(
            {"pfs_months": pfs, "pfs_event": event, "os_months": os, "os_event": "death" if died else "censored"}
        )
    draw.shuffle(rows)
    return [{"patient_id": f"R{number:02d}", **row} for number, row in enumerate(rows, start=1)]


def _order(plan: Plan, printed: Constraints, draw: random.Random) -> tuple[list[_Patient], int]:
    """Everybody with the places of both ends in one order of moments up to the horizon, and how many those are."""
    joint = plan.joint
    people: list[_Patient] = []
    apart: list[_Patient] = []  # followed for survival alone
    moments, remaining, died, last = 0, printed.n, 0, -1
    for position, at_risk in enumerate(joint.pfs.at_risk):
        for _ in range(remaining - at_risk):
            people.append(_Patient(pfs=moments))
            apart.append(people[-1])
            moments += 1
        if position in joint.deaths:
            moments = _let_go(apart, joint.os.at_risk[died] - at_risk, last, moments, draw)
            people.append(_Patient("death", moments, moments))
            last = moments
            died += 1
        else:
            apart.append(_Patient("progression", moments))
            people.append(apart[-1])
        moments += 1
        remaining = at_risk - 1
    followed = remaining if plan.followed is None else min(plan.followed, remaining)
    for _ in range(remaining - followed):
        apart.append(_Patient(pfs=moments))
        people.append(apart[-1])
        moments += 1
    keep = {"fewest": 0, "most": len(apart), "some": draw.randint(0, len(apart))}[plan.kept]
    moments = _let_go(apart, keep, last, moments, draw)
    people += [_Patient() for _ in range(followed)]
    return people, moments


def _let_go(apart: list[_Patient], keep: int, death: int, moment: int, draw: random.Random) -> int:
    """End the follow-up of all but `keep` of those followed for survival alone; the next moment.

    Whoever came to be so after the last `death` may end where assessments did; the others were at risk at that
    death, and end at a moment of their own.
    """
    for person in draw.sample(apart, len(apart) - keep):
        if person.pfs is not None and person.pfs > death and draw.random() < 0.5:
            person.os = person.pfs
        else:
            person.os = moment
            moment += 1
    apart[:] = [person for person in apart if person.os is None]
    return moment


def _times(count: int, low: float, high: float, timing: str, draw: random.Random) -> list[float]:
    """`count` different times strictly between the two, in order, to a thousandth of a month."""
    early = [round(low + STEP * (place + 1), 3) for place in range(count)]
    late = [round(high - STEP * (count - place), 3) for place in range(count)]
    if timing == "early":
        return early
    if timing == "late":
        return late
    if timing == "split":
        cut = draw.randint(0, count)
        return early[:cut] + late[cut:]
    if timing == "even":
        return [round(low + (high - low) * place / (count + 1), 2) for place in range(1, count + 1)]
    return [step / 100 for step in sorted(draw.sample(range(int(low * 100) + 1, int(high * 100)), count))]


def _after(count: int, printed: Constraints, timing: str, draw: random.Random) -> list[float]:
    """Different times after the horizon, in no order. The longest is that of the first patient included if the last
    one, included when accrual ended, was followed to the horizon: no cut-off is printed."""
    times = _times(count, printed.horizon, printed.horizon + printed.accrual_months - 1, timing, draw)
    draw.shuffle(times)
    return times


def _ages(printed: Constraints, kind: str, draw: random.Random) -> list[int]:
    """Ages with the printed median and range; the others at random, at the ends or in the middle."""
    low, median, high = (round(value) for value in printed.age)
    half = (printed.n - 2) // 2
    inner = half - 1
    below = {"random": [draw.randint(low, median) for _ in range(inner)], "extreme": [low] * inner}
    above = {"random": [draw.randint(median, high) for _ in range(inner)], "extreme": [high] * inner}
    ages = [low, *below.get(kind, [median] * inner), *above.get(kind, [median] * inner), high]
    ages += [median] * (printed.n - len(ages))
    draw.shuffle(ages)
    return ages


def _severe(patients: Sequence[Row], count: int, grade: int, draw: random.Random) -> list[Row]:
    """One row per patient with a severe event, of this grade where it can be: grade 5 needs a death."""
    dead = [row["patient_id"] for row in patients if row["os_event"] == "death"]
    everyone = [row["patient_id"] for row in patients]
    fatal = draw.sample(dead, min(count, len(dead))) if grade == 5 else []
    others = draw.sample([name for name in everyone if name not in fatal], count - len(fatal))
    return [{"patient_id": name, "grade": 5} for name in fatal] + [
        {"patient_id": name, "grade": min(grade, 4)} for name in others
    ]
