"""The reference table and cases by hand: every verdict is pinned."""

from __future__ import annotations

import pytest
from printed_trials import row

from livingreview.audit.checks import audit
from livingreview.cohort.problems import CohortError
from livingreview.published.printed import read_any, read_published
from support import REFERENCE, refuses, run


def verdicts(*rows) -> dict[tuple[str, str], str]:
    return {(found.id, found.check): found.verdict for found in audit(rows)}


@pytest.fixture(scope="module")
def reference():
    return audit(read_published(REFERENCE))


def finding(found, key: str, check: str):
    return next(one for one in found if (one.id, one.check) == (key, check))


def test_every_verdict_of_the_reference_table(reference):
    timepoints = ("pre_asct", "post_asct", "maintenance")
    parts = [f"response.{time}.{name}" for time in timepoints for name in ("cr", "vgpr", "pr")]
    expected = {(f"{part}.count", "count"): "consistent" for part in parts}
    expected |= {(part, "percentage"): "consistent" for part in parts}
    expected |= {
        (f"response.{time}.{what}", "sum"): "consistent" for time in timepoints for what in ("counts", "percentages")
    }
    expected |= {
        (f"{stem}.survival.36", check): "consistent"
        for stem in ("pfs", "os")
        for check in ("interval", "kaplan-meier", "rounding")
    }
    expected |= {
        ("progression.patients", "count"): "consistent",
        ("safety.grade3plus", "percentage"): "consistent",
        ("mrd.sustained.pfs.survival.36", "kaplan-meier"): "undetermined",
    }
    assert {(found.id, found.check): found.verdict for found in reference} == expected
    assert len(reference) == len(expected)


@pytest.mark.parametrize(("key", "events", "histories"), [("pfs.survival.36", 7, 59), ("os.survival.36", 3, 5)])
def test_seven_events_and_three_deaths(reference, key, events, histories):
    more = finding(reference, key, "kaplan-meier").more
    assert (more["event_counts"], more["exact"], more["sequences"]) == ([events], True, histories)
    assert len(more["proof"]["witnesses"][str(events)]) == events


def test_both_intervals_are_plain_and_only_the_one_of_survival_was_surely_rounded_first(reference):
    for key in ("pfs.survival.36", "os.survival.36"):
        kind = finding(reference, key, "interval")
        assert (kind.code, kind.facts) == ("symmetric-on-one", {"symmetric": ["plain"]})
    assert finding(reference, "pfs.survival.36", "rounding").code == "rounding-not-shown"
    assert finding(reference, "os.survival.36", "rounding").code == "rounded-first"


def test_53_5_is_truncated_or_balanced(reference):
    share = finding(reference, "response.maintenance.cr", "percentage")
    assert (share.code, share.facts["ways"]) == ("otherwise-rounded", ["truncation", "balancing"])


@pytest.mark.parametrize(
    ("printed", "n", "verdict"),
    [
        ("70.8", "28", "impossible"),  # 19.8 patients
        ("3.6", "28", "consistent"),  # 1/28 = 3.571
        ("53.5", "28", "consistent"),  # 15/28 = 53.571, cut off
        ("53.7", "28", "impossible"),  # above 15/28, 16/28 is 57.1
        ("12", "8", "consistent"),  # 12.5, half to even or cut off
        ("13", "8", "consistent"),  # 12.5, half up
        ("14", "8", "impossible"),
        ("51.3", "1000", "consistent"),
        ("70.8", "", "undetermined"),
        ("101", "28", "impossible"),
        ("101", "", "undetermined"),
    ],
)
def test_grim(printed, n, verdict):
    one = row(id="a", statistic="percent", printed=printed, denominator=n)
    assert list(verdicts(one).values()) == [verdict]


@pytest.mark.parametrize(
    ("count", "printed", "verdict"),
    [
        ("15", "53.6", "consistent"),
        ("15", "53.5", "consistent"),
        ("15", "53.7", "impossible"),
        ("14", "53.6", "impossible"),
    ],
)
def test_a_percentage_against_its_count(count, printed, verdict):
    one = row(id="a", statistic="percent", printed=printed, denominator=28, count=count)
    assert verdicts(one) == {("a", "percentage"): verdict}


