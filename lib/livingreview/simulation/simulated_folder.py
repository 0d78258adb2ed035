"""A simulated cohort as a folder that builds like any other."""

from __future__ import annotations

from pathlib import Path

from livingreview.cohort.problems import CohortError, Problem
from livingreview.simulation.course import SHORTEST
from livingreview.simulation.patients import simulate

STUDY = """\
title: A simulated registry of ixazomib maintenance after transplantation
short_title: Simulated registry
edition:
  kind: simulated
  date: 2026-11-22
time_origin:
  event: start of maintenance
data_cutoff: 2026-06
inclusion:
  minimum_maintenance_months: {shortest:g}
  words: ixazomib-based maintenance for at least {shortest:g} months
vocabulary:
  timepoints:
    - {{name: before, label: Before transplantation}}
    - {{name: after, label: After transplantation}}
    - {{name: best, label: Best response}}
  ctcae: "5.0"
  msmart: "3.0"
disclosure: patient-level-approved  # no patient here is real; never copy this line to a cohort that is
contact: nobody was treated; these patients are made by livingreview simulate
"""
README = """\
# {patients} simulated patients, seed {seed}

Made by `livingreview simulate DIR --patients {patients} --seed {seed}`. Not patient records; nothing here is evidence.
"""
LARGE = 10_000  # from here on tables are written as Parquet


def write_simulation(folder: Path, patients: int, seed: int) -> list[str]:
    """Write tables, study.yml and README.md; CohortError if the folder holds other things already."""
    if folder.exists() and any(folder.iterdir()) and not _is_simulated(folder):
        raise CohortError([Problem(str(folder), "folder-not-simulated")])
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in simulate(patients, seed).items():
        for suffix in (".csv", ".parquet"):
            (folder / f"{name}{suffix}").unlink(missing_ok=True)
        if patients >= LARGE:
            table.to_parquet(folder / f"{name}.parquet", index=False)
        else:
            table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "study.yml").write_text(STUDY.format(shortest=SHORTEST), encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(README.format(patients=patients, seed=seed), encoding="utf-8", newline="\n")
    return sorted(path.name for path in folder.iterdir())


def _is_simulated(folder: Path) -> bool:
    study = folder / "study.yml"
    return study.is_file() and "kind: simulated" in study.read_text(encoding="utf-8", errors="replace")
