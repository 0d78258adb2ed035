"""Names of marks in lines: nothing is left out, and lines of two names never meet."""

from __future__ import annotations

import pytest

from livingreview.presentation.kit.figure import LINE, NARROW, WIDE, in_lines
from livingreview.presentation.rates import rate_points

LONG = "Posterior reversible encephalopathy syndrome with hypertensive crisis, judged related to treatment"


@pytest.mark.parametrize(("width", "letters"), [(WIDE, 23), (NARROW, 36)])
def test_a_long_name_has_more_lines_and_is_never_shortened(width, letters):
    rows = [{"name": LONG}, {"name": "Rash"}]
    most = in_lines(rows, width)
    long, short = (row["lines"] for row in rows)
    assert " ".join(long.split()) == LONG and short.strip() == "Rash"
    assert max(map(len, long.split("\n"))) <= letters and long.count("\n") == most - 1
    assert short.count("\n") == (most - 1 if width == NARROW else 0), "names end just above their marks"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_rows_are_as_high_as_the_longest_name(width):
    rate = {"value": 0.1, "low": 0.0, "high": 0.2}
    rows = [{"name": f"{LONG} {number}", **rate} for number in range(12)]
    spec = rate_points(rows, width)
    lines = spec["datasets"]["rates"][0]["lines"].count("\n") + 1
    assert lines > 2 and spec["height"] / len(rows) >= lines * LINE
    assert "lines" not in rows[0], "the rows that came in are as they were"