def test_a_percentage_balanced_upwards_is_never_impossible():
    # thirds: 33.3 + 33.3 + 33.4; 33.4 is no rounding of a third
    rows = [
        row(id=f"r.{name}", statistic="percent", printed=text, denominator=3)
        for name, text in zip("abc", ("33.3", "33.3", "33.4"), strict=True)
    ]
    assert verdicts(*rows)["r.c", "percentage"] == "consistent"
    assert verdicts(row(id="c", statistic="percent", printed="33.4", denominator=3)) == {
        ("c", "percentage"): "undetermined"
    }


@pytest.mark.parametrize(
    ("mean", "sd", "n", "verdict"),
    [
        ("0.36", "0.48", "28", "consistent"),  # 10/28 = .357, sd .488 (n - 1) or .479 (n)
        ("0.36", "0.49", "28", "consistent"),
        ("0.36", "0.46", "28", "impossible"),
        ("0.36", "0.51", "28", "impossible"),
        ("0.33", "", "28", "impossible"),  # 9/28 = .321, 10/28 = .357
        ("0.50", "0.50", "", "undetermined"),
        ("1.00", "0.00", "5", "consistent"),
    ],
)
def test_debit(mean, sd, n, verdict):
    one = row(id="a", statistic="binary mean", printed=mean, sd=sd, denominator=n)
    assert verdicts(one) == {("a", "binary"): verdict}


@pytest.mark.parametrize(
    ("counts", "partition", "verdict"),
    [
        ((9, 7, 12), "", "consistent"),
        ((9, 7, 11), "", "undetermined"),
        ((9, 7, 13), "", "undetermined"),  # categories may overlap
        ((9, 7, 13), "response", "impossible"),
        ((9, 7, 11), "response", "undetermined"),
    ],
)
def test_sums_of_counts(counts, partition, verdict):
    rows = [
        row(id=f"r.{name}.count", statistic="count", printed=count, denominator=28, partition=partition)
        for name, count in zip("abc", counts, strict=True)
    ]
    assert verdicts(*rows)["r.counts", "sum"] == verdict


@pytest.mark.parametrize(
    ("texts", "p", "verdict"),
    [
        (("1.136", "0.809", "1.603"), "", "undetermined"),  # the middle is 1.139: a real trial
        (("0.72", "0.58", "0.89"), "0.002", "consistent"),
        (("0.72", "0.58", "0.89"), "<0.01", "consistent"),
        (("0.72", "0.58", "0.89"), "0.2", "undetermined"),
        (("0.72", "0.80", "0.89"), "", "undetermined"),
        (("0.72", "", ""), "0.2", "undetermined"),
        (("0.00", "0.00", "0.89"), "", "undetermined"),
        (("0.72", "0.90", "-0.5"), "", "undetermined"),
        (("0.72", "0.90", "0.60"), "0.01", "undetermined"),
    ],
)
def test_a_triangle_is_never_impossible(texts, p, verdict):
    one = row(id="hr", statistic="hazard ratio", printed=texts[0], printed_low=texts[1], printed_high=texts[2], p=p)
    assert verdicts(one) == {("hr", "ratio"): verdict}


@pytest.mark.parametrize(
    ("low", "high", "method"),
    [("51.3", "86.8", "Clopper-Pearson"), ("52.9", "84.7", "Wilson"), ("54.7", "88.2", "plain"), ("50.0", "90.0", "")],
)
def test_which_method_made_the_interval_of_20_of_28(low, high, method):
    one = row(id="a", statistic="percent", printed="71.4", printed_low=low, printed_high=high, denominator=28)
    found = finding(audit([one]), "a", "interval")
    assert (found.code, found.facts) == (("made-by", {"methods": [method]}) if method else ("made-otherwise", {}))


def survival(value: str, low: str = "", high: str = "", n: int = 28, **more):
    about = {"endpoint": "os", "group": "all", "statistic": "Kaplan-Meier percent"}
    return row(id="os.survival.36", printed=value, printed_low=low, printed_high=high, denominator=n, **about, **more)


