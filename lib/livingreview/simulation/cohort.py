"""A simulated cohort: every table filled, one story a patient, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

FOLLOW_UP = 72.0  # months from the first patient to the data cut-off
ACCRUAL = 48.0
SHORTEST = 5.0  # months of maintenance that the simulated rule asks for
TIMEPOINTS = ("before", "after", "best")
DEPTH = np.array(["PD", "SD", "MR", "PR", "VGPR", "CR", "sCR"])
TERMS = (
    ("Neutropenia", "Blood and lymphatic system disorders", 0.28),
    ("Thrombocytopenia", "Blood and lymphatic system disorders", 0.25),
    ("Diarrhoea", "Gastrointestinal disorders", 0.30),
    ("Nausea", "Gastrointestinal disorders", 0.26),
    ("Peripheral neuropathy", "Nervous system disorders", 0.20),
    ("Rash", "Skin and subcutaneous tissue disorders", 0.22),
    ("Pneumonia", "Infections and infestations", 0.10),
    ("Herpes zoster", "Infections and infestations", 0.06),
    ("Fatigue", "General disorders", 0.33),
)
FATAL = ("Sepsis", "Infections and infestations", 0.0)  # the only event recorded of its patient


def simulate(patients: int, seed: int) -> dict[str, pd.DataFrame]:
    """Tables of a cohort by name.

    Parameters
    ----------
    patients : how many, at least 1
    seed : the same seed gives the same cohort, whatever the machine

    Notes
    -----
    Event times are exponential with a hazard that rises with mSMART risk and falls with the depth of
    response and with MRD negativity. Planted edge cases, as far as there are patients for them: two with
    the same event time, one censored at that very time, one censored at the milestone of 36 months,
    one whose fatal event is the only one recorded, one never sampled for MRD, one never evaluable.
    """
    if patients < 1:
        raise ValueError("a cohort needs at least one patient")
    rng = np.random.default_rng(seed)
    base = _baseline(patients, rng)
    depth = _depths(patients, base["high"], rng)
    survival = _survival(base, depth[:, -1], rng)
    table = pd.concat([base["frame"], survival], axis=1)
    _plant_ties(table)
    columns = ["patient_id", "pfs_months", "pfs_event", "os_months", "os_event"]
    table = table[[*columns, *(name for name in table.columns if name not in columns)]]
    return {
        "patients": table,
        "responses": _responses(table, depth),
        "mrd": _mrd(table, depth[:, -1], rng),
        "adverse_events": _adverse_events(table, rng),
        "flow": _flow(patients),
    }


def _baseline(n: int, rng: np.random.Generator) -> dict:
    high = rng.random(n) < 0.3
    width = max(3, len(str(n)))
    frame = pd.DataFrame(
        {
            "patient_id": [f"S{number:0{width}d}" for number in range(1, n + 1)],
            "age_years": np.clip(rng.normal(60, 8, n), 32, 75).round().astype(int),
            "sex": np.where(rng.random(n) < 0.44, "female", "male"),
            "iss_stage": rng.choice(["I", "II", "III"], n, p=[0.38, 0.36, 0.26]),
            "r_iss_stage": rng.choice(["I", "II", "III"], n, p=[0.27, 0.60, 0.13]),
            "msmart_risk": np.where(high, "high", "standard"),
            "induction": rng.choice(["VRd", "VCd", "D-VRd"], n, p=[0.6, 0.25, 0.15]),
            "n_asct": np.where(rng.random(n) < 0.08, 2, 1),
            "maintenance_regimen": "ixazomib",
            "maintenance_partner": np.where(rng.random(n) < 0.35, "lenalidomide", ""),
        }
    )
    return {"frame": frame, "high": high}


def _depths(n: int, high: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Depth at every timepoint as positions in DEPTH; most stay or deepen, some lose."""
    start = rng.choice([2, 3, 4, 5], n, p=[0.05, 0.40, 0.33, 0.22])
    steps = rng.choice([-1, 0, 1, 2], (n, len(TIMEPOINTS) - 1), p=[0.06, 0.47, 0.35, 0.12])
    steps -= (high[:, None] & (rng.random(steps.shape) < 0.15)).astype(int)
    return np.clip(np.cumsum(np.column_stack([start, steps]), axis=1), 1, 6)


