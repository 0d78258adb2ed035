"""The demo cohort as if its patients had been observed, and with small cells planted in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from support import ROOT

DEMO = ROOT / "data" / "demo"
UNKNOWN = ("Zqlist of Jane Doe.txt", "zqdoe.csv", "scans/zqbiopsy_doe.pdf")  # files that nobody asked for
Tables = dict[str, pd.DataFrame]


def observed_study(kind: str = "observed") -> str:
    """Its study.yml, in which nobody approved of showing single patients."""
    text = (DEMO / "study.yml").read_text(encoding="utf-8")
    lines = text.replace("kind: simulated", f"kind: {kind}").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("disclosure:"))


def demo(n: int = 240) -> Tables:
    """The first n patients of the demo cohort, as text."""
    tables = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in DEMO.glob("*.csv")}
    ids = set(tables["patients"]["patient_id"][:n])
    for name, table in tables.items():
        if "patient_id" in table.columns:
            tables[name] = table[table["patient_id"].isin(ids)].reset_index(drop=True)
    tables["flow"].loc[2, "n"] = str(n)
    return tables


# How many patients each planted cell has.
KRD, MISSING_STAGE, UNSAMPLED, CONVERTED, LEFT, WITHOUT_EVENT = 1, 3, 3, 3, 3, 2
NOT_ASSESSED = 3


def unlike_months(cell: str) -> str:
    """Months with four decimals, in the same order: no other number of a build looks like them."""
    return f"{float(cell) + 0.0137 + int(float(cell) * 10) % 89 / 10_000:.4f}" if cell and float(cell) else cell


def _planted(tables: dict[str, pd.DataFrame]) -> None:
    """Small cells of every kind, in place."""
    patients, events, samples = (tables[name] for name in ("patients", "adverse_events", "mrd"))
    ids = list(patients["patient_id"])
    patients.loc[: KRD - 1, "induction"] = "KRd"
    patients["iss_stage"] = patients["iss_stage"].replace("", "II")
    patients.loc[5 : 4 + MISSING_STAGE, "iss_stage"] = ""
    tables["flow"].loc[1, "n"] = str(len(ids) + LEFT)
    answers = tables["responses"]
    answers.loc[answers["patient_id"].isin(ids[60:62]) & (answers["timepoint"] == "after"), "response"] = "SD"
    absent = answers["patient_id"].isin(ids[20 : 20 + NOT_ASSESSED]) & (answers["timepoint"] == "after")
    tables["responses"] = answers[~absent]
    unharmed = sorted(set(ids) - set(events["patient_id"]))[WITHOUT_EVENT:]
    mild = {"grade": "1", "soc": "General disorders", "serious": "no", "related": "yes", "start_months": "0.4"}
    more = [{"patient_id": one, "term": "Fatigue", **mild} for one in unharmed]
    more += [{"patient_id": one, "term": "Gout", **mild} for one in ids[30:32]]
    more += [{"patient_id": one, "term": "Tinnitus", **mild} for one in ids[40:42]]
    tables["adverse_events"] = pd.concat([events, pd.DataFrame(more)], ignore_index=True).fillna("")
    unsampled = sorted(set(ids) - set(samples["patient_id"]))[UNSAMPLED:]
    first = samples.iloc[0].to_dict() | {"status": "positive", "months": "0.4"}
    samples = pd.concat([samples, pd.DataFrame([first | {"patient_id": one} for one in unsampled])], ignore_index=True)
    converted = [one for one, found in mrd_status(samples).iterrows() if found["converted"]][CONVERTED:]
    negatives = samples["patient_id"].isin(converted) & (samples["status"] == "negative")
    tables["mrd"] = samples[~negatives]


def mrd_status(samples: pd.DataFrame) -> pd.DataFrame:
    """Who was negative once, positive once, and negative for a year without a positive sample between."""
    found = {}
    for one, rows in samples.assign(months=samples["months"].astype(float)).sort_values("months").groupby("patient_id"):
        runs = (rows["status"] == "positive").cumsum()
        negative = rows[rows["status"] == "negative"]
        spans = negative.groupby(runs[negative.index])["months"].agg(lambda months: months.max() - months.min())
        found[one] = {
            "negative": len(negative) > 0,
            "positive": bool((rows["status"] == "positive").any()),
            "sustained": bool((spans >= 12 - 1e-6).any()),
        }
    status = pd.DataFrame(found).T.astype(bool)
    return status.assign(converted=status["negative"] & status["positive"] & ~status["sustained"])


def write_observed(folder: Path, kind: str = "observed", **settings: object) -> dict[str, pd.DataFrame]:
    """An observed copy of the demo cohort with planted cells; its tables as text."""
    shutil.copytree(DEMO, folder)
    tables = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in folder.glob("*.csv")}
    _planted(tables)
    for name, table in tables.items():
        for column in table.columns:
            if column.endswith("months"):
                table[column] = table[column].map(unlike_months)
        if "patient_id" in table.columns:
            table["patient_id"] = table["patient_id"].map(lambda one: f"Zq{one}w")
        table.to_csv(folder / f"{name}.csv", index=False)
    text = observed_study(kind)
    text += "".join(f"{name}: {value}\n" for name, value in settings.items())
    (folder / "study.yml").write_text(text, encoding="utf-8")
    return tables
