"""A simulated cohort as a folder that builds like any other."""

from __future__ import annotations

from pathlib import Path

from livingreview.cohort.problems import CohortError, Problem
from livingreview.simulation.course import SHORTEST
from livingreview.simulation.patients import simulate
from livingreview.simulation.registry import README, STUDY

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
