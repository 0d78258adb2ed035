"""The counts under a curve of eight patients by hand."""

from livingreview.results.curves import RiskTable
from livingreview.statistics.risk_table import risk_table


def test_eight_patients():
    # 2  3+  4  4  6+  7  9+  11+
    #
    #   month                       0   4   6   8  11  12
    #   at risk (month or later)    8   6   4   2   1   0
    #   censored before             0   1   1   2   3   4     3+, 6+, 9+, 11+
    #   events before               0   1   3   4   4   4     2, 4, 4, 7
    #   sum                         8   8   8   8   8   8
    found = risk_table([2, 3, 4, 4, 6, 7, 9, 11], [1, 0, 1, 1, 0, 1, 0, 0], [0, 4, 6, 8, 11, 12])
    assert found == RiskTable(
        times=[0, 4, 6, 8, 11, 12], at_risk=[8, 6, 4, 2, 1, 0], censored=[0, 1, 1, 2, 3, 4], events=[0, 1, 3, 4, 4, 4]
    )
