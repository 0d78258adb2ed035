"""The demo cohort as if its patients had been observed."""

from __future__ import annotations

import pandas as pd

from support import ROOT

DEMO = ROOT / "data" / "demo"
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
