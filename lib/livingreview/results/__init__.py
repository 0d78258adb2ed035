"""What every statistic returns and everything else reads: estimates, curves, partitions, rounding."""
