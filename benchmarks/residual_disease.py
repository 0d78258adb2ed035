"""Residual disease that makes no difference: how often the landmark and Mantel-Byar tests find one nevertheless.

    .venv/bin/python benchmarks/residual_disease.py     replaces its part of benchmarks/README.md

Trials of 200 patients: event times exponential with a median of 36 months, follow-up of 24 to 72 months. Half of
the patients are negative, whatever becomes of them; one in ten of their samples is positive all the same. Samples
are taken yearly from a first one on, while a patient is followed. States are those of the chapters
(`SustainedNegativity`); the tests are counted for all trials at once and compared with those of the chapters on
the first twenty.
For the current state, that half turns positive for good some months before the event, and at no other time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtri

from livingreview.endpoints.mrd import POSITIVE, SUSTAINED, UNCONFIRMED, SustainedNegativity
from livingreview.results.estimates import NotEstimable
from livingreview.statistics.groups import mantel_byar

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- residual disease -->", "<!-- end of residual disease -->"
PATIENTS, RUNS, BATCH, SEED = 200, 10_000, 500, 20261124
MEDIAN, FOLLOWED, LAST = 36, (24, 72), 72
LANDMARKS = (24, 30)
FIRST_SAMPLES = ((3, 9), (3, 30), (6, 36))
LEADS = ((3, 12), (6, 12), (6, 6), (6, 3), (12, 3))  # positive so long before the event; months between samples
CRITICAL = float(chdtri(1, 0.05))
DEFINITION = SustainedNegativity()
Trials = NDArray[np.float64]  # shape (trials, patients)


def followed(random: np.random.Generator) -> tuple[Trials, NDArray[np.bool_]]:
    """Durations and events of a batch."""
    event = random.exponential(MEDIAN / np.log(2), (BATCH, PATIENTS))
    end = random.uniform(*FOLLOWED, (BATCH, PATIENTS))
    return np.minimum(event, end), event <= end


def table(months: NDArray, negative: NDArray, durations: Trials) -> pd.DataFrame:
    """Samples of shape (trials, patients, samples), as far as the patient was followed."""
    trial, patient, sample = np.nonzero(months < durations[..., None])
    status = np.where(negative[trial, patient, sample], "negative", "positive").astype(object)
    return pd.DataFrame(
        {"patient_id": trial * PATIENTS + patient, "months": months[trial, patient, sample], "status": status}
    )


def spread(ids: pd.Series, values: pd.Series, missing: object) -> NDArray:
    """Values of some patients at their places among all of the batch."""
    found = np.full(BATCH * PATIENTS, missing, dtype=values.to_numpy().dtype)
    found[ids.to_numpy(int)] = values.to_numpy()
    return found.reshape(BATCH, PATIENTS)


def count_before(begins: Trials, ends: Trials, at: Trials) -> NDArray[np.int64]:
    """How many of a trial are inside (begins, ends] at each of its times."""
    real = begins < ends
    values = np.concatenate([at, np.where(real, ends, np.inf), np.where(real, begins, np.inf)], axis=1)
    weights = np.repeat([0, -1, 1], at.shape[1])
    order = np.argsort(values, axis=1, kind="stable")  # of equal times the event first: through `ends` is inside
    counts = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(counts, order, np.cumsum(weights[order], axis=1), axis=1)
    return counts[:, : at.shape[1]]


def statistics(durations: Trials, events: NDArray, begins: Trials, ends: Trials, entry: Trials) -> NDArray:
    """The Mantel-Byar statistic of every trial, events untied; 0 where there is none."""
    begins, ends = np.maximum(np.where(np.isnan(begins), np.inf, begins), entry), np.minimum(ends, durations)
    n, inside = count_before(entry, durations, durations), count_before(begins, ends, durations)
    failed = events & (entry < durations)
    share = np.where(failed, inside / np.maximum(n, 1), 0)
    observed = (failed & (begins < ends) & (ends == durations)).sum(axis=1)
    variance = (share * (1 - share)).sum(axis=1)
    return np.where(variance > 0, (observed - share.sum(axis=1)) ** 2 / np.where(variance > 0, variance, 1), 0)


class Tests:
    """Statistics by the name of a test, batch after batch; the first ones are compared with those of the chapters."""

    def __init__(self) -> None:
        self.found: dict[str, list[NDArray]] = {}

    def add(self, name: str, durations: Trials, events: NDArray, begins: Trials, *, ends=np.inf, entry=-np.inf) -> None:
        """Test a state of every patient; `entry` infinite for whoever is left out."""
        ends, entry = (np.broadcast_to(values, durations.shape) for values in (ends, entry))
        found = statistics(durations, events, begins, ends, entry)
        if name not in self.found:
            for trial in range(20):
                check = mantel_byar(
                    durations[trial], events[trial], begins[trial], state_until=ends[trial], entry=entry[trial]
                )
                expected = 0 if isinstance(check, NotEstimable) else check.statistic
                assert np.isclose(found[trial], expected, rtol=1e-9, atol=1e-12), name
        self.found.setdefault(name, []).append(found)

    def rejected(self, name: str) -> float:
        """The share of trials with p < 0.05."""
        return float((np.concatenate(self.found[name]) > CRITICAL).mean())

    def compare(self, name: str, durations: Trials, events: NDArray, one: NDArray, other: NDArray, at: float) -> None:
        """Two groups from a landmark on."""
        entry = np.where(one | other, at, np.inf)
        self.add(name, durations, events, np.where(one, at, np.nan), entry=entry)


def batches(seed: int) -> Iterator[np.random.Generator]:
    """A generator of random numbers for each batch."""
    return (np.random.default_rng([seed, number]) for number in range(RUNS // BATCH))


def null(first: tuple[float, float]) -> tuple[Tests, dict[float, float]]:
    """Every test with first samples uniform in these months, and the share not assessed at each landmark."""
    tests, missing = Tests(), dict.fromkeys(LANDMARKS, 0.0)
    for random in batches(SEED + first[0] * 100 + first[1]):
        durations, events = followed(random)
        months = random.uniform(*first, (BATCH, PATIENTS))[..., None] + np.arange(0, LAST, 12.0)
        negative = (random.random((BATCH, PATIENTS, 1)) < 0.5) & (random.random(months.shape) < 0.9)
        samples = table(months, negative, durations)
        derived = DEFINITION.derive(samples)
        attained = spread(derived["patient_id"], derived["sustained_from"], np.nan)
        assessed = spread(derived["patient_id"], derived["assessed_from"], np.inf)
        sampled = np.isfinite(assessed)
        tests.add("all", durations, events, attained)
        tests.add("entry", durations, events, attained, entry=assessed)
        tests.add("ever sampled", durations, events, attained, entry=np.where(sampled, -np.inf, np.inf))
        for at in LANDMARKS:
            known = DEFINITION.known_at(samples, at)
            state, here = spread(known["patient_id"], known["state"], ""), durations > at
            sustained, unconfirmed, positive = (here & (state == name) for name in (SUSTAINED, UNCONFIRMED, POSITIVE))
            other = unconfirmed | positive
            tests.compare(f"assessed {at}", durations, events, sustained, other, at)
            tests.compare(f"joined {at}", durations, events, sustained, here & ~sustained, at)
            tests.compare(f"negative {at}", durations, events, sustained | unconfirmed, positive, at)
            before = here & (attained <= at)
            tests.compare(f"later samples {at}", durations, events, before, here & sampled & ~before, at)
            missing[at] += float((here & ~sustained & ~other).sum() / here.sum()) / (RUNS / BATCH)
    return tests, missing


def current(lead: float, between: float) -> Tests:
    """Half negative until `lead` months before the event, half always positive; a sample every `between` months."""
    tests = Tests()
    for random in batches(SEED + int(lead * 1000 + between)):
        durations, events = followed(random)
        months = random.uniform(0, between, (BATCH, PATIENTS))[..., None] + np.arange(0, LAST, float(between))
        before = (months < (durations - lead)[..., None]) | ~events[..., None]
        negative = before & (random.random((BATCH, PATIENTS, 1)) < 0.5)
        samples = table(months, negative, durations)
        found = DEFINITION.stretches(samples)  # at most one a patient: whoever turns positive stays so
        begins = spread(found["patient_id"], found["sustained_from"], np.nan)
        ends = spread(found["patient_id"], found["sustained_until"], np.inf)
        tests.add("attained", durations, events, begins)
        tests.add("current", durations, events, begins, ends=ends)
        known = DEFINITION.known_at(samples, LANDMARKS[0])
        state, here = spread(known["patient_id"], known["state"], ""), durations > LANDMARKS[0]
        one = here & (state == SUSTAINED)
        tests.compare("landmark", durations, events, one, here & (state != SUSTAINED) & (state != ""), LANDMARKS[0])
    return tests


def report(say: Callable[[str], None]) -> str:
    """Both tables."""
    lines = [
        f"{RUNS:,} trials of {PATIENTS} patients each; share with p < 0.05, wanted 0.044 to 0.056. Seed in the script.",
        "",
    ]
    lines += [
        "| test | " + " | ".join(f"first sample U({a}, {b})" for a, b in FIRST_SAMPLES) + " |",
        "|---|---|---|---|",
    ]
    found = [null(first) for first in FIRST_SAMPLES]
    say("null done")
    rows = {
        "**Mantel-Byar, everybody from the origin**": "all",
        "Mantel-Byar, entry at the first sample": "entry",
        "not ours: Mantel-Byar of whoever was ever sampled": "ever sampled",
    }
    for at in LANDMARKS:
        rows |= {
            f"**Landmark {at}: sustained against sampled and not sustained**": f"assessed {at}",
            f"Landmark {at}: sustained against all others": f"joined {at}",
            f"Landmark {at}: last sample negative against positive": f"negative {at}",
            f"not ours: landmark {at}, later samples counted": f"later samples {at}",
        }
    lines += [
        f"| {words} | " + " | ".join(f"{tests.rejected(name):.3f}" for tests, _ in found) + " |"
        for words, name in rows.items()
    ]
    for at in LANDMARKS:
        lines.append(
            f"| not assessed at landmark {at}, of those followed | "
            + " | ".join(f"{missing[at]:.0%}" for _, missing in found)
            + " |"
        )
    lines += ["", "Half of the patients turn positive some months before an event; negativity does nothing else:", ""]
    lines += ["| positive before the event | samples every | as a current state | as attained | landmark 24 |"]
    lines += ["|---|---|---|---|---|"]
    for lead, between in LEADS:
        tests = current(lead, between)
        rejected = " | ".join(f"{tests.rejected(name):.3f}" for name in ("current", "attained", "landmark"))
        lines.append(f"| {lead} months | {between} months | {rejected} |")
    return "\n".join(lines)


def main() -> None:
    """Replace our part of the README."""
    started = time.process_time()
    text = report(print)
    print(text, f"\n{time.process_time() - started:.0f} seconds of processor")
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
