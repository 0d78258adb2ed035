"""What is said first of survival: the log-log interval, who was still followed, and the beta product where events are few."""

from __future__ import annotations

from dataclasses import replace

from livingreview.endpoints.registry import PFS
from livingreview.presentation.kit.headline import headline
from livingreview.presentation.survival_words import beside_headline, survival_answer, survival_details
from livingreview.results.codes import IntervalMethod, Qualified, Qualifier, ReasonCode
from livingreview.results.estimates import Estimate, Interval, NotEstimable, Results, estimate, not_estimable


def survival(
    end: str = "", method: IntervalMethod = IntervalMethod.LOG_LOG, low: float | None = 0.5, **more
) -> Estimate:
    result: Interval | NotEstimable = Interval(0.7, low, 0.9, 0.95, method)
    if low is None:
        result = not_estimable(ReasonCode.NOT_FIXED, because="not printed")
    about = {"endpoint": "pfs", "statistic": "survival", "unit": "fraction", "time_months": 36, "n": 28, "events": 7}
    return estimate(f"pfs.survival.36{end}", result, **about | more)


def followed(count: int | Interval) -> Estimate:
    return estimate(
        "pfs.followed.36", count, endpoint="pfs", statistic="followed", unit="patients", time_months=36, n=28
    )


def page(*estimates: Estimate) -> Results:
    return Results("progression-free-survival", list(estimates), endpoints={"pfs": PFS.names})


def test_the_log_log_interval_comes_first_whatever_was_chosen():
    plain, loglog = survival(method=IntervalMethod.PLAIN, low=0.45), survival(".loglog")
    assert headline(page(plain, loglog), "pfs") is loglog
    assert headline(page(loglog := survival()), "pfs") is loglog
    said = survival_answer(page(plain, survival(".loglog"), followed(9)), "pfs").markdown
    assert "{num}`pfs.survival.36.loglog interval`, log\\-log interval)" in said
    assert "How many were still followed then without an event: {num}`pfs.followed.36`." in said
    assert (
        "Chosen for this edition is another, the plain interval: {num}`pfs.survival.36 interval` as computed here."
        in said
    )


def test_few_events_bring_the_beta_product_interval_as_a_second_line():
    few = page(survival(), survival(".bpcp", IntervalMethod.BETA_PRODUCT, 0.4), followed(9))
    said = survival_answer(few, "pfs").markdown
    assert (
        "the beta product interval is {num}`pfs.survival.36.bpcp interval`: built not to be too narrow, usually too wide"
        in said
    )
    assert "too narrow (" not in said and "Chosen for" not in said
    card = beside_headline(few, "pfs")
    assert len(card) == 2 and "{num}`pfs.survival.36.bpcp interval`" in card[0] and "{num}`pfs.followed.36`" in card[1]
    assert beside_headline(page(survival(), followed(9)), "pfs") == [card[1]]


def test_of_a_reconstructed_edition_the_interval_over_all_histories_comes_first():
    bounded = {"identifiability": "bounded"}
    widest = (Qualifier(Qualified.WIDEST_OF_HISTORIES, 59),)
    over = replace(survival(".loglog_all_histories", low=0.476), qualifiers=widest)
    low = estimate(
        "pfs.survival.36.bpcp_low.5", Interval(None, 0.32, 0.33, 1.0), endpoint="pfs",
        statistic="lower limit if so many were followed", unit="fraction", time_months=36,
    )  # fmt: skip
    rows = [
        replace(survival(method=IntervalMethod.PLAIN), **bounded),
        replace(over, **bounded),
        survival(".bpcp", low=None),
    ]
    left = followed(Interval(None, 1, 15, 1.0))
    found = page(*rows, low, left)
    assert headline(found, "pfs") is rows[1]
    said = survival_answer(found, "pfs").markdown
    assert (
        "Printed in the publication is another, the plain interval: {num}`pfs.survival.36 interval` as computed here."
        in said
        and "bpcp" not in said
    )
    details = survival_details(found, "pfs", name="tbl-pfs-followed").markdown
    assert ":name: tbl-pfs-followed" in details and "* - 5\n  - {num}`pfs.survival.36.bpcp_low.5`" in details


def test_details_of_observed_patients_are_the_mid_p_form_or_nothing():
    mid_p = survival(".bpcp_midp", "mid-p beta product interval", 0.45)
    assert (
        "{num}`pfs.survival.36.bpcp_midp interval`"
        in survival_details(page(survival(), mid_p), "pfs", name="t").markdown
    )
    assert survival_details(page(survival()), "pfs", name="t").markdown == ""
    assert survival_details(page(survival(low=None)), "pfs", name="t").markdown == ""
