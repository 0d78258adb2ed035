"""What was written down about the simulated patients: responses, samples, adverse events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from livingreview.simulation.baseline import named
from livingreview.simulation.course import DEPTH, REASONS, TOXICITY, Response, tenth
from livingreview.simulation.registry import REGISTRY

TIMEPOINTS = ("before", "after", "best")
SAMPLED = (2.0, 15.0, 28.0, 41.0)  # months, each with up to one more
TERMS = [tuple(term) for term in REGISTRY["terms"]]
STOPPING = REGISTRY["stopping"]  # places of the terms for which patients stop the drug
FATAL = tuple(REGISTRY["fatal"])  # the only event recorded of its patient
ACTIONS = ("none", "dose reduced", "interrupted", "stopped")


def reached(course: Response, last: np.ndarray) -> np.ndarray:
    """Whether maintenance deepened the response at a visit that took place: before month `last`."""
    return course.deepened <= last


def responses(table: pd.DataFrame, course: Response) -> pd.DataFrame:
    """Before, after, and the best of all visits; the fourth patient was not evaluable before transplantation."""
    deeper = reached(course, table["pfs_months"].to_numpy())
    seen = np.where(np.arange(len(table)) == 3, 0, course.before)
    best = np.maximum(np.maximum(seen, course.after), np.where(deeper, course.during, 0))
    first = np.where(seen == best, np.nan, np.where(course.after == best, 0.0, course.deepened))
    nowhere = np.full(len(table), np.nan)  # before the time origin: no month to write
    found = pd.concat(
        [
            pd.DataFrame(
                {
                    "patient_id": table["patient_id"],
                    "timepoint": timepoint,
                    "response": named(depth, DEPTH),
                    "months": months,
                    "basis": "best" if timepoint == "best" else "at_visit",
                }
            )
            for timepoint, depth, months in zip(
                TIMEPOINTS,
                (course.before, course.after, best),
                (nowhere, np.zeros(len(table)), first),
                strict=True,
            )
        ],
        ignore_index=True,
    )
    if len(table) > 3:
        found.loc[3, "response"] = "NE"
    return found


def samples(table: pd.DataFrame, course: Response, again: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Samples while the patient is followed, the first patient's apart; three in a hundred mislead, two say nothing.

    `again` is the month from which residual disease is measurable again.
    """
    n, last = len(table), table["pfs_months"].to_numpy()
    frames = []
    for month in SAMPLED:
        at = tenth(month + rng.random(n))
        sampled = (at <= last) & (rng.random(n) < 0.9)
        sampled[0] = False
        negative = (at >= course.negative_from) & (at < again)
        status = np.where(rng.random(n) < 0.02, 2, negative ^ (rng.random(n) < 0.03))
        depth = np.where(reached(course, at), course.during, course.after)
        deep = rng.random(n) < 0.15
        columns = {"patient": np.arange(n), "months": at, "status": status, "depth": depth, "deep": deep}
        frames.append(pd.DataFrame(columns)[sampled])
    found = pd.concat(frames).sort_values(["patient", "months"], ignore_index=True)
    return pd.DataFrame(
        {
            "patient_id": table["patient_id"].to_numpy()[found["patient"]],
            "months": found["months"],
            "status": named(found["status"].to_numpy(int), ("positive", "negative", "not_evaluable")),
            "method": "next-generation flow",
            "sensitivity_reached": np.where(found["deep"], 1e-6, 1e-5),
            "sample": "marrow",
            "response_at_sample": named(found["depth"].to_numpy(int), DEPTH),
        }
    )


def adverse_events(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Events that begin on treatment, the earlier the more; whoever stopped for toxicity has one that says so."""
    n = len(table)
    treated = table["maintenance_end_months"].fillna(table["os_months"]).to_numpy()
    frames = []
    for number, (_, _, chance) in enumerate(TERMS):
        happened = np.flatnonzero(rng.random(n) < chance)
        grade = rng.choice([1, 2, 3, 4], len(happened), p=[0.45, 0.37, 0.15, 0.03])
        start = tenth(rng.random(len(happened)) ** 2 * treated[happened])
        action = np.where(grade >= 3, rng.integers(1, 3, len(happened)), 0)
        frames.append(_events(happened, start, number, grade, action))
    stopped = np.flatnonzero(table["off_treatment_reason"] == REASONS[TOXICITY])
    start = tenth(np.maximum(treated[stopped] - rng.uniform(0, 1, len(stopped)), 0))
    frames.append(_events(stopped, start, rng.choice(STOPPING, len(stopped)), rng.integers(2, 4, len(stopped)), 3))
    found = pd.concat(frames, ignore_index=True)
    found["end"] = tenth(np.minimum(found["start"] + 0.1 + rng.exponential(1.5, len(found)), _seen(table, found)))
    found.loc[rng.random(len(found)) < 0.1, "end"] = np.nan
    found["serious"] = found["grade"] + rng.random(len(found)) > 3.6
    found["related"] = (rng.random(len(found)) < 0.7) | (found["action"] == 3)
    found = _fatal(table, found)
    terms, classes, _ = zip(*TERMS, FATAL, strict=True)
    found["alphabet"] = np.argsort(np.argsort(terms))[found["term"]]
    found = found.sort_values(["patient", "start", "alphabet", "grade"], ignore_index=True)
    return pd.DataFrame(
        {
            "patient_id": table["patient_id"].to_numpy()[found["patient"]],
            "grade": found["grade"],
            "term": named(found["term"], terms),
            "soc": named(found["term"], classes),
            "serious": named(found["serious"].to_numpy(int), ("no", "yes")),
            "related": named(found["related"].to_numpy(int), ("no", "yes")),
            "action": named(found["action"], ACTIONS),
            "start_months": found["start"],
            "end_months": found["end"],
            "on_treatment": "yes",
        }
    )


def _events(patient: np.ndarray, start: np.ndarray, term, grade: np.ndarray, action) -> pd.DataFrame:
    return pd.DataFrame({"patient": patient, "start": start, "term": term, "grade": grade, "action": action})


def _seen(table: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """How long the patient of each event was followed."""
    return table["os_months"].to_numpy()[found["patient"]]


def _fatal(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """One patient who died of an infection on treatment has that event and no other."""
    on_treatment = table["maintenance_end_months"] == table["os_months"]
    died = (table["pfs_event"] == "death") & on_treatment & (table["death_cause"] == "infection")
    for patient in np.flatnonzero(died)[:1]:
        months = table.loc[patient, "os_months"]
        only = {"patient": patient, "start": tenth(months - 0.3), "term": len(TERMS), "grade": 5, "action": 0}
        only |= {"end": months, "serious": True, "related": False}
        found = pd.concat([found[found["patient"] != patient], pd.DataFrame([only])], ignore_index=True)
    return found
