"""A cohort folder to fill in."""
