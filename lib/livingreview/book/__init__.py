"""From a cohort folder and the chapters to a finished site: plan, execute, render, swap."""