def _survival(base: dict, depth: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    n, high = len(depth), base["high"]
    hazard = 0.018 * np.where(high, 1.9, 1.0) * np.exp(-0.25 * (depth - 4))
    progression = SHORTEST + rng.exponential(1 / hazard)
    after = progression + rng.exponential(1 / np.where(high, 0.035, 0.018))
    other = SHORTEST + rng.exponential(1 / 0.0022, n)
    death = np.minimum(after, other)
    end = FOLLOW_UP - rng.random(n) * ACCRUAL
    tenth = lambda values: np.round(values, 1)  # noqa: E731 - a rounding, used four times below
    death, progression, end = tenth(death), tenth(progression), tenth(end)
    died = death <= end
    progressed = (progression <= end) & (progression < death)
    os_months = np.where(died, death, end)
    pfs_months = np.where(progressed, progression, os_months)
    pfs_event = np.where(progressed, "progression", np.where(died, "death", "censored"))
    stop = tenth(np.minimum(pfs_months, SHORTEST + 1 + rng.exponential(30, n)))
    ongoing = (stop >= pfs_months) & ~progressed & ~died
    return pd.DataFrame(
        {
            "pfs_months": pfs_months,
            "pfs_event": pfs_event,
            "os_months": os_months,
            "os_event": np.where(died, "death", "censored"),
            "maintenance_start_months": 0.0,
            "maintenance_end_months": np.where(ongoing, np.nan, np.maximum(stop, SHORTEST)),
            "off_treatment_reason": np.where(
                ongoing,
                "",
                np.where(stop >= pfs_months, np.where(progressed, "progression", "death"), "toxicity or choice"),
            ),
            "last_assessment_months": pfs_months,
            "progression_type": np.where(progressed, rng.choice(["biochemical", "clinical"], n), ""),
            "death_cause": np.where(died, np.where(progressed, "myeloma", "other"), ""),
        }
    )


def _plant_ties(table: pd.DataFrame) -> None:
    """Two events and a censoring in the same month; a censoring at the milestone itself."""
    events = table.index[(table["pfs_event"] == "progression") & (table["pfs_months"] >= 12)]
    censored = table.index[(table["pfs_event"] == "censored") & (table["pfs_months"] > 36)]
    if len(events) >= 2 and len(censored) >= 2:
        time = min(table.loc[events[0], "pfs_months"], table.loc[events[1], "pfs_months"])
        for row, months in ((events[0], time), (events[1], time)):
            _end_at(table, row, months, keep_os=True)
        _end_at(table, censored[0], time)
        _end_at(table, censored[1], 36.0)


def _end_at(table: pd.DataFrame, row: int, months: float, *, keep_os: bool = False) -> None:
    columns = ["pfs_months", "last_assessment_months", *([] if keep_os else ["os_months"])]
    table.loc[row, columns] = months
    if table.loc[row, "maintenance_end_months"] > months:
        table.loc[row, "maintenance_end_months"] = max(months, SHORTEST)


def _named(codes: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The name of each code; a name that stands in a million rows is one object in memory."""
    return np.array(names, dtype=object)[codes]


def _responses(table: pd.DataFrame, depth: np.ndarray) -> pd.DataFrame:
    rows = {
        timepoint: pd.DataFrame(
            {"patient_id": table["patient_id"], "timepoint": timepoint, "response": _named(depth[:, position], DEPTH)}
        )
        for position, timepoint in enumerate(TIMEPOINTS)
    }
    if len(table) > 3:
        rows[TIMEPOINTS[0]].loc[3, "response"] = "NE"
    return pd.concat(rows.values(), ignore_index=True)


def _mrd(table: pd.DataFrame, depth: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Samples about months 2, 15 and 28 while the patient is followed; the first patient is never sampled."""
    last = table["pfs_months"].to_numpy()
    chance = np.clip(0.12 + 0.14 * (depth - 3), 0.05, 0.75)
    negative = rng.random(len(table)) < chance
    frames = []
    for month in (2.0, 15.0, 28.0):
        month_of = np.round(month + rng.random(len(table)), 1)
        sampled = (month_of <= last) & (rng.random(len(table)) < 0.9)
        sampled[0] = False
        result = negative ^ (rng.random(len(table)) < 0.06)
        frames.append(pd.DataFrame({"patient": np.arange(len(table)), "months": month_of, "result": result})[sampled])
    found = pd.concat(frames).sort_values(["patient", "months"], ignore_index=True)
    return pd.DataFrame(
        {
            "patient_id": table["patient_id"].to_numpy()[found["patient"]],
            "months": found["months"],
            "status": _named(found["result"].to_numpy(int), ("positive", "negative")),
            "method": "next-generation flow",
            "sensitivity_reached": 1e-5,
            "sample": "marrow",
        }
    )


def _adverse_events(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    last = table["pfs_months"].to_numpy()
    frames = []
    for number, (_, _, chance) in enumerate(TERMS):
        happened = rng.random(len(table)) < chance
        grade = rng.choice([1, 2, 3, 4], len(table), p=[0.45, 0.37, 0.15, 0.03])
        start = np.round(rng.random(len(table)) * last * 0.9, 1)
        related = rng.random(len(table)) < 0.7
        codes = {"patient": np.arange(len(table)), "start": start, "term": number, "grade": grade, "related": related}
        frames.append(pd.DataFrame(codes)[happened])
    found = pd.concat(frames, ignore_index=True)
    for patient in np.flatnonzero((table["os_event"] == "death") & (table["pfs_event"] == "death"))[:1]:
        only = {"patient": patient, "start": table.loc[patient, "os_months"], "term": len(TERMS), "grade": 5}
        found = pd.concat([found[found["patient"] != patient], pd.DataFrame([{**only, "related": False}])])
    terms, classes, _ = zip(*TERMS, FATAL, strict=True)
    found["alphabet"] = np.argsort(np.argsort(terms))[found["term"]]
    found = found.sort_values(["patient", "start", "alphabet"], ignore_index=True)
    return pd.DataFrame(
        {
            "patient_id": table["patient_id"].to_numpy()[found["patient"]],
            "grade": found["grade"],
            "term": _named(found["term"], terms),
            "soc": _named(found["term"], classes),
            "serious": _named((found["grade"] >= 4).to_numpy(int), ("no", "yes")),
            "related": _named(found["related"].to_numpy(int), ("no", "yes")),
            "start_months": found["start"],
        }
    )


def _flow(patients: int) -> pd.DataFrame:
    treated, transplanted = round(patients * 1.12), round(patients * 1.6)
    return pd.DataFrame(
        {
            "step": [
                "Autologous transplantation",
                "Maintenance started",
                f"Maintenance for at least {SHORTEST:g} months",
            ],
            "n": [transplanted, treated, patients],
            "reason": ["", "no maintenance, or another drug", "progression, death or toxicity before"],
        }
    )