def test_a_value_alone_leaves_counts_too():
    # 20/28 without censoring takes 8 events; 5 patients: 80 % is one event, or 1/2 * ... never
    found = finding(audit([survival("80", n=5)]), "os.survival.36", "kaplan-meier")
    assert found.more["event_counts"] == [1]
    assert found.more["sequences"] == 1
    gone = finding(audit([survival("85", n=5)]), "os.survival.36", "kaplan-meier")
    assert gone.verdict == "impossible" and gone.more["event_counts"] == []


def test_nobody_and_everybody():
    none = finding(audit([survival("100", "87.7", "100")]), "os.survival.36", "kaplan-meier")
    assert none.verdict == "consistent" and none.more["event_counts"][0] == 0
    everybody = finding(audit([survival("0.0", n=9)]), "os.survival.36", "kaplan-meier")
    assert everybody.more["event_counts"] == list(range(1, 10))


def test_an_interval_narrower_than_without_censoring_is_impossible_where_its_method_is_named():
    found = finding(audit([survival("70.8", "65.0", "76.6", method="plain")]), "os.survival.36", "kaplan-meier")
    assert found.verdict == "impossible" and found.assumed == ("any-interval",)
    found = finding(audit([survival("70.8", "65.0", "76.6")]), "os.survival.36", "kaplan-meier")
    assert found.verdict == "undetermined" and found.code == "another-kind"


@pytest.mark.parametrize(("method", "wrong"), [("plain", "impossible"), ("", "undetermined")])
@pytest.mark.parametrize(("printed", "right"), [("7", True), ("6", False), ("8", False)])
def test_printed_events_by_then(printed, right, method, wrong):
    """Only an interval whose method is named is evidence against them."""
    verdict = "consistent" if right else wrong
    events = row(id="os.events.36", endpoint="os", group="all", statistic="count", printed=printed)
    shown = survival("70.8", "52.18", "89.42", method=method)
    assert verdicts(shown, events)["os.events.36", "events"] == verdict
    counted = survival("70.8", "52.18", "89.42", method=method, count=printed)
    assert verdicts(counted)["os.survival.36", "events"] == verdict


@pytest.mark.parametrize(("method", "wrong"), [("plain", "impossible"), ("", "undetermined")])
@pytest.mark.parametrize(("printed", "right"), [("6", False), ("7", True), ("20", True)])
def test_printed_events_in_all_follow_up(printed, right, method, wrong):
    events = row(id="os.deaths", endpoint="os", group="all", statistic="count", printed=printed, denominator=28)
    shown = survival("70.8", "52.18", "89.42", method=method)
    assert verdicts(shown, events)["os.deaths", "events"] == ("consistent" if right else wrong)


def test_deaths_are_not_all_events_of_another_endpoint():
    printed = row(
        id="pfs.survival.36", endpoint="pfs", group="all", statistic="Kaplan-Meier percent", printed="70.8",
        printed_low="52.18", printed_high="89.42", denominator=28,
    )  # fmt: skip
    deaths = row(id="pfs.deaths.36", endpoint="pfs", group="all", statistic="count", printed="3")
    assert ("pfs.deaths.36", "events") not in verdicts(printed, deaths)


def test_the_case_of_a_statistic_does_not_matter():
    counts = [
        row(id=f"r.{name}.count", statistic="Count", printed=7, denominator=28, partition="r")
        for name in ("a", "b", "c")
    ]
    assert "impossible" not in verdicts(*counts).values()
    assert verdicts(row(id="a", statistic="Percent", printed="3.6", denominator=28)) == {
        ("a", "percentage"): "consistent"
    }


def test_a_count_of_another_denominator_says_nothing_of_a_percentage():
    share = row(id="a", statistic="percent", printed="50.0", denominator=28)
    assert (
        verdicts(share, row(id="a.count", statistic="count", printed=13, denominator=26))["a", "percentage"]
        == "consistent"
    )


def test_one_limit_without_the_other_may_be_one_sided():
    found = finding(audit([survival("70.8", "52.18")]), "os.survival.36", "kaplan-meier")
    assert found.more["event_counts"] == [2, 3, 4, 5, 6, 7, 8]


