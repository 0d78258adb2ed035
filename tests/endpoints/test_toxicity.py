from __future__ import annotations

import pandas as pd
import pytest

from livingreview.endpoints.toxicity import ANY_GRADE, FATAL, GRADE_3_PLUS, TOXICITIES, worst_grades


def events(*rows: tuple[str, int]) -> pd.DataFrame:
    """Adverse events as (patient, grade), typed as a cohort gives them."""
    return pd.DataFrame(rows, columns=["patient_id", "grade"]).astype({"patient_id": object, "grade": "Int64"})


def test_each_patient_counts_once_with_the_worst_grade() -> None:
    worst = worst_grades(events(("B", 1), ("A", 2), ("A", 4), ("A", 3), ("B", 1), ("C", 5)))
    assert worst.to_dict() == {"A": 4, "B": 1, "C": 5}


def test_no_events() -> None:
    assert worst_grades(events()).empty


@pytest.mark.parametrize(
    ("toxicity", "patients"),
    [(ANY_GRADE, 4), (GRADE_3_PLUS, 2), (FATAL, 1)],
    ids=lambda case: getattr(case, "key", None),
)
def test_four_patients_counted_by_hand(toxicity, patients: int) -> None:
    worst = worst_grades(events(("A", 2), ("A", 3), ("B", 1), ("B", 1), ("C", 5), ("D", 2)))
    assert int((worst >= toxicity.from_grade).sum()) == patients


def test_from_mild_to_fatal() -> None:
    assert [(toxicity.key, toxicity.from_grade) for toxicity in TOXICITIES] == [
        ("safety.any", 1),
        ("safety.grade3plus", 3),
        ("safety.grade5", 5),
    ]
