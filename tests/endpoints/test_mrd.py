from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livingreview.endpoints.mrd import SustainedNegativity

WORDS = {"-": "negative", "+": "positive", "?": "not_evaluable"}


def table(*samples: tuple[str, float, str]) -> pd.DataFrame:
    """Samples as (patient, months, sign)."""
    rows = [(patient, months, WORDS[sign]) for patient, months, sign in samples]
    return pd.DataFrame(rows, columns=["patient_id", "months", "status"])


def sustained_from(*samples: tuple[float, str], gap: float = 12.0) -> float | None:
    """When the negativity of one patient was confirmed; None where it was not."""
    (found,) = SustainedNegativity(gap).derive(table(*(("A", *sample) for sample in samples)))["sustained_from"]
    return None if math.isnan(found) else found


@pytest.mark.parametrize(
    ("samples", "months"),
    [
        pytest.param([(3, "-"), (15, "-")], 15, id="exactly 12 months apart"),
        pytest.param([(3, "-"), (14.9, "-")], None, id="less than 12 months apart"),
        pytest.param([(3, "-"), (27, "-")], 27, id="the state begins at the confirming sample"),
        pytest.param([(3, "-"), (9, "-"), (15, "-"), (30, "-")], 15, id="the first confirming sample counts"),
        pytest.param([(3, "-"), (9, "+"), (15, "-")], None, id="positive between"),
        pytest.param([(3, "-"), (9, "+"), (15, "-"), (27, "-")], 27, id="counted anew after a positive sample"),
        pytest.param([(3, "-"), (9, "?"), (15, "-")], 15, id="not evaluable between"),
        pytest.param([(3, "?"), (15, "-")], None, id="not evaluable does not begin"),
        pytest.param([(3, "-"), (15, "?")], None, id="not evaluable does not confirm"),
        pytest.param([(3, "-"), (15, "-"), (18, "+")], 15, id="lost after it was confirmed"),
        pytest.param([(1, "+"), (3, "-"), (15, "-")], 15, id="positive before"),
        pytest.param([(3, "-")], None, id="one negative sample"),
        pytest.param([(3, "+")], None, id="one positive sample"),
        pytest.param([(3, "+"), (15, "+")], None, id="two positive samples"),
        pytest.param([(3, "-"), (15, "-"), (15, "+")], None, id="positive in the month that would confirm"),
        pytest.param([(3, "-"), (3, "+"), (15, "-")], None, id="positive in the month of the first"),
        pytest.param([(3, "+"), (3, "-"), (15, "-"), (27, "-")], 27, id="whichever row comes first"),
        pytest.param([(15, "-"), (3, "-")], 15, id="unsorted"),
        pytest.param([(15, "-"), (9, "+"), (3, "-")], None, id="unsorted, positive between"),
        pytest.param([(27, "-"), (9, "+"), (15, "-")], 27, id="unsorted, positive before"),
    ],
)
def test_sustained_negativity(samples: list[tuple[float, str]], months: float | None) -> None:
    assert sustained_from(*samples) == months


@pytest.mark.parametrize("first", [4.4, 4.9, 7.1, 8.9, 10.4, 20.3])
def test_twelve_months_apart_whatever_the_decimals(first: float) -> None:
    second = round(first + 12, 1)
    assert sustained_from((first, "-"), (second, "-")) == second
    assert sustained_from((first, "-"), (round(second - 0.1, 1), "-")) is None


def test_another_gap() -> None:
    assert sustained_from((3, "-"), (9, "-"), gap=6) == 9
    assert sustained_from((3, "-"), (8, "-"), gap=6) is None


def test_four_patients() -> None:
    derived = SustainedNegativity().derive(
        table(("D", 3, "?"), ("B", 15, "-"), ("A", 3, "-"), ("C", 3, "+"), ("A", 15, "-"), ("B", 3, "+"))
    )
    assert derived["patient_id"].tolist() == ["A", "B", "C", "D"]
    assert derived["ever_negative"].tolist() == [True, True, False, False]
    assert derived["ever_positive"].tolist() == [False, True, True, False]
    assert derived["sustained_from"].notna().tolist() == [True, False, False, False]


def test_samples_of_one_patient_do_not_confirm_another() -> None:
    derived = SustainedNegativity().derive(table(("A", 3, "-"), ("B", 15, "-")))
    assert derived["sustained_from"].isna().tolist() == [True, True]


def test_no_samples() -> None:
    derived = SustainedNegativity().derive(table())
    assert derived.empty
    assert list(derived.columns) == ["patient_id", "ever_negative", "ever_positive", "assessed_from", "sustained_from"]
    assert derived["sustained_from"].dtype == float


def test_the_given_table_is_left_as_it_was() -> None:
    samples = table(("A", 15, "-"), ("A", 3, "-"))
    SustainedNegativity().derive(samples)
    assert samples["months"].tolist() == [15, 3]