def test_a_method_that_is_named_and_does_not_fit_is_said():
    found = audit([survival("70.8", "52.18", "89.42", method="log-log")])
    named = finding(found, "os.survival.36", "interval")
    assert (named.code, named.facts) == ("not-as-named", {"method": "log-log"})
    found = finding(found, "os.survival.36", "kaplan-meier")
    assert found.verdict == "undetermined" and found.code == "rounded-coarsely-or-other-method"


def test_the_sets_are_exact_where_one_slice_is_hard_and_another_easy():
    found = finding(audit([survival("50", "36", "64", n=60)]), "os.survival.36", "kaplan-meier").more
    assert found["exact"] and set(map(int, found["proof"]["witnesses"])) == set(found["event_counts"])


def test_a_survival_of_zero_among_nine():
    # 2^8 subsets of the eight before the last; none without the last patient ends below 1/9
    found = finding(audit([survival("0.0", n=9)]), "os.survival.36", "kaplan-meier").more
    assert (found["event_counts"], found["sequences"]) == (list(range(1, 10)), 256)


def test_a_value_outside_its_limits():
    assert verdicts(survival("70.8", "75.0", "89.4")) == {("os.survival.36", "limits"): "impossible"}


def test_the_exact_interval_of_a_simple_proportion_is_no_contradiction():
    # 26/28 with its Clopper-Pearson limits, called Kaplan-Meier: symmetric on no scale that Greenwood's error would fit
    found = finding(audit([survival("92.9", "76.5", "99.1")]), "os.survival.36", "kaplan-meier")
    assert found.verdict in ("consistent", "undetermined")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,statistic\na,percent\n", "printed: the column is missing"),
        ("id,statistic,printed,wat\na,percent,1,2\n", "wat: found “wat”; the column is not known"),
        ("id,statistic,printed\na,percent,1e3\n", "a number is expected"),
        ("id,statistic,printed,n\na,percent,10,2.5\n", "row 2, denominator: .* a whole number from 1 is expected"),
        ("id,statistic,printed,n\na,percent,10,0\n", "a whole number from 1 is expected"),
        ("id,statistic,printed,level\na,percent,10,80\n", "the level of the interval is not known"),
        ("id,statistic,printed,p\na,hazard ratio,1.0,n.s.\n", "a p-value is expected"),
        ("id,statistic,printed\na,percent,1\na,percent,2\n", "the id is there twice"),
        ("", "the file is empty"),
        ("id,statistic,printed\na,percent,7\u200b0.8\n", "row 2, printed: found .* a character that cannot be seen"),
        ("id,statistic,printed\na,per\u00adcent,70.8\n", "row 2, statistic: found .* a character that cannot be seen"),
        ("id\u200b,statistic,printed\na,percent,70.8\n", "the column is not known"),
        ("id,statistic,printed,count\na,percent,10,2.5\n", "row 2, count: .* a whole number from 0"),
        ("id,statistic,printed,n\na,percent,10,9999999999\n", "row 2, denominator: .* a whole number from 1"),
        ("id,statistic,printed\na,percent,70,8\n", "row 2: the row has 4 cells, the header has 3"),
        ("id;statistic;printed\na;percent;70,8\n", "semicolons stand between the cells"),
        ("id,statistic,printed\na,percent,−5\n", "a number is expected"),
        ("id,statistic,printed\na,percent,70.8%\n", "a number is expected"),
        ('id,statistic,printed\na,"percent,70\n', "the file is no valid CSV"),
    ],
)
def test_bad_tables_end_in_words(tmp_path, content, said):
    table = tmp_path / "paper.csv"
    table.write_text(content, "utf-8")
    with refuses(said):
        read_any(table)


def test_a_file_that_is_no_text_ends_in_words(tmp_path):
    for name, content in (("paper.csv", b"PK\x03\x04\xff\xfe"), ("paper.parquet", b"PAR1")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CohortError):
            read_any(tmp_path / name)


def test_a_header_alone_holds_nothing_to_check(tmp_path):
    table = tmp_path / "paper.csv"
    table.write_text("id,statistic,printed\n", "utf-8")
    assert read_any(table) == [] and audit([]) == []


def test_a_missing_file_ends_in_words(tmp_path):
    done = run("audit", tmp_path / "nothing.csv")
    assert done.returncode == 1 and "there is no such file" in done.stderr and "Traceback" not in done.stderr
