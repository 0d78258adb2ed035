"""What `livingreview reconstruct` makes of a folder: a cohort from printed numbers, or patients from a curve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from livingreview.cohort.problems import CohortError, Problem
from livingreview.cohort.study import read_study
from livingreview.published.printed import FILE, read_published
from livingreview.reconstruction.curve.digitised import CURVE_FILE, RISK_FILE, read_digitised
from livingreview.reconstruction.documented import write_reconstruction


def reconstruct_folder(folder: Path, **drawing: Any) -> list[str]:
    """Write what the folder allows into it; the names of the files written, in order.

    A folder with curve.csv and at_risk.csv gets patients_from_curve.csv and FIT.md; another one is a cohort folder
    whose edition is reconstructed, and `drawing` (count, seed, progress) says how its ensemble is drawn. Raises
    CohortError for a folder that is neither, or both.
    """
    digitised = [name for name in (CURVE_FILE, RISK_FILE) if (folder / name).is_file()]
    if digitised and (folder / FILE).is_file():
        raise CohortError([Problem(digitised[0], "curve-beside-printed", {"printed": FILE})])
    files = _from_curve(folder) if digitised else _from_numbers(folder, drawing)
    write_reconstruction(folder, files)
    return sorted(files)


def _from_curve(folder: Path) -> dict[str, str]:
    from livingreview.reconstruction.curve.fit import FIT_FILE, PATIENTS_FILE, fit_report, patient_table
    from livingreview.reconstruction.curve.guyot import guyot

    arms = [guyot(arm) for arm in read_digitised(folder)]
    table = patient_table(arms).to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return {PATIENTS_FILE: table, FIT_FILE: fit_report(arms)}


def _from_numbers(folder: Path, drawing: dict[str, Any]) -> dict[str, str]:
    study = read_study(folder)
    if study.edition.kind != "reconstructed":
        place = {"column": "edition.kind", "value": study.edition.kind}
        raise CohortError([Problem("study.yml", "only-reconstructed", **place)])
    from livingreview.reconstruction.reconstruct import reconstruct_from_numbers

    return reconstruct_from_numbers(folder, read_published(folder), study, **drawing)
