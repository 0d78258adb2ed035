"""Which counts are withheld, what their sums leave possible, and at which months a curve may be read."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingreview.disclosure.complementary import suppression
from livingreview.disclosure.gate import releasable
from livingreview.disclosure.readable_months import BEFORE, THROUGH, Readable
from livingreview.disclosure.recovery import Reader, protects
from livingreview.results.estimates import Results, estimate
from livingreview.results.partitions import COHORT, Tally, Timeline
from livingreview.words.reason_words import reason_words


def tally(n: int, **parts: int) -> Tally:
    found = Tally({COHORT: n})
    found.split(COHORT, parts)
    return found


def withheld(found: Tally, *unpublished: str, smallest: int = 5) -> set[str]:
    return set(suppression(found, set(found.counts) - set(unpublished), smallest).withheld)


def possible(name: str, found: Tally, shown: set[str], hidden: set[str]) -> tuple[float, float]:
    return Reader(found, shown, dict.fromkeys(hidden, (1, None))).limits(name)


def test_readers_that_share_what_they_worked_out_say_what_each_says_alone():
    """A hundred choices of what is hidden and of what is known of it, one reader after the other."""
    found = tally(12, a=2, b=4, c=6)
    found.split("c", {"d": 1, "e": 5})
    names, solved, seen = sorted(found.counts), {}, set()
    every = list(product((None, (0, None), (1, None), (1, 4)), repeat=len(names)))
    for kinds in random.Random(1).sample(every, 100):
        bounds = {name: bound for name, bound in zip(names, kinds, strict=True) if bound}
        shown = set(names) - set(bounds)
        for name in bounds:
            alone, sharing = Reader(found, shown, bounds), Reader(found, shown, bounds, solved=solved)
            said = worked_out(alone, name)
            assert worked_out(sharing, name) == said, (name, bounds)
            seen.add(said)
    assert len(seen) > 10 and len(solved) > 50


def worked_out(reader: Reader, name: str) -> tuple[float, ...]:
    """The limits that a reader works out of a count, and whether it stays hidden."""
    return (*np.round(reader.limits(name), 6), reader.misled(name, 5))


def test_nothing_is_withheld_where_nothing_is_small():
    assert withheld(tally(12, a=5, b=7)) == set()


def test_zero_is_not_small():
    assert withheld(tally(12, a=0, b=12)) == set()


def test_a_small_part_takes_the_other_one_with_it():
    assert withheld(tally(40, a=3, b=37)) == {"a", "b"}


def test_a_small_part_takes_the_smallest_other_one():
    assert withheld(tally(60, a=3, b=20, c=37)) == {"a", "b"}


def test_a_part_of_nobody_protects_nothing():
    assert withheld(tally(60, a=3, b=20, c=37, d=0)) == {"a", "b"}


def test_two_small_parts_need_no_third_where_their_sum_is_large():
    assert withheld(tally(48, a=4, b=4, c=40)) == {"a", "b"}


@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 3), (1, 4)])
def test_two_small_parts_of_a_small_sum_need_a_third(a, b):
    assert withheld(tally(a + b + 40, a=a, b=b, c=40)) == {"a", "b", "c"}


def test_a_small_total_is_withheld_with_its_parts():
    assert withheld(tally(4, a=1, b=3)) == {COHORT, "a", "b"}


def test_the_threshold_is_the_smallest_number_shown():
    assert withheld(tally(10, a=5, b=5)) == set()
    assert withheld(tally(10, a=5, b=5), smallest=6) == {"a", "b"}


def test_nested_sets_are_withheld_as_one():
    found = Tally({COHORT: 100})
    found.split(COHORT, {"outer": 50}, rest="outside")
    found.split("outer", {"inner": 47}, rest="between")
    assert withheld(found, "outside", "between") == {"inner"}
    assert protects(possible("between", found, {COHORT, "outer"}, {"inner"}), 5)


def test_a_small_remainder_that_nobody_publishes_is_protected():
    found = Tally({COHORT: 240})
    found.split(COHORT, {"sampled": 238}, rest="unsampled")
    assert withheld(found, "unsampled") == {"sampled"}


def test_two_names_of_one_count_are_withheld_together():
    found = tally(100, high=3, low=97)
    found.split("high", {"same": 3})
    assert withheld(found) == {"high", "low", "same"}


def test_a_count_of_another_chapter_is_not_chosen():
    found = Tally({COHORT: 100, "deaths": 30})
    found.elsewhere.add("deaths")
    found.split("deaths", {"first": 27}, rest="later")
    assert withheld(found, "later") == {"first"}


def test_limits_of_an_exact_remainder():
    found = tally(40, a=3, b=37)
    assert possible("a", found, {COHORT, "b"}, {"a"}) == (3, 3)


def test_limits_of_two_withheld_parts():
    found = tally(40, a=3, b=20, c=17)
    assert possible("a", found, {COHORT, "c"}, {"a", "b"}) == (1, 22)
    assert possible("a", found, {COHORT, "c"}, {"a"}) == (0 + 1, 23)


counts = st.lists(st.integers(0, 7), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(counts)
def test_no_table_of_two_ways_proves_a_small_count(cells):
    """Every table of whole numbers that agrees with what is shown is enumerated."""
    cell = dict(zip(("a.x", "a.y", "b.x", "b.y"), cells, strict=True))
    n = sum(cells)
    margins = {side: sum(k for name, k in cell.items() if side in name.split(".")) for side in "abxy"}
    found = Tally({COHORT: n} | margins)
    found.split(COHORT, {"a": margins["a"], "b": margins["b"]})
    found.split(COHORT, {"x": margins["x"], "y": margins["y"]})
    for side in "abxy":
        found.split(side, {name: k for name, k in cell.items() if side in name.split(".")})
    hidden = withheld(found)
    if COHORT in hidden or n < 10:
        return  # so few that nothing protects them but silence
    tables = [table for table in _tables(n) if _agrees(table, found.counts, hidden)]
    assert found.counts in tables
    for name, count in found.counts.items():
        seen = {table[name] for table in tables}
        assert not (0 < count < 5 and min(seen) > 0 and max(seen) < 5), (name, hidden)


def _tables(n: int) -> list[dict[str, int]]:
    found = []
    for ax, ay, bx in product(range(n + 1), repeat=3):
        by = n - ax - ay - bx
        if by >= 0:
            sides = {"a": ax + ay, "b": bx + by, "x": ax + bx, "y": ay + by}
            found.append({COHORT: n, "a.x": ax, "a.y": ay, "b.x": bx, "b.y": by} | sides)
    return found


def _agrees(table: dict[str, int], counts: dict[str, int], hidden: set[str]) -> bool:
    return all(k > 0 if name in hidden else k == counts[name] for name, k in table.items())


# Results


def _shares(n: int, **parts: int) -> Results:
    about = {"endpoint": "x", "statistic": "count", "unit": "patients"}
    found = [estimate(name, count, n=n, **about) for name, count in parts.items()]
    kept = tally(n, **parts)
    kept.show(found, COHORT)
    return Results("x", found, tally=kept)


def test_released_results_hold_no_withheld_number_and_no_tally():
    shown = releasable(_shares(60, a=3, b=20, c=37), None, 5)
    assert [(row.key, row.value, row.n) for row in shown.estimates] == [
        ("a", None, None),
        ("b", None, None),
        ("c", 37, 60),
    ]
    assert {reason_words(row.reason)[:9] for row in shown.estimates if row.value is None} == {"withheld:"}
    assert shown.tally == Tally()


def test_a_threshold_of_zero_shows_all():
    shown = releasable(_shares(60, a=3, b=20, c=37), None, 0)
    assert [row.value for row in shown.estimates] == [3, 20, 37]


def test_an_estimate_that_no_tally_knows_is_withheld():
    unknown = Results("x", [estimate("a", 50, endpoint="x", statistic="count", unit="patients", n=60)])
    assert [row.value for row in releasable(unknown, None, 5).estimates] == [None]


def test_an_estimate_without_a_value_keeps_no_small_number():
    """A median that was not reached still names the number of events."""
    without = estimate("a.median", None, endpoint="x", statistic="median", unit="months", n=60, events=3)
    found = tally(60, a=3, b=57)
    found.shows["a.median"] = ("a",)
    (shown,) = releasable(Results("x", [without], tally=found), None, 5).estimates
    assert (shown.value, shown.events) == (None, None)


# Months

MONTHS = [2.5, 2.5, 2.5, 7.5, 7.5, 7.5] + [30.0] * 20
EVENT = [True] * 6 + [False] * 20


def readable(months, event, *wanted, smallest=5, **timeline) -> Readable:
    everyone = np.ones(len(months), dtype=bool)
    return Readable(Timeline(np.array(months), np.array(event), {"all": everyone}, **timeline), smallest, wanted)


def test_a_month_after_few_events_is_not_readable():
    found = readable(MONTHS, EVENT, *((float(t), THROUGH) for t in (0, 5, 10)))
    assert [t for t in (0, 5, 10) if (float(t), THROUGH) in found] == [0, 10]


def test_the_month_wanted_first_is_kept():
    months, event = [*MONTHS, *[12.5] * 3], [*EVENT, *[True] * 3]
    late = readable(months, event, (20.0, THROUGH), (10.0, THROUGH))
    assert [(t, THROUGH) in late for t in (20.0, 10.0)] == [True, False]
    early = readable(months, event, (10.0, THROUGH), (20.0, THROUGH))
    assert [(t, THROUGH) in early for t in (20.0, 10.0)] == [False, True]


def test_a_month_after_few_censored_is_not_readable_whatever_the_events():
    months, event = [*MONTHS, *[4.5] * 3], [*EVENT, *[False] * 3]
    assert (10.0, THROUGH) not in readable(months, event, (10.0, THROUGH))


def test_few_left_at_a_month_are_not_shown():
    months, event = [2.5] * 10 + [30.0] * 3, [True] * 10 + [False] * 3
    assert (10.0, THROUGH) not in readable(months, event, (10.0, THROUGH))


def test_a_total_shown_elsewhere_is_an_end():
    months, event = [2.5] * 10 + [20.0] * 3 + [30.0] * 10, [True] * 13 + [False] * 10
    assert (10.0, THROUGH) in readable(months, event, (10.0, THROUGH))
    assert (10.0, THROUGH) not in readable(months, event, (10.0, THROUGH), total="events")


def test_a_total_that_is_withheld_cannot_be_read_where_nobody_is_left():
    months, event = [2.5] * 10 + [7.5] * 8, [True] * 10 + [False] * 8
    timeline = Timeline(np.array(months), np.array(event), {"all": np.ones(18, bool)}, total="events")
    wanted = [(5.0, THROUGH), (10.0, THROUGH)]
    assert [position in Readable(timeline, 5, wanted) for position in wanted] == [True, True]
    assert [position in Readable(timeline, 5, wanted, total_shown=False) for position in wanted] == [False, False]


def test_few_between_two_endpoints_close_a_month():
    months, event = [2.5] * 6 + [30.0] * 10, [True] * 6 + [False] * 10
    earlier = ([2.5] * 8 + [30.0] * 8, [True] * 8 + [False] * 8)
    assert (10.0, THROUGH) in readable(months, event, (10.0, THROUGH))
    assert (10.0, THROUGH) not in readable(months, event, (10.0, THROUGH), within=(earlier,))


def test_a_group_and_the_rest_are_looked_at_together():
    months, event = np.array([2.5] * 8 + [30.0] * 20), np.array([True] * 8 + [False] * 20)
    group = np.array([True] * 6 + [False] * 2 + [True] * 10 + [False] * 10)
    assert (10.0, THROUGH) in readable(months, event, (10.0, THROUGH))
    assert (10.0, THROUGH) not in Readable(Timeline(months, event, {"group": group}), 5, [(10.0, THROUGH)])
    beside = Timeline(months, event, {"all": np.ones(28, bool)}, beside={"group": group})
    assert (10.0, THROUGH) not in Readable(beside, 5, [(10.0, THROUGH)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.booleans()), min_size=10, max_size=40))
def test_between_readable_months_are_nobody_or_enough(patients):
    months, event = np.array([float(t) + 0.5 for t, _ in patients]), np.array([e for _, e in patients])
    wanted = [(4.0, THROUGH), *((float(t), side) for t in range(13) for side in (THROUGH, BEFORE))]
    found = readable(months, event, *wanted)
    for chosen in (event, ~event):
        shown = [0, *(int((chosen & (months <= t)).sum()) for t in range(13) if (float(t), THROUGH) in found)]
        assert {b - a for a, b in zip(shown, shown[1:], strict=False)} & {1, 2, 3, 4} == set()


# Outcomes that are below the threshold


def outcome(n: int, *, shown: tuple[str, ...] = (), **parts: int) -> Tally:
    found = tally(n, **parts)
    found.outcomes = ["a", *shown]
    return found


def told(found: Tally, *unpublished: str, **settings) -> set[str]:
    return set(suppression(found, set(found.counts) - set(unpublished), 5, **settings).below)


def test_a_small_outcome_is_said_to_be_below_the_threshold():
    assert told(outcome(28, a=3, rest=25), "rest") == {"a"}


def test_a_row_that_would_give_the_outcome_back_is_withheld():
    found = outcome(28, a=3, rest=25)
    state = suppression(found, set(found.counts), 5)
    assert (set(state.below), set(state.withheld)) == ({"a"}, {"a", "rest"})
    reader = Reader(found, {COHORT}, {"a": (1, 4), "rest": (1, None)})
    assert reader.limits("a") == (1, 4)


def test_two_outcomes_of_seven_are_not_both_said_to_be_few():
    """3 and 4 of 7: both below 5 would leave 3 or 4 only, and one of them below 5 leaves the other 3 to 6."""
    found = tally(28, events=7, censored=21)
    found.split("events", {"progressed": 4, "died": 3})
    found.outcomes = ["events", "progressed", "died"]
    state = suppression(found, set(found.counts) - {"censored"}, 5)
    assert (set(state.below), set(state.withheld)) == (set(), {"progressed", "died"})


def test_parts_of_a_count_below_the_threshold_are_withheld_with_their_zeros():
    found = outcome(28, shown=("fatal",), a=3, rest=25)
    found.counts["fatal"] = 0
    found.split("a", {"grade3": 2, "grade4": 1, "grade5": 0})
    found.split("fatal", {"grade5": 0})
    state = suppression(found, set(found.counts) - {"rest"}, 5)
    assert set(state.below) == {"a"} and {"grade3", "grade4"} <= state.withheld
    assert "fatal" not in state.withheld and "grade5" not in state.withheld  # that nobody died of one is shown
    reader = Reader(found, {COHORT, "fatal", "grade5"}, {"a": (1, 4), "grade3": (0, None), "grade4": (0, None)})
    assert [reader.limits(name) for name in ("a", "grade3", "grade4")] == [(1, 4), (0, 4), (0, 4)]


def test_a_total_of_few_that_shows_its_parts_is_not_said_to_be_few():
    """Two parts that are outcomes are at least 1 each, so that the total would be 2 to 4."""
    found = tally(28, a=3, rest=25)
    found.split("a", {"b": 2, "c": 1})
    found.outcomes = ["a", "b", "c"]
    assert "a" not in told(found, "rest")


@pytest.mark.parametrize(("limits", "hidden"), [((4, 5), False), ((1, 5), True), ((4, 8), True), ((0, 1), True)])
def test_a_range_hides_a_count_only_if_it_is_wide_enough(limits, hidden):
    assert protects(limits, 5) is hidden


def test_a_range_of_two_values_makes_a_further_count_blank():
    """4 of 9 with a part of 4 shown elsewhere: 4 or 5 would be left of the small one."""
    found = tally(60, a=4, b=20, c=36)
    found.split("b", {"x": 19}, rest="y")
    hidden = withheld(found, "y")
    assert protects(possible("a", found, set(found.counts) - hidden - {"y"}, hidden), 5)


def test_between_equal_counts_the_key_decides():
    chosen = {
        tuple(sorted(suppression(found, set(found.counts), 5, key=bytes([key])).withheld - {"a"}))
        for key in range(12)
        if (found := tally(63, a=3, b=20, c=20, d=20))
    }
    assert chosen == {("b",), ("c",), ("d",)}


def test_the_cheap_counts_are_withheld_before_the_outcomes():
    found = tally(60, a=3, b=20, c=37)
    found.outcomes = ["b"]
    assert withheld(found) == {"a", "c"}
    found.minor, found.outcomes = {"c"}, []
    assert withheld(found) == {"a", "c"}


def test_what_is_printed_is_shown_and_the_rest_protected():
    found = tally(60, a=3, b=2, c=55)
    state = suppression(found, set(found.counts), 5, printed={"a"})
    assert "a" not in state.withheld and {"b", "c"} <= state.withheld


# What shown counts leave of each other


def test_what_a_part_of_a_part_leaves_of_the_whole_is_a_count():
    """One had no event and two an unrelated one: 25 of 28 would say that they are three."""
    found = Tally({COHORT: 28})
    found.split(COHORT, {"recorded": 27}, rest="none")
    found.split("recorded", {"related": 25}, rest="without")
    assert withheld(found, "recorded", "none", "without") == {"related"}


def test_what_a_part_of_a_part_leaves_is_shown_where_it_is_nobody_or_enough():
    for related in (20, 28):
        found = Tally({COHORT: 28})
        found.split(COHORT, {"recorded": 28}, rest="none")
        found.split("recorded", {"related": related}, rest="without")
        assert withheld(found, "recorded", "none", "without") == set()


def grades(total: int, *counts: int) -> Tally:
    """A term whose grades leave no trace where they are withheld."""
    found = Tally({COHORT: 60}, named_by_data=("term.",))
    found.split(COHORT, {"term.x": total}, rest="none")
    found.split("term.x", {f"term.x.grade{grade}": count for grade, count in enumerate(counts, 1)})
    return found


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [((16, 2, 1), {1, 2, 3}), ((16, 0, 3), {1, 3}), ((16, 7, 2, 1), {2, 3, 4}), ((16, 3, 2), {2, 3})],
)
def test_withheld_grades_that_are_few_together_take_one_more(counts, hidden):
    found = grades(sum(counts), *counts)
    kept = {name for name, count in found.counts.items() if count} - {"none"}
    shown = set(suppression(found, kept, 5).withheld)
    assert shown == {f"term.x.grade{grade}" for grade in hidden}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=5, max_size=5))
def test_shown_parts_never_leave_few_of_a_shown_whole(counts):
    found = grades(sum(counts), *counts)
    kept = {name for name, count in found.counts.items() if count} - {"none"}
    state = suppression(found, kept, 5)
    if "term.x" not in state.withheld and sum(counts):
        left = sum(counts) - sum(found.counts[name] for name in kept - state.withheld if ".grade" in name)
        assert left not in range(1, 5), counts


def test_what_is_left_of_an_outcome_below_the_threshold_may_be_as_few():
    """ "<5" says no more of its parts together than of itself."""
    found = outcome(28, a=3, rest=25)
    found.split("a", {"b": 2, "c": 1})
    assert told(found, "rest") == {"a"}