@pytest.mark.parametrize(
    ("samples", "stretches"),
    [
        pytest.param([(3, "-"), (15, "-"), (30, "-")], [(15, math.inf)], id="not ended"),
        pytest.param([(3, "-"), (15, "-"), (18, "+")], [(15, 18)], id="ended by a positive sample"),
        pytest.param([(3, "-"), (15, "-"), (18, "?"), (24, "-")], [(15, math.inf)], id="not ended by an unclear one"),
        pytest.param(
            [(3, "-"), (15, "-"), (18, "+"), (20, "-"), (32, "-"), (40, "+")], [(15, 18), (32, 40)], id="begun anew"
        ),
        pytest.param([(3, "-"), (15, "-"), (18, "+"), (20, "-"), (31, "-")], [(15, 18)], id="not long enough again"),
        pytest.param([(3, "-"), (15, "-"), (18, "+"), (20, "+")], [(15, 18)], id="the first positive one ends it"),
        pytest.param([(3, "+"), (15, "+")], [], id="never"),
    ],
)
def test_stretches_of_the_current_state(samples: list[tuple[float, str]], stretches: list[tuple[float, float]]) -> None:
    # A patient before and one after, so that a stretch of one never ends that of another.
    rows = table(("A", 1, "-"), ("A", 13, "-"), *(("B", *sample) for sample in samples), ("C", 2, "+"))
    found = SustainedNegativity().stretches(rows)
    assert found.columns.tolist() == ["patient_id", "sustained_from", "sustained_until"]
    assert found.to_numpy().tolist() == [["A", 13, math.inf], *(["B", *stretch] for stretch in stretches)]


def test_no_stretches_without_samples() -> None:
    assert SustainedNegativity().stretches(table()).empty


@pytest.mark.parametrize(
    ("samples", "state"),
    [
        pytest.param([(3, "-"), (15, "-")], "sustained", id="confirmed"),
        pytest.param([(3, "-"), (15, "-"), (17, "?")], "sustained", id="an unclear sample ends nothing"),
        pytest.param([(3, "-"), (15, "-"), (17, "+")], "positive", id="positive again before the landmark"),
        pytest.param(
            [(1, "-"), (13, "-"), (14, "+"), (16, "-")], "unconfirmed", id="negative again, not yet confirmed"
        ),
        pytest.param([(3, "-"), (15, "-"), (18.1, "+")], "sustained", id="a later sample is not looked at"),
        pytest.param([(8, "-"), (20, "-")], "unconfirmed", id="confirmed only later"),
        pytest.param([(6, "-"), (18, "-")], "sustained", id="confirmed at the landmark"),
        pytest.param([(8, "+")], "positive", id="positive"),
        pytest.param([(6, "-")], "unconfirmed", id="exactly as old as may be"),
        pytest.param([(5.9, "-")], None, id="too old"),
        pytest.param([(5.9, "+"), (17, "?")], None, id="an unclear sample tells nothing new"),
        pytest.param([(19, "-")], None, id="sampled only later"),
        pytest.param([(17, "?")], None, id="never evaluable"),
    ],
)
def test_known_at_month_18(samples: list[tuple[float, str]], state: str | None) -> None:
    found = SustainedNegativity().known_at(table(("A", 17, "+"), *(("B", *sample) for sample in samples)), 18)
    assert found.to_numpy().tolist() == [["A", "positive"], *([["B", state]] if state else [])]


def by_a_plain_loop(samples: list[tuple[str, float, str]], gap: float) -> dict[str, tuple]:
    """Ever negative, ever positive, when it was confirmed, and all stretches, sample by sample."""
    found = {}
    for patient in sorted({patient for patient, _, _ in samples}):
        own = sorted((months, sign) for one, months, sign in samples if one == patient)
        since = None
        stretches: list[list[float]] = []
        for months, sign in own:
            if sign == "+":
                if since is not None and stretches and stretches[-1][1] == math.inf:
                    stretches[-1][1] = months
                since = None
            if sign == "-":
                since = months if since is None else since
                is_open = bool(stretches) and stretches[-1][1] == math.inf
                if not is_open and months - since >= gap - 1e-6:
                    stretches.append([months, math.inf])
        signs = {sign for _, sign in own}
        found[patient] = ("-" in signs, "+" in signs, stretches[0][0] if stretches else None, stretches)
    return found


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.integers(0, 60).map(lambda half: half / 2), st.sampled_from("-+?")),
        min_size=1,
        max_size=30,
        unique_by=lambda sample: sample[:2],
    ),
    st.sampled_from([0.0, 6.0, 12.0]),
)
def test_any_samples_as_by_a_plain_loop(samples: list[tuple[str, float, str]], gap: float) -> None:
    derived = SustainedNegativity(gap).derive(table(*samples))
    stretches = SustainedNegativity(gap).stretches(table(*samples))
    found = {
        row.patient_id: (
            row.ever_negative,
            row.ever_positive,
            None if math.isnan(row.sustained_from) else row.sustained_from,
            stretches.loc[
                stretches["patient_id"] == row.patient_id, ["sustained_from", "sustained_until"]
            ].values.tolist(),
        )
        for row in derived.itertuples()
    }
    assert found == by_a_plain_loop(samples, gap)
    assert list(derived["patient_id"]) == list(found)


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.integers(0, 60).map(lambda half: half / 2), st.sampled_from("-+?")),
        min_size=1,
        max_size=30,
    ),
    st.integers(0, 60),
)
def test_what_is_known_uses_no_later_sample_and_no_order_of_rows(
    samples: list[tuple[str, float, str]], at: int
) -> None:
    definition = SustainedNegativity()
    known = definition.known_at(table(*samples), at)
    earlier = table(*(sample for sample in reversed(samples) if sample[1] <= at))
    pd.testing.assert_frame_equal(known, definition.known_at(earlier, at))
    stretches = definition.stretches(earlier)
    current = set(stretches.loc[stretches["sustained_until"] == math.inf, "patient_id"])
    assert set(known.loc[known["state"] == "sustained", "patient_id"]) == current & set(known["patient_id"])
