"""A cohort unlike the review's own: lymphoma by the Lugano criteria, two randomised arms, its endpoints in study.yml.

Simulated; run as a program it writes the folder that is named.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

STUDY = """\
title: First-line treatment of diffuse large B-cell lymphoma
short_title: Lymphoma trial
edition: {kind: simulated, date: 2026-11-24}
disease: diffuse large B-cell lymphoma
design: randomised
time_origin: {event: randomisation}
vocabulary:
  timepoints:
    - {name: interim, label: After two cycles}
    - {name: end, label: End of treatment}
  ctcae: "5.0"
response_criteria: lugano
subgroups: [arm]
parameters: {milestones_months: [12, 24], group_by: arm, milestone_months: 24}
endpoints:
  - key: efs24
    name: event-free survival
    short: EFS
    alive: alive without an event
    events:
      - {words: progression or relapse, months: pfs_months, column: pfs_event, code: progression}
      - {words: unplanned further treatment, months: retreatment_months}
      - {words: death from any cause, months: os_months, column: os_event, code: death}
    censoring:
      - {words: at the last disease assessment, months: pfs_months}
    source: "Maurer et al., J Clin Oncol 2014;32:1066-1073"
    note: Retreatment counts whether or not the disease had come back.
  - key: dor
    name: duration of response
    short: DOR
    alive: in response
    start: response_months
    start_words: the first response
    events:
      - {words: progression, months: pfs_months, column: pfs_event, code: progression}
      - {words: death from any cause, months: pfs_months, column: pfs_event, code: death}
    censoring:
      - {words: at the last disease assessment, months: pfs_months}
    caution: Only who responded is counted.
adverse_event_groups:
  - key: infections
    name: infections of grade 3 or more
    soc: [Infections and infestations]
    from_grade: 3
disclosure: patient-level-approved
contact: nobody was treated
"""
ARMS, DEPTH = ("R-CHOP", "Pola-R-CHP"), ("CR", "PR", "SD", "PD")
EVENTS = (
    ("Neutropenia", "Blood and lymphatic system disorders"),
    ("Pneumonia", "Infections and infestations"),
    ("Sepsis", "Infections and infestations"),
)


def write_lymphoma(folder: Path, patients: int = 60, seed: int = 1, kind: str = "simulated") -> Path:
    """The tables and study.yml; the same seed writes the same bytes. Observed: without the approval of disclosure."""
    chance, folder = random.Random(seed), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_patient(chance, number) for number in range(1, patients + 1)]
    responses = [
        (row["patient_id"], timepoint, chance.choices((*DEPTH, "NE"), weights)[0])
        for row in rows
        for timepoint, weights in (("interim", (35, 45, 10, 5, 5)), ("end", (70, 12, 4, 10, 4)))
    ]
    events = [
        (row["patient_id"], _grade(chance, row), *chance.choice(EVENTS))
        for row in rows
        for _ in range(chance.randrange(3))
    ]
    _write(folder / "patients.csv", tuple(rows[0]), [tuple(row.values()) for row in rows])
    _write(folder / "responses.csv", ("patient_id", "timepoint", "response"), responses)
    _write(folder / "adverse_events.csv", ("patient_id", "grade", "term", "soc"), events)
    (folder / "study.yml").write_text(_study(kind), encoding="utf-8")
    return folder


def _grade(chance: random.Random, patient: dict[str, object]) -> int:
    """Grade 5 only of somebody who died."""
    grade = chance.choices(range(1, 6), (30, 30, 25, 14, 1))[0]
    return grade if patient["os_event"] == "death" else min(grade, 4)


def _study(kind: str) -> str:
    approval = "disclosure: patient-level-approved\n"
    return STUDY.replace("kind: simulated", f"kind: {kind}").replace(approval, "" if kind == "observed" else approval)


def _patient(chance: random.Random, number: int) -> dict[str, object]:
    """One patient: progression, retreatment and death by independent exponential times, followed up to five years."""
    end = round(chance.uniform(24, 60), 1)
    progression, death = (round(1 + chance.expovariate(rate), 1) for rate in (0.015, 0.006))
    retreatment, response = round(2 + chance.expovariate(0.004), 1), round(chance.uniform(1.5, 4), 1)
    first, died = min(progression, death, end), death <= end
    how = {progression: "progression", death: "death", end: "censored"}[first]
    return {
        "patient_id": f"L{number:03d}",
        "arm": ARMS[number % 2],
        "age_years": chance.randrange(25, 81),
        "sex": chance.choice(("female", "male")),
        "pfs_months": first,
        "pfs_event": how,
        "os_months": death if died else end,
        "os_event": "death" if died else "censored",
        "retreatment_months": retreatment if retreatment < first else "",
        "response_months": response if response < first else "",
    }


def _write(path: Path, header: tuple, rows: list[tuple]) -> None:
    lines = [",".join(map(str, row)) for row in (header, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    print(write_lymphoma(Path(sys.argv[1])))
