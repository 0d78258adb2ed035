"""The demo cohort as if its patients had been observed."""

from __future__ import annotations

from support import ROOT


def observed_study(kind: str = "observed") -> str:
    """Its study.yml, in which nobody approved of showing single patients."""
    text = (ROOT / "data" / "demo" / "study.yml").read_text(encoding="utf-8")
    lines = text.replace("kind: simulated", f"kind: {kind}").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("disclosure:"))
