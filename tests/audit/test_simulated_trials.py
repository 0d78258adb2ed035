"""Simulated trials and random tables: no true count is excluded, no true table accused, every proof holds elsewhere."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from certificate_check import TooMany, excluded, impossible, printed_so
from printed_trials import holds, numbered_table, numbered_trial, printed_trial, row, trial

from livingreview.audit.bounds import count_bounds
from livingreview.audit.branching import settled
from livingreview.audit.checks import audit
from livingreview.audit.enumeration import histories
from livingreview.audit.event_counts import MORE, event_counts
from livingreview.audit.histories import PrintedSurvival, feasible_counts
from livingreview.audit.kaplan_meier import printed_of
from livingreview.audit.neighbours import more_than
from livingreview.audit.region import region
from livingreview.audit.scales import Box, usual_boxes
from livingreview.audit.windows import Window
from livingreview.published.printed import printed_number, read_published
from support import REFERENCE


def box(survival: tuple[str, str], error: tuple[str, str]) -> Box:
    return Box("plain", Window(*map(Fraction, survival)), Window(*map(Fraction, error)))


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_the_true_count_is_never_excluded(first):
    for order in range(first, first + 20):
        true, printed = numbered_trial(order)
        events = row(id="os.events.36", endpoint="os", group="all", statistic="count", printed=len(true.at_risk))
        for found in audit([printed, events]):
            assert found.verdict != "impossible", (order, true, printed, found)
            if found.check == "kaplan-meier":
                assert holds(found.more, len(true.at_risk)), (order, true, printed, found)


@pytest.mark.parametrize("first", range(0, 40, 20))
def test_no_true_table_is_accused_and_most_planted_numbers_are_caught(first):
    caught = 0
    for order in range(first, first + 20):
        what, rows = numbered_table(order)
        accused = [found for found in audit(rows) if found.verdict == "impossible"]
        assert what or not accused, (order, rows, accused)
        caught += bool(accused)
    assert caught >= 4


def brute_force(one: Box, n: int) -> dict[int, int]:
    """Number of sets of different r in {2..n} inside a box, by size; all sets are tried in exact fractions."""
    where, found = region(one, n), {}
    for k in range(n):
        number = sum(where.holds(at_risk) for at_risk in combinations(range(2, n + 1), k))
        if number:
            found[k] = number
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_search_finds_what_trying_every_set_finds(seed):
    draw = random.Random(seed)
    n = draw.randint(8, 13)
    true = trial(draw, n)
    width = draw.choice((0.002, 0.02, 0.1))
    low, error = true.survival - draw.random() * width, true.error - draw.random() * width / 3
    one = box((f"{low:.4f}", f"{low + width:.4f}"), (f"{max(0, error):.4f}", f"{error + width / 3:.4f}"))
    expected = brute_force(one, n)
    found = event_counts([one], n)
    assert (found.possible, found.sequences, found.exact) == (sorted(expected), sum(expected.values()), True)
    for k in range(n):
        assert histories(region(one, n), n, k, most=10**6, budget=10**9).count == expected.get(k, 0)
        assert (settled(region(one, n), n, k, budget=10**5).first is not None) == (k in expected)


@pytest.mark.parametrize("n", [60, 61, 300])
def test_bounds_are_proved_by_weights_that_hold_elsewhere(n):
    draw = random.Random(n)
    for _ in range(4):
        true = trial(draw, n)
        for one in usual_boxes(printed_of(printed_trial(draw, true))):
            found = count_bounds(region(one, n), n)
            assert found.low <= found.high
            records = [proof.to_dict() for proof in found.proofs]
            assert found.low == 0 or any(excluded(n, record, found.low - 1) for record in records)
            assert found.high == n or any(excluded(n, record, found.high + 1) for record in records)
            assert not any(excluded(n, record, k) for record in records for k in (found.low, found.high))


def test_every_impossible_survival_is_proved_elsewhere():
    draw = random.Random(3)
    sizes = (12, 18, 24, 28, 34, 40, 60, 100, 400)
    checked = dict.fromkeys(sizes, 0)
    for order in range(27):
        n = sizes[order % len(sizes)]
        true = trial(draw, n)
        printed = printed_trial(draw, true)
        value = float(printed.printed)
        factor = draw.uniform(0.3, 0.8)
        ends = [f"{value + factor * (float(x) - value):.1f}" for x in (printed.printed_low, printed.printed_high)]
        wrong = draw.choice((len(true.at_risk) + 6, max(0, len(true.at_risk) - 4)))
        events = row(id="os.events.36", endpoint="os", group="all", statistic="count", printed=wrong)
        printed = replace(printed, method="plain")  # only an interval whose method is named is evidence
        narrowed = replace(printed, printed_low=ends[0], printed_high=ends[1])
        for rows in ([printed, events], [narrowed]):
            for found in audit(rows):
                proof = found.more.get("proof")
                if found.verdict == "impossible" and proof is not None:
                    checked[n] += proved(proof, [wrong] if found.check == "events" else range(n + 1), found)
    assert all(checked.values()), checked


def proved(proof: dict, claims, found) -> bool:
    """Whether a proof could be followed; where it can, it must hold."""
    try:
        assert impossible(proof, [k for k in claims if k <= proof["n"]]), found
    except TooMany:
        return False
    return True


def test_every_other_impossible_number_is_proved_elsewhere():
    checked = set()
    for order in range(1, 400, 2):
        rows = [one for one in numbered_table(order)[1] if not one.id.startswith("os.")]
        by_id = {one.id: one for one in rows}
        for found in audit(rows):
            if found.verdict != "impossible":
                continue
            checked.add(found.check)
            one = by_id.get(found.id)
            n = int((one or by_id["item"]).denominator)
            if found.check == "percentage":
                counts = [int(by_id[f"{one.id}.count"].printed)] if f"{one.id}.count" in by_id else range(n + 1)
                assert not any(printed_so(one.printed, Fraction(100 * k, n), balanced=True) for k in counts)
            elif found.check == "binary":
                assert not any(binary_prints(one, k, n) for k in range(n + 1))
            elif found.check == "sum":
                ending, most = (".count", n) if found.id.endswith("counts") else ("", Decimal("100.3"))
                assert sum(Decimal(by_id[f"response.{name}{ending}"].printed) for name in ("cr", "vgpr", "pr")) > most
            else:
                assert found.check == "count" and int(one.printed) > n
    assert checked == {"percentage", "binary", "sum", "count"}


def binary_prints(one, ones: int, n: int) -> bool:
    """Whether so many ones of n print this mean with this standard deviation; its root in thirty digits."""
    if not printed_so(one.printed, Fraction(ones, n)):
        return False
    variances = (Fraction(ones * (n - ones), n * divisor) for divisor in (n, n - 1))
    return any(printed_so(one.sd, Fraction((Decimal(v.numerator) / v.denominator).sqrt())) for v in variances)


@pytest.mark.parametrize("key", ["pfs.survival.36", "os.survival.36"])
def test_the_reconstruction_lists_as_many_histories_as_the_audit_counts(key):
    printed = PrintedSurvival.of(printed_number(read_published(REFERENCE), key))
    ends = [(f"{one.low:.4f}", f"{one.high:.4f}") for one in (printed.survival, printed.error)]
    where = region(box(*ends), 28)
    for events, number in feasible_counts(printed, 28).items():
        assert histories(where, 28, events, most=10**6, budget=10**9).count == number


def test_histories_are_proved_to_be_more_than_some_without_a_search():
    where, start = (
        region(box(("0.5", "0.52"), ("0.08", "0.09")), 45),
        event_counts([box(("0.5", "0.52"), ("0.08", "0.09"))], 45),
    )
    assert more_than(10_000, [where], 45, list(start.witnesses.values()))
    few = region(box(("0.8735", "0.8745"), ("0.0685", "0.0695")), 28)
    assert not more_than(5, [few], 28, list(event_counts([few.box], 28).witnesses.values()))


def test_more_than_100000_histories_are_not_counted():
    found = event_counts([box(("0.5", "0.52"), ("0.08", "0.09"))], 45)
    assert found.exact and found.sequences == MORE
    assert all(region(box(("0.5", "0.52"), ("0.08", "0.09")), 45).holds(found.witnesses[k]) for k in found.possible)


def test_a_history_counts_once_whatever_the_number_of_readings():
    one, other = box(("0.70", "0.72"), ("0.09", "0.10")), box(("0.71", "0.73"), ("0.09", "0.10"))
    both = box(("0.70", "0.73"), ("0.09", "0.10"))
    assert event_counts([one, other], 24).sequences == event_counts([both], 24).sequences
