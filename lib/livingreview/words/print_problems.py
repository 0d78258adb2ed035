"""What is wrong with printed numbers, digitised curves, and what is made from them; what to do stands behind the arrow."""

from __future__ import annotations

PRINT_PROBLEMS = {
    # Evidence
    "no-evidence": "the evidence tables have no such study → Correct the id, or add the study to data/evidence.",
}
